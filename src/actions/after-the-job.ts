import type { WorkOrderStatus } from '../domain/work-order.ts';
import type { ConfirmVerdict, GuardVerdict, ServerView } from './definition.ts';
import { CLEAR, confirmed, refused, refuseUnlessAllowed, statusText } from './view.ts';

/** The steps after the job move a work order from one status to the next, and nothing else. */
export function guardStep(view: ServerView, from: WorkOrderStatus, action: string): GuardVerdict {
  if (view.workOrder?.status !== from) return refused('FM-6004', { status: statusText(view) });
  return refuseUnlessAllowed(view, action) ?? CLEAR;
}

export function confirmStep(view: ServerView, to: readonly WorkOrderStatus[]): ConfirmVerdict {
  const status = view.workOrder?.status;
  if (status === undefined || !to.includes(status)) return { kind: 'absent' };
  return confirmed(`the work order is ${status.replace('_', ' ')}`);
}
