import type { Request, WorkOrder } from '../world/nouns.ts';
import { NO_DATE, toWireDate } from './date.ts';
import { toWireRequestPay } from './pay.ts';

/** A request or counter-offer, keys in the documented order. */
export function toWireRequest(workOrder: WorkOrder, request: Request) {
  const zone = workOrder.zone.name;
  return {
    id: request.id,
    // The estimate of the eta is a string, the request's own a number.
    schedule: { eta: { mode: 'exact', start: NO_DATE, end: NO_DATE, hour_estimate: '0' } },
    counter_notes: request.counter?.notes ?? '',
    counter: request.counter !== null,
    work_order: { id: workOrder.id },
    user: { id: request.providerId },
    notes: request.notes,
    hour_estimate: request.hourEstimate,
    expires: toWireDate(zone, request.expiresMs),
    pay: toWireRequestPay(request.counter?.pay ?? null),
    active: request.state === 'active',
    expired: request.state === 'expired',
    created: toWireDate(zone, request.createdMs),
    type: 1,
    arrival: toWireDate(zone, request.arrivalMs),
    expenses: { results: [], total: 0, pending: 0 },
  };
}
