import { describe, expect, it } from 'vitest';
import { ACTIONS } from '../../src/actions/catalog.ts';
import type { ConfirmVerdict, GuardVerdict, ServerView } from '../../src/actions/definition.ts';
import { providerId, requestId, workOrderId } from '../../src/domain/ids.ts';
import type { PendingRow } from '../../src/domain/provider.ts';
import { REASONS, type ReasonCode, reasonSentence } from '../../src/domain/reason-codes.ts';
import type { WorkOrder, WorkOrderStatus } from '../../src/domain/work-order.ts';
import type { WriteCall, WriteKind } from '../../src/domain/write-call.ts';
import { aCounter, aRequest, aRoute, aRow, aWorkOrder, NOW_MS } from '../support/builders.ts';

const ORDER = workOrderId(4047);
const OURS = providerId(557);
const OTHER = providerId(600);
const REQUEST = requestId(901);

/** The actions that stages take, and taking an assignment back. */
type DispatchKind = Extract<
  WriteKind,
  'publish' | 'route' | 'unroute' | 'mass_route' | 'assign' | 'accept_counter' | 'unassign'
>;

const CALLS: { readonly [Kind in DispatchKind]: Extract<WriteCall, { readonly kind: Kind }> } = {
  publish: { kind: 'publish', workOrderId: ORDER },
  route: { kind: 'route', workOrderId: ORDER, providerId: OURS },
  unroute: { kind: 'unroute', workOrderId: ORDER, providerId: OURS },
  mass_route: { kind: 'mass_route', workOrderId: ORDER, providerIds: [OURS, OTHER] },
  assign: { kind: 'assign', workOrderId: ORDER, providerId: OURS, clientPayTermsAccepted: false },
  accept_counter: {
    kind: 'accept_counter',
    workOrderId: ORDER,
    providerId: OURS,
    requestId: REQUEST,
    payCents: 27_500,
  },
  unassign: { kind: 'unassign', workOrderId: ORDER, providerId: OURS, reasonId: 7, comment: 'Cannot come.' },
};
const KINDS: readonly DispatchKind[] = Object.values(CALLS).map((call) => call.kind);

/** The actions that only people take. */
type HandKind = Exclude<WriteKind, DispatchKind>;

const HAND_CALLS: { readonly [Kind in HandKind]: Extract<WriteCall, { readonly kind: Kind }> } = {
  unpublish: { kind: 'unpublish', workOrderId: ORDER },
  mass_route_pool: { kind: 'mass_route_pool', workOrderId: ORDER, talentPoolId: 9921 },
  auto_dispatch: {
    kind: 'auto_dispatch',
    workOrderId: ORDER,
    dispatch: {
      selectionRuleId: 0,
      shouldRoute: false,
      delaySeconds: 1_800,
      w2SkipPublish: null,
      w2FailSwitch: null,
      networkIds: null,
      tieredAutoDispatchId: null,
      autoAssign: null,
      alsoPublish: null,
    },
  },
  decline_request: { kind: 'decline_request', workOrderId: ORDER, providerId: OURS, requestId: REQUEST },
  complete: { kind: 'complete', workOrderId: ORDER },
  incomplete: { kind: 'incomplete', workOrderId: ORDER, reasonId: 2, reason: 'No photos.' },
  approve: { kind: 'approve', workOrderId: ORDER },
  unapprove: { kind: 'unapprove', workOrderId: ORDER },
};
const HAND_KINDS: readonly HandKind[] = Object.values(HAND_CALLS).map((call) => call.kind);
const ALL_CALLS: { readonly [Kind in WriteKind]: WriteCall } = { ...CALLS, ...HAND_CALLS };
const DIRECT: WriteCall = { ...CALLS.assign, isDirect: true };

type Seen = {
  readonly workOrder?: WorkOrder | null;
  readonly assignee?: number;
  readonly rows?: readonly PendingRow[];
  readonly unreadRows?: number;
};

/** What the platform shows: an open work order, nobody assigned, the rows given. */
function seen({ workOrder = aWorkOrder(), assignee, rows = [], unreadRows = 0 }: Seen): ServerView {
  return {
    observedAtMs: NOW_MS,
    workOrder,
    assigneeId: assignee === undefined ? null : providerId(assignee),
    rows,
    unreadRows,
  };
}

const INVITING: readonly WriteKind[] = ['route', 'mass_route', 'mass_route_pool', 'auto_dispatch'];

/** What is invited to was decided at the pay of the work order, unless a case says otherwise. */
function guard(
  kind: WriteKind,
  view: Seen,
  decidedCents: number | null = INVITING.includes(kind) ? 25_000 : null,
): GuardVerdict {
  return ACTIONS[kind].guard(ALL_CALLS[kind], seen(view), decidedCents);
}

/** Sent a minute ago, unless a case says otherwise. */
const SENT_MS = NOW_MS - 60_000;

function confirm(kind: WriteKind, view: Seen, sentAtMs: number | null = SENT_MS): ConfirmVerdict {
  return ACTIONS[kind].confirm(ALL_CALLS[kind], seen(view), sentAtMs);
}

/** `clear`, or the verdict and its code. */
function brief(verdict: GuardVerdict | ConfirmVerdict): string {
  if (!('reason' in verdict)) return verdict.kind;
  // A sentence with a hole in it is no sentence for a dispatcher.
  expect(reasonSentence(verdict.reason.code, verdict.reason.detail)).not.toContain('?');
  return `${verdict.kind} ${verdict.reason.code}`;
}

const GONE: Seen = { workOrder: null };
const DRAFT: Seen = { workOrder: aWorkOrder({ status: 'draft' }) };
const TAKEN: Seen = { workOrder: aWorkOrder({ status: 'assigned', assigneeId: 600, actions: [] }), assignee: 600 };
/** The work order still says open; the assignee resource knows better. */
const TAKEN_UNDER_WAY: Seen = { assignee: 600 };
const MINE: Seen = { workOrder: aWorkOrder({ status: 'assigned', assigneeId: 557, actions: [] }), assignee: 557 };
const routed = (provider: number) => aRow({ providerId: provider, kind: 'routed' });

describe('every action', () => {
  it('is in the catalogue under the kind of its call', () => {
    for (const [kind, action] of Object.entries(ACTIONS)) expect(action.kind).toBe(kind);
    expect(Object.keys(ACTIONS).toSorted()).toEqual([...KINDS, ...HAND_KINDS].toSorted());
  });

  it.each([...KINDS, ...HAND_KINDS])('%s crashes on a call of another kind', (kind) => {
    for (const call of Object.values(ALL_CALLS).filter((one) => one.kind !== kind)) {
      const message = `${kind} was given a ${call.kind}`;
      expect(() => ACTIONS[kind].guard(call, seen({}), null)).toThrow(new TypeError(message));
      expect(() => ACTIONS[kind].confirm(call, seen({}), null)).toThrow(new TypeError(message));
    }
  });

  it('says whether it binds or invites somebody, and whether it may be sent once more', () => {
    const facts = [...KINDS, ...HAND_KINDS].map((kind) => [kind, ACTIONS[kind].bindsProvider, ACTIONS[kind].mayResend]);
    expect(facts).toEqual([
      ['publish', false, true],
      ['route', true, true],
      ['unroute', false, true],
      ['mass_route', true, true],
      ['assign', true, true],
      ['accept_counter', true, true],
      // Sent late, it would take the work order from whoever has it by then.
      ['unassign', false, false],
      ['unpublish', false, true],
      // Whom they reach, only the platform knows; a second one could reach others.
      ['mass_route_pool', false, false],
      ['auto_dispatch', false, false],
      ['decline_request', false, true],
      ['complete', false, true],
      ['incomplete', false, true],
      ['approve', false, true],
      ['unapprove', false, true],
    ]);
  });

  it.each(KINDS.filter((kind) => kind !== 'unassign'))('%s gives way to somebody who is assigned by then', (kind) => {
    if (kind === 'publish') return expect(brief(guard(kind, TAKEN))).toBe('refused FM-6004');
    expect(brief(guard(kind, TAKEN))).toBe('lost_race FM-6003');
    return expect(brief(guard(kind, TAKEN_UNDER_WAY))).toBe('lost_race FM-6003');
  });

  it.each([...KINDS, ...HAND_KINDS])('%s is not sent for a work order that is gone', (kind) => {
    const verdict = guard(kind, GONE);
    expect(verdict).toEqual({
      kind: 'refused',
      reason: { code: 'FM-6004', detail: { status: 'gone or not visible' } },
    });
  });

  it.each(
    KINDS.filter((kind) => kind !== 'publish').flatMap((kind) =>
      (['draft', 'work_done', 'approved', 'paid', 'cancelled'] as const).map(
        (status): [DispatchKind, WorkOrderStatus] => [kind, status],
      ),
    ),
  )('%s is not sent for a work order that is %s', (kind, status) => {
    expect(guard(kind, { workOrder: aWorkOrder({ status }), rows: [aRow()] })).toEqual({
      kind: 'refused',
      reason: { code: 'FM-6004', detail: { status: status.replace('_', ' ') } },
    });
  });
});

describe('rows that could not be understood', () => {
  const routedOrder = aWorkOrder({ isRouted: true });
  const CASES: readonly (readonly [string, Seen, string, string])[] = [
    ['none', { workOrder: routedOrder }, 'clear', 'confirmed FM-6001'],
    ['one, and no route', { unreadRows: 1 }, 'clear', 'confirmed FM-6001'],
    ['one, and a route that no row shows', { unreadRows: 1, workOrder: routedOrder }, 'refused FM-6017', 'absent'],
  ];
  it.each(CASES)('%s: may hide a live route', (_what, view, guarded, confirmedAs) => {
    expect(brief(guard('assign', { ...view, rows: [asking()] }, 25_000))).toBe(guarded);
    expect(brief(confirm('unroute', view))).toBe(confirmedAs);
  });

  it('may hide a rival’s route also where the provider’s own is seen', () => {
    const rows = [aRow({ request: aRequest({ id: REQUEST }), route: aRoute() })];
    expect(brief(guard('assign', { rows, workOrder: routedOrder, unreadRows: 1 }, 25_000))).toBe('refused FM-6017');
    expect(brief(guard('assign', { rows, workOrder: routedOrder, unreadRows: 0 }, 25_000))).toBe('clear');
  });
});

describe('a work order that has become part of a bundle', () => {
  const workOrder = aWorkOrder({ bundleId: 9 });

  it.each(['assign', 'accept_counter', 'route', 'mass_route'] as const)('is not bound by %s', (kind) => {
    const rows = kind === 'accept_counter' ? [countering(27_500)] : kind === 'assign' ? [asking()] : [];
    expect(guard(kind, { workOrder, rows }, kind === 'accept_counter' ? 27_500 : 25_000)).toEqual({
      kind: 'refused',
      reason: { code: 'FM-6004', detail: { status: 'part of bundle 9' } },
    });
  });

  it.each(['publish', 'unroute'] as const)('may still be changed by %s, which binds nobody', (kind) => {
    const open = kind === 'publish' ? aWorkOrder({ bundleId: 9, status: 'draft' }) : workOrder;
    expect(brief(guard(kind, { workOrder: open, rows: [routed(557)] }))).toBe('clear');
  });
});

/** Provider 557 asks for the job at its own pay, plus what the request is told to be. */
const asking = (given: Parameters<typeof aRequest>[0] = {}) => aRow({ request: aRequest({ id: REQUEST, ...given }) });
const countering = (payCents: number, given: Parameters<typeof aCounter>[1] = {}) =>
  aRow({ request: aCounter(payCents, { id: REQUEST, ...given }) });

type GuardCase = readonly [situation: string, view: Seen, decidedCents: number | null, verdict: string];

const GUARDS_OF_BOTH: readonly (readonly [string, (row: PendingRow) => Seen, string])[] = [
  ['no row of the provider', () => ({ rows: [] }), 'refused FM-6005'],
  ['only rows of others', () => ({ rows: [aRow({ providerId: 600 })] }), 'refused FM-6005'],
  ['a row without a request', () => ({ rows: [routed(557)] }), 'refused FM-6005'],
  ['an inactive request', (row) => ({ rows: [withRequest(row, { isActive: false })] }), 'refused FM-6005'],
  ['an expired request', (row) => ({ rows: [withRequest(row, { isExpired: true })] }), 'refused FM-6005'],
  [
    'a request that ran out this moment',
    (row) => ({ rows: [withRequest(row, { expiresMs: NOW_MS })] }),
    'refused FM-6005',
  ],
  ['a request that runs out next', (row) => ({ rows: [withRequest(row, { expiresMs: NOW_MS + 1 })] }), 'clear'],
  ['a request without expiry', (row) => ({ rows: [withRequest(row, { expiresMs: null })] }), 'clear'],
  ['a row that does not offer it', (row) => ({ rows: [{ ...row, actions: ['message'] }] }), 'refused FM-6008'],
  ['a live route of somebody else', (row) => ({ rows: [row, routed(600)] }), 'refused FM-6017'],
  ['a route of the provider itself', (row) => ({ rows: [{ ...row, route: aRoute() }] }), 'clear'],
  ['a request of somebody else', (row) => ({ rows: [row, aRow({ providerId: 600 })] }), 'clear'],
  ['all as decided', (row) => ({ rows: [row] }), 'clear'],
];

function withRequest(row: PendingRow, given: Partial<NonNullable<PendingRow['request']>>): PendingRow {
  if (row.request === null) throw new Error('the row has no request');
  return { ...row, request: { ...row.request, ...given } };
}

describe('the guard of assigning', () => {
  it.each(GUARDS_OF_BOTH)('finds %s', (_situation, view, verdict) => {
    expect(brief(guard('assign', view(asking()), 25_000))).toBe(verdict);
    expect(brief(guard('accept_counter', view(countering(27_500)), 27_500))).toBe(verdict);
  });

  const ASSIGN: readonly GuardCase[] = [
    ['the pay as decided', { rows: [asking()] }, 25_000, 'clear'],
    ['expenses on top, as decided', { rows: [asking({ expensesCents: 1_000 })] }, 26_000, 'clear'],
    ['expenses that were not there', { rows: [asking({ expensesCents: 1_000 })] }, 25_000, 'refused FM-6006'],
    ['a cent more', { rows: [asking()], workOrder: paying(25_001) }, 25_000, 'refused FM-6006'],
    ['a cent less', { rows: [asking()], workOrder: paying(24_999) }, 25_000, 'refused FM-6006'],
    ['no pay any more', { rows: [asking()], workOrder: unpaid() }, 25_000, 'refused FM-6006'],
    ['no pay, as decided', { rows: [asking()], workOrder: unpaid() }, null, 'clear'],
    ['no pay where zero was decided', { rows: [asking()], workOrder: unpaid() }, 0, 'clear'],
    ['pay where none was known', { rows: [asking()] }, null, 'refused FM-6006'],
    ['a request that became a counter-offer', { rows: [countering(25_000)] }, 25_000, 'refused FM-6006'],
    [
      'a request without known pay that became a counter-offer',
      { rows: [countering(25_000)], workOrder: unpaid() },
      null,
      'refused FM-6006',
    ],
  ];
  it.each(ASSIGN)('assign: finds %s', (_situation, view, decidedCents, verdict) => {
    expect(brief(guard('assign', view, decidedCents))).toBe(verdict);
  });

  const ACCEPT: readonly GuardCase[] = [
    ['the very counter-offer', { rows: [countering(27_500)] }, 27_500, 'clear'],
    ['its expenses, as decided', { rows: [countering(27_500, { expensesCents: 500 })] }, 28_000, 'clear'],
    ['higher expenses', { rows: [countering(27_500, { expensesCents: 501 })] }, 28_000, 'refused FM-6006'],
    ['a cent more pay', { rows: [countering(27_501)] }, 27_500, 'refused FM-6006'],
    ['more pay and as much less expenses', { rows: [countering(27_600)] }, 27_600, 'refused FM-6006'],
    ['a plain request under the same id', { rows: [asking()] }, 27_500, 'refused FM-6006'],
    ['another request of the provider', { rows: [countering(27_500, { id: 902 })] }, 27_500, 'refused FM-6005'],
    ['another price although no cost was decided', { rows: [countering(99_900)] }, null, 'refused FM-6006'],
    ['the price although no cost was decided', { rows: [countering(27_500)] }, null, 'refused FM-6006'],
    ['a plain request although no cost was decided', { rows: [asking()] }, null, 'refused FM-6006'],
    ['the work order’s own pay changed, which it does not touch', countered(paying(1)), 27_500, 'clear'],
  ];
  it.each(ACCEPT)('accept counter-offer: finds %s', (_situation, view, decidedCents, verdict) => {
    expect(brief(guard('accept_counter', view, decidedCents))).toBe(verdict);
  });

  it('says both prices when the pay changed', () => {
    expect(guard('assign', { rows: [asking()], workOrder: paying(123_456) }, 25_000)).toEqual({
      kind: 'refused',
      reason: { code: 'FM-6006', detail: { now: '$1,234.56', decided: '$250.00' } },
    });
  });

  const SAYS: readonly (readonly [DispatchKind, Seen, number | null, object])[] = [
    ['assign', { rows: [countering(30_000)] }, 25_000, { now: '$300.00 by counter-offer', decided: '$250.00' }],
    ['assign', { rows: [asking()], workOrder: unpaid() }, 25_000, { now: 'not known', decided: '$250.00' }],
    ['assign', { rows: [asking()] }, null, { now: '$250.00', decided: 'not known' }],
    [
      'accept_counter',
      { rows: [asking()] },
      27_500,
      { now: '$250.00 at the pay of the work order', decided: '$275.00' },
    ],
  ];
  it.each(SAYS)('%s says what the offer has become', (kind, view, decidedCents, detail) => {
    expect(guard(kind, view, decidedCents)).toEqual({ kind: 'refused', reason: { code: 'FM-6006', detail } });
  });

  it('counts the live routes of others', () => {
    const rows = [aRow({ route: aRoute() }), routed(600), routed(601)];
    expect(guard('assign', { rows }, 25_000)).toEqual({
      kind: 'refused',
      reason: { code: 'FM-6017', detail: { count: 2 } },
    });
  });
});

function paying(maxCents: number): WorkOrder {
  return aWorkOrder({ pay: { kind: 'fixed', maxCents } });
}

function unpaid(): WorkOrder {
  return aWorkOrder({ pay: { kind: 'none', maxCents: 0 } });
}

function countered(workOrder: WorkOrder): Seen {
  return { rows: [countering(27_500)], workOrder };
}

const NOT_ALLOWED = aWorkOrder({ actions: ['edit'] });

describe('the guard of the other actions', () => {
  const CASES: readonly (readonly [DispatchKind, string, Seen, string])[] = [
    ['publish', 'a draft', DRAFT, 'clear'],
    ['publish', 'a routed one', { workOrder: aWorkOrder({ status: 'routed' }) }, 'clear'],
    ['publish', 'a published one', {}, 'refused FM-6004'],
    ['publish', 'a draft that may not be', { workOrder: { ...NOT_ALLOWED, status: 'draft' } }, 'refused FM-6008'],
    ['route', 'nobody invited', {}, 'clear'],
    ['route', 'a routed work order', { workOrder: aWorkOrder({ status: 'routed' }), rows: [routed(600)] }, 'clear'],
    ['route', 'the provider asking', { rows: [aRow()] }, 'clear'],
    ['route', 'the provider invited already', { rows: [routed(557)] }, 'refused FM-6017'],
    ['route', 'routing not offered', { workOrder: NOT_ALLOWED }, 'refused FM-6008'],
    ['unroute', 'the route there', { rows: [routed(557)] }, 'clear'],
    ['unroute', 'the route gone', {}, 'clear'],
    ['mass_route', 'nobody invited', {}, 'clear'],
    ['mass_route', 'others invited', { rows: [routed(601)] }, 'clear'],
    ['mass_route', 'routing not offered', { workOrder: NOT_ALLOWED }, 'refused FM-6008'],
    ['unassign', 'our provider assigned', MINE, 'clear'],
    ['unassign', 'another provider assigned', TAKEN, 'refused FM-6004'],
    ['unassign', 'nobody assigned', { workOrder: aWorkOrder({ status: 'assigned' }) }, 'refused FM-6004'],
    ['unassign', 'an open work order', {}, 'refused FM-6004'],
  ];
  it.each(CASES)('%s finds %s', (kind, _situation, view, verdict) => {
    expect(brief(guard(kind, view))).toBe(verdict);
  });

  it('names who has the work order that should be un-assigned', () => {
    expect(guard('unassign', TAKEN)).toMatchObject({ reason: { detail: { status: 'assigned to provider 600' } } });
  });
});

describe('confirming by reading', () => {
  const CASES: readonly (readonly [DispatchKind, string, Seen, string])[] = [
    ['publish', 'published', {}, 'confirmed FM-6001'],
    ['publish', 'still a draft', DRAFT, 'absent'],
    ['publish', 'somebody assigned', TAKEN, 'lost_race FM-6003'],
    ['publish', 'gone', GONE, 'absent'],
    ['route', 'routed', { rows: [routed(557)] }, 'confirmed FM-6001'],
    ['route', 'routed and asking', { rows: [aRow({ route: aRoute() })] }, 'confirmed FM-6001'],
    ['route', 'only asking', { rows: [aRow()] }, 'absent'],
    ['route', 'another one routed', { rows: [routed(600)] }, 'absent'],
    ['route', 'accepted at once', MINE, 'confirmed FM-6001'],
    ['route', 'another one assigned', TAKEN, 'lost_race FM-6003'],
    ['unroute', 'no route', { rows: [aRow()] }, 'confirmed FM-6001'],
    ['unroute', 'the route still there', { rows: [routed(557)] }, 'absent'],
    ['unroute', 'the route of another one', { rows: [routed(600)] }, 'confirmed FM-6001'],
    ['unroute', 'accepted on the way', MINE, 'lost_race FM-6003'],
    ['unroute', 'another one assigned', TAKEN, 'lost_race FM-6003'],
    ['mass_route', 'all routed', { rows: [routed(557), routed(600)] }, 'confirmed FM-6001'],
    ['mass_route', 'all routed and a third', { rows: [557, 600, 601].map(routed) }, 'confirmed FM-6001'],
    ['mass_route', 'only a third', { rows: [routed(601)] }, 'absent'],
    ['mass_route', 'nobody', {}, 'absent'],
    ['mass_route', 'some routed', { rows: [routed(600), aRow()] }, 'partial'],
    ['mass_route', 'one of them accepted', MINE, 'confirmed FM-6001'],
    ['mass_route', 'a stranger assigned', { ...TAKEN, assignee: 999 }, 'lost_race FM-6003'],
    ['assign', 'assigned', MINE, 'confirmed FM-6001'],
    ['assign', 'assigned at whatever pay', { ...MINE, workOrder: paying(1) }, 'confirmed FM-6001'],
    ['assign', 'nobody', { rows: [aRow()] }, 'absent'],
    ['assign', 'another one', TAKEN, 'lost_race FM-6003'],
    ['accept_counter', 'assigned at the price', { workOrder: paying(27_500), assignee: 557 }, 'confirmed FM-6001'],
    ['accept_counter', 'assigned at another', { workOrder: paying(25_000), assignee: 557 }, 'confirmed FM-6015'],
    ['accept_counter', 'assigned, pay not visible', { workOrder: null, assignee: 557 }, 'confirmed FM-6001'],
    ['accept_counter', 'nobody', { rows: [countering(27_500)] }, 'absent'],
    ['accept_counter', 'another one', TAKEN, 'lost_race FM-6003'],
    ['unassign', 'nobody', {}, 'confirmed FM-6001'],
    ['unassign', 'another one', TAKEN, 'confirmed FM-6001'],
    ['unassign', 'still the same', MINE, 'absent'],
  ];
  it.each(CASES)('%s: %s', (kind, _situation, view, verdict) => {
    expect(brief(confirm(kind, view))).toBe(verdict);
  });

  it('counts the part of a mass-route that shows', () => {
    expect(confirm('mass_route', { rows: [routed(600)] })).toEqual({ kind: 'partial', count: 1, asked: 2 });
  });

  it('says what a counter-offer was taken at when the price differs', () => {
    expect(confirm('accept_counter', { workOrder: paying(25_000), assignee: 557 })).toEqual({
      kind: 'confirmed',
      reason: { code: 'FM-6015', detail: { now: '$250.00', decided: '$275.00' } },
    });
  });

  it('names the winner of a lost race', () => {
    const code: ReasonCode = 'FM-6003';
    expect(confirm('assign', TAKEN)).toEqual({ kind: 'lost_race', reason: { code, detail: { provider: 600 } } });
    expect(REASONS[code].title).toBe('lost race');
  });
});

/** An assigned, finished… work order of provider 557, with what it offers at that time. */
const inStep = (status: WorkOrderStatus, ...actions: readonly string[]): Seen => ({
  workOrder: aWorkOrder({ status, actions, assigneeId: 557 }),
  assignee: 557,
});
const offering = (status: WorkOrderStatus, ...actions: readonly string[]): Seen => ({
  workOrder: aWorkOrder({ status, actions }),
});
const BUNDLED = { bundleId: 9 };

describe('the guard of what people do', () => {
  const CASES: readonly (readonly [HandKind, string, Seen, string])[] = [
    ['unpublish', 'a published one', offering('published', 'unpublish'), 'clear'],
    ['unpublish', 'a published one that may not be', offering('published', 'edit'), 'refused FM-6008'],
    ['unpublish', 'a routed one', offering('routed', 'unpublish'), 'refused FM-6004'],
    ['unpublish', 'a draft', offering('draft', 'unpublish'), 'refused FM-6004'],
    ['unpublish', 'somebody assigned', TAKEN, 'lost_race FM-6003'],
    ['mass_route_pool', 'an open one', {}, 'clear'],
    ['mass_route_pool', 'a draft', offering('draft', 'route'), 'clear'],
    ['mass_route_pool', 'requests', { rows: [aRow()] }, 'clear'],
    ['mass_route_pool', 'somebody invited already', { rows: [routed(600)] }, 'refused FM-6017'],
    [
      'mass_route_pool',
      'a route that no row shows',
      { unreadRows: 1, workOrder: aWorkOrder({ isRouted: true }) },
      'refused FM-6017',
    ],
    ['mass_route_pool', 'a part of a bundle', { workOrder: aWorkOrder(BUNDLED) }, 'refused FM-6004'],
    ['mass_route_pool', 'routing not offered', { workOrder: NOT_ALLOWED }, 'refused FM-6008'],
    ['mass_route_pool', 'somebody assigned', TAKEN, 'lost_race FM-6003'],
    ['mass_route_pool', 'a draft with somebody assigned', { ...DRAFT, assignee: 600 }, 'lost_race FM-6003'],
    ['mass_route_pool', 'finished work', offering('work_done', 'route'), 'refused FM-6004'],
    ['auto_dispatch', 'a draft', DRAFT, 'clear'],
    ['auto_dispatch', 'a draft that may not be', offering('draft', 'edit'), 'refused FM-6008'],
    [
      'auto_dispatch',
      'a draft in a bundle',
      { workOrder: aWorkOrder({ status: 'draft', ...BUNDLED }) },
      'refused FM-6004',
    ],
    ['auto_dispatch', 'a published one', {}, 'refused FM-6004'],
    ['decline_request', 'the request', { rows: [asking()] }, 'clear'],
    ['decline_request', 'the counter-offer', { rows: [countering(27_500)] }, 'clear'],
    ['decline_request', 'another request of the provider', { rows: [asking({ id: 902 })] }, 'refused FM-6005'],
    ['decline_request', 'no row', {}, 'refused FM-6005'],
    ['decline_request', 'only a route', { rows: [routed(557)] }, 'refused FM-6005'],
    ['decline_request', 'hiding not offered', { rows: [{ ...asking(), actions: ['assign'] }] }, 'refused FM-6008'],
    ['decline_request', 'somebody assigned', { ...TAKEN, rows: [asking()] }, 'lost_race FM-6003'],
    ['complete', 'an assigned one', inStep('assigned', 'complete'), 'clear'],
    ['complete', 'an assigned one that may not be', inStep('assigned', 'edit'), 'refused FM-6008'],
    ['complete', 'finished work', inStep('work_done', 'complete'), 'refused FM-6004'],
    ['complete', 'an open one', offering('published', 'complete'), 'refused FM-6004'],
    ['incomplete', 'finished work', inStep('work_done', 'incomplete'), 'clear'],
    ['incomplete', 'finished work that may not be', inStep('work_done', 'approve'), 'refused FM-6008'],
    ['incomplete', 'approved work', inStep('approved', 'incomplete'), 'refused FM-6004'],
    ['approve', 'finished work', inStep('work_done', 'approve'), 'clear'],
    ['approve', 'finished work that may not be', inStep('work_done', 'incomplete'), 'refused FM-6008'],
    ['approve', 'unfinished work', inStep('assigned', 'approve'), 'refused FM-6004'],
    ['approve', 'paid work', inStep('paid', 'approve'), 'refused FM-6004'],
    ['unapprove', 'approved work', inStep('approved', 'unapprove'), 'clear'],
    ['unapprove', 'approved work that may not be', inStep('approved'), 'refused FM-6008'],
    ['unapprove', 'paid work', inStep('paid', 'unapprove'), 'refused FM-6004'],
  ];
  it.each(CASES)('%s finds %s', (kind, _situation, view, verdict) => {
    expect(brief(guard(kind, view))).toBe(verdict);
  });

  it('lets nothing be lost by unpublishing where the call says so', () => {
    const published = offering('published', 'unpublish');
    const call: WriteCall = { kind: 'unpublish', workOrderId: ORDER, keepsRequests: true };
    const keeping = (view: Seen) => brief(ACTIONS.unpublish.guard(call, seen({ ...published, ...view }), null));
    expect(keeping({ rows: [asking()] })).toBe('refused FM-3015');
    expect(keeping({ unreadRows: 1 })).toBe('refused FM-3015');
    expect(keeping({ rows: [asking({ isActive: false }), asking({ isExpired: true }), routed(5)] })).toBe('clear');
    expect(brief(guard('unpublish', { ...published, rows: [asking()] }))).toBe('clear');
  });

  it('names the step at which the work order is', () => {
    const { status } = { status: 'work done' };
    expect(guard('complete', inStep('work_done'))).toMatchObject({ reason: { detail: { status } } });
    expect(guard('auto_dispatch', inStep('work_done'))).toMatchObject({ reason: { detail: { status } } });
  });
});

describe('a provider who has declined', () => {
  const declinedBy = (...providers: readonly number[]) =>
    aWorkOrder({ declines: providers.map((one) => ({ providerId: providerId(one), createdMs: NOW_MS - 1_000 })) });
  const at = (createdMs: number | null) => aWorkOrder({ declines: [{ providerId: OURS, createdMs }] });
  const unsaid = aWorkOrder({ declines: null });

  it('is not invited', () => {
    expect(guard('route', { workOrder: declinedBy(600, 557) })).toEqual({
      kind: 'refused',
      reason: { code: 'FM-6040', detail: { provider: 557 } },
    });
    expect(brief(guard('route', { workOrder: declinedBy(600) }))).toBe('clear');
    expect(brief(guard('route', { workOrder: unsaid }))).toBe('clear');
    expect(brief(guard('mass_route', { workOrder: declinedBy(600) }))).toBe('refused FM-6040');
    expect(brief(guard('mass_route', { workOrder: declinedBy(601) }))).toBe('clear');
  });

  it.each([
    ['after it was sent', at(NOW_MS - 1_000), 'confirmed FM-6001'],
    ['after it was sent, by another clock', at(SENT_MS - 9 * 60_000), 'confirmed FM-6001'],
    ['at a time that is not said', at(null), 'confirmed FM-6001'],
    ['long before', at(SENT_MS - 11 * 60_000), 'absent'],
    ['and is another one', declinedBy(601), 'absent'],
    ['as far as anybody knows', unsaid, 'absent'],
  ])('%s: was invited or not', (_when, workOrder, verdict) => {
    expect(brief(confirm('route', { workOrder }))).toBe(verdict);
    expect(brief(confirm('route', { workOrder }, null))).toBe('absent');
  });

  it('was invited also when somebody else has it by now', () => {
    expect(brief(confirm('route', { workOrder: declinedBy(557), assignee: 600 }))).toBe('confirmed FM-6001');
  });

  it('is one of those whom a mass-route has reached', () => {
    expect(confirm('mass_route', { workOrder: declinedBy(600), rows: [routed(557)] })).toMatchObject({
      reason: { detail: { what: '2 providers were routed, 1 of whom declined' } },
    });
    expect(confirm('mass_route', { workOrder: declinedBy(557), rows: [routed(557)] })).toEqual({
      kind: 'partial',
      count: 1,
      asked: 2,
    });
    expect(brief(confirm('mass_route', { workOrder: declinedBy(557, 600) }))).toBe('confirmed FM-6001');
  });
});

describe('confirming by reading what people did', () => {
  const CASES: readonly (readonly [HandKind, string, Seen, string])[] = [
    ['unpublish', 'a draft again', DRAFT, 'confirmed FM-6001'],
    ['unpublish', 'still routed', offering('routed'), 'confirmed FM-6001'],
    ['unpublish', 'still published', {}, 'absent'],
    ['unpublish', 'somebody assigned', TAKEN, 'lost_race FM-6003'],
    ['unpublish', 'gone', GONE, 'absent'],
    ['mass_route_pool', 'somebody routed', { rows: [routed(700), aRow()] }, 'confirmed FM-6001'],
    ['mass_route_pool', 'only requests', { rows: [aRow()] }, 'absent'],
    ['mass_route_pool', 'nobody', {}, 'absent'],
    ['mass_route_pool', 'somebody assigned', TAKEN, 'confirmed FM-6001'],
    ['auto_dispatch', 'published', {}, 'confirmed FM-6001'],
    ['auto_dispatch', 'routed', offering('routed'), 'confirmed FM-6001'],
    ['auto_dispatch', 'assigned already', MINE, 'confirmed FM-6001'],
    ['auto_dispatch', 'still a draft', DRAFT, 'absent'],
    ['auto_dispatch', 'gone', GONE, 'absent'],
    ['decline_request', 'no row', {}, 'confirmed FM-6001'],
    ['decline_request', 'another request of the provider', { rows: [asking({ id: 902 })] }, 'confirmed FM-6001'],
    ['decline_request', 'the request still there', { rows: [asking()] }, 'absent'],
    ['decline_request', 'a row that may be the request', { unreadRows: 1 }, 'absent'],
    ['decline_request', 'somebody assigned', { ...TAKEN, unreadRows: 1 }, 'confirmed FM-6001'],
    ['complete', 'finished', inStep('work_done'), 'confirmed FM-6001'],
    ['complete', 'approved meanwhile', inStep('approved'), 'confirmed FM-6001'],
    ['complete', 'paid meanwhile', inStep('paid'), 'confirmed FM-6001'],
    ['complete', 'still assigned', MINE, 'absent'],
    ['complete', 'gone', GONE, 'absent'],
    ['incomplete', 'assigned again', MINE, 'confirmed FM-6001'],
    ['incomplete', 'still finished', inStep('work_done'), 'absent'],
    ['approve', 'approved', inStep('approved'), 'confirmed FM-6001'],
    ['approve', 'paid', inStep('paid'), 'confirmed FM-6001'],
    ['approve', 'still waiting', inStep('work_done'), 'absent'],
    ['unapprove', 'waiting again', inStep('work_done'), 'confirmed FM-6001'],
    ['unapprove', 'still approved', inStep('approved'), 'absent'],
    ['unapprove', 'paid', inStep('paid'), 'absent'],
  ];
  it.each(CASES)('%s: %s', (kind, _situation, view, verdict) => {
    expect(brief(confirm(kind, view))).toBe(verdict);
  });

  it('says who is assigned by now, and how many are routed', () => {
    expect(confirm('mass_route_pool', TAKEN)).toMatchObject({
      reason: { detail: { what: 'talent pool 9921 was routed and provider 600 is assigned' } },
    });
    expect(confirm('mass_route_pool', { rows: [routed(1), routed(2)] })).toMatchObject({
      reason: { detail: { what: '2 provider(s) are routed' } },
    });
  });
});

describe('assigning somebody who has not asked', () => {
  const CASES: readonly GuardCase[] = [
    ['nobody asking', {}, 25_000, 'clear'],
    ['the provider asking', { rows: [asking()] }, 25_000, 'clear'],
    ['a counter-offer of the provider, which it does not take', { rows: [countering(27_500)] }, 25_000, 'clear'],
    ['the provider’s own route', { rows: [routed(557)] }, 25_000, 'clear'],
    ['the route of somebody else', { rows: [routed(600)] }, 25_000, 'refused FM-6017'],
    ['a cent more', { workOrder: paying(25_001) }, 25_000, 'refused FM-6006'],
    ['no pay any more', { workOrder: unpaid() }, 25_000, 'refused FM-6006'],
    ['no pay, as decided', { workOrder: unpaid() }, null, 'clear'],
    ['pay where none was known', {}, null, 'refused FM-6006'],
    ['a part of a bundle', { workOrder: aWorkOrder(BUNDLED) }, 25_000, 'refused FM-6004'],
    ['a draft', DRAFT, 25_000, 'refused FM-6004'],
    ['somebody assigned', TAKEN, 25_000, 'lost_race FM-6003'],
    ['nothing', GONE, 25_000, 'refused FM-6004'],
  ];
  it.each(CASES)('finds %s', (_situation, view, decidedCents, verdict) => {
    expect(brief(ACTIONS.assign.guard(DIRECT, seen(view), decidedCents))).toBe(verdict);
  });
});

describe('the pay of an invitation, which is accepted without another look', () => {
  const CASES: readonly GuardCase[] = [
    ['as decided', {}, 25_000, 'clear'],
    ['a cent more', { workOrder: paying(25_001) }, 25_000, 'refused FM-6006'],
    ['a cent less', { workOrder: paying(24_999) }, 25_000, 'refused FM-6006'],
    ['none any more', { workOrder: unpaid() }, 25_000, 'refused FM-6006'],
    ['none, as decided', { workOrder: unpaid() }, null, 'clear'],
    ['known now, which it was not', {}, null, 'refused FM-6006'],
  ];
  it.each(CASES)('is %s', (_situation, view, decidedCents, verdict) => {
    expect(brief(guard('route', view, decidedCents))).toBe(verdict);
    expect(brief(guard('mass_route', view, decidedCents))).toBe(verdict);
    expect(brief(guard('mass_route_pool', view, decidedCents))).toBe(verdict);
    const draft = { workOrder: { ...seen(view).workOrder, status: 'draft' as const } };
    expect(brief(guard('auto_dispatch', { ...view, ...draft } as Seen, decidedCents))).toBe(verdict);
  });

  it('is said with what it was', () => {
    const says = (workOrder: WorkOrder) => guard('route', { workOrder }, 25_000);
    expect(guard('route', {}, null)).toMatchObject({ reason: { detail: { now: '$250.00', decided: 'not known' } } });
    expect(says(paying(26_000))).toMatchObject({ reason: { detail: { now: '$260.00', decided: '$250.00' } } });
    expect(says(unpaid())).toMatchObject({ reason: { detail: { now: 'not known', decided: '$250.00' } } });
  });
});
