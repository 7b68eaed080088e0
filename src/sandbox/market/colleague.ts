import { draw, integerBetween } from '../random.ts';
import { WEEK } from '../world/figures.ts';
import type { Provider, WorkOrder, World } from '../world/nouns.ts';
import { planOfProject, startDispatch } from './auto-dispatch.ts';
import { isBusy } from './calendar.ts';
import { assign, cancel, openRoute, publish } from './lifecycle.ts';
import { record } from './log.ts';
import { mustFind } from './status.ts';

/** What a person at the company does on the platform by hand, beside whatever program dispatches for it. */

/** Opens a work order to the marketplace, or leaves it to the platform where its project does that. */
export function openForWork(world: World, workOrder: WorkOrder): void {
  if (workOrder.phase === 'open' && !handOver(world, workOrder)) publish(world, workOrder, 'colleague');
}

/** True: the project dispatches by itself and has begun, now or before. */
export function handOver(world: World, workOrder: WorkOrder): boolean {
  const plan = planOfProject(world, workOrder);
  if (plan === null || workOrder.phase !== 'open') return false;
  if (workOrder.dispatch === null) {
    world.lastId.worker += 1;
    startDispatch(world, workOrder, { ...plan, workerId: world.lastId.worker });
  }
  return true;
}

/** Takes an open work order into their own hands: somebody who asked and is known, else whoever asked first; or invites. */
export function actByHand(world: World, workOrder: WorkOrder): void {
  if (workOrder.phase !== 'open' || world.nowMs >= workOrder.startMs) return;
  const unit = draw(world.seed, 'by hand', workOrder.id);
  const asked = [...workOrder.requests.values()]
    .filter((request) => request.state === 'active' && request.counter === null)
    .map((request) => ({ request, provider: mustFind(world.providers, request.providerId) }))
    .sort(
      (one, other) =>
        Number(other.provider.completedForUs > 0) - Number(one.provider.completedForUs > 0) ||
        one.request.createdMs - other.request.createdMs ||
        one.provider.id - other.provider.id,
    );
  const first = asked[0];
  if (unit < WEEK.assignedByHandShare / (WEEK.assignedByHandShare + WEEK.routedByHandShare) && first !== undefined) {
    record(world, 'colleague.assigned', { workOrderId: workOrder.id, providerId: first.provider.id });
    const terms = { providerId: first.provider.id, pay: workOrder.pay };
    assign(world, workOrder, { ...terms, how: 'assign', by: 'colleague' });
    return;
  }
  for (const provider of nearby(world, workOrder, integerBetween(unit, 1, 2))) {
    openRoute(world, workOrder, { provider, by: 'colleague' });
  }
}

/** Nobody came for it: the customer is told so and the work order ends. */
export function giveUp(world: World, workOrder: WorkOrder): void {
  if (workOrder.phase !== 'open') return;
  record(world, 'work_order.missed', { workOrderId: workOrder.id });
  cancel(world, workOrder, NOBODY_FOUND);
}

const NOBODY_FOUND = 58;

/** Routable providers of the trade who live near and seem free; those who wait to be invited first. */
export function nearby(world: World, workOrder: WorkOrder, count: number): readonly Provider[] {
  const state = workOrder.place?.state ?? null;
  return [...world.providers.values()]
    .filter((provider) => provider.isRoutable && !provider.isBlocked && provider.completed.has(workOrder.kind.id))
    .filter((provider) => state === null || provider.home.state === state)
    .filter((provider) => !isBusy(world, provider, workOrder))
    .sort(
      (one, other) =>
        Number(other.habits.style === 'route_only') - Number(one.habits.style === 'route_only') || one.id - other.id,
    )
    .slice(0, count);
}
