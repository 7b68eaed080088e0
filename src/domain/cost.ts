import type { Intent } from './decision.ts';
import type { ProviderRequest } from './provider.ts';
import type { WorkOrder } from './work-order.ts';

/**
 * What giving the work order to a provider costs at most, in cents: the pay a counter-offer asks, else the work order's,
 * and the expenses asked with it. Null when neither carries pay. A counter-offer without pay is never taken for the base.
 */
export function requestCostCents(request: ProviderRequest | null, workOrder: WorkOrder): number | null {
  const pay = request?.isCounter === true ? request.pay : workOrder.pay;
  return pay.kind === 'none' ? null : pay.maxCents + (request?.expensesCents ?? 0);
}

/** What a confirmed intent commits us to, in cents. Approving commits nothing: it releases what an assignment committed before. */
export function committedCents({ call, costCents }: Pick<Intent, 'call' | 'costCents'>): number {
  return call.kind === 'approve' ? 0 : costCents;
}
