import { draw } from '../random.ts';
import type { Assignment, Provider, Route, WorkOrder, World } from '../world/nouns.ts';
import { planAnswer, planRequests } from './habits.ts';
import { record } from './log.ts';
import { maxPayCents } from './pay.ts';
import { mustFind } from './status.ts';

/*
 * The transitions of a work order. Callers have checked that the transition is allowed; these functions make it, write
 * it into the event log and plan what the market will do about it.
 */

const HOUR_MS = 3_600_000;

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
  workOrder.requests.clear();
  workOrder.routes.clear();
  record(world, 'work_order.reverted', { workOrderId: workOrder.id });
}

/** Invites a provider. A second invitation of the same provider changes nothing. */
export function openRoute(world: World, workOrder: WorkOrder, provider: Provider): Route {
  const live = workOrder.routes.get(provider.id);
  if (live !== undefined) return live;
  world.lastId.route += 1;
  const route: Route = { id: world.lastId.route, providerId: provider.id, createdMs: world.nowMs };
  workOrder.routes.set(provider.id, route);
  workOrder.routings.set(provider.id, (workOrder.routings.get(provider.id) ?? 0) + 1);
  workOrder.declines.delete(provider.id);
  workOrder.milestones.routedMs = world.nowMs;
  workOrder.firstOpenMs ??= world.nowMs;
  record(world, 'route.opened', { workOrderId: workOrder.id, providerId: provider.id, route_id: route.id });
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
export function assign(world: World, workOrder: WorkOrder, terms: Omit<Assignment, 'atMs'>): void {
  const provider = mustFind(world.providers, terms.providerId);
  workOrder.phase = 'assigned';
  workOrder.assignment = { ...terms, atMs: world.nowMs };
  workOrder.milestones.assignedMs = world.nowMs;
  workOrder.firstOpenMs ??= world.nowMs;
  const withdrawn = [...workOrder.routes.keys()].filter((id) => id !== provider.id);
  workOrder.routes.clear();
  const request = workOrder.requests.get(provider.id);
  if (request !== undefined) request.state = 'taken';
  provider.bookings.set(workOrder.id, { startMs: workOrder.startMs, endMs: workOrder.endMs });
  record(world, 'work_order.assigned', {
    workOrderId: workOrder.id,
    providerId: provider.id,
    how: terms.how,
    pay_cents: maxPayCents(terms.pay),
    routes_ended: withdrawn,
  });
  planWork(world, workOrder, provider);
  planWithdrawals(world, workOrder, provider);
}

/** Assigned → published when it was, else draft: the invitations ended when it was assigned. */
export function unassign(world: World, workOrder: WorkOrder, kind: string): void {
  const providerId = workOrder.assignment?.providerId ?? 0;
  workOrder.phase = 'open';
  workOrder.assignment = null;
  workOrder.requests.delete(providerId);
  world.providers.get(providerId)?.bookings.delete(workOrder.id);
  record(world, kind, { workOrderId: workOrder.id, providerId });
  if (workOrder.isPublished) openToRequests(world, workOrder);
}

/** Assigned → work done. */
export function completeWork(world: World, workOrder: WorkOrder): void {
  workOrder.phase = 'work_done';
  workOrder.milestones.workDoneMs = world.nowMs;
  record(world, 'work_order.work_done', aboutAssigned(workOrder));
}

/** Work done → assigned. */
export function sendBack(world: World, workOrder: WorkOrder, reasonId: string): void {
  workOrder.phase = 'assigned';
  record(world, 'work_order.incomplete', { ...aboutAssigned(workOrder), reason_id: reasonId });
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

/** The provider may drop out before the start, as often as the cancel rate says; else the work gets done. */
function planWork(world: World, workOrder: WorkOrder, provider: Provider): void {
  const key = [workOrder.id, provider.id, workOrder.openings] as const;
  const event = { workOrderId: workOrder.id, providerId: provider.id, assignedMs: world.nowMs };
  const untilStartMs = workOrder.startMs - world.nowMs;
  if (untilStartMs > 0 && draw(world.seed, 'cancels', ...key) * 10_000 < provider.cancelRate) {
    const atMs = world.nowMs + Math.round(draw(world.seed, 'cancels after', ...key) * untilStartMs);
    world.queue.add({ kind: 'provider_cancel', atMs, ...event });
  }
  world.queue.add({ kind: 'finish', atMs: Math.max(workOrder.endMs, world.nowMs) + HOUR_MS, ...event });
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
