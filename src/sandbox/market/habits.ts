import { draw, waitWithMedian } from '../random.ts';
import { HABITS } from '../world/figures.ts';
import type { Provider, Route, WorkOrder, World } from '../world/nouns.ts';
import { isBusy } from './calendar.ts';
import { milesToSite } from './reach.ts';

const MINUTE_MS = 60_000;

/** Decides at the moment of opening who will ask for the work order and when. */
export function planRequests(world: World, workOrder: WorkOrder): void {
  if (workOrder.appeal === 0) return;
  const planned: { readonly atMs: number; readonly providerId: number }[] = [];
  for (const provider of world.providers.values()) {
    const delayMs = requestDelayMs(world, workOrder, provider);
    if (delayMs !== null) planned.push({ atMs: world.nowMs + delayMs, providerId: provider.id });
  }
  planned.sort((one, other) => one.atMs - other.atMs || one.providerId - other.providerId);
  for (const { atMs, providerId } of planned.slice(0, HABITS.maxRequestsPerOpening)) {
    const event = { kind: 'request', atMs, workOrderId: workOrder.id, providerId } as const;
    world.queue.add({ ...event, opening: workOrder.openings, attempt: 1 });
  }
}

/** Null: this provider does not ask. A bot asks for all of its trade, wherever it is and whatever the pay. */
function requestDelayMs(world: World, workOrder: WorkOrder, provider: Provider): number | null {
  const { habits } = provider;
  if (habits.style !== 'asks' && habits.style !== 'bot') return null;
  if (provider.isBlocked || !provider.completed.has(workOrder.kind.id)) return null;
  if (workOrder.place !== null && provider.home.state !== workOrder.place.state) return null;
  const key = [workOrder.id, provider.id, workOrder.openings] as const;
  if (habits.style === 'bot') {
    return Math.round(draw(world.seed, 'asks after', ...key) * HABITS.botMaxSeconds * 1000);
  }
  if (milesToSite(provider, workOrder) > habits.reachMiles || isBusy(world, provider, workOrder)) return null;
  if (draw(world.seed, 'asks', ...key) >= chanceToAsk(workOrder, provider)) return null;
  const minutes = 1 + waitWithMedian(draw(world.seed, 'asks after', ...key), habits.answerMedianMinutes);
  return Math.round(minutes * MINUTE_MS);
}

function chanceToAsk(workOrder: WorkOrder, provider: Provider): number {
  const isHopeless = wantedPercent(workOrder, provider) > HABITS.hopelessPercent;
  const scale = (workOrder.place === null ? HABITS.remoteScale : 1) * (isHopeless ? HABITS.hopelessScale : 1);
  return provider.habits.eagerness * workOrder.appeal * scale;
}

/** What the provider wants, in percent of what is offered. */
function wantedPercent(workOrder: WorkOrder, provider: Provider): number {
  return Math.round((100 * provider.habits.pricePercent) / workOrder.offerPercent);
}

/** Whether a provider asks more than is offered for this work order, and by how much. Null: content with the offer. */
export function counterPercent(world: World, workOrder: WorkOrder, provider: Provider): number | null {
  const wanted = Math.min(wantedPercent(workOrder, provider), HABITS.maxCounterPercent);
  if (wanted <= 100) return null;
  // A small difference is mostly swallowed, a large one hardly ever.
  const chance = Math.min(0.95, (wanted - 100) / 25);
  return draw(world.seed, 'counters', workOrder.id, provider.id) < chance ? wanted : null;
}

/** An invited provider will look at it; some never do. */
export function planAnswer(world: World, workOrder: WorkOrder, route: Route): void {
  const provider = world.providers.get(route.providerId);
  if (provider === undefined || provider.habits.style === 'silent') return;
  const key = [workOrder.id, provider.id, workOrder.routings.get(provider.id) ?? 1] as const;
  const unit = draw(world.seed, 'answers route after', ...key);
  const minutes = 1 + waitWithMedian(unit, provider.habits.answerMedianMinutes / 2);
  world.queue.add({
    kind: 'answer_route',
    atMs: world.nowMs + Math.round(minutes * MINUTE_MS),
    workOrderId: workOrder.id,
    providerId: provider.id,
    routeId: route.id,
  });
}

/** What the invited provider says when looking at it. The more are invited, the less each feels meant. */
export function answerOf(world: World, workOrder: WorkOrder, provider: Provider): 'accepts' | 'declines' | 'ignores' {
  const key = [workOrder.id, provider.id, workOrder.routings.get(provider.id) ?? 1] as const;
  const { habits } = provider;
  const knowsTrade = provider.completed.has(workOrder.kind.id) ? 1 : 0.1;
  const inReach = milesToSite(provider, workOrder) <= habits.reachMiles ? 1 : 0.15;
  const isPaid = wantedPercent(workOrder, provider) <= 105 ? 1 : HABITS.underpaidRouteScale;
  const others = Math.max(0, workOrder.routes.size - 1);
  const chance = (habits.acceptsRoutes * knowsTrade * inReach * isPaid) / (1 + HABITS.crowdWeight * others);
  const isFree =
    world.nowMs < workOrder.startMs && !workOrder.dropouts.includes(provider.id) && !isBusy(world, provider, workOrder);
  if (isFree && draw(world.seed, 'accepts route', ...key) < chance) return 'accepts';
  return draw(world.seed, 'ignores route', ...key) < HABITS.ignoresRouteShare ? 'ignores' : 'declines';
}
