import type { ProviderRequest } from './provider.ts';
import type { WorkOrder } from './work-order.ts';

/**
 * Total cost in cents of giving the work order to the provider of this request (null: to one who has not asked): the
 * counter's pay, else the work order's, and the expenses asked on top. Null when the work order names no pay.
 */
export function requestCostCents(request: ProviderRequest | null, workOrder: WorkOrder): number | null {
  const pay = request?.isCounter === true && request.pay.kind !== 'none' ? request.pay : workOrder.pay;
  return pay.kind === 'none' ? null : pay.maxCents + (request?.expensesCents ?? 0);
}
