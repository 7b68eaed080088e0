import { afterEach, describe, expect, it } from 'vitest';
import { findRecommendations, type Recommendation, readRecommendations } from '../../src/cli/recommendations.ts';
import type { DecisionAnswer } from '../../src/domain/approval.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import { isInCanary } from '../../src/evaluate/select-rule-files.ts';
import { aReviewFile } from '../support/builders.ts';
import {
  ASSIGN,
  act,
  aFileThat,
  ask,
  assignByHand,
  assigneeOf,
  cancelAssignment,
  closeWorlds,
  endsOf,
  getToKnow,
  hookStore,
  ids,
  later,
  ledgerOf,
  MASS_ROUTE,
  MINUTE_MS,
  once,
  openReader,
  openWorld,
  orderId,
  type RunPlan,
  run,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

const ASKS = aFileThat([ASSIGN], { id: 'asks', mode: 'recommend' });
const DAY_MS = 24 * 3_600_000;

async function queueOf(world: World): Promise<readonly Recommendation[]> {
  const reader = openReader(world);
  try {
    return await readRecommendations(reader, { limits: world.limits, nowMs: world.clock.nowMs() });
  } finally {
    await reader.close();
  }
}

/** `11.1.1 assign 1`, and who has approved it already. */
async function waiting(world: World): Promise<readonly string[]> {
  return (await queueOf(world)).map(({ decision, action, answer }) =>
    [decision.id, action.outcome, ...action.providers, ...(answer === null ? [] : [answer.verdict])].join(' '),
  );
}

function answersTo(
  world: World,
  items: readonly Recommendation[],
  verdict: DecisionAnswer['verdict'],
): readonly DecisionAnswer[] {
  return items.map(({ decision, action: { outcome, winner } }) => {
    const terms = { actor: 'ana', because: 'said so', atMs: world.clock.nowMs() };
    return { decisionId: decision.id, verdict, ...terms, outcome, winner };
  });
}

/** Ana approves what waits, and the run that does it. */
async function approve(world: World, plan: RunPlan = {}, items?: readonly Recommendation[]) {
  const asked = items ?? (await queueOf(world)).filter(({ answer }) => answer === null);
  expect(await world.store.recordAnswers(answersTo(world, asked, 'approved'))).toEqual([]);
  const approvedDecisions = asked.map(({ decision, action }) => ({ decisionId: decision.id, action }));
  return run(world, { files: [ASKS], approvedDecisions, only: asked.map(({ action }) => action.workOrderId), ...plan });
}

async function reject(world: World): Promise<void> {
  expect(await world.store.recordAnswers(answersTo(world, await queueOf(world), 'rejected'))).toEqual([]);
}

/** Provider 1 is better than 2, and both ask for both. */
async function bothAsk(): Promise<World> {
  const world = await openWorld({ orders: [11, 12] });
  for (const order of [11, 12]) for (const provider of [1, 2]) await ask(world, order, provider);
  return world;
}

const files = [ASKS];

describe('a file that only recommends', () => {
  it('sends nothing, keeps those below it from acting, and fills the queue', async () => {
    const world = await bothAsk();
    const below = aFileThat([ASSIGN], { id: 'below' });
    const first = await run(world, { files: [{ ...ASKS, priority: 9 }, below] });
    expect(saidOf(first)).toEqual({ 11: 'assign FM-1001', 12: 'assign FM-1001' });
    expect(first.summary).toMatchObject({ actions: 0, recommended: 2, committedCents: 0 });
    expect(writesOf(world)).toEqual([]);
    expect(await waiting(world)).toEqual(['11.1.1 assign 1', '12.1.1 assign 1']);
    expect(saidOf(await run(world, { files: [{ ...ASKS, priority: 9 }, below] }))).toEqual({
      11: 'assign FM-1001 unchanged',
      12: 'assign FM-1001 unchanged',
    });
  });

  it('does once what a person approves, and that alone', async () => {
    const world = await bothAsk();
    await run(world, { files });
    const [first] = await queueOf(world);
    const report = await approve(world, {}, first === undefined ? [] : [first]);
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1001' });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect([assigneeOf(world, 11), assigneeOf(world, 12)]).toEqual([1, null]);
    expect(await waiting(world)).toEqual(['12.1.1 assign 1']);
    expect(await world.store.recordAnswers(answersTo(world, first === undefined ? [] : [first], 'rejected'))).toEqual([
      '11.1.1',
    ]);
    for (const _ of [1, 2]) await run(world, { files });
    expect(writesOf(world)).toHaveLength(1);
    const done = (await ledgerOf(world, 11)).filter(({ intents }) => intents.length > 0);
    expect(done).toMatchObject([{ mode: 'recommend', ruleFileId: 'asks', outcome: 'assign', winner: 1 }]);
  });

  it('approved as a dry run shows what would be done and uses nothing up', async () => {
    const world = await bothAsk();
    await run(world, { files });
    const [{ decision, action } = expect.unreachable()] = await queueOf(world);
    const approvedDecisions = [{ decisionId: decision.id, action }];
    const report = await run(world, { files, approvedDecisions, only: [11], isDryRun: true });
    expect(report.decisions).toMatchObject([{ planned: { intents: [{ call: { kind: 'assign' } }] } }]);
    expect(writesOf(world)).toEqual([]);
    expect(await waiting(world)).toHaveLength(2);
  });

  it('does nothing of what has changed since, recommends the new, and heeds what people do on the platform', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) await ask(world, order, 3);
    await run(world, { files });
    await ask(world, 11, 1);
    await assignByHand(world, 12, 3);
    const report = await approve(world);
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3040' });
    expect(writesOf(world)).toEqual([]);
    await run(world, { files });
    expect(await waiting(world)).toEqual(['11.1.3 assign 1', '12.1.1 assign 3 approved']);
  });

  it('holds every limit before the first write, and the guard right before it', async () => {
    const world = await bothAsk();
    await run(world, { files });
    const tripped = await approve(world, { limits: { maxActionsPerRun: 1 } });
    expect(tripped.summary.stopped?.code).toBe('FM-7001');
    expect(writesOf(world)).toEqual([]);
    // The approvals are used up with their run; the next one asks anew.
    await run(world, { files });
    expect(await waiting(world)).toEqual(['11.1.3 assign 1', '12.1.3 assign 1']);
    const store = hookStore(
      world.store,
      once('recordDecision', 'after', () => assignByHand(world, 11, 5)),
    );
    expect(endsOf(await approve(world, { store }))).toEqual(['lost_race FM-6003', 'confirmed FM-6001']);
    expect([assigneeOf(world, 11), assigneeOf(world, 12)]).toEqual([5, 1]);
  });

  it('of a run that a limit stopped does what a person approves of it, though it was recommended anew since', async () => {
    const world = await bothAsk();
    await run(world, { files });
    const limits = { maxActionsPerRun: 1 };
    const { run: tripped, summary } = await approve(world, { limits });
    await run(world, { files });
    const [first] = await queueOf(world);
    // Whoever says no to one of them by then is heeded as well.
    await world.store.recordAnswers(answersTo(world, first === undefined ? [] : [first], 'rejected'));
    const { wanted = expect.unreachable() } = summary;
    const report = await run(world, { files, limits, approved: { ...wanted, runId: tripped.id }, only: [11, 12] });
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3032', 12: 'assign FM-1001' });
    expect([assigneeOf(world, 11), assigneeOf(world, 12)]).toEqual([null, 1]);
  });

  it('shows an approval whose run never came, and recommends anew', async () => {
    const world = await bothAsk();
    await run(world, { files });
    await world.store.recordAnswers(answersTo(world, await queueOf(world), 'approved'));
    expect(await waiting(world)).toEqual(['11.1.1 assign 1 approved', '12.1.1 assign 1 approved']);
    await run(world, { files });
    expect(await waiting(world)).toEqual(['11.1.2 assign 1', '12.1.2 assign 1']);
    expect(writesOf(world)).toEqual([]);
    const reader = openReader(world);
    const at = { limits: world.limits, nowMs: world.clock.nowMs() };
    await expect(findRecommendations(reader, ['11.1.1', '4', '99.1.1'], at)).rejects.toMatchObject({
      problems: [
        { where: 'decision 11.1.1', code: 'FM-C248', what: 'was approved by ana already' },
        { where: 'decision 4', code: 'FM-C245' },
        { where: 'decision 99.1.1', code: 'FM-C245' },
      ],
    });
    await reader.close();
  });

  it('takes no answer to what is overtaken, over, too old or no recommendation', async () => {
    const world = await bothAsk();
    await run(world, { files });
    const [old] = await queueOf(world);
    await ask(world, 11, 3);
    await run(world, { files });
    const codesOf = async (...asked: readonly string[]) => {
      const reader = openReader(world);
      const at = { limits: world.limits, nowMs: world.clock.nowMs() };
      const found = await findRecommendations(reader, asked, at).catch((error) => error.problems);
      await reader.close();
      return found.map(({ code }: { readonly code: string }) => code);
    };
    expect(await codesOf(old?.decision.id ?? '')).toEqual(['FM-C247']);
    await run(world, { only: [11] });
    expect(await codesOf('11.1.3')).toEqual(['FM-C246']);
    later(world, DAY_MS + 1);
    expect(await codesOf('12.1.1')).toEqual(['FM-C249']);
    expect(await waiting(world)).toEqual([]);
  });

  it('recommends once more what nobody has answered in time', async () => {
    const world = await openWorld({ limits: { approvalMaxAgeMs: 10 * MINUTE_MS } });
    for (const provider of [1, 2]) await ask(world, 11, provider);
    await run(world, { files, only: [11] });
    later(world, 10 * MINUTE_MS);
    expect(saidOf(await run(world, { files, only: [11] }))).toEqual({ 11: 'assign FM-1001 unchanged' });
    later(world, 1000);
    expect(saidOf(await run(world, { files, only: [11] }))).toEqual({ 11: 'assign FM-1001' });
    expect(await waiting(world)).toEqual(['11.1.2 assign 1']);
  });

  it('takes a no for this work order and this episode of it', async () => {
    const world = await openWorld({ orders: [11] });
    for (const provider of [1, 2]) await ask(world, 11, provider);
    await run(world, { files });
    await reject(world);
    await run(world, { files });
    expect(await waiting(world)).toEqual(['11.1.2 assign 2']);
    await approve(world);
    expect(assigneeOf(world, 11)).toBe(2);
    await cancelAssignment(world, 11, 2);
    await ask(world, 11, 1);
    later(world, world.limits.quietTimeMs);
    await run(world, { files });
    expect((await waiting(world)).map((one) => one.replace(/ .*/, ''))).toEqual(['11.2.1']);
    const [again] = await queueOf(world);
    expect(ids(1, 2)).toContain(again?.action.winner);
    expect(again?.decision.candidates.flatMap(({ blockedBy }) => blockedBy.map(({ code }) => code))).not.toContain(
      'FM-5050',
    );
  });

  it('keeps to a no when the file is promoted', async () => {
    const world = await openWorld({ orders: [11] });
    for (const provider of [1, 2]) await ask(world, 11, provider);
    await run(world, { files });
    await reject(world);
    const canary = aFileThat([ASSIGN], { id: 'asks', mode: 'canary', canaryPercent: 100 });
    expect(endsOf(await run(world, { files: [canary] }))).toEqual(['confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(2);
  });

  it('leaves to a person what names nobody, once they have said no', async () => {
    const world = await openWorld({ orders: [11] });
    await getToKnow(world, 1, 2);
    const inviting = [aFileThat([MASS_ROUTE], { id: 'asks', mode: 'recommend' })];
    await run(world, { files: inviting });
    expect(await waiting(world)).toEqual(['11.1.1 mass_route 1 2']);
    await reject(world);
    expect(saidOf(await run(world, { files: inviting }))).toEqual({ 11: 'hold FM-3041' });
    const [decision] = (await ledgerOf(world, 11)).slice(-1);
    expect(decision?.intents).toEqual([]);
  });

  it('reviews finished work the same way', async () => {
    const world = await openWorld({ orders: [11] });
    await assignByHand(world, 11, 1);
    await act(world, ['POST', '/workorders/11/complete']);
    const reviews = [aReviewFile({ id: 'looks', mode: 'recommend', criteria: [] })];
    expect(saidOf(await run(world, { reviews }))).toEqual({ 11: 'approve FM-1301' });
    expect(writesOf(world)).toEqual([]);
    expect(await waiting(world)).toEqual(['11.1.1 approve']);
    expect(endsOf(await approve(world, { reviews }))).toEqual(['confirmed FM-6001']);
    expect(writesOf(world)).toEqual(['POST /workorders/11/approve']);
    expect(await waiting(world)).toEqual([]);
  });
});

describe('a canary', () => {
  it('acts on its share of the work orders, run after run, and leaves the rest to the next file', async () => {
    const orders = [11, 12, 13, 14];
    const canary: RuleFile = aFileThat([ASSIGN], { id: 'bird', mode: 'canary', canaryPercent: 50, priority: 9 });
    const own = orders.filter((id) => isInCanary(canary, orderId(id)));
    expect(own.length).toBeGreaterThan(0);
    expect(own.length).toBeLessThan(orders.length);
    const world = await openWorld({ orders });
    for (const order of orders) await ask(world, order, 1);
    const plan = { files: [canary, aFileThat([ASSIGN])], limits: { maxActionsPerRun: 0 } };
    const decidedBy = async () => {
      const { decisions } = await run(world, plan);
      return decisions
        .filter(({ planned }) => planned.ruleFileId === 'bird')
        .map(({ planned }) => planned.workOrder.id);
    };
    // Stopped by a limit, so that they stay open for another run.
    expect([await decidedBy(), await decidedBy()]).toEqual([own, own]);
    const report = await run(world, { ...plan, limits: {} });
    expect(report.effects).toHaveLength(orders.length);
    expect(orders.map((order) => assigneeOf(world, order))).toEqual(orders.map(() => 1));
    const byFile = (await world.store.snapshot([], 0, 0)).committedTodayByRuleFile;
    expect(Object.keys(byFile).sort()).toEqual(['bird', 'default']);
  });
});
