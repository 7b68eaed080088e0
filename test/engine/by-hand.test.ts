import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Effect } from '../../src/domain/decision.ts';
import { requestId, type WorkOrderId } from '../../src/domain/ids.ts';
import type { WriteCall, WriteKind } from '../../src/domain/write-call.ts';
import { actByHand, type HandDeps, type HandReport, previewByHand } from '../../src/engine/act-by-hand.ts';
import { LedgerFailure, PlatformUnavailable } from '../../src/engine/ports.ts';
import { aReviewFile } from '../support/builders.ts';
import {
  ASSIGN,
  acceptRoute,
  act,
  aFileThat,
  ask,
  assignByHand,
  assigneeOf,
  breakWith,
  cancelAssignment,
  closeWorlds,
  editOrder,
  hookStore,
  ids,
  intentsOf,
  later,
  ledgerOf,
  once,
  openWorld,
  orderId,
  orderOf,
  route,
  ruleSetOf,
  run,
  runsOf,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

const [FIRST = ids(1)[0], SECOND] = ids(1, 2);
if (FIRST === undefined || SECOND === undefined) throw new Error('two providers');
const WORK_ORDER = { workOrderId: orderId(11) } as const;
const AT = { ...WORK_ORDER, providerId: FIRST } as const;
const ASSIGN_FIRST: WriteCall = { kind: 'assign', ...AT, clientPayTermsAccepted: false };
const DISPATCH = {
  selectionRuleId: 0,
  shouldRoute: false,
  delaySeconds: 1_800,
  w2SkipPublish: null,
  w2FailSwitch: null,
  networkIds: null,
  tieredAutoDispatchId: null,
  autoAssign: null,
  alsoPublish: null,
} as const;

let lastHand = 0;

function handDeps(world: World, given: Partial<HandDeps> = {}): HandDeps {
  return {
    source: world.client,
    target: world.client,
    store: world.store,
    clock: world.clock,
    limits: world.limits,
    environment: 'loopback',
    engineVersion: '0.0.0-test',
    ruleSet: ruleSetOf([aFileThat([ASSIGN])]),
    ...given,
  };
}

function byHand(world: World, call: WriteCall, given: Partial<HandDeps> = {}): Promise<HandReport> {
  lastHand += 1;
  return actByHand(handDeps(world, given), { runId: `hand-${lastHand}`, call });
}

/** The effect of an action that was not blocked. */
function effectOf(report: HandReport): Effect {
  if (report.kind === 'blocked') throw new Error(`blocked by ${report.decisionId}`);
  return report.effect;
}

function endOf(report: HandReport): string {
  const { kind, reason } = effectOf(report);
  return `${kind} ${reason.code}`;
}

async function finish(world: World, id = 11): Promise<void> {
  await assignByHand(world, id, 1);
  await act(world, ['POST', `/workorders/${id}/complete`]);
}

/** How each action is made possible, what is sent, and what the platform and the ledger show afterwards. */
const SITUATIONS: {
  readonly [Kind in WriteKind]: {
    readonly prepare: (world: World) => Promise<WriteCall>;
    readonly write: string;
    readonly hasHappened: (world: World) => boolean;
    readonly outcome: string;
    /** Null: binds no money. */
    readonly costCents: number | null;
  };
} = {
  publish: {
    prepare: async (world) => {
      editOrder(world, 11, { isPublished: false });
      return { kind: 'publish', ...WORK_ORDER };
    },
    write: 'POST /workorders/11/publish',
    hasHappened: (world) => orderOf(world, 11).isPublished,
    outcome: 'publish',
    costCents: null,
  },
  unpublish: {
    prepare: async () => ({ kind: 'unpublish', ...WORK_ORDER }),
    write: 'DELETE /workorders/11/publish',
    hasHappened: (world) => !orderOf(world, 11).isPublished,
    outcome: 'unpublish',
    costCents: null,
  },
  route: {
    prepare: async () => ({ kind: 'route', ...AT }),
    write: 'POST /workorders/11/route',
    hasHappened: (world) => orderOf(world, 11).routes.has(1),
    outcome: 'route',
    costCents: 15_000,
  },
  unroute: {
    prepare: async (world) => {
      await route(world, 11, 1);
      return { kind: 'unroute', ...AT };
    },
    write: 'DELETE /workorders/11/route',
    hasHappened: (world) => !orderOf(world, 11).routes.has(1),
    outcome: 'unroute',
    costCents: null,
  },
  mass_route: {
    prepare: async () => ({ kind: 'mass_route', ...WORK_ORDER, providerIds: [FIRST, SECOND] }),
    write: 'POST /workorders/11/mass-route',
    hasHappened: (world) => orderOf(world, 11).routes.size === 2,
    outcome: 'mass_route',
    costCents: 15_000,
  },
  mass_route_pool: {
    prepare: async (world) => {
      for (const [id, provider] of world.sandbox.world.providers)
        world.sandbox.world.providers.set(id, { ...provider, talentPools: [{ id: 9921, name: 'ATM crew' }] });
      return { kind: 'mass_route_pool', ...WORK_ORDER, talentPoolId: 9921 };
    },
    write: 'POST /workorders/11/mass-route',
    hasHappened: (world) => orderOf(world, 11).routes.size === 5,
    outcome: 'mass_route',
    costCents: 15_000,
  },
  auto_dispatch: {
    prepare: async (world) => {
      editOrder(world, 11, { isPublished: false });
      return { kind: 'auto_dispatch', ...WORK_ORDER, dispatch: DISPATCH };
    },
    write: 'POST /workorders/auto_dispatch',
    hasHappened: (world) => orderOf(world, 11).isPublished,
    outcome: 'auto_dispatch',
    costCents: 15_000,
  },
  assign: {
    prepare: async (world) => {
      await ask(world, 11, 1);
      return ASSIGN_FIRST;
    },
    write: 'POST /workorders/11/assignee',
    hasHappened: (world) => assigneeOf(world, 11) === 1,
    outcome: 'assign',
    costCents: 15_000,
  },
  accept_counter: {
    prepare: async (world) => {
      await ask(world, 11, 1, 175);
      const asked = requestId(orderOf(world, 11).requests.get(1)?.id ?? 0);
      return { kind: 'accept_counter', ...AT, requestId: asked, payCents: 17_500 };
    },
    write: 'POST /workorders/11/requests/108/accept',
    hasHappened: (world) => orderOf(world, 11).assignment?.how === 'accept_request',
    outcome: 'assign',
    costCents: 17_500,
  },
  unassign: {
    prepare: async (world) => {
      await assignByHand(world, 11, 1);
      return { kind: 'unassign', ...AT, reasonId: 7, comment: 'Cannot come.' };
    },
    write: 'DELETE /workorders/11/assignee',
    hasHappened: (world) => assigneeOf(world, 11) === null,
    outcome: 'unassign',
    costCents: null,
  },
  decline_request: {
    prepare: async (world) => {
      await ask(world, 11, 1);
      return { kind: 'decline_request', ...AT, requestId: requestId(orderOf(world, 11).requests.get(1)?.id ?? 0) };
    },
    write: 'DELETE /workorders/11/requests/108',
    hasHappened: (world) => orderOf(world, 11).requests.get(1)?.state === 'hidden',
    outcome: 'decline_request',
    costCents: null,
  },
  complete: {
    prepare: async (world) => {
      await assignByHand(world, 11, 1);
      return { kind: 'complete', ...WORK_ORDER };
    },
    write: 'POST /workorders/11/complete',
    hasHappened: (world) => orderOf(world, 11).phase === 'work_done',
    outcome: 'complete',
    costCents: null,
  },
  incomplete: {
    prepare: async (world) => {
      await finish(world);
      return { kind: 'incomplete', ...WORK_ORDER, reasonId: 2, reason: 'No photos.' };
    },
    write: 'DELETE /workorders/11/complete',
    hasHappened: (world) => orderOf(world, 11).phase === 'assigned',
    outcome: 'incomplete',
    costCents: null,
  },
  approve: {
    prepare: async (world) => {
      await finish(world);
      return { kind: 'approve', ...WORK_ORDER };
    },
    write: 'POST /workorders/11/approve',
    hasHappened: (world) => orderOf(world, 11).phase === 'approved',
    outcome: 'approve',
    costCents: 15_000,
  },
  unapprove: {
    prepare: async (world) => {
      await finish(world);
      await act(world, ['POST', '/workorders/11/approve']);
      return { kind: 'unapprove', ...WORK_ORDER };
    },
    write: 'DELETE /workorders/11/approve',
    hasHappened: (world) => orderOf(world, 11).phase === 'work_done',
    outcome: 'unapprove',
    costCents: null,
  },
};
const KINDS = Object.keys(SITUATIONS) as WriteKind[];

describe('one action by hand', () => {
  it.each(KINDS)('%s is sent once, confirmed by reading, and in the ledger as a person’s wish', async (kind) => {
    const world = await openWorld();
    const { prepare, write, hasHappened, outcome, costCents } = SITUATIONS[kind];
    const call = await prepare(world);
    // Approving releases money that an assignment committed before.
    const commits = kind !== 'approve';
    expect(await previewByHand(handDeps(world), call)).toMatchObject({
      workOrder: { id: 11 },
      guard: { kind: 'clear' },
      costCents: costCents ?? 0,
    });
    const report = await byHand(world, call);
    expect(report).toMatchObject({ kind: 'acted', decision: { id: '11.1.1' }, effect: { kind: 'confirmed', n: 1 } });
    expect(writesOf(world)).toEqual([write]);
    expect(hasHappened(world)).toBe(true);
    expect(await ledgerOf(world, 11)).toMatchObject([
      {
        id: '11.1.1',
        outcome,
        reason: { code: 'FM-1901' },
        ruleFileId: null,
        ruleFileHash: null,
        mode: null,
        stage: null,
        winner: 'providerId' in call ? call.providerId : null,
        costCents,
        candidates: [],
        intents: [
          { n: 1, call, costCents: costCents ?? 0, effects: [{ kind: 'confirmed', reason: { code: 'FM-6001' } }] },
        ],
      },
    ]);
    const [row] = await runsOf(world);
    expect(row).toMatchObject({
      tick: expect.stringMatching(/^manual:hand-/),
      end: {
        result: 'done',
        summary: {
          decisions: 1,
          actions: 1,
          effects: { confirmed: 1 },
          committedCents: commits ? (costCents ?? 0) : 0,
        },
      },
    });
    expect(await world.store.openIntents()).toEqual([]);
  });

  it('says who asked for it', async () => {
    const world = await openWorld();
    const call: WriteCall = { ...ASSIGN_FIRST, isDirect: true };
    await actByHand(handDeps(world), { runId: 'by-ann', call, by: 'ann' });
    expect(await ledgerOf(world, 11)).toMatchObject([{ reason: { detail: { action: 'assign', by: 'ann' } } }]);
  });

  it('assigns somebody who has not asked, at the work order’s own pay', async () => {
    const world = await openWorld();
    const direct: WriteCall = { ...ASSIGN_FIRST, isDirect: true };
    expect(await previewByHand(handDeps(world), ASSIGN_FIRST)).toMatchObject({
      guard: { kind: 'refused', reason: { code: 'FM-6005' } },
    });
    expect(await previewByHand(handDeps(world), direct)).toMatchObject({ guard: { kind: 'clear' }, costCents: 15_000 });
    expect(endOf(await byHand(world, direct))).toBe('confirmed FM-6001');
    expect(assigneeOf(world, 11)).toBe(1);
  });

  it('assigns directly at the work order’s own pay also whom a counter-offer asks for more', async () => {
    const world = await openWorld();
    await ask(world, 11, 1, 175);
    const direct: WriteCall = { ...ASSIGN_FIRST, isDirect: true };
    expect(await previewByHand(handDeps(world), direct)).toMatchObject({ guard: { kind: 'clear' }, costCents: 15_000 });
  });

  it('counts the requests of its own run', async () => {
    const world = await openWorld();
    await byHand(world, await SITUATIONS.route.prepare(world));
    const before = world.client.requestCount();
    await byHand(world, { kind: 'unroute', ...AT });
    const rows = await runsOf(world);
    expect(rows.at(-1)?.end?.summary.httpRequests).toBe(world.client.requestCount() - before);
  });
});

describe('an action by hand that is not done', () => {
  it('is refused by the guard, and that is written down', async () => {
    const world = await openWorld();
    const report = await byHand(world, ASSIGN_FIRST);
    expect(endOf(report)).toBe('refused FM-6005');
    expect(writesOf(world)).toEqual([]);
    expect(await intentsOf(world, 11)).toEqual(['assign 1: refused FM-6005']);
  });

  it('is refused when the pay changes after it was looked at', async () => {
    const world = await openWorld();
    const pay = { ...orderOf(world, 11).pay, base: { cents: 16_000, units: 1 } };
    const hook = once('recordDecision', 'after', () => editOrder(world, 11, { pay }));
    const report = await byHand(world, { kind: 'route', ...AT }, { store: hookStore(world.store, hook) });
    expect(endOf(report)).toBe('refused FM-6006');
    expect(writesOf(world)).toEqual([]);
  });

  it('is refused when it costs something else by now than the person was shown', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const { costCents: shownCents } = await previewByHand(handDeps(world), ASSIGN_FIRST);
    editOrder(world, 11, { pay: { ...orderOf(world, 11).pay, base: { cents: 160_000, units: 1 } } });
    const report = await actByHand(handDeps(world), { runId: 'shown', call: ASSIGN_FIRST, shownCents });
    expect(effectOf(report)).toMatchObject({
      kind: 'refused',
      reason: { code: 'FM-6006', detail: { now: '$1,600.00', decided: '$150.00' } },
    });
    expect(writesOf(world)).toEqual([]);
    const again = { runId: 'again', call: ASSIGN_FIRST, shownCents: 160_000 };
    expect(endOf(await actByHand(handDeps(world), again))).toBe('confirmed FM-6001');
  });

  it('is refused when approving releases something else by now than the person was shown', async () => {
    const world = await openWorld();
    const call = await SITUATIONS.approve.prepare(world);
    const report = await actByHand(handDeps(world), { runId: 'shown', call, shownCents: 14_000 });
    expect(effectOf(report)).toMatchObject({
      kind: 'refused',
      reason: { code: 'FM-6006', detail: { now: '$150.00', decided: '$140.00' } },
    });
    expect(writesOf(world)).toEqual(expect.not.arrayContaining(['POST /workorders/11/approve']));
  });

  it('loses to somebody who assigns at that moment', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const hook = once('claimIntent', 'after', () => assignByHand(world, 11, 3));
    const report = await byHand(world, ASSIGN_FIRST, { store: hookStore(world.store, hook) });
    expect(endOf(report)).toBe('lost_race FM-6003');
    expect(assigneeOf(world, 11)).toBe(3);
  });

  it('does not take the routes of others for a talent pool’s', async () => {
    const world = await openWorld();
    const call = await SITUATIONS.mass_route_pool.prepare(world);
    const hook = once('recordDecision', 'after', () => route(world, 11, 3));
    const report = await byHand(world, call, { store: hookStore(world.store, hook) });
    expect(endOf(report)).toBe('refused FM-6017');
    expect(writesOf(world)).toEqual([]);
  });

  it('is not taken for done because somebody else has published the draft', async () => {
    const world = await openWorld();
    const call = await SITUATIONS.auto_dispatch.prepare(world);
    const hook = once('recordDecision', 'after', () => editOrder(world, 11, { isPublished: true }));
    const report = await byHand(world, call, { store: hookStore(world.store, hook) });
    expect(effectOf(report)).toMatchObject({ kind: 'refused', reason: { detail: { status: 'published' } } });
    expect(writesOf(world)).toEqual([]);
  });

  it('is blocked while an earlier one is not settled: nothing is recorded, nothing sent', async () => {
    const world = await openWorld();
    const call = await SITUATIONS.publish.prepare(world);
    await breakWith(world, { match: { method: 'POST', path: 'publish$' }, fault: '500' });
    expect(endOf(await byHand(world, call))).toBe('unknown FM-6010');
    later(world, world.limits.quietTimeMs - 60_000);
    expect(await byHand(world, call)).toEqual({ kind: 'blocked', decisionId: '11.1.1' });
    expect(await ledgerOf(world, 11)).toHaveLength(1);
    expect(writesOf(world)).toHaveLength(1);
    const rows = await runsOf(world);
    expect(rows.at(-1)).toMatchObject({ end: { result: 'done', summary: { decisions: 0, actions: 0 } } });
    later(world, world.limits.quietTimeMs);
    expect(endOf(await byHand(world, call))).toBe('confirmed FM-6001');
    expect(await intentsOf(world, 11)).toEqual([
      'publish : unknown FM-6010, refused FM-6020',
      'publish : confirmed FM-6001',
    ]);
  });

  it('is blocked by what a run left open, and goes ahead once that shows', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await breakWith(world, { match: { method: 'POST', path: 'assignee$' }, fault: '500' });
    await run(world);
    expect(await byHand(world, { kind: 'unpublish', ...WORK_ORDER })).toMatchObject({ kind: 'blocked' });
    await assignByHand(world, 11, 1);
    const report = await byHand(world, { kind: 'unassign', ...AT, reasonId: 7, comment: '' });
    expect(endOf(report)).toBe('confirmed FM-6001');
    expect((await runsOf(world)).at(-1)).toMatchObject({
      end: { summary: { committedCents: 15_000, effects: { confirmed: 2 } } },
    });
  });

  it('gives way to another process that decides at the same moment', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    const hook = once('recordDecision', 'before', async () => {
      await run(world, { files: [aFileThat([])] });
    });
    const acting = byHand(world, ASSIGN_FIRST, { store: hookStore(world.store, hook) });
    await expect(acting).rejects.toMatchObject({ name: 'LedgerFailure', remedy: 'Run the command again.' });
    expect(writesOf(world)).toEqual([]);
    expect(await ledgerOf(world, 11)).toMatchObject([{ outcome: 'hold' }]);
    const failed = (await runsOf(world)).find(({ id }) => id.startsWith('hand-'));
    expect(failed).toMatchObject({ end: { result: 'failed', summary: { collisions: 1, decisions: 0, actions: 0 } } });
  });

  it('is not recorded in the ledger of another environment or company', async () => {
    const world = await openWorld();
    await world.store.bindIdentity({ environment: 'loopback', companyId: 15 });
    await expect(byHand(world, { kind: 'unpublish', ...WORK_ORDER })).rejects.toThrow(LedgerFailure);
    await expect(byHand(world, { kind: 'unpublish', ...WORK_ORDER })).rejects.toThrow(/company 15, not to.*2501/);
    expect(writesOf(world)).toEqual([]);
    expect(await runsOf(world)).toEqual([]);
  });

  it('must have been looked at: a work order that nobody can see is a bug by then', async () => {
    const world = await openWorld();
    const call: WriteCall = { kind: 'publish', workOrderId: orderId(99) };
    expect(await previewByHand(handDeps(world), call)).toMatchObject({
      workOrder: null,
      guard: { kind: 'refused', reason: { code: 'FM-6004' } },
      costCents: 0,
    });
    await expect(byHand(world, call)).rejects.toThrow(TypeError);
    expect(await runsOf(world)).toEqual([]);
  });
});

describe('looking first', () => {
  it('writes nothing, neither there nor here', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await run(world, { files: [aFileThat([])] });
    const files = () => [world.ledgerPath, `${world.ledgerPath}-wal`].map((path) => readFileSync(path));
    const before = files();
    for (const call of [ASSIGN_FIRST, { kind: 'unpublish', ...WORK_ORDER } as const])
      expect(await previewByHand(handDeps(world), call)).toMatchObject({ guard: { kind: 'clear' } });
    expect(files()).toEqual(before);
    expect(writesOf(world)).toEqual([]);
  });
});

describe('an action by hand on a work order that has lost its provider a moment ago', () => {
  const others = { ...WORK_ORDER, providerId: SECOND } as const;
  const assignSecond: WriteCall = { kind: 'assign', ...others, clientPayTermsAccepted: false, isDirect: true };

  /** Invited, seen to have accepted, and gone. */
  async function loseTheProvider(world: World): Promise<void> {
    await byHand(world, { kind: 'route', ...AT });
    await acceptRoute(world, 11, 1);
    await run(world);
    await cancelAssignment(world, 11, 1);
  }

  it('assigns another in a new episode, without waiting for the quiet time', async () => {
    const world = await openWorld();
    await loseTheProvider(world);
    expect(endOf(await byHand(world, assignSecond))).toBe('confirmed FM-6001');
    expect((await ledgerOf(world, 11)).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      '11.1.1 route',
      '11.2.1 assign',
    ]);
  });

  it('invites another in a new episode, without waiting for the quiet time', async () => {
    const world = await openWorld();
    await loseTheProvider(world);
    expect(endOf(await byHand(world, { kind: 'route', ...others }))).toBe('confirmed FM-6001');
    expect((await ledgerOf(world, 11)).map(({ id }) => id)).toEqual(['11.1.1', '11.2.1']);
  });

  it('leaves runs to wait for the quiet time where it binds nobody', async () => {
    const world = await openWorld();
    await loseTheProvider(world);
    expect(endOf(await byHand(world, { kind: 'unpublish', ...WORK_ORDER }))).toBe('confirmed FM-6001');
    expect((await ledgerOf(world, 11)).map(({ id }) => id)).toEqual(['11.1.1', '11.1.2']);
  });

  it('is blocked by what is not settled of the episode that has ended', async () => {
    const world = await openWorld();
    await loseTheProvider(world);
    await breakWith(world, { match: { method: 'DELETE', path: 'publish$' }, fault: '500' });
    const first = await byHand(world, { kind: 'unpublish', ...WORK_ORDER });
    expect(endOf(first)).toBe('unknown FM-6010');
    expect(await byHand(world, assignSecond)).toEqual({ kind: 'blocked', decisionId: '11.1.2' });
  });
});

describe('the run after an action by hand', () => {
  it('decides in a new episode when a person took the work order from its provider', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await run(world);
    const unassign: WriteCall = { kind: 'unassign', ...AT, reasonId: 7, comment: 'Cannot come.' };
    expect(endOf(await byHand(world, unassign))).toBe('confirmed FM-6001');
    await ask(world, 11, 2);
    expect(saidOf(await run(world))).toEqual({ 11: 'assign FM-1002' });
    expect(assigneeOf(world, 11)).toBe(2);
    expect((await ledgerOf(world, 11)).map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      '11.1.1 assign',
      '11.1.2 unassign',
      '11.2.1 assign',
    ]);
  });

  it('counts the money that a person committed, by inviting as well', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await byHand(world, { kind: 'route', ...AT });
    await ask(world, 12, 2);
    const limits = { maxDailyTotalCents: 29_999 };
    expect(await run(world, { limits, only: [12] })).toMatchObject({ summary: { stopped: { code: 'FM-7003' } } });
    const { committedTodayCents } = await world.store.snapshot([orderId(11)], 0, 0);
    expect(committedTodayCents).toBe(15_000);
  });

  it('does not act on an action that a person’s leaves unsettled', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await breakWith(world, { match: { method: 'POST', path: 'assignee$' }, fault: '500' });
    await byHand(world, ASSIGN_FIRST);
    expect(saidOf(await run(world))).toEqual({ 11: 'hold FM-3007' });
    expect(writesOf(world)).toHaveLength(1);
  });

  it('counts what it approves against the configuration’s approvals of the day, and against no file', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await finish(world);
    await byHand(world, { kind: 'approve', ...WORK_ORDER });
    const approved = await world.store.readApproved(0);
    expect(approved).toEqual({ totalCents: 15_000, byRuleFile: {}, byWorkOrder: { 11: 15_000 }, fileOf: {} });
    await finish(world, 12);
    const upTo = (maxDailyApprovedCents: number) => ({ reviews: [aReviewFile()], limits: { maxDailyApprovedCents } });
    expect(saidOf(await run(world, upTo(29_999)))).toEqual({ 12: 'hold FM-3010' });
    expect(saidOf(await run(world, upTo(30_000)))).toEqual({ 12: 'approve FM-1301' });
  });

  it('ends its run when the platform goes silent after it began', async () => {
    const world = await openWorld();
    await byHand(world, { kind: 'assign', ...AT, clientPayTermsAccepted: false, isDirect: true });
    await cancelAssignment(world, 11, 1);
    later(world, world.limits.quietTimeMs);
    let reads = 0;
    const source = {
      ...world.client,
      readAssignee: async (id: WorkOrderId) => {
        reads += 1;
        if (reads > 1) throw new PlatformUnavailable('unreachable', 'nobody there');
        return world.client.readAssignee(id);
      },
    };
    await expect(byHand(world, { kind: 'route', ...AT }, { source })).rejects.toThrow('nobody there');
    const ends = (await runsOf(world)).map(({ end }) => [end?.result, end?.summary.stopped?.code]);
    expect(ends).toEqual([
      ['done', undefined],
      ['failed', 'FM-7005'],
    ]);
  });
});
