import { draw } from '../random.ts';
import type { WorkOrder, World } from '../world/nouns.ts';
import type { MarketEvent } from './event-queue.ts';
import { isBusy } from './habits.ts';
import { assign, completeWork, decline, openRoute, publish, unassign } from './lifecycle.ts';
import { record } from './log.ts';
import { askNow, expireNow, withdrawNow } from './requests.ts';
import { mustFind } from './status.ts';

/** Lets everything happen that is due until then, in order. Virtual time passing is the only thing that moves the market by itself. */
export function advanceWorld(world: World, untilMs: number): void {
  for (let event = world.queue.takeDue(untilMs); event !== null; event = world.queue.takeDue(untilMs)) {
    world.nowMs = Math.max(world.nowMs, event.atMs);
    happen(world, event);
  }
  world.nowMs = Math.max(world.nowMs, untilMs);
}

function happen(world: World, event: MarketEvent): void {
  const workOrder = mustFind(world.workOrders, event.workOrderId);
  switch (event.kind) {
    case 'publish':
      if (workOrder.phase === 'open') publish(world, workOrder, 'colleague');
      return;
    case 'route':
      if (workOrder.phase === 'open') openRoute(world, workOrder, mustFind(world.providers, event.providerId));
      return;
    case 'request':
      askNow(world, workOrder, { ...event, provider: mustFind(world.providers, event.providerId) });
      return;
    case 'expire':
      expireNow(world, workOrder, event);
      return;
    case 'withdraw':
      withdrawNow(world, workOrder, event);
      return;
    case 'answer_route':
      answerRoute(world, workOrder, event);
      return;
    case 'mass_route':
      applyMassRoute(world, workOrder, event);
      return;
    case 'provider_cancel':
      if (isSameAssignment(workOrder, event)) unassign(world, workOrder, 'work_order.provider_cancelled');
      return;
    case 'finish':
      finishWork(world, workOrder, event);
      return;
  }
}

function answerRoute(world: World, workOrder: WorkOrder, event: MarketEvent & { readonly kind: 'answer_route' }): void {
  const ids = { workOrderId: workOrder.id, providerId: event.providerId };
  if (workOrder.routes.get(event.providerId)?.id !== event.routeId) {
    if (event.accepts) record(world, 'route.accept_refused', { ...ids, route_id: event.routeId });
    return;
  }
  const provider = mustFind(world.providers, event.providerId);
  if (!event.accepts || isBusy(provider, workOrder)) decline(world, workOrder, event.providerId);
  else assign(world, workOrder, { providerId: event.providerId, how: 'accept_route', pay: workOrder.pay });
}

/** Applies a queued mass-route. Whoever cannot be routed is left out, and nobody is told: the platform answers only a job id. */
function applyMassRoute(
  world: World,
  workOrder: WorkOrder,
  event: MarketEvent & { readonly kind: 'mass_route' },
): void {
  const isOpen = workOrder.phase === 'open';
  const skipped: number[] = [];
  for (const id of event.providerIds) {
    const provider = world.providers.get(id);
    if (!isOpen || provider === undefined || !provider.isRoutable || provider.isBlocked) skipped.push(id);
    else openRoute(world, workOrder, provider);
  }
  record(world, 'mass_route.applied', { workOrderId: workOrder.id, job_id: event.massRouteId, skipped });
}

function finishWork(world: World, workOrder: WorkOrder, event: MarketEvent & { readonly kind: 'finish' }): void {
  if (!isSameAssignment(workOrder, event)) return;
  if (draw(world.seed, 'shows up', workOrder.id, event.providerId) < 0.01) {
    workOrder.isNoShow = true;
    record(world, 'work_order.no_show', { workOrderId: workOrder.id, providerId: event.providerId });
    return;
  }
  completeWork(world, workOrder);
}

function isSameAssignment(
  workOrder: WorkOrder,
  event: { readonly providerId: number; readonly assignedMs: number },
): boolean {
  const { assignment } = workOrder;
  return (
    workOrder.phase === 'assigned' &&
    assignment?.providerId === event.providerId &&
    assignment.atMs === event.assignedMs
  );
}
