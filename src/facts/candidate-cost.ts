import type { ProviderRequest } from '../domain/provider.ts';
import type { WorkOrder } from '../domain/work-order.ts';

/**
 * What giving the work order to a provider costs at most, in cents: the pay a counter-offer asks, else the work order's,
 * and the expenses asked with it. Null when neither carries pay. A counter-offer without pay is never taken for the base.
 */
export function candidateCostCents(workOrder: WorkOrder, request: ProviderRequest | null): number | null {
  const pay = request?.isCounter ? request.pay : workOrder.pay;
  return pay.kind === 'none' ? null : pay.maxCents + (request?.expensesCents ?? 0);
}
