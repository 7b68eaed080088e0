import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFact } from '../../src/criteria/catalog.ts';
import { providerId, requestId, workOrderId } from '../../src/domain/ids.ts';
import { REPORTS } from '../../src/report/catalog.ts';
import { decisionsReport, effectText } from '../../src/report/decisions.ts';
import { callText, explainCard } from '../../src/report/explain-card.ts';
import { ageText, factText } from '../../src/report/fact-text.ts';
import { formatReport, guardFormula } from '../../src/report/formats.ts';
import { printable } from '../../src/report/printable.ts';
import { reasonText } from '../../src/report/reason-text.ts';
import { runsReport } from '../../src/report/runs.ts';
import { NOW_MS } from '../support/builders.ts';
import { aRecordedCandidate, aRecordedCriterion, aRecordedDecision, aRunRow, readerOf } from '../support/recorded.ts';

const ALL = { sinceMs: null, untilMs: null } as const;

function unitOf(name: string) {
  const type = findFact(name)?.type;
  return type?.kind === 'number' ? type.unit : null;
}

describe('formats of a report', () => {
  const row = aRecordedDecision({
    workOrder: { title: '=HYPERLINK("http://evil","x")', facts: {} },
    marginMilli: -1500,
    runnerUp: providerId(612),
  });

  it('give the table the columns that fit a screen, with numbers to the right', async () => {
    const rows = await decisionsReport.load(
      readerOf({ decisions: [row, aRecordedDecision({ costCents: 1_250 })] }),
      ALL,
    );
    expect(formatReport(decisionsReport, rows, 'table')).toMatchInlineSnapshot(`
      "decided               decision  rule_file   mode     outcome  provider  cost_usd  effect  reason   because
      2026-11-23T15:00:00Z  4047.1.3  atm-onsite  enforce  assign        557    250.00          FM-1002  Provider 557 is the only eligible request (45 of 45 points).
      2026-11-23T15:00:00Z  4047.1.3  atm-onsite  enforce  assign        557     12.50          FM-1002  Provider 557 is the only eligible request (45 of 45 points).
      "
    `);
  });

  it('disarm a text that a spreadsheet would run, and leave numbers numbers', async () => {
    const rows = await decisionsReport.load(readerOf({ decisions: [row] }), ALL);
    const [head, line] = formatReport(decisionsReport, rows, 'csv').split('\n');
    expect(head).toContain('decided,decision,rule_file,mode,outcome,provider,cost_usd');
    expect(line).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`);
    expect(line).toContain(',-1.5,');
    expect(line).toContain(',250.00,');
  });

  it('give json every column by name, empty ones as null', async () => {
    const rows = await runsReport.load(readerOf({ runs: [aRunRow()] }), ALL);
    const [first] = JSON.parse(formatReport(runsReport, rows, 'json'));
    expect(Object.keys(first)).toEqual(runsReport.columns.map(({ name }) => name));
    expect(first).toMatchObject({ run: 'run-1', result: 'unfinished', decisions: null });
  });

  it('are empty but for the heads when there is nothing', () => {
    for (const report of REPORTS) {
      expect(formatReport(report, [], 'csv').trim()).toBe(report.columns.map(({ name }) => name).join(','));
      expect(formatReport(report, [], 'json')).toBe('[]\n');
    }
  });

  it('never start a text cell with a character that begins a formula', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const guarded = guardFormula(text);
        expect(guarded).not.toMatch(/^[=+\-@\t\r]/);
        expect(guarded.endsWith(text)).toBe(true);
      }),
    );
    for (const first of ['=', '+', '-', '@', '\t', '\r']) expect(guardFormula(`${first}1`)).toBe(`'${first}1`);
  });

  it('has columns with different names and a sentence each', () => {
    for (const { name, columns, summary } of REPORTS) {
      const names = columns.map((column) => column.name);
      expect(new Set(names).size, name).toBe(names.length);
      for (const text of [summary, ...columns.map(({ doc }) => doc)]) expect(text).toMatch(/\.$/);
    }
  });
});

describe('the runs report', () => {
  it('shows what a run found, did, spent and why it stopped', async () => {
    const run = aRunRow({
      end: {
        runId: 'run-1',
        endedAtMs: NOW_MS + 2_500,
        result: 'tripped',
        summary: {
          openWorkOrders: 12,
          decisions: 9,
          unchanged: 3,
          byOutcome: { assign: 4 },
          byReason: {},
          effects: { confirmed: 3, refused: 1, lost_race: 0, unknown: 0 },
          actions: 4,
          committedCents: 123_450,
          quarantined: [{ what: 'work order', id: 9, workOrderId: 9, reason: 'no status' }],
          httpRequests: 77,
          stopped: { code: 'FM-7001', message: '4 actions were wanted; the limit is 3 (rule file atm).' },
          details: null,
        },
      },
    });
    const [row] = JSON.parse(formatReport(runsReport, await runsReport.load(readerOf({ runs: [run] }), ALL), 'json'));
    expect(row).toMatchObject({
      result: 'tripped',
      open: 12,
      decisions: 9,
      unchanged: 3,
      actions: 4,
      confirmed: 3,
      refused: 1,
      committed_usd: 1234.5,
      stopped: 'FM-7001',
      took_ms: 2500,
      http_requests: 77,
      quarantined: 1,
    });
  });
});

describe('what became of a decision', () => {
  const intent = (n: number, ...kinds: readonly string[]) => ({
    n,
    call: { kind: 'route', workOrderId: workOrderId(4047), providerId: providerId(557) } as const,
    costCents: 0,
    effects: kinds.map((kind, index) => ({
      n: index + 1,
      kind,
      reason: { code: 'FM-6001', detail: {} },
      atMs: NOW_MS,
    })),
  });

  it('is the last effect of its writes, told apart when they differ', () => {
    expect(effectText({ intents: [] })).toBeNull();
    expect(effectText({ intents: [intent(1)] })).toBe('open');
    expect(effectText({ intents: [intent(1, 'unknown', 'confirmed')] })).toBe('confirmed');
    expect(effectText({ intents: [intent(1, 'confirmed'), intent(2, 'refused')] })).toBe('1 confirmed, 1 refused');
  });
});

describe('the explain card', () => {
  const rating = aRecordedCriterion();
  const cancelRate = aRecordedCriterion({
    position: 2,
    key: 'cancel_rate',
    label: 'Provider cancel rate',
    weight: 75,
    decidedBy: 'platform',
    pointsMilli: 75_000,
    evidence: [{ fact: 'provider.cancel_rate', written: '<= 5', value: null, source: null, observedAtMs: null }],
  });
  const distance = aRecordedCriterion({
    position: 3,
    key: 'distance',
    label: 'Distance from work address',
    weight: 25,
    isRequired: false,
    pointsMilli: 12_500,
    evidence: [
      { fact: 'provider.distance', written: '<= 50', value: 48_280, source: 'coordinates', observedAtMs: NOW_MS },
    ],
  });
  const winner = aRecordedCandidate({ pointsMilli: 132_500, maxPoints: 145, criteria: [rating, cancelRate, distance] });
  const runnerUp = aRecordedCandidate({
    providerId: 612,
    rank: 2,
    pointsMilli: 120_000,
    maxPoints: 145,
    costCents: null,
    criteria: [rating, cancelRate, { ...distance, verdict: 'no_match', pointsMilli: 0 }],
  });
  const missed = aRecordedCandidate({
    providerId: 90,
    isEligible: false,
    isMatch: false,
    rank: null,
    pointsMilli: 25_000,
    maxPoints: 120,
    blockedBy: [
      { code: 'FM-5001', detail: { criterion: 'Provider rating' } },
      { code: 'FM-5008', detail: { cost: '$600.00', limit: '$450.00' } },
    ],
    criteria: [{ ...rating, verdict: 'no_match', pointsMilli: 0 }, cancelRate, { ...distance, applies: false }],
  });
  const unknown = aRecordedCandidate({
    providerId: 91,
    kind: 'bench',
    isEligible: false,
    isMatch: false,
    rank: null,
    pointsMilli: 0,
    maxPoints: 145,
    blockedBy: [{ code: 'FM-5001', detail: { criterion: 'Provider rating' } }],
    criteria: [
      { ...rating, verdict: 'no_match' },
      { ...cancelRate, verdict: 'unknown' },
      { ...distance, decidedBy: 'on_missing' },
    ],
  });
  const decision = aRecordedDecision({
    reason: { code: 'FM-1001', detail: { provider: 557, eligible: 2, points: 132.5, max_points: 145 } },
    runnerUp: providerId(612),
    marginMilli: 12_500,
    candidates: [missed, unknown, winner, runnerUp],
    workOrder: { title: 'ATM repair \u001b[31mred\u001b[0m', facts: {} },
    intents: [
      {
        n: 1,
        call: {
          kind: 'assign',
          workOrderId: workOrderId(4047),
          providerId: providerId(557),
          clientPayTermsAccepted: false,
        },
        costCents: 25_000,
        effects: [
          {
            n: 1,
            kind: 'confirmed',
            reason: { code: 'FM-6001', detail: { what: 'assigned to 557' } },
            atMs: NOW_MS + 1000,
          },
        ],
      },
    ],
  });
  const shadow = aRecordedDecision({ ruleFileId: 'atm-next', mode: 'shadow', winner: providerId(612) });

  it('says what was decided, on which figures, who was stopped by what, and what came of it', () => {
    expect(explainCard({ decision, shadows: [shadow], unitOf })).toMatchInlineSnapshot(`
      "Decision 4047.1.3, work order 4047: ATM repair  [31mred [0m
      Outcome    assign – best eligible request (FM-1001)
      Because    Provider 557 has the most points of the 2 eligible among those who asked (132.5 of 145).
      Result     provider 557, runner-up 612, margin 12.5 points, cost $250.00
      Decided    2026-11-23T15:00:00Z, run run-1, engine 0.1.0
      Rule file  atm-onsite (enforce), sha256 465cf11ffef5
      Stage      2 of those due: 1, 2
      Opened     2026-11-23T14:10:00Z (published), 50 min before

                                1    2   3
      rank  provider  kind     45*  75*  25        points     cost
         1       557  request   ✓   ✓p   ✓   132.5 of 145  $250.00  winner
         2       612  request   ✓   ✓p   ·     120 of 145        ?  runner-up
         –        90  request   ✗   ✓p   –      25 of 120  $250.00
         –        91  bench     ✗    ?   ✓m      0 of 145  $250.00

      1  45*  rating       Provider rating
      2  75*  cancel_rate  Provider cancel rate
      3   25  distance     Distance from work address
      Marks: ✓ match, ✗ required and missed, · preferred and missed, ? unknown, – does not apply; * required; p by Field Nation’s own verdict, m by on_missing

      4 candidate(s) (3 request, 1 bench) → 2 meet every required criterion → 2 eligible
      stopped  by this alone  reason
            2              1  FM-5001 Misses required: Provider rating.
            1              0  FM-5008 too expensive

      Not eligible, and why
      90  Misses required: Provider rating. (FM-5001) Would cost $600.00; the file allows $450.00. (FM-5008)
      91  Misses required: Provider rating. (FM-5001)

      Facts of provider 557, the winner
      criterion    fact                  asked   value      source       age  verdict
      rating       provider.rating       >= 4.5  4.7 stars  profile      2 h  match
      cancel_rate  provider.cancel_rate  <= 5    unknown    –            –    match (Field Nation’s own verdict)
      distance     provider.distance     <= 50   30 mi      coordinates  now  match

      Actions
        1  assign provider 557, $250.00
           2026-11-23T15:00:01Z  confirmed: The platform shows it: assigned to 557. (FM-6001)

      In shadow
      4047.1.3  atm-next  assign 612  FM-1002 only eligible request
      "
    `);
  });

  it('lets no control character through', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(explainCard({ decision, shadows: [], unitOf })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('shows twenty candidates and sums up the rest', () => {
    const crowd = Array.from({ length: 25 }, (_, index) =>
      aRecordedCandidate({ providerId: 1000 + index, rank: index + 1, pointsMilli: 45_000 - index * 1000 }),
    );
    const card = explainCard({
      decision: aRecordedDecision({ candidates: crowd, winner: providerId(1000) }),
      shadows: [],
      unitOf,
    });
    expect(card).toContain(' 1019 ');
    expect(card).not.toContain(' 1020 ');
    expect(card).toContain('… and 5 more: 5 eligible, 0 not, at most 25 points. All of them: --json');
  });

  it('stands without candidates, without a rule file and with a reason of a later version', () => {
    const bare = aRecordedDecision({
      candidates: [],
      ruleFileId: null,
      ruleFileHash: null,
      mode: null,
      stage: null,
      dueStages: [],
      winner: null,
      costCents: null,
      outcome: 'skip',
      reason: { code: 'FM-9999', detail: { why: 'later' } },
    });
    const card = explainCard({ decision: bare, shadows: [], unitOf });
    expect(card).toContain('No candidates.');
    expect(card).toContain('none applies');
    expect(card).toContain('Reason FM-9999 is not known to this version of fieldmarshal ({"why":"later"}).');
    expect(card).toContain('Actions: none were meant to be sent.');
    expect(card).not.toContain('Not eligible, and why');
  });

  it('marks everybody a mass-route invites', () => {
    const invited = aRecordedDecision({
      outcome: 'mass_route',
      winner: null,
      candidates: [
        aRecordedCandidate({ kind: 'bench' }),
        aRecordedCandidate({ kind: 'bench', providerId: 558, rank: 2 }),
      ],
      intents: [
        {
          n: 1,
          call: { kind: 'mass_route', workOrderId: workOrderId(4047), providerIds: [providerId(557)] },
          costCents: 0,
          effects: [],
        },
      ],
    });
    const card = explainCard({ decision: invited, shadows: [], unitOf });
    expect(card).toMatch(/557 {2}bench .*invited\n/);
    expect(card).toMatch(/558 {2}bench .*eligible\n/);
    expect(card).toContain('not settled yet');
    expect(card).toContain('1 provider(s) invited');
  });

  it('names the best placed candidate when nobody was chosen', () => {
    const held = aRecordedDecision({ outcome: 'hold', winner: null, candidates: [missed, unknown] });
    expect(explainCard({ decision: held, shadows: [], unitOf })).toContain('Facts of provider 90, the best placed');
  });
});

describe('words for recorded things', () => {
  it('says every write as the platform’s pages do', () => {
    const base = { workOrderId: workOrderId(4047), providerId: providerId(557) };
    expect(callText({ kind: 'publish', workOrderId: base.workOrderId })).toBe('publish');
    expect(callText({ kind: 'route', ...base })).toBe('route provider 557');
    expect(callText({ kind: 'unroute', ...base })).toBe('withdraw the route of provider 557');
    expect(callText({ kind: 'assign', ...base, clientPayTermsAccepted: true })).toBe('assign provider 557');
    expect(
      callText({ kind: 'mass_route', workOrderId: base.workOrderId, providerIds: [providerId(1), providerId(2)] }),
    ).toBe('mass-route to 2 provider(s): 1, 2');
    expect(callText({ kind: 'accept_counter', ...base, requestId: requestId(107), payCents: 100 })).toBe(
      'accept counter-offer 107 of provider 557',
    );
    expect(callText({ kind: 'unassign', ...base, reasonId: 3, comment: '' })).toBe('un-assign provider 557 (reason 3)');
  });

  it('turns kept numbers back into what people write', () => {
    expect(factText(470, 'stars')).toBe('4.7 stars');
    expect(factText(450, 'percent')).toBe('4.5 %');
    expect(factText(80_467, 'miles')).toBe('50 mi');
    expect(factText(45_000, 'usd')).toBe('$450.00');
    expect(factText(90, 'hours')).toBe('1.5 h');
    expect(factText(NOW_MS, 'timestamp')).toBe('2026-11-23T15:00:00Z');
    expect(factText(7, 'count')).toBe('7');
    expect(factText(7, null)).toBe('7');
    expect(factText(true, null)).toBe('yes');
    expect(factText(false, null)).toBe('no');
    expect(factText('request', null)).toBe('request');
    expect(factText(['a', 'b'], null)).toBe('a, b');
    expect(factText([], null)).toBe('none');
    expect(factText({ odd: 1 }, null)).toBe('{"odd":1}');
    expect(factText(null, 'stars')).toBe('unknown');
  });

  it('says ages in the unit that fits', () => {
    expect([0, 59_999, 60_000, 7_140_000, 7_200_000, 172_740_000, 172_800_000].map(ageText)).toEqual([
      'now',
      'now',
      '1 min',
      '119 min',
      '2 h',
      '47 h',
      '2 d',
    ]);
  });

  it('fills a known reason and its remedy', () => {
    expect(reasonText({ code: 'FM-3001', detail: { candidates: 3, work_order: 4047 } })).toEqual({
      title: 'no eligible candidate',
      sentence: 'None of 3 candidate(s) is eligible and no later stage is left.',
      remedy: 'See what each one misses: explain 4047. Relax a required criterion, or route by hand.',
    });
  });

  it('makes any text stand within a line', () => {
    expect(printable('a\u001b[2Jb\r\nc\u202ed\u0085e')).toBe('a [2Jb c d e');
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => ![...'\n\r\u001b'].some((mark) => printable(text).includes(mark)),
      ),
    );
  });
});
