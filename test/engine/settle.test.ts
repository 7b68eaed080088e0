import { afterEach, describe, expect, it } from 'vitest';
import { providerId } from '../../src/domain/ids.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import type { DispatchTarget } from '../../src/engine/ports.ts';
import { LedgerFailure, PlatformUnavailable } from '../../src/engine/ports.ts';
import { type SettleDeps, type SettleReport, settleByHand, type Word } from '../../src/engine/settle-by-hand.ts';
import {
  ASSIGN,
  aFileThat,
  ask,
  assigneeOf,
  breakWith,
  closeWorlds,
  endsOf,
  intentsOf,
  later,
  mend,
  openWorld,
  orderId,
  recordIntents,
  ruleSetOf,
  run,
  runsOf,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

const CONFIRMED: Word = { as: 'confirmed', by: 'ana', because: 'seen on the page' };
const REFUSED: Word = { as: 'refused', by: 'ana', because: 'nobody is assigned there' };

let lastWord = 0;

async function settle(world: World, word: Word | null, given: Partial<SettleDeps> = {}): Promise<SettleReport> {
  lastWord += 1;
  const [open] = await world.store.openIntents();
  if (open === undefined) throw new Error('nothing is open');
  const deps: SettleDeps = {
    source: world.client,
    store: world.store,
    clock: world.clock,
    limits: world.limits,
    environment: 'loopback',
    engineVersion: '0.0.0-test',
    ruleSet: ruleSetOf([aFileThat([ASSIGN])]),
    ...given,
  };
  return settleByHand(deps, { runId: `word-${lastWord}`, decisionId: open.decisionId, intentN: 1, word });
}

/** The answer is lost, and from then on nobody can read. */
function losing(world: World, arrives: boolean): DispatchTarget {
  return {
    send: async (call) => {
      if (arrives) await world.client.send(call);
      await breakWith(world, UNREADABLE);
      return { kind: 'unclear', message: 'timed out' };
    },
  };
}

const UNREADABLE = { match: { method: 'GET', path: '/workorders/11/assignee$' }, fault: '500', times: null };

/** An assignment of which nobody can read what has become. */
async function unreadable(arrives: boolean): Promise<World> {
  const world = await openWorld();
  await ask(world, 11, 1);
  await run(world, { target: losing(world, arrives) });
  return world;
}

async function openCount(world: World): Promise<number> {
  return (await world.store.openIntents()).length;
}

describe('what a person says of a write that cannot be read', () => {
  it('is recorded as confirmed with who and why, frees the work order and counts as money', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await breakWith(world, { ...UNREADABLE, match: { ...UNREADABLE.match, nth: 2 } });
    await run(world);
    const report = await settle(world, CONFIRMED);
    expect(report).toMatchObject({
      kind: 'by_word',
      effect: {
        n: 2,
        kind: 'confirmed',
        reason: { code: 'FM-6045', detail: { by: 'ana', because: 'seen on the page' } },
      },
    });
    expect(await intentsOf(world, 11)).toEqual(['assign 1: unknown FM-6010, confirmed FM-6045']);
    expect(await openCount(world)).toBe(0);
    const { committedTodayCents, commitments } = await world.store.snapshot([orderId(11)], 0, 0);
    expect([committedTodayCents, commitments]).toMatchObject([15_000, [{ kind: 'assigned', providerId: 1 }]]);
    expect((await runsOf(world)).at(-1)?.end).toMatchObject({ result: 'done', summary: { committedCents: 15_000 } });
  });

  it('is recorded as refused only after the quiet time, and the next run decides again', async () => {
    const world = await unreadable(false);
    expect(await settle(world, REFUSED)).toMatchObject({ kind: 'too_early' });
    expect(await intentsOf(world, 11)).toEqual(['assign 1: unknown FM-6010']);
    later(world, world.limits.quietTimeMs);
    expect(await settle(world, REFUSED)).toMatchObject({ kind: 'by_word', effect: { reason: { code: 'FM-6046' } } });
    expect((await world.store.snapshot([orderId(11)], 0, 0)).committedTodayCents).toBe(0);
    await mend(world);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(1);
  });

  it('that was wrong about a refusal assigns nobody a second time', async () => {
    const world = await unreadable(true);
    later(world, world.limits.quietTimeMs);
    expect(await settle(world, REFUSED)).toMatchObject({ kind: 'by_word' });
    await mend(world);
    await run(world);
    expect([assigneeOf(world, 11), writesOf(world)]).toEqual([1, ['POST /workorders/11/assignee']]);
    expect((await world.store.snapshot([orderId(11)], 0, 0)).commitments).toMatchObject([{ kind: 'assigned' }]);
  });

  it('does not have sent again what is never sent again by itself', async () => {
    const world = await openWorld();
    const call: WriteCall = {
      kind: 'unassign',
      workOrderId: orderId(11),
      providerId: providerId(1),
      reasonId: 7,
      comment: '',
    };
    const { decision } = await recordIntents(world, 11, [{ call }]);
    await world.store.claimIntent(decision.id, 1, world.clock.nowMs());
    await breakWith(world, UNREADABLE);
    later(world, world.limits.quietTimeMs);
    expect(await settle(world, REFUSED)).toMatchObject({ effect: { kind: 'refused', reason: { code: 'FM-6047' } } });
  });

  it('is not asked for where reading settles it', async () => {
    const world = await unreadable(true);
    expect(await settle(world, null)).toMatchObject({ kind: 'unreadable', open: { claims: 1 } });
    await mend(world);
    expect(await settle(world, REFUSED)).toMatchObject({ kind: 'by_reading', effect: { reason: { code: 'FM-6001' } } });
    expect(await openCount(world)).toBe(0);
  });

  it('counts for nothing while the platform can be read and the write may still land', async () => {
    const world = await unreadable(false);
    await mend(world);
    for (const word of [CONFIRMED, REFUSED]) expect(await settle(world, word)).toMatchObject({ kind: 'readable' });
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3007' });
    later(world, world.limits.quietTimeMs);
    expect(await settle(world, CONFIRMED)).toMatchObject({
      kind: 'by_reading',
      effect: { reason: { code: 'FM-6020' } },
    });
  });

  it('is not needed for what was never sent', async () => {
    const world = await openWorld();
    await recordIntents(world, 11, [{ call: { kind: 'unpublish', workOrderId: orderId(11) } }]);
    expect(await settle(world, CONFIRMED)).toMatchObject({
      kind: 'by_reading',
      effect: { reason: { code: 'FM-6012' } },
    });
  });

  it('is not taken while nothing of the platform answers, nor in somebody else’s ledger', async () => {
    const world = await unreadable(true);
    const source = {
      ...world.client,
      readWorkOrder: () => Promise.reject(new PlatformUnavailable('unreachable', 'no route to host')),
      readAssignee: () => Promise.resolve(null),
      requestCount: () => 0,
    };
    await expect(settle(world, CONFIRMED, { source })).rejects.toThrow(PlatformUnavailable);
    await expect(settle(world, CONFIRMED, { environment: 'sandbox' })).rejects.toThrow(LedgerFailure);
    expect(await openCount(world)).toBe(1);
  });

  it('is not taken for what somebody has settled meanwhile', async () => {
    const world = await unreadable(true);
    const openIntents = async () => [];
    const store = Object.assign(Object.create(world.store), {
      openIntents,
      bindIdentity: async () => ({ kind: 'bound' }),
    });
    expect(await settle(world, CONFIRMED, { store })).toEqual({ kind: 'not_open' });
  });
});
