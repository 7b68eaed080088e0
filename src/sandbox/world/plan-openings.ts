import { nearby } from '../market/colleague.ts';
import { draw, integerBetween, integerIn } from '../random.ts';
import { DAY, WEEK } from './figures.ts';
import type { WorkOrder, World } from './nouns.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** Some are open when the world starts, some routed by a colleague, some stay drafts; most are published in the hours after. */
export function planDay(world: World, workOrder: WorkOrder): void {
  if (workOrder.isPublished || workOrder.routes.size > 0) return;
  const unit = (about: string): number => draw(world.seed, 'opening', workOrder.id, about);
  const how = unit('how');
  const earlierMs = world.startMs - Math.round((0.25 + unit('when') * (DAY.historyHours - 1)) * HOUR_MS);
  const laterMs = world.startMs + Math.round(unit('when') * DAY.openingHours * HOUR_MS);
  const workOrderId = workOrder.id;
  const routedBelow = DAY.openAtStartShare + DAY.routedAtStartShare;
  if (how < DAY.openAtStartShare) {
    world.queue.add({ kind: 'publish', atMs: earlierMs, workOrderId, providerId: 0 });
    if (unit('by hand') >= DAY.byHandAtStartShare) return;
    const atMs = Math.round(earlierMs + (world.startMs - earlierMs) * 0.8);
    world.queue.add({ kind: 'by_hand', atMs, workOrderId, providerId: 0 });
  } else if (how < routedBelow) routeByColleague(world, workOrder, earlierMs);
  else {
    const kind = how < routedBelow + DAY.leftDraftShare ? 'hand_over' : 'publish';
    world.queue.add({ kind, atMs: laterMs, workOrderId, providerId: 0 });
  }
}

/** Writes the work order into the world when it is its time, opens it, and lets a colleague step in or give up. */
export function planWeek(world: World, workOrder: WorkOrder, atMs: number): void {
  const unit = (about: string): number => draw(world.seed, 'opening', workOrder.id, about);
  const workOrderId = workOrder.id;
  const how = unit('how');
  world.queue.add({ kind: 'appear', atMs: workOrder.milestones.createdMs, workOrderId, providerId: 0 });
  if (how < WEEK.routedShare) routeByColleague(world, workOrder, atMs);
  else {
    const kind = how < WEEK.routedShare + WEEK.leftDraftShare ? 'hand_over' : 'publish';
    world.queue.add({ kind, atMs, workOrderId, providerId: 0 });
  }
  if (unit('by hand') < WEEK.assignedByHandShare + WEEK.routedByHandShare) {
    const afterMs = integerIn(unit('by hand after'), WEEK.byHandAfterMinutes) * MINUTE_MS;
    world.queue.add({ kind: 'by_hand', atMs: atMs + afterMs, workOrderId, providerId: 0 });
  }
  const endsMs = workOrder.startMs + WEEK.givenUpAfterHours * HOUR_MS;
  world.queue.add({ kind: 'give_up', atMs: endsMs, workOrderId, providerId: 0 });
}

function routeByColleague(world: World, workOrder: WorkOrder, atMs: number): void {
  const count = integerBetween(draw(world.seed, 'opening', workOrder.id, 'routed to'), 1, 3);
  for (const { id } of nearby(world, workOrder, count)) {
    world.queue.add({ kind: 'route', atMs, workOrderId: workOrder.id, providerId: id });
  }
}
