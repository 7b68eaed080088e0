import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findFact } from '../../src/criteria/catalog.ts';
import { type DecisionId, providerId, requestId, workOrderId } from '../../src/domain/ids.ts';
import type { OpenIntent } from '../../src/engine/ports.ts';
import { callText } from '../../src/report/call-text.ts';
import { REPORTS } from '../../src/report/catalog.ts';
import { decisionsReport } from '../../src/report/decisions.ts';
import { effectsText } from '../../src/report/effects-text.ts';
import { explainCard } from '../../src/report/explain-card.ts';
import type { ExplainInput } from '../../src/report/explain-input.ts';
import { ageText, durationText, factText, roundedPoints } from '../../src/report/fact-text.ts';
import { formatReport, guardFormula } from '../../src/report/formats.ts';
import { openIntentsReport } from '../../src/report/open-intents.ts';
import { printable } from '../../src/report/printable.ts';
import { QUESTIONS } from '../../src/report/questions.ts';
import { reasonText } from '../../src/report/reason-text.ts';
import { reportList } from '../../src/report/report-list.ts';
import { runsReport } from '../../src/report/runs.ts';
import { NOW_MS } from '../support/builders.ts';
import {
  aRecordedCandidate,
  aRecordedCriterion,
  aRecordedDecision,
  aRecordedEffect,
  aRecordedIntent,
  aRunRow,
  readerOf,
} from '../support/recorded.ts';

const ALL = { sinceMs: null, untilMs: null, nowMs: NOW_MS } as const;

/** A card of this decision alone, unless more is given. */
function card(given: Partial<ExplainInput> & Pick<ExplainInput, 'decision'>): string {
  const { decision } = given;
  const none = { shadows: [], assigned: null, answers: [], stages: null, asked: null, unitOf, width: 120 } as const;
  return explainCard({ ...none, history: [decision], ...given });
}

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
    expect(formatReport(decisionsReport, rows, { format: 'table', columns: null })).toMatchInlineSnapshot(`
      "decided_utc           decision  rule_file   mode     outcome  provider  cost_usd  effect  reason   because
      2026-11-23T15:00:00Z  4047.1.3  atm-onsite  enforce  assign        557    250.00          FM-1002  Provider 557 is the only eligible request (45 of 45 points).
      2026-11-23T15:00:00Z  4047.1.3  atm-onsite  enforce  assign        557     12.50          FM-1002  Provider 557 is the only eligible request (45 of 45 points).
      "
    `);
  });

  it('disarm a text that a spreadsheet would run, and leave numbers numbers', async () => {
    const rows = await decisionsReport.load(readerOf({ decisions: [row] }), ALL);
    const [head, line] = formatReport(decisionsReport, rows, { format: 'csv', columns: null }).split('\n');
    expect(head).toContain('decided_utc,decision,rule_file,mode,outcome,provider,cost_usd');
    expect(line).toContain(`"'=HYPERLINK(""http://evil"",""x"")"`);
    expect(line).toContain(',-1.5,');
    expect(line).toContain(',250.00,');
  });

  it('give json every column by name, empty ones as null', async () => {
    const rows = await runsReport.load(readerOf({ runs: [aRunRow()] }), ALL);
    const [first] = JSON.parse(formatReport(runsReport, rows, { format: 'json', columns: null }));
    expect(Object.keys(first)).toEqual(runsReport.columns.map(({ name }) => name));
    expect(first).toMatchObject({ run: 'run-1', result: 'not finished', open: null, decisions: 0 });
  });

  it('are empty but for the heads when there is nothing', () => {
    for (const report of REPORTS) {
      expect(formatReport(report, [], { format: 'csv', columns: null }).trim()).toBe(
        report.columns.map(({ name }) => name).join(','),
      );
      expect(formatReport(report, [], { format: 'json', columns: null })).toBe('[]\n');
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

  it('carry hostile text in every cell of every report as text and nothing else', () => {
    const parts = [
      '=cmd()',
      '<script>alert(1)</script>',
      '</td><img src=x>',
      '|',
      '\\|',
      '\n',
      '\r\n',
      '\u001b[2J',
      '\u0000',
      '\u202e',
      '\u061c',
      '"',
      ',',
      '`',
      ' @',
      '-1',
      'a',
    ];
    const hostile = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }).map((some) => some.join(''));
    const tagsOf = (page: string) => page.match(/<[/!a-z][^\s>]*/gi);
    const cellsOf = (line: string | undefined) => (line ?? '').replace(/\\./g, '').split('|').length;
    fc.assert(
      fc.property(fc.constantFrom(...REPORTS), hostile, (report, text) => {
        const rowOf = (cell: string) => [report.columns.map(() => cell)];
        const shown = (format: 'csv' | 'json' | 'markdown' | 'html' | 'table', cell = text) =>
          formatReport(report, rowOf(cell), { format, columns: null });
        expect(tagsOf(shown('html'))).toEqual(tagsOf(shown('html', 'plain')));
        const [head, , row, ...more] = shown('markdown').trimEnd().split('\n');
        expect([cellsOf(row), more]).toEqual([cellsOf(head), []]);
        const [line] = JSON.parse(shown('json'));
        expect(Object.values(line)).toEqual(rowOf(text)[0]);
        const [, cells = ''] = shown('csv').split('\n');
        for (const [, quoted, bare] of cells.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
          expect(quoted ?? bare).not.toMatch(/^\s*[=+\-@]/);
        expect(shown('csv').split('\n')).toHaveLength(3);
        for (const format of ['csv', 'markdown', 'html', 'table'] as const)
          for (const sign of ['\u0000', '\u001b', '\r', '\u061c', '\u202e']) expect(shown(format)).not.toContain(sign);
      }),
      { numRuns: 150 },
    );
  });

  it('cut the last text of the table to the terminal, and nothing where there is none', async () => {
    const rows = await decisionsReport.load(readerOf({ decisions: [row] }), ALL);
    const table = (columns: number | null) => formatReport(decisionsReport, rows, { format: 'table', columns });
    expect(table(null)).toContain('(45 of 45 points).');
    const narrow = table(120).trimEnd().split('\n');
    expect(narrow.map((line) => line.length <= 120)).toEqual([true, true]);
    expect(narrow[1]).toMatch(/Provider 557.*…$/);
    // The heads and everything before the last column stay, however narrow the terminal.
    expect(table(20).split('\n')[0]).toBe(table(null).split('\n')[0]);
  });

  it('cut a long reason in the table only', async () => {
    const limit = 'very '.repeat(30);
    const stopped = aRecordedDecision({ reason: { code: 'FM-3010', detail: { limit, wanted: 'publish' } } });
    const rows = await decisionsReport.load(readerOf({ decisions: [stopped] }), ALL);
    const last = (format: 'table' | 'csv') =>
      formatReport(decisionsReport, rows, { format, columns: null }).split('\n')[1];
    expect(last('table')).toMatch(/FM-3010 {2}The run wanted .{64}…$/);
    expect(last('csv')).toContain('Here it wanted: publish.');
  });

  it('shorten a run id in the table only', async () => {
    const id = '0b9e6f0a-5c3e-4b43-9f0e-2f4f7c1d0a11';
    const rows = await runsReport.load(readerOf({ runs: [aRunRow({ id })] }), ALL);
    expect(formatReport(runsReport, rows, { format: 'table', columns: null })).toContain('0b9e6f0a…');
    for (const format of ['csv', 'json'] as const)
      expect(formatReport(runsReport, rows, { format, columns: null })).toContain(id);
  });

  it('answers every question that no command does, and names rule-impact for what an edit changed', () => {
    const answering = (n: number) => REPORTS.filter(({ answers }) => answers.some((one) => one === n));
    for (const { n, command, text } of QUESTIONS) {
      if (command === null) expect(answering(n).length, `${n} ${text}`).toBeGreaterThan(0);
    }
    expect(answering(6).map(({ name }) => name)).toEqual(['rule-impact']);
    expect(reportList(REPORTS)).toContain('      backtest --rules NEW; report rule-impact\n');
  });

  it('has columns with different names and a sentence each', () => {
    for (const { name, columns, summary } of REPORTS) {
      const names = columns.map((column) => column.name);
      expect(new Set(names).size, name).toBe(names.length);
      for (const text of [summary, ...columns.map(({ doc }) => doc)]) expect(text).toMatch(/\.$/);
    }
  });
});

describe('the report of open intents', () => {
  it('says of each what it was to be, how far it came and what it may cost', async () => {
    const [decision, order] = ['4047.1.3' as DecisionId, workOrderId(4047)];
    const intent = {
      n: 1,
      call: { kind: 'route', workOrderId: order, providerId: providerId(557) },
      costCents: 25_000,
    } as const;
    const never: OpenIntent = {
      decisionId: decision,
      workOrderId: order,
      episode: 1,
      ruleFileId: null,
      intent,
      claimedAtMs: null,
      claims: 0,
      lastEffect: null,
    };
    const sent = { ...never, claimedAtMs: NOW_MS, claims: 1 };
    const unknown = { ...sent, lastEffect: { n: 1, reason: 'FM-6010', atMs: NOW_MS + 7_000 } };
    const rows = await openIntentsReport.load(readerOf({ open: [never, sent, unknown] }), {
      ...ALL,
      sinceMs: NOW_MS * 2,
    });
    expect(formatReport(openIntentsReport, rows, { format: 'table', columns: null })).toMatchInlineSnapshot(`
      "work_order  decision  write               state     sent_utc              looked_utc            reason   may_cost_usd
            4047  4047.1.3  route provider 557  not sent                                                             250.00
            4047  4047.1.3  route provider 557  sent      2026-11-23T15:00:00Z                                       250.00
            4047  4047.1.3  route provider 557  unknown   2026-11-23T15:00:00Z  2026-11-23T15:00:07Z  FM-6010        250.00
      "
    `);
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
          collisions: 0,
          alarms: [],
          together: {
            groups: 1,
            workOrders: 2,
            filledMore: 1,
            pointsMoreMilli: -1_900,
            costMoreCents: 1_250,
            unproven: 0,
          },
        },
      },
    });
    const [row] = JSON.parse(
      formatReport(runsReport, await runsReport.load(readerOf({ runs: [run] }), ALL), {
        format: 'json',
        columns: null,
      }),
    );
    expect(row).toMatchObject({
      result: 'tripped',
      open: 12,
      filled_more: 1,
      points_more: -1.9,
      cost_more_usd: 12.5,
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

describe('a run that did not finish', () => {
  it('is counted from what the ledger has of it', async () => {
    const reader = readerOf({
      runs: [aRunRow({ id: 'run-1' }), aRunRow({ id: 'run-2' })],
      decisions: [
        aRecordedDecision({
          intents: [
            aRecordedIntent({ costCents: 25_000 }),
            aRecordedIntent({ n: 2, costCents: 9_900, effects: [aRecordedEffect('refused')] }),
            aRecordedIntent({ n: 3, effects: [aRecordedEffect('unknown')] }),
            aRecordedIntent({ n: 4, effects: [] }),
            aRecordedIntent({ n: 5, costCents: 30_000, call: { kind: 'approve', workOrderId: workOrderId(4047) } }),
          ],
        }),
        aRecordedDecision({ outcome: 'wait' }),
        aRecordedDecision({ mode: 'shadow' }),
        aRecordedDecision({ runId: 'run-2', intents: [aRecordedIntent({ effects: [aRecordedEffect('lost_race')] })] }),
      ],
    });
    const rows = await runsReport.load(reader, ALL);
    expect(JSON.parse(formatReport(runsReport, rows, { format: 'json', columns: null }))).toMatchObject([
      {
        run: 'run-1',
        result: 'not finished',
        decisions: 2,
        unchanged: null,
        actions: 1,
        confirmed: 2,
        refused: 1,
        lost_race: 0,
        unknown: 1,
        committed_usd: 250,
      },
      { run: 'run-2', decisions: 1, actions: 1, confirmed: 0, lost_race: 1, committed_usd: 0 },
    ]);
  });
});

describe('what became of a decision', () => {
  const intent = (n: number, ...kinds: readonly string[]) =>
    aRecordedIntent({ n, effects: kinds.map((kind, index) => aRecordedEffect(kind, { n: index + 1 })) });

  it('is the last effect of its writes, told apart when they differ', () => {
    expect(effectsText({ intents: [] })).toBeNull();
    expect(effectsText({ intents: [intent(1)] })).toBe('open');
    expect(effectsText({ intents: [intent(1, 'unknown', 'confirmed')] })).toBe('confirmed');
    expect(effectsText({ intents: [intent(1, 'confirmed'), intent(2, 'refused')] })).toBe('1 confirmed, 1 refused');
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
    blockedBy: [
      { code: 'FM-5001', detail: { criterion: 'Provider rating' } },
      { code: 'FM-5002', detail: { criterion: 'Provider cancel rate' } },
    ],
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
        claimedAtMs: [NOW_MS],
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
    expect(card({ decision, shadows: [shadow] })).toMatchInlineSnapshot(`
      "Now: work order 4047: assigned to provider 557, confirmed at 2026-11-23T15:00:01Z (decision 4047.1.3)

      Decision 4047.1.3, work order 4047: ATM repair  [31mred [0m (times in UTC)
      Outcome    assign – best eligible request (FM-1001)
      Because    Provider 557 has the most points of the 2 eligible among those who asked (132.5 of 145).
      Result     provider 557, runner-up 612, lead 12.5 points, cost $250.00
      Lead       +12.5 points: distance +12.5
      Decided    2026-11-23T15:00:00Z, run run-1, engine 0.1.0
      Rule file  atm-onsite (enforce), sha256 465cf11ffef5
      Stage      stage 2; stages due: 1, 2
      Opened     2026-11-23T14:10:00Z (published), 50 min before

                             1                     2                 3
      rank  provider  ──────45*──────  ───────────75*───────────  ───25───        points     cost
      ── requests: they asked for it; ranked among themselves ────────────────
         1       557         ✓                    ✓p               ✓12.5    132.5 of 145  $250.00  winner
         2       612         ✓                    ✓p                 ·        120 of 145        ?  runner-up
         –        90         ✗                    ✓p                 –         25 of 120  $250.00
      ── bench: known, not invited yet; ranked among themselves ──────────────
         –        91         ✗                     ?               ✓m12.5       0 of 145  $250.00

      1  45*  rating       Provider rating
      2  75*  cancel_rate  Provider cancel rate
      3   25  distance     Distance from work address
      Marks: ✓ match (with its points where graded), ✗ required and missed, · preferred and missed, ? unknown, – does not
      apply; * required; p by Field Nation’s own verdict, m by on_missing

      4 candidates (3 requests, 1 on the bench) → 2 meet every required criterion → 2 eligible
                    left  leave  stopped  alone  step
      ████████████     4                         slate
      ████████████     4      0        0      0  open on the platform
      ████████████     4      0        0      0  not expired
      ██████           2      2        2      0  required: Provider rating: 2 missed
      ██████           2      0        1      0  required: Provider cancel rate: 1 unknown
      ██████           2      0        1      0  guardrails: 1 too expensive (FM-5008, 0 alone)
      ██████           2                         eligible
      Of each step: how many are left after it; how many leave there, whom no step before stops; how many it stops in all; how
      many it stops alone, who would be eligible without it.

      Not eligible, and why
      90  request  Misses required: Provider rating. (FM-5001) Would cost $600.00; the file allows $450.00. (FM-5008)
      91  bench    Misses required: Provider rating. (FM-5001) Not known, and required: Provider cancel rate. (FM-5002)

      Facts, side by side
      criterion    fact         asked   557, request, winner             612, request, runner-up
      rating       rating       >= 4.5  ✓ 45   4.7 stars (profile, 2 h)  ✓ 45   4.7 stars (profile, 2 h)
      cancel_rate  cancel_rate  <= 5    ✓p 75  unknown                   ✓p 75  unknown
      distance     distance     <= 50   ✓ 12.5 30 mi (coordinates, now)  · 0    30 mi (coordinates, now)
      Of each: verdict and points, value (source, age).

      Actions (times in UTC)
        1  assign provider 557, $250.00
           2026-11-23T15:00:01Z  confirmed: The platform shows it: assigned to 557. (FM-6001)

      In shadow (explain with the id shows it in full)
      4047.1.3  atm-next  assign 612  FM-1002 only eligible request
      "
    `);
  });

  it('lets no control character through', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(card({ decision })).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  });

  it('shows twenty candidates and sums up the rest', () => {
    const crowd = Array.from({ length: 25 }, (_, index) =>
      aRecordedCandidate({ providerId: 1000 + index, rank: index + 1, pointsMilli: 45_000 - index * 1000 }),
    );
    const text = card({ decision: aRecordedDecision({ candidates: crowd, winner: providerId(1000) }) });
    expect(text).toContain(' 1019 ');
    expect(text).not.toContain(' 1020 ');
    expect(text).toContain('… and 5 more: 5 eligible, 0 not, at most 25 points. All of them: --json');
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
    const text = card({ decision: bare });
    expect(text).toContain('Nobody was scored.');
    expect(text).toContain('none applies');
    expect(text).toContain('Reason FM-9999 is not known to this version of fieldmarshal ({"why":"later"}).');
    expect(text).toContain('Actions: none were meant to be sent.');
    expect(text).not.toContain('Not eligible, and why');
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
          claimedAtMs: [],
          effects: [],
        },
      ],
    });
    const text = card({ decision: invited });
    expect(text).toMatch(/ 557 .*invited\n/);
    expect(text).toMatch(/ 558 .*eligible\n/);
    expect(text).toContain('not settled yet');
    expect(text).toContain('1 provider invited');
  });

  it('shows who has the most points when nobody was chosen, whatever kind that is', () => {
    const best = { ...unknown, pointsMilli: 90_000 };
    const held = aRecordedDecision({ outcome: 'hold', winner: null, candidates: [missed, best] });
    expect(card({ decision: held })).toContain('91, bench, the most points');
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
    ).toBe('mass-route to 2 providers: 1, 2');
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

  it('says how long something took in two units at most', () => {
    const minutes = [0, 1, 30, 60, 283, 1440, 3060, 2 * 1440 + 5];
    expect(minutes.map((minute) => durationText(minute * 60_000))).toEqual([
      '0 min',
      '1 min',
      '30 min',
      '1 h',
      '4 h 43 min',
      '1 d',
      '2 d 3 h',
      '2 d',
    ]);
    expect(durationText(-1)).toBe('0 min');
  });

  it('rounds points to one decimal where there is little room', () => {
    expect([14_812, 10_171, 40_000, 0].map(roundedPoints)).toEqual(['14.8', '10.2', '40', '0']);
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
