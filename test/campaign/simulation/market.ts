import {
  providerId as toProviderId,
  requestId as toRequestId,
  workOrderId as toWorkOrderId,
} from '../../../src/domain/ids.ts';
import { RequestBook, type SimAssignment, type SimOrder, type SimProvider } from './nouns.ts';
import type { Random } from './random.ts';
import { isOpenNow, type SimServer } from './sim-server.ts';

export const START_MS = Date.UTC(2026, 10, 23, 15);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export type MarketPlan = { readonly random: Random; readonly untilMs: number };

/** Work orders, providers, and all that they and our own people will do by themselves. */
export function openMarket(server: SimServer, plan: MarketPlan): void {
  const { random } = plan;
  const [orders, providers] = [random.between(2, 5), random.between(3, 7)];
  for (let n = 1; n <= providers; n += 1) server.providers.set(n, makeProvider(n, random));
  for (let n = 1; n <= orders; n += 1) {
    const order = makeOrder(100 + n, random);
    server.orders.set(order.id, order);
    if (random.chance(0.15))
      server.time.at(START_MS + random.between(1, 10) * MINUTE_MS, () => publishByHand(server, order));
    planRequests(server, order, plan);
  }
  server.reactions = {
    onRouted: (order, provider) => answerRoute(server, { order, provider }, plan),
    onAssigned: (order, assignment) => maybeCancel(server, { order, assignment }, plan),
  };
  const acts = random.between(0, 5);
  for (let n = 0; n < acts; n += 1) server.time.at(someTime(plan), () => meddle(server, random));
}

function makeProvider(id: number, random: Random): SimProvider {
  const ratingHundredths = random.chance(0.1) ? null : random.pick([250, 320, 380, 420, 450, 470, 490]);
  return { id, ratingHundredths, workedWithUs: random.chance(0.85) };
}

function makeOrder(id: number, random: Random): SimOrder {
  const isPublished = random.chance(0.75);
  const startMs = START_MS + 24 * HOUR_MS + random.between(0, 60) * HOUR_MS;
  return {
    id,
    createdMs: START_MS - random.between(0, 20) * MINUTE_MS,
    startMs,
    endMs: startMs + random.between(1, 5) * HOUR_MS,
    isPublished,
    isCancelled: false,
    payCents: random.between(10, 40) * 1_000,
    publishedMs: isPublished ? START_MS - random.between(0, 10) * MINUTE_MS : null,
    routedMs: null,
    assignment: null,
    episode: 1,
    requests: new RequestBook(),
    routes: new Map(),
    declines: new Map(),
  };
}

function someTime({ random, untilMs }: MarketPlan): number {
  return START_MS + Math.floor(random.next() * random.next() * (untilMs - START_MS));
}

function planRequests(server: SimServer, order: SimOrder, plan: MarketPlan): void {
  for (const provider of server.providers.keys()) {
    if (plan.random.chance(0.4)) continue;
    const times = plan.random.between(1, 2);
    for (let n = 0; n < times; n += 1)
      server.time.at(someTime(plan), () => ask(server, { order, provider }, plan.random));
  }
}

type Pair = { readonly order: SimOrder; readonly provider: number };

function ask(server: SimServer, { order, provider }: Pair, random: Random): void {
  if (!isOpenNow(order) || !order.isPublished) return;
  const nowMs = server.time.nowMs();
  const counterCents = random.chance(0.3) ? order.payCents + random.between(-20, 60) * 100 : null;
  const expiresMs = nowMs + random.pick([40_000, 5 * MINUTE_MS, HOUR_MS, 12 * HOUR_MS]);
  order.requests.set(provider, { id: server.newId(), counterCents, expiresMs });
  // Thinks better of it, or of the price.
  if (random.chance(0.25))
    server.time.at(nowMs + random.between(1, 400) * 1_000, () => order.requests.delete(provider));
  if (random.chance(0.2)) {
    server.time.at(nowMs + random.between(1, 400) * 1_000, () => {
      if (!order.requests.has(provider)) return;
      const dearer = order.payCents + random.between(0, 100) * 100;
      order.requests.set(provider, { id: server.newId(), counterCents: dearer, expiresMs });
    });
  }
}

function answerRoute(server: SimServer, { order, provider }: Pair, { random }: MarketPlan): void {
  const atMs = server.time.nowMs() + (random.chance(0.3) ? random.between(0, 5_000) : random.between(5, 900) * 1_000);
  if (random.chance(0.4)) server.time.at(atMs, () => server.accept(order, provider));
  else if (random.chance(0.5)) server.time.at(atMs, () => server.decline(order, provider));
}

function maybeCancel(
  server: SimServer,
  { order, assignment }: { readonly order: SimOrder; readonly assignment: SimAssignment },
  { random }: MarketPlan,
): void {
  if (!random.chance(0.25)) return;
  const atMs = server.time.nowMs() + (random.chance(0.3) ? random.between(1, 60) : random.between(60, 1_800)) * 1_000;
  server.time.at(atMs, () => {
    if (order.assignment === assignment) server.endAssignment(order, 'provider');
  });
}

function publishByHand(server: SimServer, order: SimOrder): void {
  server.apply({ kind: 'publish', workOrderId: toWorkOrderId(order.id) }, 'person', { flight: null, only: null });
}

/** A person of ours, or the provider's standing with us, changes something that a decision may rest on. */
function meddle(server: SimServer, random: Random): void {
  const orders = [...server.orders.values()];
  const order = orders[random.between(0, orders.length - 1)];
  const provider = random.between(1, server.providers.size);
  if (order === undefined) return;
  const by = { flight: null, only: null };
  const [workOrderId, providerId] = [toWorkOrderId(order.id), toProviderId(provider)];
  switch (random.between(1, 7)) {
    case 1:
      server.apply(
        { kind: 'assign', workOrderId, providerId, clientPayTermsAccepted: false, isDirect: true },
        'person',
        by,
      );
      return;
    case 2:
      if (order.assignment !== null) server.endAssignment(order, 'person');
      return;
    case 3:
      server.apply({ kind: 'route', workOrderId, providerId }, 'person', by);
      return;
    case 4:
      if (random.chance(0.5)) server.cancel(order);
      return;
    case 5:
      order.payCents += random.between(-5, 10) * 1_000;
      return;
    case 6: {
      const one = server.providers.get(provider);
      if (one !== undefined) one.workedWithUs = !one.workedWithUs;
      return;
    }
    default:
      if (!isOpenNow(order) || !order.isPublished) return;
      order.requests.set(provider, {
        id: toRequestId(server.newId()),
        counterCents: order.payCents + 500,
        expiresMs: server.time.nowMs() + HOUR_MS,
      });
  }
}
