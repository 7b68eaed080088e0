import { draw, waitWithMedian } from '../random.ts';
import type { Pay, Provider, Request, WorkOrder, World } from '../world/nouns.ts';
import { isBusy } from './calendar.ts';
import { counterPercent } from './habits.ts';
import { record } from './log.ts';
import { maxPayCents, scalePay } from './pay.ts';

const MINUTE_MS = 60_000;
const MAX_ATTEMPTS = 3;

/** What a provider asks with; null counter: at the pay offered. */
export type Offer = { readonly counter: { readonly pay: Pay; readonly notes: string } | null; readonly notes: string };

/** Puts a provider's request on the work order, in place of an older one. */
export function addRequest(
  world: World,
  workOrder: WorkOrder,
  given: Offer & { readonly provider: Provider; readonly attempt: number },
): Request {
  const { provider, counter, notes } = given;
  world.lastId.request += 1;
  const request: Request = {
    id: world.lastId.request,
    providerId: provider.id,
    createdMs: world.nowMs,
    expiresMs: world.nowMs + provider.habits.requestMinutes * MINUTE_MS,
    arrivalMs: workOrder.startMs,
    hourEstimate: workOrder.laborHours,
    notes,
    counter,
    state: 'active',
  };
  workOrder.requests.set(provider.id, request);
  workOrder.requestsById.set(request.id, request);
  world.queue.add({
    kind: 'expire',
    atMs: request.expiresMs,
    workOrderId: workOrder.id,
    providerId: provider.id,
    requestId: request.id,
    attempt: given.attempt,
  });
  const asked = counter === null ? {} : { counter_pay_cents: maxPayCents(counter.pay) };
  record(world, 'request.created', {
    workOrderId: workOrder.id,
    providerId: provider.id,
    request_id: request.id,
    ...asked,
  });
  return request;
}

/** The moment has come at which a provider meant to ask. Whoever is booked by now, or finds the order closed, does not. */
export function askNow(
  world: World,
  workOrder: WorkOrder,
  plan: { readonly provider: Provider; readonly opening: number; readonly attempt: number },
): void {
  const { provider, opening, attempt } = plan;
  if (workOrder.phase !== 'open' || !workOrder.isPublished || workOrder.openings !== opening) return;
  if (world.nowMs >= workOrder.startMs || workOrder.declines.has(provider.id)) return;
  if (workOrder.dropouts.includes(provider.id)) return;
  // A bot knows no calendar.
  if (provider.habits.style !== 'bot' && isBusy(world, provider, workOrder)) return;
  const current = workOrder.requests.get(provider.id);
  if (current !== undefined && current.state !== 'expired') return;
  const percent = counterPercent(world, workOrder, provider);
  if (percent !== null && !workOrder.allowsCounterOffers) return;
  const counter =
    percent === null ? null : { pay: scalePay(workOrder.pay, percent), notes: 'Rate covers travel and tools.' };
  addRequest(world, workOrder, { provider, attempt, counter, notes: percent === null ? 'Available and ready.' : '' });
}

/** A request runs out; about half of the providers ask again later. */
export function expireNow(
  world: World,
  workOrder: WorkOrder,
  due: { readonly providerId: number; readonly requestId: number; readonly attempt: number },
): void {
  const request = workOrder.requests.get(due.providerId);
  if (request?.id !== due.requestId || request.state !== 'active') return;
  request.state = 'expired';
  const ids = { workOrderId: workOrder.id, providerId: due.providerId };
  record(world, 'request.expired', { ...ids, request_id: request.id });
  const key = [workOrder.id, due.providerId, workOrder.openings, due.attempt] as const;
  if (due.attempt >= MAX_ATTEMPTS || draw(world.seed, 'asks again', ...key) < 0.5) return;
  const minutes = 15 + waitWithMedian(draw(world.seed, 'asks again after', ...key), 60);
  const atMs = world.nowMs + minutes * MINUTE_MS;
  world.queue.add({ kind: 'request', atMs, ...ids, opening: workOrder.openings, attempt: due.attempt + 1 });
}

export function withdrawNow(
  world: World,
  workOrder: WorkOrder,
  due: { readonly providerId: number; readonly requestId: number },
): void {
  const { providerId, requestId } = due;
  const request = workOrder.requests.get(providerId);
  if (request?.id !== requestId || request.state !== 'active' || workOrder.phase !== 'open') return;
  request.state = 'withdrawn';
  record(world, 'request.withdrawn', { workOrderId: workOrder.id, providerId, request_id: requestId });
}
