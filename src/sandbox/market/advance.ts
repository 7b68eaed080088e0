import type { WorkOrder, World } from '../world/nouns.ts';
import { endDispatch } from './auto-dispatch.ts';
import { actByHand, giveUp, handOver, openForWork } from './colleague.ts';
import type { MarketEvent } from './event-queue.ts';
import { answerOf } from './habits.ts';
import { assign, cancelByProvider, checkIn, completeWork, decline, openRoute } from './lifecycle.ts';
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
  if (event.kind === 'appear') {
    appear(world, event.workOrderId);
    return;
  }
  const workOrder = mustFind(world.workOrders, event.workOrderId);
  switch (event.kind) {
    case 'publish':
      openForWork(world, workOrder);
      return;
    case 'hand_over':
      handOver(world, workOrder);
      return;
    case 'by_hand':
      actByHand(world, workOrder);
      return;
    case 'give_up':
      giveUp(world, workOrder);
      return;
    case 'route':
      if (workOrder.phase !== 'open' || handOver(world, workOrder)) return;
      openRoute(world, workOrder, { provider: mustFind(world.providers, event.providerId), by: 'colleague' });
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
    case 'end_dispatch':
      endDispatch(world, workOrder, event.workerId);
      return;
    case 'provider_cancel':
    case 'no_show':
    case 'check_in':
    case 'finish':
      if (isSameAssignment(workOrder, event)) visit(world, workOrder, event);
      return;
  }
}

/** Somebody writes a work order: from now on it is there, as a draft. */
function appear(world: World, id: number): void {
  const workOrder = mustFind(world.unwritten, id);
  world.unwritten.delete(id);
  world.workOrders.set(id, workOrder);
  record(world, 'work_order.created', { workOrderId: id });
}

type VisitEvent = MarketEvent & { readonly kind: 'provider_cancel' | 'no_show' | 'check_in' | 'finish' };

function visit(world: World, workOrder: WorkOrder, event: VisitEvent): void {
  switch (event.kind) {
    case 'provider_cancel':
      // Nobody drops out of work they are doing.
      if (workOrder.report !== null || workOrder.isNoShow) return;
      cancelByProvider(world, workOrder);
      handOver(world, workOrder);
      return;
    case 'no_show':
      workOrder.isNoShow = true;
      record(world, 'work_order.no_show', { workOrderId: workOrder.id, providerId: event.providerId });
      return;
    case 'check_in':
      checkIn(world, workOrder);
      return;
    case 'finish':
      completeWork(world, workOrder, event.outMs);
      return;
  }
}

function answerRoute(world: World, workOrder: WorkOrder, event: MarketEvent & { readonly kind: 'answer_route' }): void {
  const ids = { workOrderId: workOrder.id, providerId: event.providerId };
  const route = workOrder.routes.get(event.providerId);
  const answer = answerOf(world, workOrder, mustFind(world.providers, event.providerId));
  if (route?.id !== event.routeId) {
    if (answer === 'accepts') record(world, 'route.accept_refused', { ...ids, route_id: event.routeId });
  } else if (answer === 'declines') decline(world, workOrder, event.providerId);
  else if (answer === 'accepts') {
    const terms = { providerId: event.providerId, pay: workOrder.pay };
    assign(world, workOrder, { ...terms, how: 'accept_route', by: route.by });
  }
}

/** Applies a queued mass-route. Whoever cannot be routed is left out, and nobody is told: the platform answers only a job id. */
function applyMassRoute(
  world: World,
  workOrder: WorkOrder,
  event: MarketEvent & { readonly kind: 'mass_route' },
): void {
  const isOpen = workOrder.phase === 'open';
  const skipped: number[] = [...event.unwanted];
  for (const id of event.providerIds) {
    const provider = world.providers.get(id);
    const mayBe = isOpen && provider?.isRoutable && !provider.isBlocked;
    if (mayBe) openRoute(world, workOrder, { provider, by: 'api' });
    else skipped.push(id);
  }
  record(world, 'mass_route.applied', { workOrderId: workOrder.id, job_id: event.massRouteId, skipped });
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
