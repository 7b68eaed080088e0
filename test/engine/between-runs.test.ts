import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Attempt, Commitment } from '../../src/domain/decision.ts';
import { decisionId, type ProviderId, providerId, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RuleFile, Stage } from '../../src/domain/rule-file.ts';
import type { Quarantined } from '../../src/domain/run.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { allCommitments } from '../../src/engine/all-commitments.ts';
import { observeAcceptances } from '../../src/engine/observe-acceptances.ts';
import { blankHistory } from '../../src/engine/open-episodes.ts';
import {
  type DispatchTarget,
  type LedgerCommitment,
  LedgerFailure,
  type LedgerSnapshot,
  PlatformUnavailable,
  type WorkOrderSource,
} from '../../src/engine/ports.ts';
import { aCommitment, aCriterion, aRow, aTest, aWorkOrder, NO_GUARDRAILS, NOW_MS } from '../support/builders.ts';
import {
  ASSIGN,
  acceptRoute,
  act,
  aFileThat,
  ask,
  assigneeOf,
  breakWith,
  cancelAssignment,
  closeWorlds,
  editOrder,
  endsOf,
  eventsOf,
  getToKnow,
  hookStore,
  hookTarget,
  intentsOf,
  later,
  ledgerOf,
  MASS_ROUTE,
  MINUTE_MS,
  once,
  openStore,
  openWorld,
  orderId,
  orderOf,
  ROUTE,
  run,
  runsOf,
  saidOf,
  type World,
  writesOf,
} from './world.ts';

afterEach(closeWorlds);

type PerProvider = RuleFile['guardrails']['perProvider'];

/** A file that assigns and routes under the limits given. */
function limiting(perProvider: Partial<PerProvider>, stages = [ASSIGN]): readonly RuleFile[] {
  const limits = { ...NO_GUARDRAILS.perProvider, ...perProvider };
  return [aFileThat(stages, { guardrails: { ...NO_GUARDRAILS, perProvider: limits } })];
}

const NO_OVERLAP = limiting({ forbidOverlap: true });

/** 12 takes place at the hours of 11; provider 1 asks for both. */
async function sameHours(): Promise<World> {
  const world = await openWorld({ orders: [11, 12] });
  const { startMs, endMs } = orderOf(world, 11);
  editOrder(world, 12, { startMs, endMs });
  for (const order of [11, 12]) await ask(world, order, 1);
  return world;
}

/** The platform, whose list of assigned work orders lags. */
function laggingAssigned(world: World): WorkOrderSource {
  const pullList: WorkOrderSource['pullList'] = async (list) =>
    list === 'assigned' ? { rows: [], quarantined: [] } : world.client.pullList(list);
  return { ...world.client, pullList };
}

describe('a route that its provider accepts', () => {
  it.each([
    ['while the lists are read', (world: World) => world.client],
    ['while the lists are read, and its assignee cannot be read', silentAssignee],
  ] as const)('%s binds the provider although no list shows it', async (_, sourceOf) => {
    const world = await openWorld({ orders: [11, 12] });
    const { startMs, endMs } = orderOf(world, 11);
    editOrder(world, 12, { startMs, endMs });
    await getToKnow(world, 1);
    expect(endsOf(await run(world, { files: [aFileThat([ROUTE])], only: [11] }))).toEqual(['confirmed FM-6001']);
    later(world, world.limits.quietTimeMs + 1);
    await ask(world, 12, 1);
    const source = sourceOf(world);
    const pullPending: WorkOrderSource['pullPending'] = async (id) => {
      if (id === 11 && assigneeOf(world, 11) === null) await acceptRoute(world, 11, 1);
      return source.pullPending(id);
    };
    const report = await run(world, { files: NO_OVERLAP, source: { ...source, pullPending } });
    expect(assigneeOf(world, 11)).toBe(1);
    expect(saidOf(report)[12]).toBe('hold FM-3001');
    expect(assigneeOf(world, 12)).toBeNull();
  });

  function silentAssignee(world: World): WorkOrderSource {
    const readAssignee = async () => {
      throw new PlatformUnavailable('server_error', 'answered 500');
    };
    return { ...world.client, readAssignee };
  }

  async function accepted(): Promise<World> {
    const world = await openWorld();
    await getToKnow(world, 1);
    expect(endsOf(await run(world, { files: [aFileThat([ROUTE])] }))).toEqual(['confirmed FM-6001']);
    await acceptRoute(world, 11, 1);
    return world;
  }
  const assigned = async (world: World) => (await world.client.pullList('assigned')).rows;
  const at = (nowMs: number) => ({ nowMs, quietTimeMs: MINUTE_MS });

  it('is noted once, as an assignment of the decision that sent it', async () => {
    const world = await accepted();
    const atMs = world.clock.nowMs();
    expect(await observeAcceptances(world.store, await assigned(world), at(atMs))).toBe(1);
    expect(await observeAcceptances(world.store, await assigned(world), at(atMs + 1))).toBe(0);
    const { histories } = await world.store.snapshot([orderId(11)], 0, 0);
    expect(histories).toMatchObject([{ assigned: { decisionId: '11.1.1', providerId: 1, confirmedAtMs: atMs } }]);
  });

  it('is noted once by two processes that see it at the same time', async () => {
    const world = await accepted();
    const rows = await assigned(world);
    const other = openStore(world.ledgerPath);
    const hook = once('recordObservation', 'before', async () => {
      expect(await observeAcceptances(other, rows, at(1))).toBe(1);
    });
    expect(await observeAcceptances(hookStore(world.store, hook), rows, at(2))).toBe(0);
    await other.close();
  });

  it('is noted of a mass-route as well, and by a run', async () => {
    const world = await openWorld();
    await getToKnow(world, 1, 2);
    const files = [aFileThat([MASS_ROUTE])];
    await run(world, { files });
    await acceptRoute(world, 11, 2);
    await run(world, { files });
    const { histories } = await world.store.snapshot([orderId(11)], 0, 0);
    expect(histories).toMatchObject([{ assigned: { providerId: 2 } }]);
  });

  it('is noted of one that was believed lost and landed after all', async () => {
    const world = await openWorld();
    await getToKnow(world, 1);
    const calls: WriteCall[] = [];
    const late: DispatchTarget = {
      send: async (call) => {
        calls.push(call);
        return { kind: 'unclear', message: 'still on its way' };
      },
    };
    const files = [aFileThat([ROUTE])];
    expect(endsOf(await run(world, { files, target: late }))).toEqual(['unknown FM-6010']);
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world, { files: [aFileThat([])] }))).toEqual(['refused FM-6020']);
    for (const call of calls) await world.client.send(call);
    await acceptRoute(world, 11, 1);
    await run(world, { files });
    const { histories, commitments } = await world.store.snapshot([orderId(11)], 0, 0);
    expect(histories).toMatchObject([{ assigned: { decisionId: '11.1.1', providerId: 1 } }]);
    expect(commitments).toMatchObject([{ kind: 'assigned', providerId: 1 }]);
    await cancelAssignment(world, 11, 1);
    later(world, world.limits.quietTimeMs);
    await getToKnow(world, 2);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'route FM-1101' });
  });

  it('is not one where somebody else was assigned, or nobody is', async () => {
    const world = await openWorld();
    await getToKnow(world, 1);
    await run(world, { files: [aFileThat([ROUTE])] });
    const workOrder = aWorkOrder({ id: 11, status: 'assigned' });
    expect(await observeAcceptances(world.store, [{ ...workOrder, ...who(null) }], at(1))).toBe(0);
    expect(await observeAcceptances(world.store, [{ ...workOrder, ...who(2) }], at(1))).toBe(1);
    const { histories } = await world.store.snapshot([orderId(11)], 0, 0);
    expect(histories).toMatchObject([{ assigned: null }]);
    expect(await observeAcceptances(world.store, [{ ...workOrder, ...who(1) }], at(1))).toBe(1);
  });

  it('opens a new episode with fresh stages when that provider cancels, after the quiet time', async () => {
    const world = await accepted();
    const files = [aFileThat([ROUTE])];
    expect((await run(world, { files })).decisions).toEqual([]);
    await cancelAssignment(world, 11, 1);
    await getToKnow(world, 2);
    later(world, world.limits.quietTimeMs - 1_000);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'wait FM-2006' });
    later(world, 1_000);
    // The one stage there is has routed already, in the episode before.
    const report = await run(world, { files });
    expect(saidOf(report)).toEqual({ 11: 'route FM-1101' });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect((await ledgerOf(world, 11)).map(({ id, stage }) => `${id} ${stage}`)).toEqual([
      '11.1.1 1',
      '11.1.2 null',
      '11.2.1 1',
    ]);
  });
});

function who(id: number | null): Pick<WorkOrder, 'assigneeId'> {
  return { assigneeId: id === null ? null : providerId(id) };
}

describe('a provider who leaves a work order of ours', () => {
  const criteria = [aCriterion({ when: aTest('provider.cancelled_on_us', 'equal', 0) })];
  const reliable = [aFileThat([ASSIGN], { criteria })];

  it('is known for it in the very run that finds out, and in later ones', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await ask(world, 11, 1);
    await run(world, { files: reliable, only: [11] });
    expect(assigneeOf(world, 11)).toBe(1);
    await cancelAssignment(world, 11, 1);
    await ask(world, 12, 1);
    later(world, world.limits.quietTimeMs);
    const found = await run(world, { files: reliable });
    expect(saidOf(found)).toEqual({ 11: 'hold FM-3001', 12: 'hold FM-3001' });
    const next = await run(world, { files: reliable, only: [12] });
    expect(saidOf(next)).toEqual({ 12: 'hold FM-3001 unchanged' });
    expect(saidOf(await run(world, { only: [12] }))).toEqual({ 12: 'assign FM-1002' });
  });
});

describe('a provider who gave a work order back', () => {
  it('is passed over in the run that finds out and in later ones, for others and for other work orders he is as before', async () => {
    const world = await openWorld({ orders: [11, 12] });
    const files = limiting({ forbidAfterGiveBack: true });
    await ask(world, 11, 1);
    await run(world, { files, only: [11] });
    await cancelAssignment(world, 11, 1);
    for (const order of [11, 12]) await ask(world, order, 1);
    later(world, world.limits.quietTimeMs);
    const found = await run(world, { files });
    expect(saidOf(found)).toEqual({ 11: 'hold FM-3001', 12: 'assign FM-1002' });
    const blocked = found.decisions[0]?.planned.candidates.map(({ blockedBy }) => blockedBy);
    expect(blocked).toEqual([[{ code: 'FM-5041', detail: {} }]]);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'hold FM-3001 unchanged' });
    await ask(world, 11, 2);
    expect(saidOf(await run(world, { files }))).toEqual({ 11: 'assign FM-1002' });
    expect(assigneeOf(world, 11)).toBe(2);
  });
});

describe('an assignment of ours that the list of assigned work orders does not show', () => {
  it.each([
    ['overlap', NO_OVERLAP],
    ['the day', limiting({ perDay: 1 })],
  ])('still counts for %s', async (_what, files) => {
    const world = await sameHours();
    await run(world, { files, only: [12] });
    expect(assigneeOf(world, 12)).toBe(1);
    const report = await run(world, { files, source: laggingAssigned(world) });
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3001' });
  });

  it('counts no more when the platform shows the work order open after the quiet time', async () => {
    const world = await sameHours();
    const files = NO_OVERLAP;
    await run(world, { files, only: [12] });
    await cancelAssignment(world, 12, 1);
    later(world, world.limits.quietTimeMs - 1_000);
    expect(saidOf(await run(world, { files, only: [11] }))).toEqual({ 11: 'hold FM-3001' });
    later(world, 1_001);
    expect(saidOf(await run(world, { files, only: [11] }))).toEqual({ 11: 'assign FM-1002' });
  });
});

describe('a route of ours that its provider declined', () => {
  it('frees the provider, after the quiet time', async () => {
    const world = await openWorld({ orders: [11, 12] });
    const { startMs, endMs } = orderOf(world, 11);
    editOrder(world, 12, { startMs, endMs });
    await getToKnow(world, 1);
    await run(world, { files: limiting({ forbidOverlap: true }, [ROUTE]), only: [12] });
    expect([...orderOf(world, 12).routes.keys()]).toEqual([1]);
    await ask(world, 11, 1);
    await act(world, ['POST', '/workorders/12/declines?acting_user_id=1']);
    expect(saidOf(await run(world, { files: NO_OVERLAP, only: [11] }))).toEqual({ 11: 'hold FM-3001' });
    later(world, world.limits.quietTimeMs + 1);
    expect(saidOf(await run(world, { files: NO_OVERLAP, only: [11] }))).toEqual({ 11: 'assign FM-1002' });
  });
});

describe('an invitation that was declined before anybody had seen it', () => {
  const declines = (world: World, provider: number) =>
    act(world, ['POST', `/workorders/11/declines?acting_user_id=${provider}`]);
  const files = [aFileThat([ROUTE])];
  const invitationsOf = (world: World) => eventsOf(world, 'route.opened');

  it('had come, and the provider is not invited again', async () => {
    const world = await openWorld();
    await getToKnow(world, 1);
    const died = once('send', 'after', () => {
      throw new Error('the process died');
    });
    await expect(run(world, { files, target: hookTarget(world.client, died) })).rejects.toThrow('died');
    await declines(world, 1);
    later(world, world.limits.quietTimeMs);
    expect(endsOf(await run(world, { files }))).toEqual(['confirmed FM-6001']);
    await run(world, { files });
    expect(invitationsOf(world)).toEqual(['11 1']);
  });

  it('by a person, keeps the provider from being invited by us', async () => {
    const world = await openWorld();
    await getToKnow(world, 1);
    await act(world, ['POST', '/workorders/11/route', { technician: { id: 1 } }]);
    await declines(world, 1);
    const report = await run(world, { files });
    expect([endsOf(report), invitationsOf(world)]).toEqual([[], ['11 1']]);
  });

  it('between decision and guard is not sent', async () => {
    const world = await openWorld();
    await getToKnow(world, 1);
    const hook = once('recordDecision', 'after', () => declines(world, 1));
    expect(endsOf(await run(world, { files, store: hookStore(world.store, hook) }))).toEqual(['refused FM-6040']);
    expect(invitationsOf(world)).toEqual([]);
  });
});

describe('a write that was believed lost', () => {
  it('still binds its provider elsewhere, since it may land', async () => {
    const world = await sameHours();
    const files = NO_OVERLAP;
    const died = once('send', 'before', () => {
      throw new Error('the process died');
    });
    await expect(run(world, { files, only: [12], target: hookTarget(world.client, died) })).rejects.toThrow('died');
    expect(saidOf(await run(world, { files, only: [11] }))).toEqual({ 11: 'hold FM-3001' });
    later(world, world.limits.quietTimeMs);
    const report = await run(world, { files, only: [11] });
    expect(endsOf(report)).toEqual(['refused FM-6020']);
    expect(saidOf(report)).toEqual({ 11: 'hold FM-3001 unchanged' });
    expect(writesOf(world)).toEqual([]);
  });
});

describe('what providers are bound to', () => {
  const BELIEVED_FROM = NOW_MS - 120_000;
  const OURS = aWorkOrder({ id: 9 });
  const ours = (kind: 'assigned' | 'routed', atMs: number): LedgerCommitment => ({
    ...aCommitment({ workOrderId: 9, kind }),
    kind,
    decisionId: decisionId(workOrderId(9), 1, 1),
    atMs,
  });
  const attempt = (effect: Attempt['effect']): Attempt => ({
    decisionId: decisionId(workOrderId(9), 1, 1),
    ruleFileId: 'default',
    stage: 1,
    intentN: 1,
    call: { kind: 'route', workOrderId: workOrderId(9), providerId: providerId(557) },
    effect,
  });
  type Known = {
    readonly open?: readonly WorkOrder[];
    readonly assigned?: readonly WorkOrder[];
    readonly rows?: Parameters<typeof aRow>[0][];
    readonly ledger?: readonly LedgerCommitment[];
    readonly attempts?: readonly Attempt[];
    /** Rows of the pending list that were not understood; null: the list could not be read. */
    readonly unread?: number | null;
    readonly taken?: ProviderId | 'unknown' | null;
  };
  const ROUTED = aWorkOrder({ id: 9, status: 'routed', isRouted: true });
  const ODD: Quarantined = { what: 'pending row', id: null, workOrderId: 9, reason: 'odd' };

  function bound({
    open = [],
    assigned = [],
    rows = [],
    ledger = [],
    attempts = [],
    unread = 0,
    taken = null,
  }: Known): readonly Commitment[] {
    const snapshot: LedgerSnapshot = {
      histories: [{ ...blankHistory(OURS), attempts }],
      commitments: ledger,
      committedTodayCents: 0,
      committedTodayByRuleFile: {},
      committedTodayByWorkOrder: {},
      committedTodayFileOf: {},
    };
    const list = {
      workOrderId: OURS.id,
      rows: rows.map(aRow),
      quarantined: Array(unread ?? 0).fill(ODD),
      observedAtMs: NOW_MS,
    };
    return allCommitments({
      lists: { open, assigned, drafts: [], finished: [], quarantined: [] },
      pending: new Map(unread === null ? [] : [[OURS.id, list]]),
      taken: new Map(taken === null ? [] : [[workOrderId(9), taken]]),
      snapshot,
      believedFromMs: BELIEVED_FROM,
    });
  }

  const OLD = BELIEVED_FROM - 1;
  const UNKNOWN = { kind: 'unknown', reason: 'FM-6010', atMs: OLD } as const;
  const LOST = { kind: 'refused', reason: 'FM-6020', atMs: OLD } as const;
  const REFUSED = { kind: 'refused', reason: 'FM-6002', atMs: OLD } as const;
  const mine = aWorkOrder({ id: 9, status: 'assigned', assigneeId: 557 });
  const theirs = aWorkOrder({ id: 9, status: 'assigned', assigneeId: 600 });
  const CASES: readonly (readonly [string, Known, readonly string[]])[] = [
    ['nothing known', {}, []],
    ['an assignment that both know, once', { assigned: [mine], ledger: [ours('assigned', NOW_MS)] }, ['557 assigned']],
    ['a fresh assignment no list shows', { ledger: [ours('assigned', BELIEVED_FROM)] }, ['557 assigned']],
    ['a fresh one that is open again', { open: [OURS], ledger: [ours('assigned', BELIEVED_FROM)] }, ['557 assigned']],
    ['an old one that is open again', { open: [OURS], ledger: [ours('assigned', OLD)] }, []],
    [
      'an old one that somebody else has by now',
      { assigned: [theirs], ledger: [ours('assigned', OLD)] },
      ['600 assigned'],
    ],
    ['an old one no list shows: it may be done', { ledger: [ours('assigned', OLD)] }, ['557 assigned']],
    ['a fresh route no row shows', { open: [OURS], ledger: [ours('routed', BELIEVED_FROM)] }, ['557 routed']],
    [
      'an old route that was accepted between two lists',
      { open: [ROUTED], ledger: [ours('routed', OLD)], taken: providerId(557) },
      ['557 assigned'],
    ],
    [
      'an old route of which nobody can say where it went',
      { open: [ROUTED], ledger: [ours('routed', OLD)], taken: 'unknown' },
      ['557 routed'],
    ],
    ['an old route that was declined', { open: [ROUTED], ledger: [ours('routed', OLD)] }, []],
    ['an old route no row shows', { open: [OURS], ledger: [ours('routed', OLD)] }, []],
    [
      'an old route that shows',
      { open: [OURS], rows: [{ kind: 'routed' }], ledger: [ours('routed', OLD)] },
      ['557 routed'],
    ],
    ['an old write without an end', { ledger: [ours('routed', OLD)], attempts: [attempt(null)] }, ['557 routed']],
    [
      'an old write with an unknown end',
      { ledger: [ours('routed', OLD)], attempts: [attempt(UNKNOWN)] },
      ['557 routed'],
    ],
    [
      'an old write that was refused',
      { open: [OURS], ledger: [ours('routed', OLD)], attempts: [attempt(REFUSED)] },
      [],
    ],
    [
      'an old route in neither list: it may be on its way between them',
      { ledger: [ours('routed', OLD)] },
      ['557 routed'],
    ],
    [
      'an old route whose work order somebody else has',
      { assigned: [theirs], ledger: [ours('routed', OLD)] },
      ['600 assigned'],
    ],
    [
      'an old route whose rows were not all read',
      { open: [ROUTED], unread: 1, ledger: [ours('routed', OLD)] },
      ['557 routed'],
    ],
    [
      'an old route whose list was not read',
      { open: [ROUTED], unread: null, ledger: [ours('routed', OLD)] },
      ['557 routed'],
    ],
    ['one believed lost, of an open work order', { open: [OURS], attempts: [attempt(LOST)] }, ['557 routed']],
    ['one believed lost, of a work order that is open no more', { attempts: [attempt(LOST)] }, []],
    ['one that was refused, of an open work order', { open: [OURS], attempts: [attempt(REFUSED)] }, []],
  ];
  it.each(CASES)('%s', (_what, known, expected) => {
    expect(bound(known).map((one) => `${one.providerId} ${one.kind}`)).toEqual(expected);
  });

  it('carry nothing of the ledger but the commitment', () => {
    expect(bound({ ledger: [ours('assigned', NOW_MS)] })).toEqual([aCommitment({ workOrderId: 9 })]);
  });
});

describe('the money of invitations', () => {
  function spending(maxDailyTotalCents: number): readonly RuleFile[] {
    const pay = { ...NO_GUARDRAILS.pay, maxDailyTotalCents };
    return [aFileThat([ROUTE], { guardrails: { ...NO_GUARDRAILS, pay } })];
  }

  it('trips the daily limit of a rule file, within one run', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await getToKnow(world, 1, 2);
    const report = await run(world, { files: spending(29_999) });
    expect(report).toMatchObject({ result: 'tripped', summary: { stopped: { code: 'FM-7003' } } });
    expect(writesOf(world)).toEqual([]);
    expect(endsOf(await run(world, { files: spending(30_000) }))).toHaveLength(2);
  });

  it('trips it over the runs of one day, and not on the next', async () => {
    const world = await openWorld({ orders: [11, 12] });
    await getToKnow(world, 1, 2);
    const files = spending(29_999);
    const first = await run(world, { files, only: [11] });
    expect(first.summary).toMatchObject({ committedCents: 15_000, effects: { confirmed: 1 } });
    expect(await run(world, { files, only: [12] })).toMatchObject({
      result: 'tripped',
      summary: { stopped: { code: 'FM-7003', message: expect.stringMatching(/\$150\.00 wanted with \$150\.00/) } },
    });
    later(world, 9 * 60 * MINUTE_MS);
    expect(endsOf(await run(world, { files, only: [12] }))).toEqual(['confirmed FM-6001']);
  });
});

describe('the pay of a work order that changes between decision and invitation', () => {
  it.each([
    ['route', ROUTE],
    ['mass-route', MASS_ROUTE],
  ])('stops the %s; the next run decides on the new pay', async (_what, stage) => {
    const world = await openWorld();
    await getToKnow(world, 1, 2);
    const files = [aFileThat([stage])];
    const pay = { ...orderOf(world, 11).pay, base: { cents: 16_000, units: 1 } };
    const hook = once('recordDecision', 'after', () => editOrder(world, 11, { pay }));
    const report = await run(world, { files, store: hookStore(world.store, hook) });
    expect(report.effects).toMatchObject([
      { kind: 'refused', reason: { code: 'FM-6006', detail: { now: '$160.00', decided: '$150.00' } } },
    ]);
    expect(writesOf(world)).toEqual([]);
    const next = await run(world, { files });
    expect(endsOf(next)).toEqual(['confirmed FM-6001']);
    expect(next.summary.committedCents).toBe(16_000);
  });
});

describe('rows that cannot be understood', () => {
  it('are counted against rows: profiles that cannot be read stop nothing', async () => {
    const world = await openWorld();
    for (const provider of [1, 2, 3, 4, 5]) await ask(world, 11, provider);
    await breakWith(world, { match: { method: 'GET', path: '/users/[1-4]$' }, fault: '500', times: null });
    const report = await run(world);
    expect(report.summary.quarantined.map(({ what, id }) => `${what} ${id}`)).toEqual([
      'user 1',
      'user 2',
      'user 3',
      'user 4',
    ]);
    expect(report).toMatchObject({ result: 'done', summary: { stopped: null } });
    expect(endsOf(report)).toEqual(['confirmed FM-6001']);
    expect(assigneeOf(world, 11)).toBe(5);
  });

  it('are counted against rows: talent pools that cannot be read stop nothing but the stages that name them', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    await breakWith(world, { match: { method: 'GET', path: '/talent-pool' }, fault: '500', times: null });
    const pools = [7, 8, 9].map((talentPoolId, n): Stage => {
      return { n: n + 2, afterMinutes: 0, do: 'mass_route', top: null, talentPoolId, minPoints: 0 };
    });
    const report = await run(world, { files: [aFileThat([ASSIGN, ...pools])] });
    expect(report.summary.quarantined.filter(({ what }) => what === 'talent pool')).toHaveLength(3);
    expect(report).toMatchObject({ result: 'done', summary: { stopped: null } });
    expect(assigneeOf(world, 11)).toBe(1);
  });
});

describe('two processes', () => {
  it('never both take one place in the ledger: the later counts a collision and acts on the rest', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) await ask(world, order, order - 10);
    const other = openStore(world.ledgerPath);
    const hook = once('recordDecision', 'before', async () => {
      await run(world, { store: other, files: [aFileThat([])], only: [11] });
    });
    const report = await run(world, { store: hookStore(world.store, hook) });
    await other.close();
    expect(report.summary).toMatchObject({ collisions: 1, decisions: 1, actions: 1 });
    expect(saidOf(report)).toEqual({ 12: 'assign FM-1002' });
    expect([assigneeOf(world, 11), assigneeOf(world, 12)]).toEqual([null, 2]);
    const summaries = (await runsOf(world)).map(({ end }) => end?.summary.collisions).toSorted();
    expect(summaries).toEqual([0, 1]);
    expect(await run(world)).toMatchObject({ summary: { collisions: 0, actions: 1 } });
  });
});

describe('the summary of a run', () => {
  it('alarms about a counter-offer taken at another price', async () => {
    const world = await openWorld();
    await ask(world, 11, 1, 175);
    const hook = once('send', 'after', () => {
      const order = orderOf(world, 11);
      if (order.assignment === null) throw new Error('not assigned');
      order.assignment = { ...order.assignment, pay: { ...order.pay, base: { cents: 20_000, units: 1 } } };
    });
    const report = await run(world, { target: hookTarget(world.client, hook) });
    expect(report.summary.alarms).toEqual([{ code: 'FM-6015', decisionId: '11.1.1' }]);
    expect((await runsOf(world))[0]?.end?.summary.alarms).toEqual(report.summary.alarms);
    expect((await run(world)).summary.alarms).toEqual([]);
  });

  it('counts the requests of its own run, also of one that failed', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    for (const isDryRun of [true, false, false]) {
      const before = world.client.requestCount();
      const { summary } = await run(world, { isDryRun });
      expect(summary.httpRequests).toBeGreaterThan(0);
      expect(summary.httpRequests).toBe(world.client.requestCount() - before);
    }
    const before = world.client.requestCount();
    await breakWith(world, { match: { method: 'GET', path: '/workorders$' }, fault: '500', times: null });
    await expect(run(world)).rejects.toThrow();
    const failed = (await runsOf(world)).find(({ end }) => end?.result === 'failed');
    expect(failed?.end?.summary.httpRequests).toBe(world.client.requestCount() - before);
  });
});

describe('a dry run beside a ledger', () => {
  /** Everything in the ledger's folder: name, bytes, when it was changed. */
  function folderOf({ ledgerPath }: World) {
    const folder = dirname(ledgerPath);
    const files = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
    return files.map((name) => {
      const path = join(folder, name);
      return { name, bytes: readFileSync(path), changedMs: statSync(path).mtimeMs };
    });
  }

  it('opens nothing for writing: no byte, no time and no file is another', async () => {
    const world = await openWorld({ orders: [11, 12] });
    for (const order of [11, 12]) await ask(world, order, 1);
    await run(world, { only: [12] });
    const before = folderOf(world);
    expect(saidOf(await run(world, { isDryRun: true }))).toEqual({ 11: 'assign FM-1002' });
    expect(folderOf(world)).toEqual(before);
  });

  it.each(['sandbox', 'production'] as const)(
    'refuses that of another environment, asked for %s',
    async (environment) => {
      const world = await openWorld();
      await ask(world, 11, 1);
      await run(world, { files: [aFileThat([])] });
      const before = folderOf(world);
      const dry = run(world, { isDryRun: true, environment });
      await expect(dry).rejects.toThrow(LedgerFailure);
      await expect(dry).rejects.toMatchObject({ remedy: expect.stringMatching(/FIELDMARSHAL_DB/) });
      expect(folderOf(world)).toEqual(before);
    },
  );

  it('takes a ledger that is nobody’s yet', async () => {
    const world = await openWorld();
    await ask(world, 11, 1);
    expect(saidOf(await run(world, { isDryRun: true, environment: 'sandbox' }))).toEqual({ 11: 'assign FM-1002' });
  });
});

describe('a rule file that comes back', () => {
  const FIRST = aFileThat([], { text: 'first', hash: hashText('first') });
  const OTHER = aFileThat([], { id: 'other', text: 'other', hash: hashText('other') });

  it('decides anew after another has decided, and is written down each time', async () => {
    const world = await openWorld();
    for (const files of [[FIRST], [FIRST], [OTHER], [FIRST], [FIRST]]) await run(world, { files });
    expect((await ledgerOf(world, 11)).map(({ ruleFileId }) => ruleFileId)).toEqual(['default', 'other', 'default']);
  });

  it('so does the text of one file that is changed and changed back', async () => {
    const world = await openWorld();
    const edited = { ...FIRST, text: 'edited', hash: hashText('edited') };
    for (const file of [FIRST, edited, FIRST]) await run(world, { files: [file] });
    expect((await ledgerOf(world, 11)).map(({ ruleFileHash }) => ruleFileHash)).toEqual([
      FIRST.hash,
      edited.hash,
      FIRST.hash,
    ]);
  });

  it('is not disturbed by a shadow beside it', async () => {
    const world = await openWorld();
    const shadow: RuleFile = { ...OTHER, mode: 'shadow' };
    await run(world, { files: [FIRST] });
    await run(world, { files: [FIRST, shadow] });
    expect(saidOf(await run(world, { files: [FIRST] }))).toEqual({ 11: 'hold FM-3011 unchanged' });
    expect(await ledgerOf(world, 11)).toHaveLength(2);
  });

  it('has its say again after nobody’s', async () => {
    const world = await openWorld();
    for (const files of [[FIRST], [], [FIRST]]) await run(world, { files });
    expect((await ledgerOf(world, 11)).map(({ ruleFileId }) => ruleFileId)).toEqual(['default', null, 'default']);
    expect(await intentsOf(world, 11)).toEqual([]);
  });
});
