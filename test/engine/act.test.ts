import { afterEach, describe, expect, it } from 'vitest';
import type { Effect } from '../../src/domain/decision.ts';
import { requestId } from '../../src/domain/ids.ts';
import type { PendingRow } from '../../src/domain/provider.ts';
import { reasonSentence } from '../../src/domain/reason-codes.ts';
import type { WriteCall, WriteKind } from '../../src/domain/write-call.ts';
import { actOnDecisions } from '../../src/engine/act.ts';
import { performIntent } from '../../src/engine/perform-intent.ts';
import type { DispatchTarget, WorkOrderSource } from '../../src/engine/ports.ts';
import { aCriterion, aTest } from '../support/builders.ts';
import {
  ASSIGN,
  ASSIGN_OVER_ROUTES,
  acceptRoute,
  aFileThat,
  ask,
  assignByHand,
  assigneeOf,
  breakWith,
  closeWorlds,
  connectTo,
  editOrder,
  endsOf,
  getToKnow,
  hookStore,
  hookTarget,
  ids,
  intentsOf,
  later,
  ledgerOf,
  MINUTE_MS,
  mend,
  once,
  openWorld,
  orderId,
  orderOf,
  ROUTE,
  recordIntents,
  route,
  run,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

const [FIRST = ids(1)[0], SECOND, THIRD] = ids(1, 2, 3);
if (FIRST === undefined || SECOND === undefined || THIRD === undefined) throw new Error('three providers');
const AT = { workOrderId: orderId(11), providerId: FIRST } as const;

type DispatchKind = Extract<
  WriteKind,
  'publish' | 'route' | 'unroute' | 'mass_route' | 'assign' | 'accept_counter' | 'unassign'
>;

/** How each action is made possible in an empty world, and what the platform shows when it has happened. */
const SITUATIONS: {
  readonly [Kind in DispatchKind]: {
    readonly prepare: (world: World) => Promise<{ readonly call: WriteCall; readonly costCents?: number }>;
    readonly hasHappened: (world: World) => boolean;
    readonly write: string;
  };
} = {
  publish: {
    prepare: async (world) => {
      editOrder(world, 11, { isPublished: false });
      return { call: { kind: 'publish', workOrderId: orderId(11) } };
    },
    hasHappened: (world) => orderOf(world, 11).isPublished,
    write: 'POST /workorders/11/publish',
  },
  route: {
    prepare: async (world) => {
      await getToKnow(world, 1);
      return { call: { kind: 'route', ...AT }, costCents: 15_000 };
    },
    hasHappened: (world) => orderOf(world, 11).routes.has(1),
    write: 'POST /workorders/11/route',
  },
  unroute: {
    prepare: async (world) => {
      await route(world, 11, 1);
      return { call: { kind: 'unroute', ...AT } };
    },
    hasHappened: (world) => !orderOf(world, 11).routes.has(1),
    write: 'DELETE /workorders/11/route',
  },
  mass_route: {
    prepare: async (world) => {
      await getToKnow(world, 1, 2);
      const call: WriteCall = { kind: 'mass_route', workOrderId: orderId(11), providerIds: [FIRST, SECOND] };
      return { call, costCents: 15_000 };
    },
    hasHappened: (world) => orderOf(world, 11).routes.size === 2,
    write: 'POST /workorders/11/mass-route',
  },
  assign: {
    prepare: async (world) => {
      await getToKnow(world, 1);
      await ask(world, 11, 1);
      return { call: { kind: 'assign', ...AT, clientPayTermsAccepted: false }, costCents: 15_000 };
    },
    hasHappened: (world) => assigneeOf(world, 11) === 1,
    write: 'POST /workorders/11/assignee',
  },
  accept_counter: {
    prepare: async (world) => {
      await getToKnow(world, 1);
      await ask(world, 11, 1, 175);
      const asked = requestId(orderOf(world, 11).requests.get(1)?.id ?? 0);
      return { call: { kind: 'accept_counter', ...AT, requestId: asked, payCents: 17_500 }, costCents: 17_500 };
    },
    hasHappened: (world) => orderOf(world, 11).assignment?.how === 'accept_request',
    write: 'POST /workorders/11/requests/108/accept',
  },
  unassign: {
    prepare: async (world) => {
      await assignByHand(world, 11, 1);
      return { call: { kind: 'unassign', ...AT, reasonId: 7, comment: 'Cannot come.' } };
    },
    hasHappened: (world) => assigneeOf(world, 11) === null,
    write: 'DELETE /workorders/11/assignee',
  },
};
const KINDS = [
  'publish',
  'route',
  'unroute',
  'mass_route',
  'assign',
  'accept_counter',
  'unassign',
] as const satisfies readonly DispatchKind[];

/** One action from guard to effect, with the platform broken for its write. */
async function perform(world: World, kind: DispatchKind, fault: object | null): Promise<Effect> {
  const { decision, context } = await recordIntents(world, 11, [await SITUATIONS[kind].prepare(world)]);
  const [intent] = decision.intents;
  if (intent === undefined) throw new Error('no intent');
  const match = {
    path: '/workorders/11/.*(publish|route|assignee|accept)$',
    method: SITUATIONS[kind].write.split(' ')[0],
  };
  if (fault !== null) await breakWith(world, { match, ...fault });
  const task = { decisionId: decision.id, ruleFileId: 'default', intent, effectN: 1 };
  return performIntent(context, task);
}

function brief({ kind, reason }: Effect): string {
  expect(reasonSentence(reason.code, reason.detail)).not.toContain('?');
  return `${kind} ${reason.code}`;
}

describe('one action', () => {
  it.each(KINDS)('%s is guarded, claimed, sent once and confirmed by reading', async (kind) => {
    const world = await openWorld();
    const effect = await perform(world, kind, null);
    expect(brief(effect)).toBe('confirmed FM-6001');
    expect(writesOf(world)).toEqual([SITUATIONS[kind].write]);
    expect(SITUATIONS[kind].hasHappened(world)).toBe(true);
    expect(await world.store.openIntents()).toEqual([]);
    expect(effect.saw).toMatchObject({
      answer: { kind: 'answered', status: 200 },
      confirm: { at: expect.any(Number) },
    });
  });

  const AFTER = ['500_after', 'lost_response', 'truncate'] as const;
  it.each(KINDS.flatMap((kind) => AFTER.map((fault) => [kind, fault] as const)))(
    '%s is confirmed by reading although %s spoilt the answer',
    async (kind, fault) => {
      const world = await openWorld();
      expect(brief(await perform(world, kind, { fault }))).toBe('confirmed FM-6001');
      expect(writesOf(world)).toHaveLength(1);
    },
  );

  const BEFORE = [{ fault: '500' }, { fault: 'html' }, { fault: 'html', status: 200 }] as const;
  it.each(KINDS.flatMap((kind) => BEFORE.map((fault) => [kind, fault] as const)))(
    '%s under %o stays unknown, and open',
    async (kind, fault) => {
      const world = await openWorld();
      expect(brief(await perform(world, kind, fault))).toBe('unknown FM-6010');
      expect(writesOf(world)).toHaveLength(1);
      expect(SITUATIONS[kind].hasHappened(world)).toBe(false);
      expect(await world.store.openIntents()).toMatchObject([{ claims: 1, lastEffect: { n: 1, reason: 'FM-6010' } }]);
    },
  );

  it.each(KINDS)('%s that the platform throttled was not sent', async (kind) => {
    const world = await openWorld();
    expect(brief(await perform(world, kind, { fault: '429' }))).toBe('refused FM-6009');
    expect(await world.store.openIntents()).toEqual([]);
  });

  it('reads more than once before it gives up, pausing longer each time', async () => {
    const world = await openWorld();
    const startMs = world.clock.nowMs();
    await perform(world, 'assign', { fault: '500' });
    expect(world.clock.nowMs() - startMs).toBe(200 + 400 + 800 + 1_600 + 3_200);
  });

  it('settles an answer that says yes and a platform that shows nothing as accepted but not applied', async () => {
    const world = await openWorld({ providers: [1] });
    const { decision, context } = await recordIntents(world, 11, [await SITUATIONS.assign.prepare(world)]);
    const accepting: DispatchTarget = { send: async () => ({ kind: 'answered', status: 200, jobId: null }) };
    const plan = { decisions: [decision], stopAfterErrors: 9, onEffect: () => undefined };
    const { effects } = await actOnDecisions({ ...context, target: accepting }, plan);
    expect(effects.map(brief)).toEqual(['unknown FM-6011']);
  });

  it('says that a mass-route showed only in part', async () => {
    const world = await openWorld();
    const prepared = await SITUATIONS.mass_route.prepare(world);
    blockProvider(world, 2);
    const { decision, context } = await recordIntents(world, 11, [prepared]);
    const { effects } = await actOnDecisions(context, {
      decisions: [decision],
      stopAfterErrors: 9,
      onEffect: () => undefined,
    });
    expect(effects.map(brief)).toEqual(['unknown FM-6011']);
    expect(effects[0]?.saw).toMatchObject({ confirm: { routed: [1] } });
  });

  it('does not send beside an action of the same work order that is not settled', async () => {
    const world = await openWorld();
    await perform(world, 'publish', { fault: '500' });
    editOrder(world, 11, { isPublished: true });
    const { decision, context } = await recordIntents(world, 11, [await SITUATIONS.assign.prepare(world)]);
    const plan = { decisions: [decision], stopAfterErrors: 9, onEffect: () => undefined };
    const { effects } = await actOnDecisions(context, plan);
    expect(effects.map(brief)).toEqual(['refused FM-6018']);
    expect(writesOf(world)).toEqual(['POST /workorders/11/publish']);
  });

  it('invites nobody whom it knows nothing about', async () => {
    const world = await openWorld();
    const { decision, context } = await recordIntents(world, 11, [
      { call: { kind: 'route', ...AT }, costCents: 15_000 },
    ]);
    const plan = { decisions: [decision], stopAfterErrors: 9, onEffect: () => undefined };
    const { effects } = await actOnDecisions(context, plan);
    expect(effects).toMatchObject([
      { kind: 'refused', reason: { code: 'FM-6007', detail: { criterion: 'the provider', provider: 1 } } },
    ]);
    expect(writesOf(world)).toEqual([]);
  });
});

function blockProvider({ sandbox }: World, id: number): void {
  const provider = sandbox.world.providers.get(id);
  if (provider === undefined) throw new Error(`no provider ${id}`);
  sandbox.world.providers.set(id, { ...provider, isBlocked: true });
}

/** Two providers ask; the first is decided on. */
async function twoAsk(given: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld(given);
  await ask(world, 11, 1);
  await ask(world, 11, 2);
  return world;
}

describe('the platform while a run acts', () => {
  it.each(['500_after', 'lost_response', 'truncate'])('confirms by reading under %s', async (fault) => {
    const world = await twoAsk();
    await breakWith(world, { match: { method: 'POST', path: 'assignee$' }, fault });
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect((await run(world)).effects).toEqual([]);
    expect(writesOf(world)).toHaveLength(1);
    expect(assigneeOf(world, 11)).toBe(1);
  });

  it('tries again in the next run when it was throttled', async () => {
    const world = await twoAsk();
    await breakWith(world, { match: { method: 'POST', path: 'assignee$' }, fault: '429' });
    expect(endsOf(await run(world))).toEqual(['refused FM-6009']);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(await intentsOf(world, 11)).toEqual(['assign 1: refused FM-6009', 'assign 1: confirmed FM-6001']);
  });

  it('tries again in the next run when its token was turned away', async () => {
    const world = await twoAsk();
    await breakWith(world, { match: { method: 'POST', path: 'assignee$' }, fault: 'expire_token' });
    expect(endsOf(await run(world))).toEqual(['refused FM-6009']);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(await intentsOf(world, 11)).toEqual(['assign 1: refused FM-6009', 'assign 1: confirmed FM-6001']);
  });

  it('tries again in the next run when the connection was refused', async () => {
    const world = await twoAsk();
    const target = connectTo({ url: 'http://127.0.0.1:9' }, world);
    expect(endsOf(await run(world, { target }))).toEqual(['refused FM-6009']);
    await target.close();
    expect(writesOf(world)).toEqual([]);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
  });

  it('takes another provider in the next run when the platform refused the first, and never the first again', async () => {
    const world = await twoAsk();
    blockProvider(world, 1);
    expect(endsOf(await run(world))).toEqual(['refused FM-6002']);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(await intentsOf(world, 11)).toEqual(['assign 1: refused FM-6002', 'assign 2: confirmed FM-6001']);
    const [refused] = (await ledgerOf(world, 11))[0]?.intents[0]?.effects ?? [];
    expect(refused?.reason.detail).toEqual({ status: 403, message: 'Invalid Provider' });
  });

  it('does not try the only provider again whom the platform refused', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    blockProvider(world, 1);
    await run(world);
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3001' });
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3001 unchanged' });
    expect(writesOf(world)).toHaveLength(1);
  });

  it.each([200, 202])('does not call a race lost that a %i may still win', async (status) => {
    const world = await twoAsk();
    const target: DispatchTarget = {
      send: async () => {
        assignByHand(world, 11, 3);
        return { kind: 'answered', status, jobId: null };
      },
    };
    expect(endsOf(await run(world, { target }))).toEqual(['unknown FM-6011']);
    expect(endsOf(await run(world))).toEqual([]);
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world))).toEqual(['lost_race FM-6003']);
  });

  it('does not claim to have seen what it could not read', async () => {
    const world = await twoAsk();
    const broken = { match: { method: 'GET', path: '/workorders/11$' }, fault: '500', times: null };
    const target = hookTarget(
      world.client,
      once('send', 'after', () => breakWith(world, broken)),
    );
    const report = await run(world, { target });
    expect(endsOf(report)).toEqual(['unknown FM-6010']);
    expect(report.effects[0]?.reason.detail).toEqual({
      message: expect.stringMatching(/^answered 200; it could not be read afterwards: .*500/),
    });
    await mend(world);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(writesOf(world)).toHaveLength(1);
  });

  it('does not take a refusal for the end of it when it could not read afterwards', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    blockProvider(world, 1);
    const broken = { match: { method: 'GET', path: '/workorders/11$' }, fault: '500', times: null };
    const target = hookTarget(
      world.client,
      once('send', 'after', () => breakWith(world, broken)),
    );
    const report = await run(world, { target });
    expect(endsOf(report)).toEqual(['unknown FM-6010']);
    expect(report.effects[0]?.reason.detail).toEqual({
      message: expect.stringMatching(/^answered 403; it could not be read afterwards: /),
    });
    await mend(world);
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world))).toEqual(['refused FM-6020', 'refused FM-6002']);
    expect(await world.store.openIntents()).toEqual([]);
  });

  it.each(['readWorkOrder', 'readAssignee'] as const)('sees who is assigned although %s lags', async (lagging) => {
    const world = await twoAsk();
    const before = {
      readWorkOrder: await world.client.readWorkOrder(orderId(11)),
      readAssignee: await world.client.readAssignee(orderId(11)),
    };
    const source: WorkOrderSource = { ...world.client, [lagging]: async () => before[lagging] };
    const hook = once('recordDecision', 'after', () => assignByHand(world, 11, 3));
    expect(endsOf(await run(world, { source, store: hookStore(world.store, hook) }))).toEqual(['lost_race FM-6003']);
    expect(writesOf(world)).toEqual([]);
  });

  it('does not send what it could not look at before', async () => {
    const world = await twoAsk();
    const broken = { match: { method: 'GET', path: '/workorders/11/assignee$' }, fault: '500', times: null };
    const hook = once('recordDecision', 'after', () => breakWith(world, broken));
    expect(endsOf(await run(world, { store: hookStore(world.store, hook) }))).toEqual(['refused FM-6009']);
    expect(writesOf(world)).toEqual([]);
    await mend(world);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
  });

  it('alarms when a counter-offer was taken at another price', async () => {
    const world = await openWorld();
    await ask(world, 11, 1, 175);
    const hook = once('send', 'after', () => {
      const order = orderOf(world, 11);
      if (order.assignment === null) throw new Error('not assigned');
      order.assignment = { ...order.assignment, pay: { ...order.pay, base: { cents: 20_000, units: 1 } } };
    });
    const report = await run(world, { target: hookTarget(world.client, hook) });
    expect(report.effects).toMatchObject([
      { kind: 'confirmed', reason: { code: 'FM-6015', detail: { now: '$200.00', decided: '$175.00' } } },
    ]);
  });
});

function isRouteOfTwo(row: PendingRow): boolean {
  return row.providerId === 2;
}

describe('the world between decision and write', () => {
  /** Runs; the moment the decision is in the ledger, something happens. */
  async function meanwhile(world: World, happens: () => void | Promise<void>, plan: Parameters<typeof run>[1] = {}) {
    return run(world, { ...plan, store: hookStore(world.store, once('recordDecision', 'after', happens)) });
  }

  it('loses to a person who assigns, without a write', async () => {
    const world = await twoAsk();
    const report = await meanwhile(world, () => assignByHand(world, 11, 3));
    expect(report.effects).toMatchObject([{ kind: 'lost_race', reason: { code: 'FM-6003', detail: { provider: 3 } } }]);
    expect(writesOf(world)).toEqual([]);
    expect(assigneeOf(world, 11)).toBe(3);
    expect((await run(world)).decisions).toEqual([]);
  });

  it('loses to a person who assigns after the guard looked: refused, and read', async () => {
    const world = await twoAsk();
    const hook = once('claimIntent', 'after', () => assignByHand(world, 11, 3));
    expect(endsOf(await run(world, { store: hookStore(world.store, hook) }))).toEqual(['lost_race FM-6003']);
    expect(assigneeOf(world, 11)).toBe(3);
    expect(writesOf(world)).toHaveLength(1);
    expect(await world.store.openIntents()).toEqual([]);
  });

  it('does not assign on a request that expired', async () => {
    const world = await twoAsk();
    const report = await meanwhile(world, () => later(world, 31 * MINUTE_MS));
    expect(endsOf(report)).toEqual(['refused FM-6005']);
    expect(writesOf(world)).toEqual([]);
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3001' });
  });

  it('does not assign at a pay that changed; the next run decides on it', async () => {
    const world = await twoAsk();
    const pay = { ...orderOf(world, 11).pay, base: { cents: 16_000, units: 1 } };
    const report = await meanwhile(world, () => editOrder(world, 11, { pay }));
    expect(report.effects).toMatchObject([
      { kind: 'refused', reason: { code: 'FM-6006', detail: { now: '$160.00', decided: '$150.00' } } },
    ]);
    expect(writesOf(world)).toEqual([]);
    expect((await run(world)).summary.committedCents).toBe(16_000);
  });

  it('does not accept a counter-offer that was replaced', async () => {
    const world = await openWorld();
    await ask(world, 11, 1, 160);
    expect(endsOf(await meanwhile(world, () => ask(world, 11, 1, 170)))).toEqual(['refused FM-6005']);
    expect(writesOf(world)).toEqual([]);
    expect((await run(world)).summary.committedCents).toBe(17_000);
  });

  it('does not accept a counter-offer that is too high above what the work order pays by then', async () => {
    const world = await openWorld();
    await ask(world, 11, 1, 160);
    const base = aFileThat([ASSIGN]);
    const pay = { ...base.guardrails.pay, acceptCounters: true, maxCounterOverBasePercent: 15 };
    const files = [{ ...base, guardrails: { ...base.guardrails, pay } }];
    const lower = { ...orderOf(world, 11).pay, base: { cents: 13_000, units: 1 } };
    const report = await meanwhile(world, () => editOrder(world, 11, { pay: lower }), { files });
    expect(report.effects).toMatchObject([{ kind: 'refused', reason: { code: 'FM-6025', detail: { provider: 1 } } }]);
    expect(writesOf(world)).toEqual([]);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'hold FM-3001' });
  });

  it('does not assign a provider who turned the request into a counter-offer', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    expect(endsOf(await meanwhile(world, () => ask(world, 11, 1, 170)))).toEqual(['refused FM-6006']);
    expect(writesOf(world)).toEqual([]);
  });

  it('does not assign against a race that somebody has started', async () => {
    const world = await twoAsk();
    expect(endsOf(await meanwhile(world, () => route(world, 11, 4)))).toEqual(['refused FM-6017']);
    expect(writesOf(world)).toEqual([]);
  });

  it('does not assign a provider who meets a required criterion no more', async () => {
    const world = await twoAsk();
    const when = aTest('provider.is_routable', 'equal', true);
    const files = [aFileThat([ASSIGN], { criteria: [aCriterion({ key: 'routable', label: 'Can be routed', when })] })];
    const report = await meanwhile(
      world,
      () => {
        const provider = world.sandbox.world.providers.get(1);
        if (provider !== undefined) world.sandbox.world.providers.set(1, { ...provider, isRoutable: false });
      },
      { files },
    );
    expect(report.effects).toMatchObject([
      { kind: 'refused', reason: { code: 'FM-6007', detail: { criterion: 'Can be routed', provider: 1 } } },
    ]);
    expect(writesOf(world)).toEqual([]);
    expect(endsOf(await run(world, { files }))).toEqual(['confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(2);
  });

  it('does not assign a work order that was taken off the market', async () => {
    const world = await twoAsk();
    const report = await meanwhile(world, () => editOrder(world, 11, { isPublished: false }));
    expect(report.effects).toMatchObject([{ reason: { code: 'FM-6004', detail: { status: 'draft' } } }]);
    expect(writesOf(world)).toEqual([]);
  });

  it('stops withdrawing when an invited provider accepts on the way', async () => {
    const world = await openWorld();
    for (const provider of [2, 4]) await route(world, 11, provider);
    await ask(world, 11, 1);
    const hook = once('claimIntent', 'after', () => acceptRoute(world, 11, 4));
    const files = [aFileThat([ASSIGN_OVER_ROUTES])];
    const report = await run(world, { files, store: hookStore(world.store, hook) });
    expect(endsOf(report)).toEqual(['lost_race FM-6003', 'refused FM-6014', 'refused FM-6014']);
    expect(writesOf(world)).toEqual(['DELETE /workorders/11/route']);
    expect(assigneeOf(world, 11)).toBe(4);
    expect(await world.store.openIntents()).toEqual([]);
  });

  it('does not believe a route withdrawn that may be in a row it cannot understand', async () => {
    const world = await openWorld();
    await route(world, 11, 2);
    await ask(world, 11, 1);
    // From the moment the withdrawal is sent, and does not work, the row of provider 2 is garbled.
    let isGarbled = false;
    const source: WorkOrderSource = {
      ...world.client,
      pullPending: async (id) => {
        const list = await world.client.pullPending(id);
        if (!isGarbled) return list;
        const [garbled, rows] = [list.rows.filter(isRouteOfTwo), list.rows.filter((row) => !isRouteOfTwo(row))];
        const quarantined = garbled.map(() => ({ what: 'pending row', id: null, workOrderId: id, reason: 'broken' }));
        return { ...list, rows, quarantined };
      },
    };
    await breakWith(world, { match: { method: 'DELETE', path: 'route$' }, fault: '500' });
    const garble = once('send', 'before', () => {
      isGarbled = true;
    });
    const files = [aFileThat([ASSIGN_OVER_ROUTES])];
    const report = await run(world, { files, source, target: hookTarget(world.client, garble) });
    expect(endsOf(report)).toEqual(['unknown FM-6010', 'refused FM-6014']);
    expect(assigneeOf(world, 11)).toBeNull();
  });

  it('does not assign while a withdrawal is not known to have worked', async () => {
    const world = await openWorld();
    await route(world, 11, 2);
    await ask(world, 11, 1);
    await breakWith(world, { match: { method: 'DELETE', path: 'route$' }, fault: '500' });
    const report = await run(world, { files: [aFileThat([ASSIGN_OVER_ROUTES])] });
    expect(endsOf(report)).toEqual(['unknown FM-6010', 'refused FM-6014']);
    expect(report.effects[1]?.reason.detail).toEqual({ step: 1 });
    expect(writesOf(world)).toEqual(['DELETE /workorders/11/route']);
  });
});

describe('a run that is asked to stop', () => {
  it('finishes what it is doing, and settles the rest as not sent', async () => {
    const world = await openWorld({ orders: [11, 12, 13] });
    for (const order of [11, 12, 13]) await ask(world, order, order - 10);
    let isStopping = false;
    const target = hookTarget(
      world.client,
      once('send', 'before', () => {
        isStopping = true;
      }),
    );
    const report = await run(world, { target, isStopping: () => isStopping });
    expect(endsOf(report)).toEqual(['confirmed FM-6001', 'refused FM-6019', 'refused FM-6019']);
    expect(report.summary.stopped?.code).toBe('FM-7007');
    expect(report.effects[1]?.reason.detail).toEqual({ message: 'FM-7007 asked to stop' });
    expect(await world.store.openIntents()).toEqual([]);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001', 'confirmed FM-6001']);
  });

  it('was not stopped when nothing was left to do', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 11, 1);
    const report = await run(world, { isStopping: () => writesOf(world).length > 0 });
    expect(saidOf(report)).toEqual({ 11: 'assign FM-1002', 12: 'hold FM-3001' });
    expect(report).toMatchObject({ result: 'done', summary: { stopped: null } });
  });
});

describe('errors one after the other', () => {
  const ORDERS = [11, 12, 13, 14, 15] as const;

  async function crowded(): Promise<World> {
    const world = await openWorld({ orders: ORDERS });
    for (const order of ORDERS) await ask(world, order, order - 10);
    return world;
  }

  it('stop the run from acting; the rest is settled as not sent, nothing is left open', async () => {
    const world = await crowded();
    await route(world, 15, 1);
    for (const provider of [1, 2, 3]) blockProvider(world, provider);
    const files = [aFileThat([ASSIGN_OVER_ROUTES])];
    const report = await run(world, { files });
    expect(endsOf(report)).toEqual([
      ...['refused FM-6002', 'refused FM-6002', 'refused FM-6002'],
      ...['refused FM-6019', 'refused FM-6019', 'refused FM-6019'],
    ]);
    expect(report).toMatchObject({
      result: 'tripped',
      summary: { stopped: { code: 'FM-7004', message: '3 actions failed one after the other.' }, actions: 5 },
    });
    expect(writesOf(world)).toHaveLength(3);
    expect(await world.store.openIntents()).toEqual([]);
    expect(endsOf(await run(world, { files }))).toEqual([
      'confirmed FM-6001',
      'confirmed FM-6001',
      'confirmed FM-6001',
    ]);
    expect([assigneeOf(world, 14), assigneeOf(world, 15)]).toEqual([4, 5]);
  });

  it('leave only those open whose end is unknown', async () => {
    const world = await crowded();
    await breakWith(world, { match: { method: 'POST', path: 'assignee$' }, fault: '500', times: null });
    const report = await run(world);
    expect(report.summary).toMatchObject({ effects: { unknown: 3, refused: 2 }, stopped: { code: 'FM-7004' } });
    expect((await world.store.openIntents()).map(({ workOrderId: id }) => id)).toEqual([11, 12, 13]);
  });

  it('are counted anew after a success', async () => {
    const world = await crowded();
    for (const provider of [1, 2, 4, 5]) blockProvider(world, provider);
    const report = await run(world);
    expect(endsOf(report).map((end) => end.split(' ')[0])).toEqual([
      'refused',
      'refused',
      'confirmed',
      'refused',
      'refused',
    ]);
    expect(report.result).toBe('done');
  });

  it('are still one after the other when a decision between them sends nothing', async () => {
    const world = await openWorld({ orders: ORDERS });
    for (const order of [11, 13, 14, 15]) await ask(world, order, order - 10);
    for (const provider of [1, 3, 4]) blockProvider(world, provider);
    const report = await run(world);
    expect(saidOf(report)).toMatchObject({ 12: 'hold FM-3001' });
    expect(report.summary.stopped?.code).toBe('FM-7004');
    expect(assigneeOf(world, 15)).toBeNull();
  });

  it('are not what a guard finds', async () => {
    const world = await crowded();
    const hook = once('recordDecision', 'after', () => undefined);
    const expiring = hookStore(world.store, async (step, when) => {
      await hook(step, when);
      if (step === 'recordDecision' && when === 'after') later(world, 31 * MINUTE_MS);
    });
    const report = await run(world, { store: expiring });
    expect(endsOf(report)).toEqual(Array.from({ length: 5 }, () => 'refused FM-6005'));
    expect(report.result).toBe('done');
  });

  it.each([
    ['enforce', 1],
    ['canary', 1],
    ['shadow', 3],
    ['recommend', 3],
    ['off', 3],
  ] as const)('stop as early as the strictest file says, if it acts: %s after %i', async (mode, sent) => {
    const world = await crowded();
    for (const provider of [1, 2, 3]) blockProvider(world, provider);
    const base = aFileThat([ASSIGN]);
    const guardrails = { ...base.guardrails, stopAfterErrors: 1 };
    // Applies to nothing here, or has a share of nothing: its limit is the run's all the same.
    const strict = aFileThat([ASSIGN], { id: 'strict', mode, canaryPercent: 0, priority: 9, guardrails });
    const elsewhere = { ...strict, appliesTo: aTest('work_order.is_remote', 'equal', true) };
    await run(world, { files: [base, elsewhere] });
    expect(writesOf(world)).toHaveLength(sent);
  });

  it('count routes that were refused as well', async () => {
    const world = await crowded();
    await getToKnow(world, 1);
    const target = connectTo({ url: 'http://127.0.0.1:9' }, world);
    const files = [aFileThat([ROUTE], { criteria: [aCriterion({ isRequired: false })] })];
    const report = await run(world, { files, target });
    await target.close();
    expect(report.summary.stopped?.code).toBe('FM-7004');
    expect(writesOf(world)).toEqual([]);
  });
});
