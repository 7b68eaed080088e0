import { afterEach, describe, expect, it } from 'vitest';
import { type DecidedAgain, decideAgain, prepareRules } from '../../src/analysis/decide-again.ts';
import { type RecordedBatch, readRecordedBatch } from '../../src/analysis/recorded-batch.ts';
import type { PlannedDecision } from '../../src/domain/decision.ts';
import { providerId, workOrderId } from '../../src/domain/ids.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import type { RecordedDecision } from '../../src/domain/recorded-decision.ts';
import type { RuleFile, Stage } from '../../src/domain/rule-file.ts';
import type { Slate } from '../../src/domain/scored-slate.ts';
import type { ReplayReader } from '../../src/engine/replay-reader.ts';
import { recordedRow } from '../../src/fieldnation/to-pending-row.ts';
import { replayText } from '../../src/report/replay-text.ts';
import { SOLVE } from '../decide/builders.ts';
import {
  ASSIGN,
  aFileThat,
  ask,
  cancelAssignment,
  closeWorlds,
  later,
  MASS_ROUTE,
  MINUTE_MS,
  openReader,
  openWorld,
  ROUTE,
  ruleSetOf,
  run,
  type World,
} from '../engine/world.ts';
import { aCriterion, aTest, NO_GUARDRAILS } from '../support/builders.ts';
import { notAsRecorded, replayAll } from '../support/replayed.ts';

afterEach(closeWorlds);

type RecordedRun = {
  readonly batch: RecordedBatch;
  readonly slates: readonly Slate[];
  readonly decisions: readonly RecordedDecision[];
};

/** Every dispatch run that recorded something, oldest first. */
async function recordedRuns(world: World): Promise<readonly RecordedRun[]> {
  const reader = openReader(world);
  const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: null, withCandidates: true });
  const runs: RecordedRun[] = [];
  for (const decisions of Map.groupBy(all, ({ runId }) => runId).values()) {
    const inputs = await Promise.all(decisions.map(({ id }) => reader.recordedInput(id)));
    const whole = inputs.filter((input) => input !== null && input !== 'erased');
    const read = readRecordedBatch(whole[0]?.batch ?? null);
    if (read.kind !== 'dispatch') throw new Error(`not read: ${JSON.stringify(read)}`);
    runs.push({ batch: read.batch, slates: whole.map(({ slate }) => slate), decisions });
  }
  await reader.close();
  return runs;
}

function again({ batch, slates }: RecordedRun, files: readonly RuleFile[]): DecidedAgain {
  return decideAgain({ batch, slates, rules: prepareRules({ files }), solve: SOLVE, readRow: recordedRow });
}

/** What both forms of a decision say, down to every candidate's points and standing. */
function saidBy(decision: PlannedDecision | RecordedDecision) {
  return {
    workOrder: 'workOrderId' in decision ? decision.workOrderId : decision.workOrder.id,
    file: decision.ruleFileId,
    mode: decision.mode,
    outcome: decision.outcome,
    stage: decision.stage,
    reason: decision.reason,
    winner: decision.winner,
    runnerUp: decision.runnerUp,
    marginMilli: decision.marginMilli,
    costCents: decision.costCents,
    dueStages: decision.dueStages,
    intents: decision.intents.map(({ n, call, costCents }) => ({ n, call, costCents })),
    candidates: decision.candidates.map((one) => {
      const scored = 'scored' in one ? one.scored : one;
      const { isEligible, rank, blockedBy } = one;
      const verdicts = scored.criteria.map(({ verdict, decidedBy, pointsMilli, width }) => [
        verdict,
        decidedBy,
        pointsMilli,
        width,
      ]);
      const providerId = 'scored' in one ? one.scored.candidate.providerId : one.providerId;
      return [providerId, scored.pointsMilli, scored.maxPoints, isEligible, rank, blockedBy, verdicts];
    }),
  };
}

const ONCE_A_WEEK = { ...NO_GUARDRAILS, perProvider: { ...NO_GUARDRAILS.perProvider, per7Days: 1 } };
const LIVE = aFileThat([ASSIGN, { ...ROUTE, afterMinutes: 60 }], { guardrails: ONCE_A_WEEK });
const SHADOW = aFileThat(
  [
    { n: 1, afterMinutes: 0, do: 'assign', minPoints: 52, minMargin: 0, withdrawRoutes: false },
    { ...MASS_ROUTE, afterMinutes: 90 },
  ],
  {
    id: 'bold',
    mode: 'shadow',
    priority: 9,
  },
);

const POOL: Stage = { n: 1, afterMinutes: 0, do: 'mass_route', top: 3, talentPoolId: 77, minPoints: 0 };

/** Two work orders that share a provider, two that nobody asks for, over an hour and a half. */
async function aMorning(): Promise<World> {
  const files = [LIVE, SHADOW];
  const world = await openWorld({ orders: [11, 12, 13, 14] });
  await ask(world, 11, 1);
  await ask(world, 11, 2);
  await ask(world, 12, 1);
  await run(world, { files });
  await ask(world, 13, 3, 240);
  later(world, 20 * MINUTE_MS);
  await run(world, { files });
  later(world, 20 * MINUTE_MS);
  await run(world, { files });
  later(world, 40 * MINUTE_MS);
  await ask(world, 14, 4);
  await run(world, { files });
  return world;
}

/** A solution as the batch has it. */
type Written = {
  readonly group: string;
  readonly limits: readonly object[];
  readonly orders: readonly { readonly bids: readonly (readonly number[])[] }[];
  readonly components: readonly object[];
};

/** The ledger with something else in the batches of its runs. */
function altered(reader: ReplayReader, alter: (batch: JsonObject) => JsonValue): ReplayReader {
  return {
    recordedRules: (hash) => reader.recordedRules(hash),
    recordedRuns: async function* (of) {
      for await (const run of reader.recordedRuns(of)) {
        if (run.batch.kind !== 'kept' || typeof run.batch.value !== 'object' || run.batch.value === null) continue;
        yield { ...run, batch: { kind: 'kept', value: alter(run.batch.value as JsonObject) } };
      }
    },
  };
}

describe('a ledger taken again', () => {
  const files = [LIVE, SHADOW];

  it('is the same to the byte, also where most work orders of a run came out unchanged and have no slate in it', async () => {
    const world = await aMorning();
    const reader = openReader(world);
    const whole = await replayAll(reader, [ruleSetOf(files)]);
    expect(notAsRecorded(whole)).toEqual([]);
    const all = await reader.decisions({ sinceMs: null, untilMs: null, workOrderId: null, withCandidates: false });
    expect(whole.counts).toMatchObject({ identical: all.length, by_hand: 0 });
    const partly = await recordedRuns(world);
    const present = (slates: readonly Slate[]) => new Set(slates.map(({ workOrder }) => workOrder.id)).size;
    expect(partly.some(({ batch, slates }) => batch.members.length > present(slates))).toBe(true);
    // One by one, with nothing of the others but their shares.
    for (const { id } of all) {
      const alone = await replayAll(reader, [ruleSetOf(files)], { of: { decisionId: id } });
      expect(alone.counts.identical, id).toBe(1);
    }
    await reader.close();
  });

  it('says of which decision it differs, and which input it comes from', async () => {
    const world = await aMorning();
    const reader = openReader(world);
    const other = { ...ruleSetOf(files), files: [{ ...LIVE, stages: LIVE.stages.slice(1) }, SHADOW] };
    const replayed = await replayAll(reader, [other], { engineVersion: '9.9.9' });
    expect(replayed.told.map(({ verdict }) => verdict)).toContainEqual({
      kind: 'different',
      differences: expect.arrayContaining([{ part: 'outcome', place: '', recorded: 'assign', again: 'wait' }]),
      because: 'Every input is as it was written: engine version 0.0.0-test decided so, and 9.9.9 does not.',
    });
    // Shadows are decided by a file that is as it was.
    expect(replayed.counts.identical).toBeGreaterThan(0);
    const [told] = replayed.told;
    expect(replayText({ result: replayed, engineVersion: '9.9.9' })).toContain(`${told?.decisionId}  different: Every`);
    await reader.close();
  });

  it('names each piece of a recorded solution that is not what comes out again', async () => {
    const world = await aMorning();
    const reader = openReader(world);
    const toldAfter = async (alter: (solution: Written) => object) => {
      const runs = altered(reader, (value) => {
        const solutions = value['solutions'] as unknown as readonly Written[];
        const changed = solutions.map((one) => (one.group === 'acting' ? { ...one, ...alter(one) } : one));
        return { ...value, solutions: changed as unknown as JsonValue };
      });
      const { told } = await replayAll(runs, [ruleSetOf(files)], { engineVersion: '9.9.9' });
      return told.map(({ decisionId, verdict }) => [
        decisionId,
        ...(verdict.kind === 'different' ? verdict.differences.map(({ part }) => part) : [verdict.kind]),
      ]);
    };
    const order =
      (change: object) =>
      ({ orders: [first, ...rest] }: Written) => ({ orders: [{ ...first, ...change }, ...rest] });
    const bid = (place: number, value: number) => (solution: Written) => {
      const [best = [], ...others] = solution.orders[0]?.bids ?? [];
      return order({ bids: [best.with(place, value), ...others] })(solution);
    };
    const component =
      (change: object) =>
      ({ components }: Written) => ({ components: components.map((one) => ({ ...one, ...change })) });
    const none = { fill: 0, pointsMilli: 0, costCents: 0, spread: 0, rank: 0 };
    const allowed = { perDay: 9, per7Days: null, forbidOverlap: false, travelBufferMinutes: 0 };

    expect(await toldAfter((solution) => solution)).toEqual([]);
    const ofItsBids = [
      order({ fillWeight: 2 }),
      order({ startMs: 1, endMs: 2 }),
      order({ day: 20_000 }),
      order({ told: 0 }),
      bid(1, 7),
      bid(2, 7),
      bid(3, 7),
      (solution: Written) => order({ bids: solution.orders[0]?.bids.toReversed() })(solution),
      () => ({ dropped: [[11, 9]] }),
    ];
    for (const alter of ofItsBids) expect(await toldAfter(alter)).toEqual([['11.1.1', 'its bids in the batch']]);
    const shared = ({ limits }: Written) => ({ limits: limits.map(() => allowed) });
    expect((await toldAfter(shared)).map(([id]) => id)).toEqual(['11.1.1', '12.1.1']);
    const ofHow = [
      component({ status: 'limit' }),
      component({ solver: 'greedy' }),
      component({ providers: 9 }),
      component({ bids: { given: 9, kept: 9 } }),
      component({ counters: { models: 9 } }),
      component({ objective: none }),
      component({ greedy: none }),
      () => ({ components: [] }),
    ];
    for (const alter of ofHow)
      expect(await toldAfter(alter)).toEqual([
        ['11.1.1', 'how its assignment was solved'],
        ['12.1.1', 'how its assignment was solved'],
      ]);
    for (const assigned of [
      [
        [11, 1],
        [12, 2],
      ],
      [],
    ])
      expect(await toldAfter(() => ({ assigned }))).toEqual([
        ['11.1.1', 'whom the batch gave it'],
        ['12.1.1', 'whom the batch gave it'],
      ]);
    expect(await toldAfter(() => ({ booked: [[2, [9]]] }))).toEqual([['11.1.1', 'who of its bidders was booked']]);
    const whole = ['its bids in the batch', 'how its assignment was solved', 'whom the batch gave it'];
    expect(await toldAfter(() => ({ group: 'asking' }))).toEqual([
      ['11.1.1', ...whole],
      ['12.1.1', ...whole],
    ]);
    await reader.close();
  });

  it('is told apart where an earlier version did not record what unchanged work orders took', async () => {
    const world = await aMorning();
    const reader = openReader(world);
    const older = altered(reader, ({ shares: _, ...value }) => value);
    const { counts, told } = await replayAll(older, [ruleSetOf(files)]);
    expect(counts).toMatchObject({ different: 0, altered: 0 });
    expect(counts.identical).toBeGreaterThan(0);
    expect(counts.not_kept).toBeGreaterThan(0);
    expect(counts.not_replayable).toBe(0);
    expect(told.map(({ verdict }) => ('because' in verdict ? verdict.because : ''))).toContainEqual(
      expect.stringMatching(/^An earlier version recorded nothing of what \d other work orders of its run took/),
    );
    await reader.close();
  });
});

describe('recorded slates decided again', () => {
  it('by the rules of then are the recorded decisions, wherever the whole run has its slates', async () => {
    const world = await aMorning();
    const runs = await recordedRuns(world);
    let whole = 0;
    for (const recorded of runs) {
      const decided = again(recorded, [LIVE, SHADOW]);
      if (decided.gaps.some(({ kind }) => kind === 'members')) continue;
      whole += 1;
      expect(decided.gaps).toEqual([]);
      const wanted = new Map<string, unknown>(
        recorded.decisions.map((one) => [`${one.workOrderId} ${one.ruleFileId}`, saidBy(one)]),
      );
      const got = new Map<string, unknown>(
        decided.decisions.map((one) => [`${one.workOrder.id} ${one.ruleFileId}`, saidBy(one)] as const),
      );
      for (const [place, said] of wanted) expect(got.get(place)).toEqual(said);
    }
    expect(runs.length).toBeGreaterThanOrEqual(3);
    expect(whole).toBeGreaterThanOrEqual(2);
    expect(runs.flatMap(({ decisions }) => decisions.map(({ outcome }) => outcome))).toEqual(
      expect.arrayContaining(['assign', 'wait', 'route']),
    );
  });

  it('share the providers of their run: who is given away is gone for the rest', async () => {
    const world = await aMorning();
    const [first] = await recordedRuns(world);
    if (first === undefined) expect.unreachable();
    const alone = first.slates.map((slate) => again({ ...first, slates: [slate] }, [LIVE]).decisions[0]);
    const together = again(first, [LIVE]).decisions;
    expect(together.map(({ winner }) => winner)).toEqual([2, 1, null, null]);
    expect(alone.map((one) => [one?.workOrder.id, one?.winner])).toContainEqual([11, 1]);
    expect(again({ ...first, slates: first.slates.slice(0, 1) }, [LIVE]).gaps).toEqual([
      { kind: 'members', workOrderIds: [12, 13, 14] },
    ]);
  });

  it('answer a fact that no file asked for then from row, profile, work order and commitments', async () => {
    const world = await aMorning();
    const [first] = await recordedRuns(world);
    if (first === undefined) expect.unreachable();
    const asking = (fact: string, operator: string, value: number | boolean) =>
      aFileThat([ASSIGN], { criteria: [aCriterion({ weight: 10, when: aTest(fact, operator, value) })] });
    const verdicts = (file: RuleFile) => {
      const decided = again(first, [file]);
      const own = decided.decisions.filter(({ workOrder }) => workOrder.id === 11);
      const facts = decided.gaps.flatMap((gap) => (gap.kind === 'fact' && gap.workOrderId === 11 ? [gap] : []));
      return {
        verdicts: own.flatMap(({ candidates }) =>
          candidates.map(({ scored }) => [scored.candidate.providerId, scored.criteria[0]?.verdict]),
        ),
        facts: facts.map(({ kind: _, workOrderId: _id, ...gap }) => gap),
      };
    };
    expect(verdicts(asking('provider.rating_count', 'greaterThanInclusive', 20))).toEqual({
      verdicts: [
        [1, 'match'],
        [2, 'match'],
      ],
      facts: [{ fact: 'provider.rating_count', derived: 2, unsure: 2, unknown: 0 }],
    });
    expect(verdicts(asking('provider.assigned_today', 'equal', 0))).toMatchObject({
      verdicts: [
        [1, 'match'],
        [2, 'match'],
      ],
      facts: [{ derived: 2, unsure: 0, unknown: 0 }],
    });
    expect(verdicts(asking('request.is_counter', 'equal', false))).toMatchObject({
      verdicts: [
        [1, 'match'],
        [2, 'match'],
      ],
      facts: [{ derived: 2, unsure: 0 }],
    });
    expect(verdicts(asking('provider.cancelled_on_us', 'equal', 0))).toMatchObject({
      verdicts: [
        [1, 'unknown'],
        [2, 'unknown'],
      ],
      facts: [{ derived: 0, unknown: 2 }],
    });
    expect(verdicts(asking('provider.cancel_rate', 'lessThanInclusive', 500))).toMatchObject({
      facts: [{ unknown: 2 }],
    });
    const ofWorkOrder = aFileThat([ASSIGN], { appliesTo: aTest('work_order.is_remote', 'equal', false) });
    expect(again(first, [ofWorkOrder]).decisions.every(({ ruleFileId }) => ruleFileId === 'default')).toBe(true);
  });

  it('are told apart from what the new rules would have needed: the bench, a talent pool, the run’s other members', async () => {
    const world = await aMorning();
    const [first] = await recordedRuns(world);
    if (first === undefined) expect.unreachable();
    const inviting = aFileThat([POOL, ROUTE], { id: 'new', hash: SHADOW.hash });
    const { gaps } = again({ ...first, slates: first.slates.slice(0, 1) }, [inviting]);
    expect(gaps).toEqual([
      { kind: 'bench', workOrderId: 11, ruleFileId: 'new', stage: 1 },
      { kind: 'talent_pool', workOrderId: 11, talentPoolId: 77 },
      { kind: 'members', workOrderIds: [12, 13, 14] },
    ]);
    const [slate] = first.slates;
    if (slate === undefined) expect.unreachable();
    const stray = { ...slate, workOrder: { ...slate.workOrder, id: workOrderId(99) } };
    expect(again({ ...first, slates: [stray] }, [LIVE])).toMatchObject({
      decisions: [],
      gaps: [
        { kind: 'no_member', workOrderId: 99 },
        { kind: 'members', workOrderIds: [11, 12, 13, 14] },
      ],
    });
  });

  it('stay stopped where reviews and dispatch together had stopped the run', async () => {
    const world = await aMorning();
    const [first] = await recordedRuns(world);
    if (first === undefined) expect.unreachable();
    const stoppedBy = { code: 'FM-7001', detail: { actions: 30, limit: 25, scope: 'dispatch and reviews together' } };
    const batch = { ...first.batch, stoppedBy: stoppedBy as RecordedBatch['stoppedBy'] };
    const decided = again({ ...first, batch }, [LIVE]);
    expect(decided.decisions.filter(({ outcome }) => outcome === 'assign')).toEqual([]);
    expect(decided.tripped).toEqual(stoppedBy);
    expect(decided.gaps).toContainEqual({ kind: 'stopped' });
  });

  it('know who had given a work order back', async () => {
    const world = await openWorld({ orders: [11] });
    const perProvider = { ...NO_GUARDRAILS.perProvider, forbidAfterGiveBack: true };
    const strict = aFileThat([ASSIGN], { guardrails: { ...NO_GUARDRAILS, perProvider } });
    await ask(world, 11, 1);
    await run(world, { files: [strict] });
    await cancelAssignment(world, 11, 1);
    await ask(world, 11, 1);
    later(world, world.limits.quietTimeMs);
    await run(world, { files: [strict] });
    const last = (await recordedRuns(world)).at(-1);
    if (last === undefined) expect.unreachable();
    expect(last.batch.members).toMatchObject([{ episode: 2, gaveBack: [1] }]);
    expect(again(last, [strict]).decisions).toMatchObject([{ outcome: 'hold', winner: null }]);
    expect(again(last, [aFileThat([ASSIGN])]).decisions).toMatchObject([{ outcome: 'assign', winner: 1 }]);
  });

  it('keep to what people had said then', async () => {
    const world = await openWorld({ orders: [11] });
    await ask(world, 11, 1);
    await ask(world, 11, 2);
    const terms = { atMs: world.clock.nowMs(), actor: 'ana', because: 'storm', untilMs: null };
    await world.store.recordDirective({ kind: 'exclusion', providerId: providerId(1), ...terms });
    await run(world, { files: [LIVE] });
    const [first] = await recordedRuns(world);
    if (first === undefined) expect.unreachable();
    expect(again(first, [aFileThat([ASSIGN], { guardrails: ONCE_A_WEEK })]).decisions).toMatchObject([{ winner: 2 }]);
  });
});

describe('a recorded batch', () => {
  it('of an earlier version is read as far as it goes, and says what it lacks', () => {
    const early = {
      takenAtMs: 1,
      openWorkOrders: 3,
      committedTodayCents: 0,
      committedTodayByRuleFile: {},
      commitments: [],
      members: [
        { workOrderId: 11, episode: 1, ruleFileHash: null, openedAt: { atMs: 0, source: 'published' }, attempts: [] },
      ],
    };
    const read = readRecordedBatch(early);
    expect(read).toMatchObject({
      kind: 'dispatch',
      batch: {
        directives: { pause: null, exclusions: [], pins: [] },
        projectDispatch: new Map(),
        stoppedBy: null,
        approved: null,
        members: [{ openIntent: null, assigned: null }],
        lacks: expect.arrayContaining(['limits', 'directives', 'stoppedBy', 'approved', 'projectDispatch']),
      },
    });
  });

  it('of reviews is told apart, and what is none is refused with the place', () => {
    expect(readRecordedBatch({ reviews: [] })).toEqual({ kind: 'reviews' });
    expect(readRecordedBatch(null)).toMatchObject({ kind: 'not_understood' });
    expect(readRecordedBatch({ takenAtMs: 'now' })).toMatchObject({
      kind: 'not_understood',
      because: expect.stringContaining('takenAtMs'),
    });
  });
});
