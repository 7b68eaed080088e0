import { afterEach, describe, expect, it } from 'vitest';
import type { ReviewFile } from '../../src/domain/rule-file.ts';
import { PlatformUnavailable } from '../../src/engine/ports.ts';
import { openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { aReviewCriterion, aReviewFile, aTest } from '../support/builders.ts';
import {
  ASSIGN,
  act,
  aFileThat,
  ask,
  assignByHand,
  closeWorlds,
  editOrder,
  endsOf,
  hookStore,
  intentsOf,
  later,
  ledgerOf,
  MINUTE_MS,
  once,
  openWorld,
  orderOf,
  run as runFiles,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

type Report = NonNullable<ReturnType<typeof orderOf>['report']>;

const GOOD: Report = {
  visits: [{ inMs: 0, outMs: 60 * MINUTE_MS, minutesLate: 0 }],
  hasAttachments: true,
  hasFields: true,
  hasTasks: true,
  problems: [],
  closingNotes: 'All done.',
  expenseCents: 0,
  isDoneWell: true,
};
const PROBLEM = { name: 'No access', atMs: 0, isResolved: false };

/** Assigned by a colleague and done, as the provider hands it in. */
async function finish(world: World, id: number, report: Partial<Report> = {}) {
  await assignByHand(world, id, 1);
  await complete(world, id, report);
}

async function complete(world: World, id: number, report: Partial<Report> = {}) {
  await act(world, ['POST', `/workorders/${id}/complete`]);
  editOrder(world, id, { report: { ...GOOD, ...report } });
}

const HANDED_IN = aReviewFile({
  criteria: [
    aReviewCriterion(),
    aReviewCriterion({
      position: 2,
      key: 'deliverables',
      label: 'Deliverables handed in',
      when: aTest('work_order.deliverables', 'greaterThanInclusive', 1),
    }),
  ],
});

function run(world: World, plan: Parameters<typeof runFiles>[1] = {}) {
  return runFiles(world, { reviews: [HANDED_IN], ...plan });
}

function limitedTo(maxDailyApprovedCents: number): ReviewFile {
  return { ...HANDED_IN, guardrails: { ...HANDED_IN.guardrails, maxDailyApprovedCents } };
}

describe('finished work', () => {
  it('is approved when it is good, and the ledger shows by which criteria, for what money', async () => {
    const world = await openWorld();
    await finish(world, 11);
    const report = await run(world);
    expect(saidOf(report)).toEqual({ 11: 'approve FM-1301' });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect(orderOf(world, 11).phase).toBe('approved');
    expect(writesOf(world)).toEqual(['POST /workorders/11/approve']);
    expect(report.summary).toMatchObject({ actions: 1, committedCents: 0, byOutcome: { approve: 1 } });
    const reader = openLedgerReader({ path: world.ledgerPath, migrationsFolder: 'migrations/sqlite' });
    const [bare] = await ledgerOf(world, 11);
    const whole = bare === undefined ? null : await reader.decision(bare.id);
    const input = bare === undefined ? null : await reader.recordedInput(bare.id);
    await reader.close();
    expect(whole).toMatchObject({
      outcome: 'approve',
      ruleFileId: 'review',
      costCents: 15_000,
      candidates: [],
      review: [
        {
          key: 'problems_open',
          verdict: 'match',
          evidence: [{ written: 'equal 0', actual: { kind: 'known', value: 0 } }],
        },
        { key: 'deliverables', verdict: 'match', evidence: [{ actual: { value: 1, source: 'work_order' } }] },
      ],
    });
    expect(input).toMatchObject({
      slate: { workOrder: { id: 11 }, facts: { 'work_order.deliverables': { value: 1 } }, candidates: [] },
      batch: { approvedTodayCents: 0, reviews: [{ workOrderId: 11, attempts: [] }] },
    });
    const again = await run(world);
    expect(again.decisions).toEqual([]);
    expect(await world.store.readApproved(0)).toEqual({
      totalCents: 15_000,
      byRuleFile: { review: 15_000 },
      byWorkOrder: { 11: 15_000 },
      fileOf: { 11: 'review' },
    });
    expect(await world.store.readApproved(world.clock.nowMs() + 1)).toMatchObject({ totalCents: 0 });
  });

  it('is sent back with the reason when it is bad, twice at most, and then is a person’s', async () => {
    const world = await openWorld();
    await finish(world, 11, { problems: [PROBLEM] });
    for (const _ of [1, 2]) {
      const report = await run(world);
      expect(saidOf(report)).toEqual({ 11: 'incomplete FM-1302' });
      expect(endsOf(report)).toEqual(['confirmed FM-6001']);
      expect(orderOf(world, 11).phase).toBe('assigned');
      await complete(world, 11, { problems: [PROBLEM] });
      expect(saidOf(await run(world))).toEqual({ 11: 'wait FM-2301' });
      later(world, 3 * MINUTE_MS);
    }
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3023' });
    expect(writesOf(world)).toEqual(['DELETE /workorders/11/complete', 'DELETE /workorders/11/complete']);
  });

  it('that comes back good is approved', async () => {
    const world = await openWorld();
    await finish(world, 11, { hasAttachments: false });
    expect(saidOf(await run(world))).toEqual({ 11: 'incomplete FM-1302' });
    await complete(world, 11);
    later(world, 3 * MINUTE_MS);
    expect(saidOf(await run(world))).toEqual({ 11: 'approve FM-1301' });
    expect(await intentsOf(world, 11)).toEqual(['incomplete : confirmed FM-6001', 'approve : confirmed FM-6001']);
  });

  it('is held when something is not known, and nothing is sent', async () => {
    const world = await openWorld();
    await finish(world, 11);
    const unsure = aReviewFile({
      criteria: [
        aReviewCriterion(),
        aReviewCriterion({
          position: 2,
          key: 'hours',
          label: 'Hours over the estimate',
          when: aTest('work_order.hours_over_estimate', 'lessThanInclusive', 2_500),
        }),
      ],
    });
    editOrder(world, 11, { laborHours: 0 });
    const report = await run(world, { reviews: [unsure] });
    expect(report.decisions.map(({ planned }) => planned.reason)).toEqual([
      { code: 'FM-3021', detail: { criterion: 'Hours over the estimate' } },
    ]);
    expect(writesOf(world)).toEqual([]);
    expect(saidOf(await run(world, { reviews: [unsure] }))).toEqual({ 11: 'hold FM-3021 unchanged' });
  });

  it('is never sent back with a reason the company does not have, or whose reasons cannot be read', async () => {
    const world = await openWorld();
    await finish(world, 11, { problems: [PROBLEM] });
    const wrong = aReviewFile({ otherwise: { kind: 'incomplete', reasonId: 99, reason: 'x' } });
    const report = await run(world, { reviews: [wrong] });
    expect(report.decisions[0]?.planned.reason).toEqual({
      code: 'FM-3025',
      detail: {
        reason_id: 99,
        valid: '1 (Provider no-show), 2 (Equipment failure), 3 (Site access denied), 4 (Customer cancellation)',
      },
    });
    const { client } = world;
    const forbidden = Object.create(client, {
      readIncompleteReasons: {
        value: async () => {
          throw new PlatformUnavailable('forbidden', 'not for us');
        },
      },
    }) as typeof client;
    expect(saidOf(await run(world, { source: forbidden }))).toEqual({ 11: 'hold FM-3026' });
    expect(writesOf(world)).toEqual([]);
  });

  it('is left alone by a shadow file but for the ledger, and not even asked for where every review file is off', async () => {
    const world = await openWorld();
    await finish(world, 11);
    const report = await run(world, { reviews: [{ ...HANDED_IN, mode: 'shadow' }] });
    expect(saidOf(report)).toEqual({ 11: 'approve FM-1301' });
    expect(report.effects).toEqual([]);
    expect((await ledgerOf(world, 11)).map(({ mode, outcome, intents }) => [mode, outcome, intents])).toEqual([
      ['shadow', 'approve', []],
    ]);
    expect((await run(world, { reviews: [{ ...HANDED_IN, mode: 'off' }] })).decisions).toEqual([]);
    expect((await run(world, { only: [12] })).decisions).toEqual([]);
  });

  it('is reviewed in a dry run too, and nothing is sent', async () => {
    const world = await openWorld();
    await finish(world, 11);
    const report = await run(world, { isDryRun: true, store: null });
    expect(saidOf(report)).toEqual({ 11: 'approve FM-1301' });
    expect([writesOf(world), await ledgerOf(world, 11)]).toEqual([[], []]);
  });
});

describe('the money of a day', () => {
  it('stops every approval of a run that wants more, and lets dispatch go on', async () => {
    const world = await openWorld({ orders: [11, 12, 13] });
    await finish(world, 11);
    await finish(world, 12);
    await ask(world, 13, 2);
    const report = await run(world, { files: [aFileThat([ASSIGN])], reviews: [limitedTo(29_999)] });
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3010', 12: 'hold FM-3010', 13: 'assign FM-1002' });
    expect(report.result).toBe('tripped');
    expect(report.summary.stopped?.code).toBe('FM-7020');
    expect(writesOf(world)).toEqual(['POST /workorders/13/assignee']);
    expect(saidOf(await run(world, { reviews: [limitedTo(30_000)] }))).toMatchObject({ 11: 'approve FM-1301' });
  });

  it('counts what earlier runs of the day released', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await finish(world, 11);
    await run(world, { reviews: [limitedTo(15_000)] });
    await finish(world, 12);
    expect(saidOf(await run(world, { reviews: [limitedTo(15_000)] }))).toEqual({ 12: 'hold FM-3010' });
    expect(saidOf(await run(world, { limits: { maxDailyApprovedCents: 29_999 } }))).toEqual({
      12: 'hold FM-3010 unchanged',
    });
    later(world, 24 * 60 * MINUTE_MS);
    expect(saidOf(await run(world, { reviews: [limitedTo(15_000)] }))).toEqual({ 12: 'approve FM-1301' });
  });
});

describe('a run that a limit of dispatch stops', () => {
  async function twoToAssignOneToApprove(): Promise<World> {
    const world = await openWorld({ orders: [11, 12, 13] });
    await finish(world, 11);
    for (const order of [12, 13]) await ask(world, order, 2);
    return world;
  }

  const ALL_HELD = { 11: 'hold FM-3010', 12: 'hold FM-3010', 13: 'hold FM-3010' };
  const files = [aFileThat([ASSIGN])];

  it('approves and sends back nothing either, and records what it wanted', async () => {
    const world = await twoToAssignOneToApprove();
    const report = await run(world, { files, limits: { maxDailyTotalCents: 20_000 } });
    expect([saidOf(report), writesOf(world)]).toEqual([ALL_HELD, []]);
    expect(report).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7003' } } });
    const [held] = await ledgerOf(world, 11);
    expect(held?.reason).toMatchObject({
      code: 'FM-3010',
      detail: { tripped: 'FM-7003', wanted: 'approve for $150.00' },
    });
  });

  it('sends nothing when both together are too many actions, and keeps what dispatch wanted for a yes', async () => {
    const world = await twoToAssignOneToApprove();
    const report = await run(world, { files, limits: { maxActionsPerRun: 2 } });
    expect([saidOf(report), writesOf(world)]).toEqual([ALL_HELD, []]);
    expect(report.summary).toMatchObject({
      stopped: { code: 'FM-7001' },
      wanted: { actions: [{ workOrderId: 12 }, { workOrderId: 13 }] },
    });
    expect(saidOf(await run(world, { files, limits: { maxActionsPerRun: 3 } }))).toMatchObject({
      11: 'approve FM-1301',
    });
  });

  it('leaves a run without dispatch to its reviews, and has nothing for a yes then', async () => {
    const world = await openWorld();
    await finish(world, 11);
    const report = await run(world, { files, limits: { maxActionsPerRun: 0 } });
    expect(report).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7001' } } });
    expect(report.summary.wanted).toBeUndefined();
  });
});

describe('right before the call', () => {
  it('an approval that was to release nothing is refused when there is something to release', async () => {
    const world = await openWorld();
    await finish(world, 11);
    const { assignment } = orderOf(world, 11);
    if (assignment === null) throw new Error('nobody has done it');
    const nothing = { ...assignment.pay, base: { cents: 0, units: 1 }, additional: { cents: 0, units: 0 } };
    editOrder(world, 11, { assignment: { ...assignment, pay: nothing } });
    const raise = once('recordDecision', 'after', async () => editOrder(world, 11, { assignment }));
    const report = await run(world, { store: hookStore(world.store, raise) });
    expect([saidOf(report), endsOf(report)]).toEqual([{ 11: 'approve FM-1301' }, ['refused FM-6006']]);
    expect(writesOf(world)).toEqual([]);
  });

  it.each([
    ['a new problem', 'refused FM-6007', { problems: [PROBLEM] }],
    ['another pay', 'refused FM-6006', { expenseCents: 500 }],
  ])('an approval is refused: %s', async (_, expected, change) => {
    const world = await openWorld();
    await finish(world, 11);
    const report = await run(world, {
      store: hookStore(
        world.store,
        once('recordDecision', 'after', async () => editOrder(world, 11, { report: { ...GOOD, ...change } })),
      ),
    });
    expect([saidOf(report), endsOf(report)]).toEqual([{ 11: 'approve FM-1301' }, [expected]]);
    expect(writesOf(world)).toEqual([]);
  });

  it('nothing is sent back that has been mended meanwhile', async () => {
    const world = await openWorld();
    await finish(world, 11, { problems: [PROBLEM] });
    const mend = once('recordDecision', 'after', async () => editOrder(world, 11, { report: GOOD }));
    const report = await run(world, { store: hookStore(world.store, mend) });
    expect([saidOf(report), endsOf(report)]).toEqual([{ 11: 'incomplete FM-1302' }, ['refused FM-6007']]);
    expect(writesOf(world)).toEqual([]);
  });

  it('an approval that a colleague took back is not given again', async () => {
    const world = await openWorld();
    await finish(world, 11);
    await run(world);
    await act(world, ['DELETE', '/workorders/11/approve']);
    expect(saidOf(await run(world))).toEqual({ 11: 'wait FM-2302' });
    later(world, 3 * MINUTE_MS);
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3024' });
  });
});
