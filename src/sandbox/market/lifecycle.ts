import { draw } from '../random.ts';
import type { Actor, Assignment, Provider, Route, WorkOrder, World } from '../world/nouns.ts';
import type { Visit } from '../world/work-report.ts';
import { planAnswer, planRequests } from './habits.ts';
import { record } from './log.ts';
import { maxPayCents } from './pay.ts';
import { pointsByDefault } from './ranking.ts';
import { mustFind } from './status.ts';
import { arrive, closingDelayMs, planWork, whenBack, writeReport } from './work.ts';

/*
 * The transitions of a work order. Callers have checked that the transition is allowed; these functions make it, write
 * it into the event log and plan what the market will do about it.
 */

/** Draft or routed → published. */
export function publish(world: World, workOrder: WorkOrder, by: string): void {
  if (workOrder.isPublished) return;
  workOrder.isPublished = true;
  workOrder.milestones.publishedMs = world.nowMs;
  record(world, 'work_order.published', { workOrderId: workOrder.id, by });
  openToRequests(world, workOrder);
}

/** Published → draft, or routed while routes are live. Pending requests are lost. */
export function unpublish(world: World, workOrder: WorkOrder): void {
  workOrder.isPublished = false;
  workOrder.requests.clear();
  record(world, 'work_order.unpublished', { workOrderId: workOrder.id });
}

/** Published or routed → draft: requests and routes are gone. */
export function revertToDraft(world: World, workOrder: WorkOrder): void {
  workOrder.isPublished = false;
  workOrder.dispatch = null;
  workOrder.requests.clear();
  workOrder.routes.clear();
  record(world, 'work_order.reverted', { workOrderId: workOrder.id });
}

/** Invites a provider. A second invitation of the same provider changes nothing. */
export function openRoute(world: World, workOrder: WorkOrder, invited: { provider: Provider; by: Actor }): Route {
  const { provider, by } = invited;
  const live = workOrder.routes.get(provider.id);
  if (live !== undefined) return live;
  world.lastId.route += 1;
  const route: Route = { id: world.lastId.route, providerId: provider.id, createdMs: world.nowMs, by };
  workOrder.routes.set(provider.id, route);
  workOrder.routings.set(provider.id, (workOrder.routings.get(provider.id) ?? 0) + 1);
  workOrder.declines.delete(provider.id);
  workOrder.milestones.routedMs = world.nowMs;
  workOrder.firstOpenMs ??= world.nowMs;
  record(world, 'route.opened', { workOrderId: workOrder.id, providerId: provider.id, route_id: route.id, by });
  planAnswer(world, workOrder, route);
  return route;
}

/** Ends a live route; without published state and other routes the work order is a draft again. */
export function closeRoute(world: World, workOrder: WorkOrder, providerId: number): void {
  const route = workOrder.routes.get(providerId);
  if (route === undefined) return;
  workOrder.routes.delete(providerId);
  record(world, 'route.withdrawn', { workOrderId: workOrder.id, providerId, route_id: route.id });
}

/** The provider says no: to an invitation, a request or both. */
export function decline(world: World, workOrder: WorkOrder, providerId: number): void {
  workOrder.routes.delete(providerId);
  workOrder.requests.delete(providerId);
  world.lastId.decline += 1;
  workOrder.declines.set(providerId, { id: world.lastId.decline, providerId, createdMs: world.nowMs });
  record(world, 'route.declined', { workOrderId: workOrder.id, providerId });
}

/** Open → assigned. Every live route of others ends, and the provider gives up what overlaps. */
export function assign(
  world: World,
  workOrder: WorkOrder,
  terms: Omit<Assignment, 'atMs' | 'endedRoutes' | 'ranked'>,
): void {
  const provider = mustFind(world.providers, terms.providerId);
  const endedRoutes = [...workOrder.routes.values()].filter((route) => route.providerId !== provider.id);
  workOrder.phase = 'assigned';
  const ranked = pointsByDefault(provider, workOrder, world.nowMs);
  workOrder.assignment = { ...terms, atMs: world.nowMs, endedRoutes, ranked };
  workOrder.dispatch = null;
  workOrder.isNoShow = false;
  workOrder.milestones.assignedMs = world.nowMs;
  workOrder.firstOpenMs ??= world.nowMs;
  workOrder.routes.clear();
  const request = workOrder.requests.get(provider.id);
  if (request !== undefined) request.state = 'taken';
  provider.bookings.set(workOrder.id, { startMs: workOrder.startMs, endMs: workOrder.endMs });
  record(world, 'work_order.assigned', {
    workOrderId: workOrder.id,
    providerId: provider.id,
    how: terms.how,
    by: terms.by,
    pay_cents: maxPayCents(terms.pay),
    routes_ended: endedRoutes.map((route) => route.providerId),
  });
  planWork(world, workOrder, provider);
  planWithdrawals(world, workOrder, provider);
}

/** Assigned → published when it was, else draft: the invitations ended when it was assigned. */
export function unassign(
  world: World,
  workOrder: WorkOrder,
  why: { readonly kind: string; readonly [detail: string]: unknown },
): void {
  const { kind, ...detail } = why;
  const providerId = workOrder.assignment?.providerId ?? 0;
  workOrder.phase = 'open';
  workOrder.assignment = null;
  workOrder.report = null;
  workOrder.requests.delete(providerId);
  world.providers.get(providerId)?.bookings.delete(workOrder.id);
  record(world, kind, { workOrderId: workOrder.id, providerId, ...detail });
  if (workOrder.isPublished) openToRequests(world, workOrder);
}

/** The provider drops out: the work order is published again, or routed to those who were invited with them. */
export function cancelByProvider(world: World, workOrder: WorkOrder): void {
  const { providerId: quitter = 0, endedRoutes: routes = [] } = workOrder.assignment ?? {};
  workOrder.dropouts = [...workOrder.dropouts, quitter];
  const hoursBefore = Math.floor((workOrder.startMs - world.nowMs) / 3_600_000);
  unassign(world, workOrder, { kind: 'work_order.provider_cancelled', hours_before_start: hoursBefore });
  if (workOrder.isPublished) return;
  for (const { providerId, by } of routes) {
    openRoute(world, workOrder, { provider: mustFind(world.providers, providerId), by });
  }
}

/** The provider is on site. */
export function checkIn(world: World, workOrder: WorkOrder): void {
  const { assignment, report } = workOrder;
  if (assignment === null) return;
  const provider = mustFind(world.providers, assignment.providerId);
  const visit = arrive(world, workOrder, provider);
  const visits: readonly Visit[] = [...(report?.visits ?? []), { ...visit, outMs: null }];
  workOrder.report = { ...(report ?? NOTHING_YET), visits };
  record(world, 'work_order.checked_in', { ...aboutAssigned(workOrder), minutes_late: visit.minutesLate });
  const atMs = visit.outMs + closingDelayMs(world, workOrder, provider);
  const event = { workOrderId: workOrder.id, providerId: provider.id, assignedMs: assignment.atMs };
  world.queue.add({ kind: 'finish', atMs, ...event, outMs: visit.outMs });
}

const NOTHING_YET = {
  hasAttachments: false,
  hasFields: false,
  hasTasks: false,
  problems: [],
  closingNotes: '',
  expenseCents: 0,
  isDoneWell: false,
} as const;

/** Assigned → work done, with all that is handed in. Without a visit, one of the estimated hours is taken to end now. */
export function completeWork(world: World, workOrder: WorkOrder, outMs: number = world.nowMs): void {
  const provider = world.providers.get(workOrder.assignment?.providerId ?? 0);
  if (provider !== undefined) {
    const inMs = world.nowMs - workOrder.laborHours * 3_600_000;
    const known = workOrder.report?.visits ?? [];
    const isOpen = known.at(-1)?.outMs === null;
    const visits = isOpen
      ? known.map((visit) => ({ ...visit, outMs: visit.outMs ?? outMs }))
      : [...known, { inMs, outMs, minutesLate: 0 }];
    workOrder.report = writeReport(world, workOrder, { provider, visits });
  }
  workOrder.phase = 'work_done';
  workOrder.milestones.workDoneMs = world.nowMs;
  record(world, 'work_order.work_done', aboutAssigned(workOrder));
}

/** Work done → assigned: the provider comes again. */
export function sendBack(world: World, workOrder: WorkOrder, why: { reason: string; reasonId: number }): void {
  workOrder.phase = 'assigned';
  record(world, 'work_order.incomplete', {
    ...aboutAssigned(workOrder),
    reason_id: why.reasonId,
    reason: why.reason,
    was_done_well: workOrder.report?.isDoneWell ?? false,
  });
  const { providerId, atMs: assignedMs } = workOrder.assignment ?? { providerId: 0, atMs: 0 };
  const atMs = whenBack(world, workOrder);
  world.queue.add({ kind: 'check_in', atMs, workOrderId: workOrder.id, providerId, assignedMs });
}

/** Work done → approved: the money is released and the work order counts as completed. */
export function approve(world: World, workOrder: WorkOrder): void {
  const provider = world.providers.get(workOrder.assignment?.providerId ?? 0);
  workOrder.phase = 'approved';
  workOrder.milestones.approvedMs = world.nowMs;
  if (provider !== undefined) {
    const { id } = workOrder.kind;
    provider.completed.set(id, (provider.completed.get(id) ?? 0) + 1);
    provider.completedForUs += 1;
  }
  record(world, 'work_order.approved', aboutAssigned(workOrder));
}

/** Approved → work done. */
export function unapprove(world: World, workOrder: WorkOrder): void {
  const provider = world.providers.get(workOrder.assignment?.providerId ?? 0);
  workOrder.phase = 'work_done';
  if (provider !== undefined) {
    const { id } = workOrder.kind;
    provider.completed.set(id, (provider.completed.get(id) ?? 1) - 1);
    provider.completedForUs -= 1;
  }
  record(world, 'work_order.unapproved', aboutAssigned(workOrder));
}

export function cancel(world: World, workOrder: WorkOrder, reasonId: number): void {
  world.providers.get(workOrder.assignment?.providerId ?? 0)?.bookings.delete(workOrder.id);
  workOrder.phase = 'cancelled';
  workOrder.isPublished = false;
  workOrder.assignment = null;
  workOrder.dispatch = null;
  workOrder.routes.clear();
  workOrder.requests.clear();
  workOrder.milestones.cancelledMs = world.nowMs;
  record(world, 'work_order.cancelled', { workOrderId: workOrder.id, reason_id: reasonId });
}

function openToRequests(world: World, workOrder: WorkOrder): void {
  workOrder.openings += 1;
  workOrder.firstOpenMs ??= world.nowMs;
  planRequests(world, workOrder);
}

/** Requests for work at the same time are withdrawn, a few minutes after the provider learns of the assignment. */
function planWithdrawals(world: World, assigned: WorkOrder, provider: Provider): void {
  for (const other of world.workOrders.values()) {
    const request = other.requests.get(provider.id);
    if (other === assigned || request?.state !== 'active') continue;
    if (other.startMs >= assigned.endMs || assigned.startMs >= other.endMs) continue;
    const minutes = 5 + 25 * draw(world.seed, 'withdraws after', other.id, provider.id, assigned.id);
    const atMs = world.nowMs + Math.round(minutes * 60_000);
    const event = { kind: 'withdraw', atMs, workOrderId: other.id, providerId: provider.id } as const;
    world.queue.add({ ...event, requestId: request.id });
  }
}

function aboutAssigned(workOrder: WorkOrder): { workOrderId: number; providerId: number } {
  return { workOrderId: workOrder.id, providerId: workOrder.assignment?.providerId ?? 0 };
}
