import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { providerId } from '../../src/domain/ids.ts';
import type { RuleFile, Stage } from '../../src/domain/rule-file.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { actOnDecisions } from '../../src/engine/act.ts';
import type { DispatchTarget } from '../../src/engine/ports.ts';
import { reconcile } from '../../src/engine/reconcile.ts';
import { aCriterion, NO_GUARDRAILS } from '../support/builders.ts';
import {
  ASSIGN,
  ASSIGN_OVER_ROUTES,
  aFileThat,
  ask,
  assignByHand,
  assigneeOf,
  breakWith,
  cancelAssignment,
  closeWorlds,
  connectTo,
  editOrder,
  endsOf,
  eventsOf,
  getToKnow,
  hookStore,
  hookTarget,
  ids,
  intentsOf,
  later,
  ledgerOf,
  MASS_ROUTE,
  MINUTE_MS,
  mend,
  once,
  openWorld,
  orderId,
  orderOf,
  recordIntents,
  route,
  run,
  runsOf,
  type StepHook,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

/** The process is gone: whatever it was doing, it does no more. */
class Died extends Error {
  override readonly name = 'Died';
}

/** Dies the first time it gets there, and stays dead. */
function dyingAt(step: string, when: 'before' | 'after'): StepHook {
  let isDead = false;
  return (reached, moment) => {
    isDead ||= reached === step && moment === when;
    if (isDead) throw new Died(`${when} ${step}`);
  };
}

/** One life of the process, which ends at that step; true when it got there. */
async function live(world: World, hook: StepHook, plan: Parameters<typeof run>[1] = {}): Promise<boolean> {
  try {
    await run(world, {
      ...plan,
      store: hookStore(world.store, hook),
      target: hookTarget(plan.target ?? world.client, hook),
    });
    return false;
  } catch (error) {
    if (error instanceof Died) return true;
    throw error;
  }
}

async function dies(world: World, step: string, when: 'before' | 'after'): Promise<void> {
  expect(await live(world, dyingAt(step, when))).toBe(true);
}

/** Two providers ask, the first is the better. */
async function twoAsk(plan: Parameters<typeof openWorld>[0] = {}): Promise<World> {
  const world = await openWorld(plan);
  await ask(world, 11, 1);
  await ask(world, 11, 2);
  return world;
}

describe('an intent that was never claimed', () => {
  it('is closed as never sent, and the run that finds it decides again', async () => {
    const world = await twoAsk();
    await dies(world, 'claimIntent', 'before');
    expect(await intentsOf(world, 11)).toEqual(['assign 1: open']);
    const report = await run(world);
    expect(endsOf(report)).toEqual(['refused FM-6012', 'confirmed FM-6001']);
    expect(await intentsOf(world, 11)).toEqual(['assign 1: refused FM-6012', 'assign 1: confirmed FM-6001']);
    expect(writesOf(world)).toEqual(['POST /workorders/11/assignee']);
    expect(report.summary).toMatchObject({ actions: 1, committedCents: 15_000 });
  });

  it('is closed by a run that looks at another work order only', async () => {
    const world = await twoAsk({ orders: [11, 12] });
    await dies(world, 'recordEffect', 'before');
    expect(endsOf(await run(world, { only: [12] }))).toEqual(['confirmed FM-6001']);
    expect(await world.store.openIntents()).toEqual([]);
  });

  it('is left to the next live run by a dry run, which holds the work order', async () => {
    const world = await twoAsk();
    await dies(world, 'claimIntent', 'before');
    const dry = await run(world, { isDryRun: true });
    expect(saidOf(dry)).toEqual({ 11: 'hold FM-3007' });
    expect(await intentsOf(world, 11)).toEqual(['assign 1: open']);
  });
});

describe('an intent that was claimed', () => {
  it('is confirmed when it was applied, and never sent again', async () => {
    const world = await twoAsk();
    await dies(world, 'send', 'after');
    const reconciled: string[] = [];
    const report = await run(world, { onReconciled: (effect) => reconciled.push(effect.kind) });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect(reconciled).toEqual(['confirmed']);
    expect(report.decisions).toEqual([]);
    expect(report.summary).toMatchObject({ actions: 0, committedCents: 15_000 });
    expect(writesOf(world)).toHaveLength(1);
  });

  it('is lost when somebody else got the work order meanwhile', async () => {
    const world = await twoAsk();
    await dies(world, 'send', 'before');
    await assignByHand(world, 11, 3);
    expect(endsOf(await run(world))).toEqual(['unknown FM-6010']);
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world))).toEqual(['lost_race FM-6003']);
    expect(writesOf(world)).toEqual([]);
    expect(assigneeOf(world, 11)).toBe(3);
  });

  it('is not lost yet to somebody who may leave before it lands', async () => {
    const world = await twoAsk();
    const sent: WriteCall[] = [];
    const late: DispatchTarget = {
      send: async (call) => {
        sent.push(call);
        await assignByHand(world, 11, 3);
        return { kind: 'unclear', message: 'timed out' };
      },
    };
    expect(endsOf(await run(world, { target: late }))).toEqual(['unknown FM-6010']);
    await cancelAssignment(world, 11, 3);
    await ask(world, 11, 1);
    for (const call of sent) await world.client.send(call);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(1);
    expect(await intentsOf(world, 11)).toEqual(['assign 1: unknown FM-6010, confirmed FM-6001']);
  });

  it('blocks its work order within the quiet time, and says so once', async () => {
    const world = await twoAsk({ orders: [11, 12] });
    await dies(world, 'send', 'before');
    await ask(world, 12, 3);
    const first = await run(world);
    expect(endsOf(first)).toEqual(['unknown FM-6010', 'confirmed FM-6001']);
    expect(saidOf(first)).toEqual({ 11: 'hold FM-3007', 12: 'assign FM-1002' });
    later(world, world.limits.quietTimeMs - 1_000);
    const second = await run(world);
    expect(endsOf(second)).toEqual([]);
    expect(saidOf(second)).toEqual({ 11: 'hold FM-3007 unchanged' });
    expect(await intentsOf(world, 11)).toEqual(['assign 1: unknown FM-6010']);
    expect(writesOf(world)).toEqual(['POST /workorders/12/assignee']);
  });

  it('is believed not applied after the quiet time, and the same run decides to send it once more', async () => {
    const world = await twoAsk();
    await dies(world, 'send', 'before');
    later(world, world.limits.quietTimeMs);
    const report = await run(world);
    expect(endsOf(report)).toEqual(['refused FM-6020', 'confirmed FM-6001']);
    expect(report.effects[0]?.reason.detail).toEqual({ seconds: 120 });
    expect(await intentsOf(world, 11)).toEqual(['assign 1: refused FM-6020', 'assign 1: confirmed FM-6001']);
    expect(writesOf(world)).toHaveLength(1);
  });

  it('is sent once more to the same provider although a better one has come', async () => {
    const world = await openWorld();
    await ask(world, 11, 2);
    await dies(world, 'send', 'before');
    await ask(world, 11, 1);
    await run(world);
    later(world, world.limits.quietTimeMs);
    const report = await run(world);
    expect(endsOf(report)).toEqual(['refused FM-6020', 'confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(2);
  });

  it('is held for a person when it is absent a second time, and never sent a third', async () => {
    const world = await twoAsk();
    await breakWith(world, { match: { method: 'POST', path: 'assignee$' }, fault: '500', times: null });
    expect(endsOf(await run(world))).toEqual(['unknown FM-6010']);
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world))).toEqual(['refused FM-6020', 'unknown FM-6010']);
    later(world, world.limits.quietTimeMs);
    const third = await run(world);
    expect(endsOf(third)).toEqual(['refused FM-6020']);
    expect(saidOf(third)).toEqual({ 11: 'hold FM-3012' });
    later(world, world.limits.quietTimeMs);
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3012 unchanged' });
    expect(writesOf(world)).toHaveLength(2);
  });

  it('is held for a person when the same cannot be tried again, because the request has gone', async () => {
    const world = await twoAsk();
    await dies(world, 'send', 'before');
    later(world, 31 * 60_000);
    await ask(world, 11, 2);
    const report = await run(world);
    expect(endsOf(report)).toEqual(['refused FM-6020']);
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3012' });
    expect(writesOf(world)).toEqual([]);
  });

  it('counts its quiet time from when it was sent, however often it was looked at', async () => {
    const world = await twoAsk();
    await dies(world, 'send', 'before');
    for (const [rest, ends] of [
      [60_000, ['unknown FM-6010']],
      [59_000, []],
      [1_000, ['refused FM-6020', 'confirmed FM-6001']],
    ] as const) {
      later(world, rest);
      expect(endsOf(await run(world))).toEqual(ends);
    }
  });

  /** All that can keep a first sending from happening keeps a second one, too. */
  const BRAKES: readonly (readonly [string, Parameters<typeof run>[1]])[] = [
    ['its rule file is gone', { files: [aFileThat([], { id: 'other' })] }],
    ['its rule file is off', { files: [aFileThat([ASSIGN], { mode: 'off' })] }],
    ['its rule file only recommends', { files: [aFileThat([ASSIGN], { mode: 'recommend' })] }],
    ['its provider is excluded by now', { files: [excluding(1, 2)] }],
    ['the run has tripped', { limits: { maxActionsPerRun: 0 } }],
    ['the run is asked to stop', { isStopping: () => true }],
  ];
  it.each(BRAKES)('is not sent once more when %s', async (_why, plan) => {
    const world = await twoAsk();
    await dies(world, 'send', 'before');
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world, plan))[0]).toBe('refused FM-6020');
    expect(writesOf(world)).toEqual([]);
    expect(await world.store.openIntents()).toEqual([]);
  });

  it('stays open while the platform cannot be read, and is looked at less and less often', async () => {
    const world = await twoAsk({ limits: { maxReconcilePauseMs: 10 * MINUTE_MS } });
    await dies(world, 'send', 'after');
    await breakWith(world, { match: { method: 'GET', path: '/workorders/11/assignee$' }, fault: '500', times: null });
    const startMs = world.clock.nowMs();
    const lookedAfter: number[] = [];
    for (let minute = 0; minute <= 40; minute += 1) {
      const report = await run(world, { isScheduled: true });
      if (report.effects.length > 0) lookedAfter.push((world.clock.nowMs() - startMs) / MINUTE_MS);
      expect(endsOf(report).filter((end) => end !== 'unknown FM-6010')).toEqual([]);
      later(world, startMs + (minute + 1) * MINUTE_MS - world.clock.nowMs());
    }
    const gaps = lookedAfter.map((at, index) => Math.round(at - (lookedAfter[index - 1] ?? at)));
    expect(gaps.slice(0, 4)).toEqual(gaps.slice(0, 4).toSorted((a, b) => a - b));
    expect(gaps[1]).toBeLessThanOrEqual(3);
    expect(gaps.slice(4).every((gap) => gap === 10 || gap === 11)).toBe(true);
    expect(lookedAfter.length).toBeLessThanOrEqual(7);
    await mend(world);
    expect(endsOf(await run(world, { isScheduled: true }))).toEqual([]);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(writesOf(world)).toHaveLength(1);
  });

  it('of a clock that was years ahead waits the quiet time, not the years', async () => {
    const world = await twoAsk();
    const call: WriteCall = {
      kind: 'assign',
      workOrderId: orderId(11),
      providerId: providerId(1),
      clientPayTermsAccepted: false,
    };
    const { decision } = await recordIntents(world, 11, [{ call }]);
    expect(await world.store.claimIntent(decision.id, 1, world.clock.nowMs() + 10 * 365 * 86_400_000)).toBe('claimed');
    expect(endsOf(await run(world))).toEqual(['unknown FM-6010']);
    expect(endsOf(await run(world))).toEqual([]);
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world))).toEqual(['refused FM-6020', 'confirmed FM-6001']);
  });

  it('is not sent once more when the platform cannot be read just before', async () => {
    const world = await twoAsk();
    await dies(world, 'send', 'before');
    later(world, world.limits.quietTimeMs);
    const broken = { match: { method: 'GET', path: '/workorders/11/assignee$', nth: 2 }, fault: '500', times: null };
    await breakWith(world, broken);
    expect(endsOf(await run(world))).toEqual(['refused FM-6020', 'refused FM-6009']);
    expect(writesOf(world)).toEqual([]);
    await mend(world);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
  });

  it('is confirmed, and not sent once more, when the first call lands just before', async () => {
    const world = await twoAsk();
    const calls: WriteCall[] = [];
    const late: DispatchTarget = {
      send: async (call) => {
        calls.push(call);
        throw new Died('the request is still on its way');
      },
    };
    expect(await live(world, () => undefined, { target: late })).toBe(true);
    later(world, world.limits.quietTimeMs);
    const lands = once('recordDecision', 'after', async () => {
      for (const call of calls) await world.client.send(call);
    });
    const report = await run(world, { store: hookStore(world.store, lands) });
    expect(endsOf(report)).toEqual(['refused FM-6020', 'confirmed FM-6001']);
    expect(writesOf(world)).toHaveLength(1);
    expect(eventsOf(world, 'work_order.assigned')).toEqual(['11 1']);
  });

  it('is decided anew when sending it once more was refused', async () => {
    const world = await twoAsk();
    await dies(world, 'send', 'before');
    later(world, world.limits.quietTimeMs);
    const target = connectTo({ url: 'http://127.0.0.1:9' }, world);
    const report = await run(world, { target });
    await target.close();
    expect(endsOf(report)).toEqual(['refused FM-6020', 'refused FM-6009']);
    expect(endsOf(await run(world))).toEqual(['confirmed FM-6001']);
    expect(writesOf(world)).toHaveLength(1);
  });
});

function excluding(...providers: readonly number[]): RuleFile {
  const file = aFileThat([ASSIGN]);
  const excludeProviders = ids(...providers).map((providerId) => ({ providerId, untilMs: null, because: 'site ban' }));
  return { ...file, guardrails: { ...file.guardrails, excludeProviders } };
}

describe('whom an unsettled action may have bound', () => {
  it.each(['before', 'after'] as const)('is not free elsewhere at the same hour: died %s sending', async (when) => {
    const world = await openWorld({ orders: [11, 12] });
    const { startMs, endMs } = orderOf(world, 11);
    editOrder(world, 12, { startMs, endMs });
    for (const order of [11, 12]) await ask(world, order, 1);
    const perProvider = {
      perDay: null,
      per7Days: null,
      forbidOverlap: true,
      travelBufferMinutes: 0,
      forbidAfterGiveBack: false,
    };
    const files = [aFileThat([ASSIGN], { guardrails: { ...NO_GUARDRAILS, perProvider } })];
    expect(await live(world, dyingAt('send', when), { files, only: [12] })).toBe(true);
    expect(saidOf(await run(world, { files, only: [11] }))).toEqual({ 11: 'hold FM-3001' });
    later(world, world.limits.quietTimeMs);
    await run(world, { files });
    expect([assigneeOf(world, 11), assigneeOf(world, 12)].filter((id) => id === 1)).toHaveLength(1);
  });
});

describe('a decision of several steps', () => {
  async function routed(): Promise<World> {
    const world = await openWorld();
    for (const provider of [2, 4]) await route(world, 11, provider);
    await ask(world, 11, 1);
    return world;
  }
  const files = [aFileThat([ASSIGN_OVER_ROUTES])];

  it('is taken up where it stopped: confirmed steps stay, the rest is decided again', async () => {
    const world = await routed();
    const hook = dyingAt('recordEffect', 'after');
    expect(await live(world, hook, { files })).toBe(true);
    const report = await run(world, { files });
    expect(endsOf(report)).toEqual(['refused FM-6012', 'refused FM-6012', 'confirmed FM-6001', 'confirmed FM-6001']);
    expect(eventsOf(world, 'route.withdrawn')).toEqual(['11 2', '11 4']);
    expect(assigneeOf(world, 11)).toBe(1);
    expect(writesOf(world)).toHaveLength(3);
  });

  it('does not assign while a withdrawal is open', async () => {
    const world = await routed();
    expect(await live(world, dyingAt('send', 'before'), { files })).toBe(true);
    const report = await run(world, { files });
    expect(endsOf(report)).toEqual(['unknown FM-6010', 'refused FM-6012', 'refused FM-6012']);
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3007' });
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world, { files }))).toEqual([
      'refused FM-6020',
      'confirmed FM-6001',
      'confirmed FM-6001',
      'confirmed FM-6001',
    ]);
    expect(assigneeOf(world, 11)).toBe(1);
    expect(writesOf(world)).toHaveLength(3);
  });
});

describe('other actions that were left open', () => {
  it('a mass-route that shows in part after the quiet time is settled as that, and not sent again', async () => {
    const world = await openWorld();
    await getToKnow(world, 1, 2, 3);
    const [blocked] = [world.sandbox.world.providers.get(3)];
    if (blocked === undefined) throw new Error('no provider 3');
    world.sandbox.world.providers.set(3, { ...blocked, isBlocked: true });
    const files = [aFileThat([MASS_ROUTE])];
    expect(endsOf(await run(world, { files }))).toEqual(['unknown FM-6011']);
    expect(endsOf(await run(world, { files }))).toEqual([]);
    later(world, world.limits.quietTimeMs);
    const report = await run(world, { files });
    expect(report.effects).toMatchObject([
      { kind: 'confirmed', reason: { code: 'FM-6016', detail: { count: 2, asked: 3 } } },
    ]);
    expect(writesOf(world)).toHaveLength(1);
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3011' });
  });

  it('a mass-route whose job had not run when the process died is confirmed by its routes', async () => {
    const world = await openWorld();
    await getToKnow(world, 1, 2);
    const files = [aFileThat([MASS_ROUTE])];
    expect(await live(world, dyingAt('send', 'after'), { files })).toBe(true);
    expect(endsOf(await run(world, { files }))).toEqual(['unknown FM-6010']);
    later(world, 1_000);
    expect(endsOf(await run(world, { files }))).toEqual(['confirmed FM-6001']);
    expect(orderOf(world, 11).routes.size).toBe(2);
    expect(writesOf(world)).toHaveLength(1);
  });

  it('an un-assignment is never sent a second time by itself, and blocks nothing for ever', async () => {
    const world = await openWorld();
    await assignByHand(world, 11, 1);
    const [providerId] = ids(1);
    if (providerId === undefined) throw new Error('no provider');
    const call: WriteCall = { kind: 'unassign', workOrderId: orderId(11), providerId, reasonId: 7, comment: '' };
    const { decision, context } = await recordIntents(world, 11, [{ call }]);
    await breakWith(world, { match: { method: 'DELETE', path: 'assignee$' }, fault: '500' });
    const plan = { decisions: [decision], stopAfterErrors: 9, onEffect: () => undefined };
    expect((await actOnDecisions(context, plan)).effects.map(({ kind }) => kind)).toEqual(['unknown']);
    later(world, world.limits.quietTimeMs);
    const { effects } = await reconcile(context);
    expect(effects).toMatchObject([{ kind: 'refused', n: 2, reason: { code: 'FM-6013' } }]);
    expect((await reconcile(context)).effects).toEqual([]);
    expect(await context.store.openIntents()).toEqual([]);
    expect(assigneeOf(world, 11)).toBe(1);
    expect(writesOf(world)).toHaveLength(1);
  });
});

/*
 * A small world with every way of dispatching: 11 is assigned, 12 by counter-offer, 13 after withdrawing a route, 14 is
 * mass-routed to the providers who came along. The process dies at one or more of its steps towards ledger and platform.
 */
const SMALL = { orders: [11, 12, 13, 14], providers: [1, 2, 3, 4] };
const INVITE_TWO: Stage = { n: 2, afterMinutes: 0, do: 'mass_route', top: 2, talentPoolId: null, minPoints: 0 };
const ANYBODY = aCriterion({ key: 'any', weight: 1, isRequired: false });
const FILES = [aFileThat([ASSIGN_OVER_ROUTES, INVITE_TWO], { criteria: [ANYBODY] })];

async function openSmall(): Promise<World> {
  const world = await openWorld(SMALL);
  await getToKnow(world, 1, 2, 3, 4);
  await ask(world, 11, 1);
  await ask(world, 11, 2);
  await ask(world, 12, 2, 180);
  await ask(world, 13, 3);
  await route(world, 13, 4);
  return world;
}

/** Dies at the nth moment of one life, counted over all steps. */
function dyingAtMoment(moment: number): { readonly hook: StepHook; readonly moments: () => number } {
  let moments = 0;
  const hook: StepHook = (step, when) => {
    moments += 1;
    if (moments > moment) throw new Died(`${when} ${step}`);
  };
  return { hook, moments: () => moments };
}

/** Law 4: the decision is in the ledger, and claimed, before the call leaves. */
function witnessed(world: World): DispatchTarget {
  return {
    send: async (call) => {
      const claimed = (await world.store.openIntents()).filter((open) => open.claimedAtMs !== null);
      expect(claimed.map((open) => open.intent.call)).toContainEqual(call);
      return world.client.send(call);
    },
  };
}

type Death = { readonly moment: number; readonly restMs: number };

/** Lives that die where told, with time passing between them, then runs until nothing happens any more. */
async function survive(deaths: readonly Death[], faults: readonly object[] = []): Promise<World> {
  const world = await openSmall();
  const plan = { files: FILES, target: witnessed(world) };
  for (const fault of faults) await breakWith(world, fault);
  for (const { moment, restMs } of deaths) {
    await live(world, dyingAtMoment(moment).hook, plan);
    later(world, restMs);
  }
  for (let life = 0; ; life += 1) {
    const report = await run(world, plan);
    const open = await world.store.openIntents();
    const isQuiet = report.effects.length === 0 && open.every(({ lastEffect }) => lastEffect?.reason === 'FM-6013');
    if (isQuiet) return world;
    expect(life).toBeLessThan(8);
    later(world, world.limits.quietTimeMs);
  }
}

/** Laws 4 and 5, on what the platform and the ledger say in the end. */
async function expectSound(world: World): Promise<void> {
  expect(eventsOf(world, 'work_order.assigned').toSorted()).toEqual(['11 1', '12 2', '13 3']);
  expect(eventsOf(world, 'route.withdrawn')).toEqual(['13 4']);
  expect([...orderOf(world, 14).routes.keys()].toSorted()).toEqual([1, 2]);
  // Nothing was sent twice: what had arrived was found by reading, what had not was never on the platform.
  const accepted = orderOf(world, 12).requestsById.keys().next().value;
  expect(writesOf(world).toSorted()).toEqual([
    'DELETE /workorders/13/route',
    'POST /workorders/11/assignee',
    `POST /workorders/12/requests/${accepted}/accept`,
    'POST /workorders/13/assignee',
    'POST /workorders/14/mass-route',
  ]);
  const intents = (await Promise.all(SMALL.orders.map((order) => intentsOf(world, order)))).flat();
  const confirmed = intents.filter((intent) => / confirmed [^,]*$/.test(intent)).map((intent) => intent.split(':')[0]);
  expect(confirmed).toEqual(['assign 1', 'accept_counter 2', 'unroute 4', 'assign 3', 'mass_route 1+2']);
  expect(intents.filter((intent) => intent.endsWith('open') || / unknown [^,]*$/.test(intent))).toEqual([]);
}

/** Law 5 when much goes wrong at once: everything once, or held for a person after it was believed lost twice. */
async function expectNothingTwice(world: World): Promise<void> {
  for (const [order, provider] of [
    [11, 1],
    [12, 2],
    [13, 3],
  ] as const) {
    const assigned = eventsOf(world, 'work_order.assigned').filter((event) => event.startsWith(`${order} `));
    const isHeld = (await ledgerOf(world, order)).at(-1)?.reason.code === 'FM-3012';
    expect(assigned).toEqual(isHeld ? [] : [`${order} ${provider}`]);
  }
  const opened = eventsOf(world, 'route.opened');
  expect(new Set(opened).size).toBe(opened.length);
  const intents = (await Promise.all(SMALL.orders.map((order) => intentsOf(world, order)))).flat();
  expect(intents.filter((intent) => /(open| unknown [^,]*)$/.test(intent))).toEqual([]);
  expect(writesOf(world).length).toBeLessThanOrEqual(intents.length);
}

describe('a process that dies', () => {
  it('at any one moment leaves a ledger from which everything is done exactly once', async () => {
    const calm = await openSmall();
    const all = dyingAtMoment(Number.POSITIVE_INFINITY);
    expect(await live(calm, all.hook, { files: FILES })).toBe(false);
    await expectSound(calm);
    const moments = all.moments();
    // Two for each call of ledger and platform.
    expect(moments).toBeGreaterThan(50);
    for (let moment = 0; moment < moments; moment += 1) {
      const world = await survive([{ moment, restMs: 0 }]);
      await expectSound(world).catch((error) => {
        throw new Error(`died at moment ${moment}`, { cause: error });
      });
      await closeWorlds();
    }
  }, 120_000);

  const deaths = (least: number) => {
    const restMs = fc.constantFrom(0, 1_000, 60_000, 121_000);
    return fc.array(fc.record({ moment: fc.nat(57), restMs }), { minLength: least, maxLength: 3 });
  };

  it('again and again, at any moments, with any time between, does no worse', async () => {
    const property = fc.asyncProperty(deaths(2), async (plan) => {
      const world = await survive(plan);
      await expectNothingTwice(world);
      // What had arrived was found by reading; what had not was never on the platform.
      expect(new Set(writesOf(world)).size).toBe(writesOf(world).length);
      await closeWorlds();
    });
    await fc.assert(property, { numRuns: 25 });
  }, 120_000);

  it('while answers are spoilt besides assigns nothing twice, and holds what it cannot settle', async () => {
    const kinds = ['500', '500_after', 'lost_response', 'truncate', 'html', '429'];
    const fault = fc.record({
      match: fc.record({
        method: fc.constantFrom('POST', 'DELETE'),
        path: fc.constant('1[1-4]/'),
        nth: fc.integer({ min: 1, max: 4 }),
      }),
      fault: fc.constantFrom(...kinds),
    });
    const faults = fc.array(fault, { minLength: 1, maxLength: 3 });
    const property = fc.asyncProperty(deaths(0), faults, async (plan, spoilt) => {
      await expectNothingTwice(await survive(plan, spoilt));
      await closeWorlds();
    });
    await fc.assert(property, { numRuns: 40 });
  }, 120_000);

  it('with its last call still under way finds that call when it lands', async () => {
    const world = await openSmall();
    const underWay: WriteCall[] = [];
    const slow: DispatchTarget = {
      send: async (call) => {
        if (call.kind !== 'assign' || call.workOrderId !== 13) return world.client.send(call);
        underWay.push(call);
        throw new Died('the request is still on its way');
      },
    };
    expect(await live(world, () => undefined, { files: FILES, target: slow })).toBe(true);
    await run(world, { files: FILES });
    later(world, 91_000);
    for (const call of underWay) await world.client.send(call);
    await run(world, { files: FILES });
    later(world, world.limits.quietTimeMs);
    await run(world, { files: FILES });
    await expectSound(world);
  });

  it('leaves its run without an end, and the ledger of every run after it whole', async () => {
    const world = await twoAsk();
    await dies(world, 'recordEffect', 'before');
    await run(world);
    const runs = await runsOf(world);
    expect(runs.map(({ end }) => end?.result ?? 'unfinished').toSorted()).toEqual(['done', 'unfinished']);
    expect((await ledgerOf(world, 11)).map(({ runId }) => runId)).toEqual([runs.find(({ end }) => end === null)?.id]);
  });
});

describe('reconciling', () => {
  it('has nothing to do in a new ledger', async () => {
    const world = await openWorld();
    const { context } = await recordIntents(world, 11, []);
    expect(await reconcile(context)).toEqual({ effects: [], confirmedCents: 0 });
  });

  it('settles what it finds before anything is decided', async () => {
    const world = await twoAsk();
    await dies(world, 'claimIntent', 'before');
    const steps: string[] = [];
    const noting: StepHook = (step, when) => {
      if (when === 'before') steps.push(step);
    };
    await run(world, { store: hookStore(world.store, noting), files: [aFileThat([ASSIGN])] });
    expect(steps.indexOf('recordEffect')).toBeLessThan(steps.indexOf('recordDecision'));
    expect(steps.indexOf('openIntents')).toBeLessThan(steps.indexOf('snapshot'));
    const hook = once('send', 'before', () => undefined);
    expect((await run(world, { target: hookTarget(world.client, hook) })).effects).toEqual([]);
  });
});
