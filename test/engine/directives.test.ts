import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import { blankHistory, openEpisode } from '../../src/engine/open-episodes.ts';
import { readOutsidePause } from '../../src/outside-pause.ts';
import { aReviewFile } from '../support/builders.ts';
import {
  ASSIGN,
  act,
  aFileThat,
  ask,
  assignByHand,
  assigneeOf,
  breakWith,
  cancelAssignment,
  closeWorlds,
  getToKnow,
  hookStore,
  later,
  MINUTE_MS,
  once,
  openReader,
  openWorld,
  ROUTE,
  run,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

function terms(world: World) {
  return { atMs: world.clock.nowMs(), actor: 'ana', because: 'storm', untilMs: null };
}

async function resume(world: World): Promise<void> {
  const open = (await world.store.directives()).filter(({ ended }) => ended === null);
  await world.store.endDirectives(
    open.map(({ id }) => id),
    { atMs: world.clock.nowMs(), actor: 'bob', because: 'over' },
  );
}

/** Three work orders and a request for each. */
async function threeAsked(): Promise<World> {
  const world = await openWorld({ orders: [11, 12, 13] });
  for (const order of [11, 12, 13]) await ask(world, order, 1);
  return world;
}

describe('a pause in the middle of a run', () => {
  it.each(['before', 'after'] as const)('stops the next write, %s its own effect is written', async (when) => {
    const world = await threeAsked();
    const pause = () => world.store.recordDirective({ kind: 'pause', ...terms(world) }).then(() => undefined);
    const report = await run(world, { store: hookStore(world.store, once('recordEffect', when, pause)) });
    expect(writesOf(world)).toHaveLength(1);
    expect(report.effects.map(({ reason }) => reason.code)).toEqual(['FM-6001', 'FM-6021', 'FM-6019']);
    expect(report).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7010' } } });
    expect((await world.store.openIntents()).length).toBe(0);
  });

  it('is seen even when it comes between the last look and the claim', async () => {
    const world = await threeAsked();
    const pause = () => world.store.recordDirective({ kind: 'pause', ...terms(world) }).then(() => undefined);
    const report = await run(world, { store: hookStore(world.store, once('claimIntent', 'before', pause)) });
    expect(writesOf(world)).toEqual([]);
    expect(report.effects[0]?.reason).toMatchObject({ code: 'FM-6021', detail: { by: 'ana', because: 'storm' } });
  });

  it('acts on what it had stopped once a person resumes', async () => {
    const world = await threeAsked();
    await world.store.recordDirective({ kind: 'pause', ...terms(world) });
    const paused = await run(world);
    expect(paused).toMatchObject({ result: 'done', summary: { actions: 0, byReason: { 'FM-3030': 3 } } });
    expect(paused.summary.paused?.message).toContain('by ana until further notice (storm)');
    expect((await run(world)).summary.unchanged).toBe(3);
    await resume(world);
    expect((await run(world)).summary).toMatchObject({ paused: null, actions: 3 });
    expect(writesOf(world)).toHaveLength(3);
  });

  it('ends by itself at its time', async () => {
    const world = await threeAsked();
    await world.store.recordDirective({ kind: 'pause', ...terms(world), untilMs: world.clock.nowMs() + MINUTE_MS });
    await run(world);
    expect(writesOf(world)).toEqual([]);
    later(world, MINUTE_MS);
    await run(world);
    expect(writesOf(world)).toHaveLength(3);
  });

  it('comes from a file just as well, which is looked at before each write', async () => {
    const world = await threeAsked();
    const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-pause-'));
    const path = join(folder, 'stop');
    const outsidePause = () => readOutsidePause({ because: null, path });
    const report = await run(world, { outsidePause, onEffect: () => writeFileSync(path, 'fire drill') });
    rmSync(folder, { recursive: true });
    expect(writesOf(world)).toHaveLength(1);
    expect(report.summary.stopped?.message).toContain('(fire drill)');
  });
});

describe('exclusions and pins that come while a run is under way', () => {
  it('stop the write to an excluded provider, and no other', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 11, 1);
    await ask(world, 12, 2);
    const exclude = () =>
      world.store
        .recordDirective({ kind: 'exclusion', providerId: providerId(2), ...terms(world) })
        .then(() => undefined);
    const report = await run(world, { store: hookStore(world.store, once('recordEffect', 'after', exclude)) });
    expect(report.effects.map(({ reason }) => reason.code)).toEqual(['FM-6001', 'FM-6022']);
    expect([assigneeOf(world, 11), assigneeOf(world, 12)]).toEqual([1, null]);
  });

  it('stop the write to anybody but the pinned provider', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const pin = () =>
      world.store
        .recordDirective({ kind: 'pin', workOrderId: workOrderId(11), providerId: providerId(2), ...terms(world) })
        .then(() => undefined);
    const report = await run(world, { store: hookStore(world.store, once('recordDecision', 'after', pin)) });
    expect(report.effects.map(({ reason }) => reason.code)).toEqual(['FM-6023']);
    await ask(world, 11, 2);
    await run(world);
    expect(assigneeOf(world, 11)).toBe(2);
  });
});

describe('the breaker on undone assignments', () => {
  it('counts what this run sees for the first time, and lets go after the window', async () => {
    const world = await openWorld({
      orders: [11, 12, 13],
      limits: { stopAfterUndone: 2, undoneWindowMs: 10 * MINUTE_MS },
    });
    await ask(world, 11, 1);
    await ask(world, 12, 1);
    await run(world);
    await cancelAssignment(world, 11, 1);
    await cancelAssignment(world, 12, 1);
    await ask(world, 13, 2);
    later(world, 3 * MINUTE_MS);
    const tripped = await run(world);
    expect(tripped).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7011' }, actions: 0 } });
    expect((await run(world)).summary.stopped?.code).toBe('FM-7011');
    later(world, 11 * MINUTE_MS);
    await run(world);
    expect(assigneeOf(world, 13)).toBe(2);
  });
});

describe('the breaker on undone assignments of work orders that are not decided on', () => {
  it('does not stop every run for ever', async () => {
    const world = await openWorld({ orders: [11, 12], limits: { stopAfterUndone: 1 } });
    await ask(world, 11, 1);
    await run(world);
    await cancelAssignment(world, 11, 1);
    await breakWith(world, { match: { method: 'GET', path: '/workorders/11/providers' }, fault: '500', times: null });
    await ask(world, 12, 1);
    later(world, 3 * MINUTE_MS);
    expect((await run(world)).summary.stopped).toBeNull();
    expect(assigneeOf(world, 12)).toBe(1);
  });
});

describe('a clock that differs from the platform’s', () => {
  it('stops a run before anything is settled or decided, in both directions, a dry run too', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    for (const clockSkewMs of [() => 300_001, () => -10 * 365 * 24 * 3_600_000]) {
      for (const isDryRun of [false, true]) {
        const report = await run(world, { clockSkewMs, isDryRun });
        expect(report).toMatchObject({ result: 'tripped', decisions: [], summary: { stopped: { code: 'FM-7013' } } });
      }
    }
    expect(writesOf(world)).toEqual([]);
    await run(world, { clockSkewMs: () => -300_000 });
    expect(assigneeOf(world, 11)).toBe(1);
  });
});

describe('an assignment confirmed by a clock that was years ahead', () => {
  it('is seen undone now, and not when those years have passed', async () => {
    const world = await openWorld();
    const history = blankHistory((await world.client.readWorkOrder(workOrderId(11))) ?? expect.unreachable());
    const confirmed = (atMs: number) => ({
      ...history,
      assigned: { decisionId: decisionId(workOrderId(11), 1, 1), providerId: providerId(1), confirmedAtMs: atMs },
    });
    const eyes = { source: world.client, clock: world.clock, limits: world.limits };
    const nowMs = world.clock.nowMs();
    expect((await openEpisode(eyes, confirmed(nowMs + 60_000))).episode).toBe(1);
    expect((await openEpisode(eyes, confirmed(nowMs + 10 * 365 * 86_400_000))).episode).toBe(2);
  });
});

describe('a run that was approved', () => {
  it('reviews nothing: approvals of pay are no part of it', async () => {
    const world = await openWorld();
    await assignByHand(world, 11, 1);
    await act(world, ['POST', '/workorders/11/complete']);
    const approved = { runId: 'r', actions: [], committedTodayCents: 0, committedTodayByRuleFile: {} };
    const reviews = [aReviewFile({ criteria: [] })];
    expect((await run(world, { reviews, approved })).decisions).toEqual([]);
    expect(saidOf(await run(world, { reviews }))).toEqual({ 11: 'approve FM-1301' });
  });
});

describe('a pinned provider of the bench', () => {
  it('is the one routed, though the bench holds fewer than all who are known', async () => {
    const world = await openWorld({ limits: { maxBenchPerWorkOrder: 1 } });
    await getToKnow(world, 1, 2, 3);
    await world.store.recordDirective({
      kind: 'pin',
      workOrderId: workOrderId(11),
      providerId: providerId(3),
      ...terms(world),
    });
    await run(world, { files: [aFileThat([ASSIGN, ROUTE])] });
    expect(writesOf(world)).toEqual(['POST /workorders/11/route']);
    expect([...(world.sandbox.world.workOrders.get(11)?.routes.keys() ?? [])]).toEqual([3]);
  });

  it('stands with the exclusions in the batch that a replay takes', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await world.store.recordDirective({ kind: 'exclusion', providerId: providerId(2), ...terms(world) });
    const { decisions } = await run(world);
    const reader = openReader(world);
    const input = await reader.recordedInput(decisions[0]?.id ?? expect.unreachable());
    await reader.close();
    expect(input).toMatchObject({
      batch: { directives: { pause: null, pins: [], exclusions: [{ providerId: 2, actor: 'ana', because: 'storm' }] } },
    });
  });
});
