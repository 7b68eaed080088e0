import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backtest, startJoining } from '../../src/analysis/backtest.ts';
import { METRICS } from '../../src/analysis/backtest-metrics.ts';
import type { BacktestResult, Paired } from '../../src/analysis/backtest-result.ts';
import { type Choice, isSameChoice } from '../../src/analysis/choice.ts';
import { compareRun } from '../../src/analysis/compare-run.ts';
import { decideAgain, prepareRules } from '../../src/analysis/decide-again.ts';
import { judgeFailIf, parseFailIf } from '../../src/analysis/fail-if.ts';
import { readRecordedBatch } from '../../src/analysis/recorded-batch.ts';
import { changeCause, type Side, whyChanged } from '../../src/analysis/why-changed.ts';
import { loadRuleSet } from '../../src/cli/load-rules.ts';
import type { PlannedDecision } from '../../src/domain/decision.ts';
import { NO_DIRECTIVES } from '../../src/domain/directive.ts';
import { decisionId, providerId } from '../../src/domain/ids.ts';
import { hashText, type JsonValue } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RecordedCandidate, RecordedDecision, RecordedSlates } from '../../src/domain/recorded-decision.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import type { Slate } from '../../src/domain/scored-slate.ts';
import { recordedRow } from '../../src/fieldnation/to-pending-row.ts';
import { backtestCaveats } from '../../src/report/backtest-caveats.ts';
import { backtestCsv } from '../../src/report/backtest-data.ts';
import { backtestSections } from '../../src/report/backtest-sections.ts';
import { escapeHtml } from '../../src/report/page.ts';
import { sectionsAsMarkdown, sectionsAsPage, sectionsAsText } from '../../src/report/section.ts';
import { whyText } from '../../src/report/why-text.ts';
import { openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { pastLedger } from '../bench/past-ledger.ts';
import { SOLVE } from '../decide/builders.ts';
import {
  aCandidate,
  aCounter,
  aCriterion,
  aRuleFile,
  aSlate,
  aTest,
  aWorkOrder,
  HOUR_MS,
  knownFacts,
  NO_GUARDRAILS,
  NOW_MS,
} from '../support/builders.ts';

const readRow = () => null;
const RULES = join(import.meta.dirname, '../../rules');

/** Candidates of one work order: who, how many stars, for how much. */
type Asked = { readonly provider: number; readonly stars: number; readonly miles: number; readonly payCents: number };
type Past = readonly (readonly { readonly order: number; readonly asked: readonly Asked[] }[])[];

function aSlateOf(order: number, asked: readonly Asked[], takenAtMs: number): Slate {
  return aSlate({
    workOrder: aWorkOrder({ id: order, title: `Order ${order}` }),
    takenAtMs,
    candidates: asked.map(({ provider, stars, miles, payCents }) =>
      aCandidate({
        providerId: provider,
        request: aCounter(payCents, { id: provider, expiresMs: null }),
        costCents: payCents,
        facts: knownFacts({
          'provider.rating': stars,
          'provider.distance': miles * 1609,
          'provider.is_routable': true,
          'provider.is_w2': false,
        }),
      }),
    ),
  });
}

function aBatch(orders: readonly number[], takenAtMs: number, episode = 1): JsonValue {
  return {
    takenAtMs,
    openWorkOrders: 9,
    committedTodayCents: 0,
    committedTodayByRuleFile: {},
    committedTodayByWorkOrder: {},
    committedTodayFileOf: {},
    undoneCount: 0,
    approved: null,
    limits: DEFAULT_LIMITS,
    directives: NO_DIRECTIVES,
    stoppedBy: null,
    talentPools: [],
    projectDispatch: [[88, 'off']],
    commitments: [],
    members: orders.map((id) => ({
      workOrderId: id,
      episode,
      ruleFileHash: null,
      openedAt: { atMs: NOW_MS - HOUR_MS, source: 'published' },
      openIntent: null,
      assigned: null,
      attempts: [],
    })),
  };
}

const NOBODY: Choice = {
  ...{ ruleFileId: null, stage: null, outcome: 'wait', reason: { code: 'FM-2001', detail: {} }, winner: null },
  ...{
    invited: null,
    pools: null,
    told: null,
    costCents: null,
    pointsMilli: null,
    maxPoints: null,
    distanceMetres: null,
  },
};

/** A ledger in which these rules decided every slate. */
/** From the third run on every work order has been given back, and is in its second episode. */
async function* ledgerOf(past: Past, by: readonly RuleFile[]): AsyncGenerator<RecordedSlates> {
  for (const [index, orders] of past.entries()) {
    const takenAtMs = NOW_MS + index * HOUR_MS;
    const slates = orders.map(({ order, asked }) => aSlateOf(order, asked, takenAtMs));
    const episode = index < 2 ? 1 : 2;
    const batch = aBatch(
      orders.map(({ order }) => order),
      takenAtMs,
      episode,
    );
    const read = readRecordedBatch(batch);
    if (read.kind !== 'dispatch') throw new Error('no batch');
    const { decisions } = decideAgain({
      batch: read.batch,
      slates,
      rules: prepareRules({ files: by }),
      solve: SOLVE,
      readRow,
    });
    yield {
      runId: `run-${index}`,
      decidedAtMs: takenAtMs,
      ruleSetHash: hashText('set'),
      batch,
      slates: slates.map((slate) => ({
        workOrderId: slate.workOrder.id,
        episode,
        slate,
        decisions: decisions
          .filter(({ workOrder }) => workOrder.id === slate.workOrder.id)
          .map((one) => toRecorded(one, index + 1, takenAtMs)),
      })),
    };
  }
}

function toRecorded(planned: PlannedDecision, seq: number, decidedAtMs: number): RecordedDecision {
  const { workOrder, candidates, review: _, ...said } = planned;
  return {
    ...said,
    id: decisionId(workOrder.id, 1, seq),
    runId: 'run',
    workOrderId: workOrder.id,
    seq,
    ruleSetHash: hashText('set'),
    decidedAtMs,
    engineVersion: '0.0.0-test',
    inputHash: hashText('input'),
    workOrder: { title: workOrder.title, facts: null },
    candidates: candidates.map(
      (ranked): RecordedCandidate => ({ ...ranked, ...ranked.scored, ...ranked.scored.candidate, criteria: [] }),
    ),
    intents: planned.intents.map((intent) => ({ ...intent, claimedAtMs: [], effects: [] })),
  };
}

type Sides = { readonly old: readonly RuleFile[] | 'recorded'; readonly new: readonly RuleFile[] };

function test(past: Past, by: readonly RuleFile[], { old, new: next }: Sides): Promise<BacktestResult> {
  return backtest(ledgerOf(past, by), {
    new: prepareRules({ files: next }),
    solve: SOLVE,
    old: old === 'recorded' ? old : prepareRules({ files: old }),
    readRow,
    top: 1_000,
    onProgress: () => undefined,
  });
}

function aFile(
  stars: number,
  minPoints: number,
  first: 'points' | 'total_pay',
  given: Partial<RuleFile> = {},
): RuleFile {
  return aRuleFile({
    text: `${stars} ${minPoints} ${first} ${given.id}`,
    criteria: [
      aCriterion({ weight: 40, isRequired: false, when: aTest('provider.rating', 'greaterThanInclusive', stars) }),
      aCriterion({
        position: 2,
        key: 'near',
        weight: 30,
        isRequired: false,
        when: aTest('provider.distance', 'lessThan', 20_000),
      }),
    ],
    stages: [{ n: 1, afterMinutes: 0, do: 'assign', minPoints, minMargin: 0, withdrawRoutes: false }],
    tieBreak: [
      { by: first, direction: first === 'points' ? 'desc' : 'asc' },
      { by: 'provider_id', direction: 'asc' },
    ],
    guardrails: {
      ...NO_GUARDRAILS,
      perProvider: { ...NO_GUARDRAILS.perProvider, perDay: 1 },
      pay: { ...NO_GUARDRAILS.pay, acceptCounters: true },
    },
    ...given,
  });
}

const anyAsked = fc.record({
  provider: fc.integer({ min: 1, max: 6 }),
  stars: fc.constantFrom(300, 420, 480),
  miles: fc.constantFrom(2, 11, 40),
  payCents: fc.constantFrom(20_000, 25_000, 26_100),
});
const anyPast: fc.Arbitrary<Past> = fc.array(
  fc.uniqueArray(
    fc.record({
      order: fc.integer({ min: 11, max: 14 }),
      asked: fc.uniqueArray(anyAsked, { selector: ({ provider }) => provider, maxLength: 4 }),
    }),
    { selector: ({ order }) => order, minLength: 1, maxLength: 4 },
  ),
  { minLength: 1, maxLength: 4 },
);
const anyFile = fc
  .tuple(
    fc.constantFrom(400, 450, 490),
    fc.constantFrom(0, 30, 60),
    fc.constantFrom('points' as const, 'total_pay' as const),
  )
  .map(([stars, minPoints, first]) => aFile(stars, minPoints, first));

function turned(paired: Paired): Paired {
  const { oldTotal, newTotal, lower, higher, medianChange } = paired;
  const median = medianChange === null || medianChange === 0 ? medianChange : -medianChange;
  return { ...paired, oldTotal: newTotal, newTotal: oldTotal, lower: higher, higher: lower, medianChange: median };
}

const RUNS = { numRuns: 60 };

describe('a backtest', () => {
  it('of the same rules changes nothing, also against what was recorded', async () => {
    await fc.assert(
      fc.asyncProperty(anyPast, anyFile, async (past, file) => {
        for (const old of [[file], 'recorded'] as const) {
          const result = await test(past, [file], { old, new: [file] });
          expect(result.changed).toEqual({ decisions: 0, outcomes: 0, winners: 0, workOrders: 0, reasonsOnly: 0 });
          expect([result.changes, result.providers]).toEqual([[], []]);
          expect(result.slates.compared).toBe(past.flat().length);
          expect([result.pay.medianChange ?? 0, result.distance.medianChange ?? 0]).toEqual([0, 0]);
        }
      }),
      RUNS,
    );
  });

  it('from A to B mirrors the one from B to A', async () => {
    await fc.assert(
      fc.asyncProperty(anyPast, anyFile, anyFile, async (past, a, b) => {
        const there = await test(past, [a], { old: [a], new: [b] });
        const back = await test(past, [a], { old: [b], new: [a] });
        expect(there.changed).toEqual(back.changed);
        expect(there.changes.map(({ old, new: now }) => [old, now])).toEqual(
          back.changes.map(({ old, new: now }) => [now, old]),
        );
        for (const figure of ['pay', 'distance', 'points', 'pointsShare'] as const)
          expect(there[figure]).toEqual(turned(back[figure]));
        expect([there.filled, there.holds]).toEqual(
          [back.filled, back.holds].map((both) => ({ old: both.new, new: both.old })),
        );
        expect([there.workOrders, there.decidedAnew]).toEqual([back.workOrders, back.decidedAnew]);
        expect(there.providers).toEqual(back.providers.map((one) => ({ ...one, old: one.new, new: one.old })));
        expect([there.providersGaining, there.cutOff.new]).toEqual([back.providersLosing, back.cutOff.old]);
      }),
      RUNS,
    );
  });

  it('adds up, and comes to the same bytes each time', async () => {
    await fc.assert(
      fc.asyncProperty(anyPast, anyFile, anyFile, async (past, a, b) => {
        const result = await test(past, [a], { old: 'recorded', new: [b] });
        const { slates, outcomes, byFile, byCause, changed, changes, providers, filled } = result;
        const sum = (counts: readonly number[]) => counts.reduce((total, one) => total + one, 0);
        for (const side of ['old', 'new'] as const) {
          expect(sum(Object.values(outcomes).map((both) => both[side]))).toBe(slates.compared);
          expect(sum(byFile.map((both) => both[side]))).toBe(slates.compared);
        }
        expect(changes.length).toBe(changed.decisions);
        expect(sum(byCause.map(({ decisions }) => decisions))).toBe(changed.decisions);
        for (const side of ['old', 'new'] as const) expect(filled[side]).toBeLessThanOrEqual(result.workOrders);
        expect(sum(byFile.map(({ changedFrom }) => changedFrom))).toBe(changed.decisions);
        expect(sum(providers.map((one) => one.new - one.old))).toBe(filled.new - filled.old);
        expect(result.workOrders).toBe(new Set(past.flat().map(({ order }) => order)).size);
        expect(JSON.stringify(await test(past, [a], { old: 'recorded', new: [b] }))).toBe(JSON.stringify(result));
      }),
      RUNS,
    );
  });

  const STAR: Asked = { provider: 1, stars: 480, miles: 11, payCents: 25_000 };
  const CHEAP: Asked = { provider: 2, stars: 420, miles: 2, payCents: 20_000 };
  const PAST: Past = [[{ order: 11, asked: [STAR, CHEAP] }], [{ order: 12, asked: [CHEAP] }]];

  it('shows who wins instead, for how much, from how far, and by which stage', async () => {
    const result = await test(PAST, [aFile(450, 0, 'points')], { old: 'recorded', new: [aFile(450, 0, 'total_pay')] });
    expect(result).toMatchObject({
      runs: 2,
      decisions: 2,
      workOrders: 2,
      changed: { decisions: 1, winners: 1, outcomes: 0, workOrders: 1 },
      changes: [
        {
          decisionId: '11.1.1',
          workOrderId: 11,
          old: { outcome: 'assign', winner: 1, costCents: 25_000, distanceMetres: 17_699, pointsMilli: 70_000 },
          new: { outcome: 'assign', winner: 2, costCents: 20_000, distanceMetres: 3_218, pointsMilli: 30_000 },
          causes: [],
        },
      ],
      pay: { pairs: 2, oldTotal: 45_000, newTotal: 40_000, medianChange: -2_500, lower: 1, higher: 0 },
      pointsShare: { pairs: 2, oldTotal: 14_285, newTotal: 8_570 },
      providers: [
        { providerId: 1, old: 1, new: 0 },
        { providerId: 2, old: 1, new: 2 },
      ],
      byStage: [{ ruleFileId: 'default', stage: 1, old: 2, new: 2 }],
    });
  });

  it('counts a work order that was given back once, as it was filled last', async () => {
    const past: Past = [
      [{ order: 11, asked: [STAR] }],
      [],
      [{ order: 11, asked: [CHEAP] }],
      [{ order: 11, asked: [STAR] }],
    ];
    const result = await test(past, [aFile(400, 0, 'points')], { old: 'recorded', new: [aFile(400, 0, 'points')] });
    expect(result).toMatchObject({
      slates: { compared: 3 },
      workOrders: 1,
      decidedAnew: 1,
      filled: { old: 1, new: 1 },
      pay: { pairs: 1, oldTotal: 20_000, newTotal: 20_000 },
    });
    const [summary] = backtestSections({ result, newRules: 'a', oldRules: 'b', failIf: null, notes: [] });
    expect(summary?.sentences.slice(0, 2)).toEqual([
      expect.stringMatching(/^3 slates of 1 work order from 4 runs/),
      'Given back and decided anew: 1.',
    ]);
  });

  describe('says of a changed decision', () => {
    const BEST = aFile(450, 0, 'points');
    const limited = (file: RuleFile, maxTotalCents: number): RuleFile => ({
      ...file,
      text: `${file.text} ${maxTotalCents}`,
      guardrails: { ...file.guardrails, pay: { ...file.guardrails.pay, maxTotalCents } },
    });
    const late = (file: RuleFile): RuleFile => ({
      ...file,
      text: `${file.text} late`,
      stages: file.stages.map((stage) => ({ ...stage, afterMinutes: 90 })),
    });
    const whyOf = async (old: RuleFile, now: RuleFile, asked: readonly Asked[] = [STAR, CHEAP]) => {
      for (const against of ['recorded', [old]] as const) {
        const result = await test([[{ order: 11, asked }]], [old], { old: against, new: [now] });
        const report = { result, newRules: 'a', oldRules: 'b', failIf: null, notes: [] };
        const sections = backtestSections(report);
        const table = (name: string) => sections.find(({ title }) => title === name)?.table?.rows;
        const why = table('What changes')?.[0]?.at(-1);
        const cause = table('Changes by cause');
        expect(backtestCsv(report)).toContain(String(cause?.[0]?.[0]));
        if (against !== 'recorded') return { why, cause };
      }
      throw new Error('not reached');
    };

    it('why the old winner may not be chosen any more, with figures', async () => {
      const { why, cause } = await whyOf(BEST, limited(BEST, 22_000));
      expect(why).toBe('1: no longer eligible: too expensive. Would cost $250.00; the file allows $220.00. (FM-5008)');
      expect(cause).toEqual([['the old winner is no longer eligible: too expensive (FM-5008)', '1']]);
      const nobody = await whyOf(BEST, limited(BEST, 15_000));
      expect(nobody.why).toMatch(/^1: no longer eligible: too expensive\. .*\$150\.00/);
    });

    it('by which criteria the new winner has more points, or that it comes first without', async () => {
      const byStars = aFile(450, 0, 'points');
      const [near = byStars.criteria[0], ...rest] = byStars.criteria;
      if (near === undefined) throw new Error('no criterion');
      const cheapFirst = {
        ...byStars,
        text: 'low',
        criteria: [{ ...near, when: aTest('provider.rating', 'lessThan', 450) }, ...rest],
      };
      const fewer = await whyOf(BEST, cheapFirst);
      expect(fewer.why).toMatch(/^1: still eligible, with 30 points; 2 has 70: \S+ 40 to 0\.$/);
      expect(fewer.cause).toEqual([['the old winner has fewer points than the new one', '1']]);
      expect((await whyOf(BEST, aFile(450, 0, 'total_pay'))).why).toMatch(
        /^1: still eligible, with 70 of 70 points, no fewer than 2\. /,
      );
    });

    it('that a stage is not due yet, or a threshold too high, for who is eligible still', async () => {
      const { why, cause } = await whyOf(BEST, late(BEST));
      expect(why).toMatch(
        /^1: still eligible, with 70 of 70 points, but not taken\. .* first stage comes after 90 min\.$/,
      );
      expect(cause?.[0]?.[0]).toBe('the old winner is eligible and not taken: no stage is due yet (FM-2001)');
      expect((await whyOf(BEST, aFile(450, 80, 'points'))).why).toMatch(
        /^1: still eligible, with 70 of 70 points, but not taken: stage 1 asks for 80\. /,
      );
      expect((await whyOf(late(BEST), BEST)).why).toMatch(
        /^1: eligible before too, with 70 of 70 points, and not taken\. /,
      );
    });

    it('what keeps those who were invited from being invited now, or kept the new ones', () => {
      const tooDear = { code: 'FM-5008', detail: { cost: '$250.00', limit: '$200.00' } };
      const side = (invited: readonly number[], blocked: readonly number[]): Side => ({
        choice: {
          ...NOBODY,
          outcome: invited.length === 0 ? 'wait' : 'mass_route',
          invited: invited.length === 0 ? null : invited.map(providerId),
        },
        thresholds: [],
        standing: (id) => {
          const isEligible = !blocked.includes(id);
          return { isEligible, blockedBy: isEligible ? [] : [tooDear], pointsMilli: 0, maxPoints: 0, criteria: [] };
        },
      });
      const told = (old: Side, now: Side) => {
        const why = whyChanged(old, now);
        if (why === null) throw new Error('nothing changed');
        return [whyText({ why, new: now.choice }), changeCause(why, now.choice).code];
      };
      const all = side([1, 2, 3], []);
      const none = side([], [1, 2]);
      const dear = expect.stringMatching(
        /^Of those invited before, 3 would not be: 2 no longer eligible \(1: .*FM-5008\)\), 1 still eligible\. /,
      );
      expect(told(all, none)).toEqual([dear, 'FM-5008']);
      const before = expect.stringMatching(
        /^3 more are invited, of whom before 2 not eligible \(1: .*FM-5008\)\), 1 eligible too\. /,
      );
      expect(told(none, all)).toEqual([before, 'FM-5008']);
      expect(told(all, side([1, 2], []))).toEqual([
        expect.stringMatching(/, 1 would not be: 1 still eligible\. /),
        'FM-2001',
      ]);
      expect(told(side([], []), { ...none, choice: { ...NOBODY, outcome: 'hold' } })[1]).toBe('FM-2001');
    });

    it('why the new winner could not be chosen before, where nobody was', async () => {
      const { why, cause } = await whyOf(limited(BEST, 15_000), BEST);
      expect(why).toBe('1: now eligible; before not: Would cost $250.00; the file allows $150.00. (FM-5008)');
      expect(cause?.[0]?.[0]).toBe('the new winner was not eligible before: too expensive (FM-5008)');
    });
  });

  it('sees that the platform would be told something else about the same people', async () => {
    const sends = (value: number) =>
      aFile(450, 0, 'points', {
        stages: [
          {
            n: 1,
            afterMinutes: 0,
            do: 'mass_route_pool',
            talentPoolId: 71,
            sends: [{ name: 'rating', operator: '>=', value, canRemote: true }],
          },
        ],
      });
    const changed = async (file: RuleFile) =>
      (await test([[{ order: 11, asked: [] }]], [sends(4)], { old: 'recorded', new: [file] })).changed.decisions;
    expect([await changed(sends(4)), await changed(sends(4.5))]).toEqual([0, 1]);
  });

  it('sees another talent pool or other people invited, also by a file that only recommends', async () => {
    const past: Past = [[{ order: 11, asked: [] }]];
    for (const mode of ['enforce', 'recommend'] as const) {
      const [one, other] = [71, 72].map((talentPoolId) =>
        aFile(450, 0, 'points', { mode, stages: [{ n: 1, afterMinutes: 0, do: 'mass_route_pool', talentPoolId }] }),
      );
      if (one === undefined || other === undefined) throw new Error('two are expected');
      const result = await test(past, [one], { old: 'recorded', new: [other] });
      expect(result).toMatchObject({ outcomes: { mass_route: { old: 1, new: 1 } }, changed: { decisions: 1 } });
      expect((await test(past, [one], { old: 'recorded', new: [one] })).changed.decisions).toBe(0);
    }
    const said = { outcome: 'mass_route', winner: null, pools: null, told: null } as const;
    const choice = (invited: readonly number[] | null) => ({
      ...NOBODY,
      ...said,
      invited: invited?.map(providerId) ?? null,
    });
    expect(isSameChoice(choice([1, 2]), choice([1, 3]))).toBe(false);
    expect(isSameChoice(choice([1, 2]), { ...choice(null), pools: [71] })).toBe(false);
    expect(isSameChoice(choice([1, 2]), choice(null))).toBe(true);
    expect(isSameChoice({ ...choice([1]), told: '[1]' }, { ...choice([1]), told: '[2]' })).toBe(false);
    expect(isSameChoice({ ...choice([1]), told: '[1]' }, choice([1]))).toBe(true);
  });

  it('says where rules that wait longer are not seen to the end, and what files never gave away', async () => {
    const patient = aFile(450, 0, 'points', {
      stages: [{ n: 1, afterMinutes: 90, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: false }],
    });
    const result = await test(PAST, [aFile(450, 0, 'points')], { old: 'recorded', new: [patient] });
    expect(result).toMatchObject({ filled: { old: 2, new: 1 }, cutOff: { old: 0, new: 1 }, changed: { outcomes: 1 } });
    expect(
      backtestSections({ result, newRules: 'a', oldRules: 'b', failIf: null, notes: [] })[1]?.sentences[0],
    ).toMatch(/still waiting on 1 when the recording ends \(old 0, new 1\)/);
    const none = await test(PAST, [aFile(450, 0, 'points')], { old: 'recorded', new: [] });
    expect(none.byFile).toEqual([
      { ruleFileId: null, old: 0, new: 2, changedFrom: 0 },
      { ruleFileId: 'default', old: 2, new: 0, changedFrom: 2 },
    ]);
    expect(none.outcomes).toEqual({ assign: { old: 2, new: 0 }, skip: { old: 0, new: 2 } });
  });

  it('joins runs that were compared apart from each other, in other threads, to the same result', async () => {
    const asked = [STAR, CHEAP];
    const past: Past = Array.from({ length: 5 }, () => [{ order: 11, asked }]);
    const shown: string[] = [];
    const [old, other] = [aFile(450, 0, 'points'), aFile(450, 0, 'total_pay')];
    // From the second run on only a shadow's decision was recorded, so that the choice of then is an earlier run's.
    async function* shadowed(): AsyncGenerator<RecordedSlates> {
      for await (const run of ledgerOf(past.slice(0, 2), [old])) {
        const mode = run.runId === 'run-0' ? 'enforce' : 'shadow';
        const slates = run.slates.map((one) => ({
          ...one,
          decisions: one.decisions.map((each) => ({ ...each, mode })),
        }));
        yield { ...run, slates };
      }
    }
    for (const runs of [() => ledgerOf(past, [old]), shadowed]) {
      for (const then of ['recorded', prepareRules({ files: [old] })] as const) {
        const terms = { new: prepareRules({ files: [other] }), old: then, solve: SOLVE, readRow };
        const whole = await backtest(runs(), { ...terms, top: 9, onProgress: () => undefined });
        const joining = startJoining(9);
        for await (const run of runs()) joining.add(structuredClone(compareRun(run, terms)));
        expect(joining.result()).toEqual(whole);
        shown.push(whole.changes.map(({ why, old: before }) => `${before.winner} ${why.kind}`).join());
      }
    }
    const [five, two] = [5, 2].map((runs) => Array.from({ length: runs }, () => '1 ranked_lower').join());
    expect(shown).toEqual([five, five, two, two]);
  });

  it('counts what it cannot decide again by why', async () => {
    async function* broken(): AsyncGenerator<RecordedSlates> {
      for await (const run of ledgerOf(PAST, [aFile(450, 0, 'points')])) {
        const [slate] = run.slates;
        if (slate === undefined) throw new Error('no slate');
        const shadow = slate.decisions.map((one) => ({ ...one, mode: 'shadow' }));
        yield { ...run, batch: 'erased' };
        yield { ...run, batch: { reviews: [] } };
        yield { ...run, batch: 7 };
        const byHand = slate.decisions.map((one) => ({ ...one, reason: { code: 'FM-1901', detail: {} } }));
        yield { ...run, batch: { takenAtMs: 7, byHand: true }, slates: [{ ...slate, decisions: byHand }] };
        yield { ...run, slates: [{ ...slate, slate: 'erased' }] };
        yield { ...run, batch: aBatch([], NOW_MS) };
        yield { ...run, slates: [{ ...slate, episode: 2, decisions: shadow }] };
      }
    }
    const rules = prepareRules({ files: [aFile(450, 0, 'points')] });
    const terms = { new: rules, old: 'recorded', solve: SOLVE, readRow, top: 0, onProgress: () => undefined } as const;
    const result = await backtest(broken(), terms);
    expect(result.slates).toEqual({ compared: 0, erased: 4, reviews: 2, byHand: 2, unreadable: 4, withoutLive: 2 });
    expect(backtestCaveats(result, true).join('\n')).toMatch(
      /4 slates could not .* erased[\s\S]*2 reviews[\s\S]*2 actions by hand[\s\S]*4 slates left/,
    );
  });

  it('names what was not recorded, and marks the decisions that hang on it', async () => {
    const asking = aFile(450, 0, 'points', {
      criteria: [aCriterion({ when: aTest('provider.cancel_rate', 'lessThan', 500) })],
    });
    const result = await test(PAST, [aFile(450, 0, 'points')], { old: 'recorded', new: [asking] });
    expect(result.gaps.facts).toEqual([{ fact: 'provider.cancel_rate', derived: 0, unsure: 0, unknown: 3, slates: 2 }]);
    expect(result.changes.map(({ causes }) => causes)).toEqual([['fact'], ['fact']]);
    expect(backtestCaveats(result, false).join(' ')).toContain(
      'provider.cancel_rate was not recorded, since no file asked for it then: unknown for 3 candidates on 2 slates.',
    );
  });

  it('of a ledger such as the bench makes finds no difference by the rules that made it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-backtest-'));
    const { files, ...set } = loadRuleSet(RULES, DEFAULT_LIMITS, { cwd: RULES, stderr: process.stderr });
    const size = { runs: 6, ordersPerRun: 5, candidates: 6 };
    const path = await pastLedger(size, { ...set, files }, { folder, onProgress: () => undefined });
    const reader = openLedgerReader({ path, migrationsFolder: join(RULES, '../migrations/sqlite') });
    const rules = prepareRules({ files: files.filter(({ mode }) => mode !== 'shadow') });
    const range = { sinceMs: null, untilMs: null };
    const progress: number[] = [];
    const result = await backtest(reader.slates(range), {
      new: rules,
      old: 'recorded',
      solve: SOLVE,
      readRow: recordedRow,
      top: 5,
      onProgress: (decisions) => progress.push(decisions),
    });
    await reader.close();
    rmSync(folder, { recursive: true });
    expect(result.slates).toEqual({ compared: 30, erased: 0, reviews: 0, byHand: 0, unreadable: 0, withoutLive: 0 });
    expect([result.changes, result.changed.reasonsOnly, result.gaps.partRuns]).toEqual([[], 0, 0]);
    expect(progress).toEqual([5, 10, 15, 20, 25, 30]);
  });

  it('is shown without letting a title become markup, in any format', async () => {
    const result = await test(PAST, [aFile(450, 0, 'points')], { old: 'recorded', new: [aFile(450, 0, 'total_pay')] });
    const evil = '<img src=x onerror=alert(1)>|[a](http://x) \u001b[2J';
    const changes = result.changes.map((change) => ({ ...change, title: evil }));
    const report = { result: { ...result, changes }, newRules: 'next', oldRules: 'recorded', failIf: null, notes: [] };
    const sections = backtestSections(report);
    const page = sectionsAsPage(sections);
    expect(page).not.toMatch(/<(img|script|link|a|iframe)\b/);
    expect([page, sectionsAsMarkdown(sections)].some((written) => written.includes('\u001b'))).toBe(false);
    expect(page.match(/<svg /g)?.length).toBeGreaterThan(3);
    expect(escapeHtml(`"'&`)).toBe('&#34;&#39;&#38;');
    const markdown = sectionsAsMarkdown(sections);
    expect(markdown).toContain('\\<img src=x onerror=alert(1)\\>\\|\\[a\\](http://x)');
    const text = sectionsAsText(sections, 100);
    expect(text).toContain('old  assign 1, $250.00, 11.0 mi, 70 of 70 points (default 1)');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(text).not.toContain('\u001b');
  });
});

describe('--fail-if', () => {
  const verdictOf = async (text: string, next = aFile(450, 0, 'total_pay')) => {
    const past: Past = [
      [
        {
          order: 11,
          asked: [
            { provider: 1, stars: 480, miles: 11, payCents: 25_000 },
            { provider: 2, stars: 420, miles: 2, payCents: 20_000 },
          ],
        },
      ],
      [{ order: 12, asked: [{ provider: 2, stars: 420, miles: 2, payCents: 20_000 }] }],
    ];
    const result = await test(past, [aFile(450, 0, 'points')], { old: 'recorded', new: [next] });
    const parsed = parseFailIf(text);
    if (parsed.kind === 'flaw') throw new Error(JSON.stringify(parsed.flaw));
    return judgeFailIf(parsed.condition, result);
  };

  it.each([
    ['changed>5%', 'holds', '50'],
    ['changed>50%', 'does_not_hold', '50'],
    ['changed>=50%', 'holds', '50'],
    ['winners>=1', 'holds', '1'],
    ['outcomes>0', 'does_not_hold', '0'],
    ['pay>+2%', 'does_not_hold', '-11.11'],
    ['pay<-11.11%', 'holds', '-11.11'],
    ['pay<=-50', 'holds', '-50'],
    ['distance<0%', 'holds', '-69.'],
    ['distance<-8', 'holds', '-9'],
    ['points<-20%', 'holds', '-28.57'],
    ['fill<0', 'does_not_hold', '0'],
    ['fill<0%', 'does_not_hold', '0'],
    ['holds>0', 'does_not_hold', '0'],
    ['slates<3', 'holds', '2'],
    ['changed>60% or pay<0%', 'holds', '-11.11'],
    ['changed>5% and pay>2%', 'does_not_hold', '-11.11'],
    ['changed > 5 % and ( pay > 2% OR winners > 0 )'.replace('5 %', '5%'), 'holds', '50'],
    ['outcomes>0 or changed>5% and winners>5', 'does_not_hold', '0'],
  ])('%s %s', async (text, verdict, measured) => {
    const judged = await verdictOf(text);
    expect(judged.verdict).toBe(verdict);
    expect(judged.tests.map((one) => one.measured).join()).toContain(measured);
  });

  it('cannot be told where nothing says it, unless the rest decides', async () => {
    const waiting = aFile(450, 1_000, 'points');
    expect((await verdictOf('pay>2%', waiting)).verdict).toBe('cannot_be_told');
    expect((await verdictOf('pay>2% or changed>5%', waiting)).verdict).toBe('holds');
    expect((await verdictOf('pay>2% or changed>100%', waiting)).verdict).toBe('cannot_be_told');
    expect((await verdictOf('pay>2% and changed>100%', waiting)).verdict).toBe('does_not_hold');
    const nothing = await test([], [], { old: 'recorded', new: [waiting] });
    for (const { name, asPercent, asNumber, measure } of METRICS) {
      expect([asPercent, asNumber].some((form) => form !== null)).toBe(true);
      expect(measure(nothing)).toEqual({ number: name === 'slates' ? 0 : null, percent: null });
    }
  });

  it('has every metric in docs/backtest.md, in the same words', () => {
    const page = readFileSync(join(import.meta.dirname, '../../docs/backtest.md'), 'utf8');
    for (const { name, asNumber, asPercent } of METRICS)
      expect(page).toContain(`| \`${name}\` | ${asNumber ?? '–'} | ${asPercent ?? '–'} |`);
  });

  it('takes it for no change of pay where neither side gives anything away', async () => {
    const waiting = aFile(450, 1_000, 'points');
    const past: Past = [[{ order: 11, asked: [] }]];
    const result = await test(past, [waiting], { old: 'recorded', new: [waiting] });
    for (const text of ['pay>0%', 'pay>0', 'distance>0%', 'points<0%']) {
      const parsed = parseFailIf(text);
      expect(parsed.kind === 'condition' && judgeFailIf(parsed.condition, result).verdict).toBe('does_not_hold');
    }
  });

  it.each([
    ['', 1, 'missing'],
    ['changd>5%', 1, '"changd" is no metric'],
    ['changed 5%', 9, '"5%" is no operator'],
    ['changed>', 9, 'a number is missing'],
    ['changed>5% or', 14, 'a comparison is missing'],
    ['changed>5% pay>2%', 12, '"pay" is not expected'],
    ['(changed>5%', 12, 'a closing parenthesis is missing'],
    ['(changed>5% pay', 13, 'stands where ) is missing'],
    ['pay>1.234%', 5, '"1.234%" is no number'],
    ['points>5', 8, 'points is a percentage'],
    ['slates<5%', 8, 'slates has no percentage'],
    ['changed=5%', 8, '"=" is no operator'],
  ])('refuses %s at character %i: %s', (text, position, what) => {
    const parsed = parseFailIf(text);
    expect(parsed).toMatchObject({ kind: 'flaw', flaw: { position, what: expect.stringContaining(what) } });
  });
});
