import type { Outcome, Reason } from '../domain/decision.ts';
import { takesDrafts } from '../domain/rule-file.ts';
import { isOpen } from '../domain/work-order.ts';
import { findAbsentTwice } from './absent-writes.ts';
import type { EligibilityTerms } from './eligibility.ts';
import type { OrderInput } from './input.ts';
import { describeQuietHours, findQuietHours } from './quiet-hours.ts';

export type Stop = { readonly outcome: Extract<Outcome, 'skip' | 'hold' | 'wait'>; readonly reason: Reason };

type StopTerms = Pick<EligibilityTerms, 'file' | 'nowMs' | 'absent'>;

/** Why no stage is even tried, whoever the candidates are; null: nothing stands in the way. */
export function findStop(order: OrderInput, { file, nowMs, absent }: StopTerms): Stop | null {
  const { workOrder, openIntent, assigned } = order;
  const isDraft = workOrder.status === 'draft' && workOrder.assigneeId === null;
  if (!isOpen(workOrder) && !(isDraft && takesDrafts(file))) {
    const status = workOrder.assigneeId === null ? workOrder.status.replace('_', ' ') : 'assigned';
    return { outcome: 'skip', reason: { code: 'FM-4002', detail: { status } } };
  }
  if (workOrder.bundleId !== null)
    return { outcome: 'hold', reason: { code: 'FM-3006', detail: { bundle: workOrder.bundleId } } };
  if (openIntent !== null) {
    const detail = { action: openIntent.action, decision: openIntent.decisionId };
    return { outcome: 'hold', reason: { code: 'FM-3007', detail } };
  }
  if (assigned !== null) {
    const seconds = Math.max(0, Math.floor((nowMs - assigned.confirmedAtMs) / 1000));
    return { outcome: 'wait', reason: { code: 'FM-2006', detail: { provider: assigned.providerId, seconds } } };
  }
  const absentTwice = findAbsentTwice(absent);
  if (absentTwice !== null) return { outcome: 'hold', reason: absentTwice };
  const quiet = findQuietHours(file.guardrails.quietHours, nowMs);
  if (quiet === null) return null;
  return { outcome: 'wait', reason: { code: 'FM-2005', detail: { because: describeQuietHours(quiet) } } };
}
