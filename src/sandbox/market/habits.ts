import { draw, waitWithMedian } from '../random.ts';
import type { Provider, Route, WorkOrder, World } from '../world/nouns.ts';
import { milesBetween } from '../world/places.ts';

const MINUTE_MS = 60_000;
/** The most a work order attracts at once; the field reports 17 profiles looked at on average. */
const MAX_REQUESTS_PER_OPENING = 17;
/** Programs look for new work about every half hour. */
const BOT_PERIOD_MINUTES = 30;

/** Miles from home to the site; 0 for remote work. */
export function milesToSite(provider: Provider, workOrder: WorkOrder): number {
  return workOrder.place === null ? 0 : milesBetween(provider.home, workOrder.place);
}

export function isBusy(provider: Provider, workOrder: WorkOrder): boolean {
  for (const [id, booking] of provider.bookings) {
    if (id !== workOrder.id && booking.startMs < workOrder.endMs && workOrder.startMs < booking.endMs) return true;
  }
  return false;
}

/** Decides at the moment of opening who will ask for the work order and when. */
export function planRequests(world: World, workOrder: WorkOrder): void {
  if (workOrder.appeal === 0) return;
  const planned: { readonly atMs: number; readonly providerId: number }[] = [];
  for (const provider of world.providers.values()) {
    const delayMs = requestDelayMs(world, workOrder, provider);
    if (delayMs !== null) planned.push({ atMs: world.nowMs + delayMs, providerId: provider.id });
  }
  planned.sort((one, other) => one.atMs - other.atMs || one.providerId - other.providerId);
  for (const { atMs, providerId } of planned.slice(0, MAX_REQUESTS_PER_OPENING)) {
    const event = { kind: 'request', atMs, workOrderId: workOrder.id, providerId } as const;
    world.queue.add({ ...event, opening: workOrder.openings, attempt: 1 });
  }
}

/** Null: this provider does not ask. */
function requestDelayMs(world: World, workOrder: WorkOrder, provider: Provider): number | null {
  const { habits } = provider;
  if (habits.style !== 'asks' && habits.style !== 'bot') return null;
  if (provider.isBlocked || !provider.completed.has(workOrder.kind.id)) return null;
  if (workOrder.place !== null && provider.home.state !== workOrder.place.state) return null;
  if (milesToSite(provider, workOrder) > habits.reachMiles) return null;
  const key = [workOrder.id, provider.id, workOrder.openings] as const;
  // Remote work is in everybody's reach; the scale keeps it from drowning in requests.
  const chance = habits.eagerness * workOrder.appeal * (workOrder.place === null ? 0.3 : 1);
  if (draw(world.seed, 'asks', ...key) >= chance) return null;
  const unit = draw(world.seed, 'asks after', ...key);
  const minutes =
    habits.style === 'bot' ? 1 + unit * BOT_PERIOD_MINUTES : 1 + waitWithMedian(unit, habits.answerMedianMinutes);
  return Math.round(minutes * MINUTE_MS);
}

/** Whether a provider asks more than is offered for this work order, and by how much. Null: content with the offer. */
export function counterPercent(world: World, workOrder: WorkOrder, provider: Provider): number | null {
  const { pricePercent } = provider.habits;
  if (pricePercent <= 100) return null;
  // A small difference is mostly swallowed, a large one hardly ever.
  const chance = Math.min(0.95, (pricePercent - 100) / 25);
  return draw(world.seed, 'counters', workOrder.id, provider.id) < chance ? pricePercent : null;
}

/** Decides at the moment of routing what the invited provider will say and when; some never answer. */
export function planAnswer(world: World, workOrder: WorkOrder, route: Route): void {
  const provider = world.providers.get(route.providerId);
  if (provider === undefined || provider.habits.style === 'silent') return;
  const key = [workOrder.id, provider.id, workOrder.routings.get(provider.id) ?? 1] as const;
  const { habits } = provider;
  const knowsTrade = provider.completed.has(workOrder.kind.id) ? 1 : 0.1;
  const inReach = milesToSite(provider, workOrder) <= habits.reachMiles ? 1 : 0.15;
  const isPaid = habits.pricePercent <= 105 ? 1 : 0.35;
  const accepts = draw(world.seed, 'accepts route', ...key) < habits.acceptsRoutes * knowsTrade * inReach * isPaid;
  if (!accepts && draw(world.seed, 'ignores route', ...key) < 0.4) return;
  const minutes = 1 + waitWithMedian(draw(world.seed, 'answers route after', ...key), habits.answerMedianMinutes / 2);
  world.queue.add({
    kind: 'answer_route',
    atMs: world.nowMs + Math.round(minutes * MINUTE_MS),
    workOrderId: workOrder.id,
    providerId: provider.id,
    routeId: route.id,
    accepts,
  });
}
