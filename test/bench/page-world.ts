import { draw, pickFrom } from '../../src/sandbox/random.ts';
import type { RunningSandbox } from '../../src/sandbox/server.ts';
import { makeProvider } from '../../src/sandbox/world/make-provider.ts';
import { makeWorkOrder } from '../../src/sandbox/world/make-work-order.ts';
import type { Provider, Request, WorkOrder } from '../../src/sandbox/world/nouns.ts';
import { HOUR_MS, NOW_MS } from '../support/builders.ts';

/** How much there is to pull. */
export type PageWorld = {
  readonly workOrders: number;
  /** Providers pending on each work order. */
  readonly pending: number;
  /** Providers there are, from whom the pending are drawn. */
  readonly providers: number;
};

export const FIRST_ORDER_ID = 100_001;
export const FIRST_PROVIDER_ID = 1001;
const SEED = 2026;
/** In a hundred pending: who asks for more than is offered, and who was invited and has not answered. */
const [COUNTER_PERCENT, ROUTED_PERCENT] = [20, 5];

/** In place of what the sandbox holds: published work orders on which as many providers are pending as asked for. */
export function fillWorld({ world }: Pick<RunningSandbox, 'world'>, size: PageWorld): void {
  world.workOrders.clear();
  world.providers.clear();
  const providers = Array.from({ length: size.providers }, (_, index) =>
    makeProvider(SEED, FIRST_PROVIDER_ID + index, NOW_MS),
  );
  for (const provider of providers) world.providers.set(provider.id, provider);
  for (let index = 0; index < size.workOrders; index += 1) {
    const order = makeWorkOrder(SEED, FIRST_ORDER_ID + index, { startMs: NOW_MS, days: 7, bundleId: null });
    order.isPublished = true;
    order.milestones.publishedMs = NOW_MS - 2 * HOUR_MS;
    order.firstOpenMs = order.milestones.publishedMs;
    addPending(order, providers, size.pending);
    world.workOrders.set(order.id, order);
  }
}

/** Drawn without a provider twice: by steps through all of them that have no common divisor with their number. */
function addPending(order: WorkOrder, providers: readonly Provider[], count: number): void {
  const first = Math.floor(draw(SEED, order.id, 'first') * providers.length);
  const step = 1 + 2 * Math.floor(draw(SEED, order.id, 'step') * 40);
  for (let n = 0; n < count; n += 1) {
    const provider = providers[(first + n * step) % providers.length];
    if (provider === undefined) continue;
    const id = order.id * 1_000 + n;
    const chance = draw(SEED, order.id, n, 'kind') * 100;
    if (chance < ROUTED_PERCENT) {
      order.routes.set(provider.id, { id, providerId: provider.id, createdMs: NOW_MS - HOUR_MS, by: 'colleague' });
      continue;
    }
    const request = aRequest(order, { id, providerId: provider.id, isCounter: chance >= 100 - COUNTER_PERCENT });
    order.requests.set(provider.id, request);
    order.requestsById.set(id, request);
  }
}

const NOTES = ['Available and ready.', '', 'I live around the corner and know the site – 5 years of ATM work.'];

function aRequest(
  order: WorkOrder,
  { id, providerId, isCounter }: { readonly id: number; readonly providerId: number; readonly isCounter: boolean },
): Request {
  const { base, ...rest } = order.pay;
  const percent = 100 + Math.floor(draw(SEED, id, 'price') * 30);
  const pay = { ...rest, base: { ...base, cents: Math.round((base.cents * percent) / 100) } };
  return {
    id,
    providerId,
    createdMs: NOW_MS - HOUR_MS - Math.floor(draw(SEED, id, 'asked') * HOUR_MS),
    expiresMs: NOW_MS + 24 * HOUR_MS,
    arrivalMs: order.startMs,
    hourEstimate: order.laborHours,
    notes: pickFrom(draw(SEED, id, 'notes'), NOTES),
    counter: isCounter ? { pay, notes: 'Rate covers travel and tools.' } : null,
    state: 'active',
  };
}
