import type { Outcome, Reason } from '../domain/decision.ts';
import type { Stage } from '../domain/rule-file.ts';
import { isOpen, type WorkOrder } from '../domain/work-order.ts';
import { findAbsentTwice } from './absent-writes.ts';
import type { EligibilityTerms } from './eligibility.ts';
import { lastHandOver, takesThisDraft } from './hand-over.ts';
import type { OrderInput, ProjectDispatch } from './input.ts';
import { describeQuietHours, findQuietHours } from './quiet-hours.ts';

export type Stop = { readonly outcome: Extract<Outcome, 'skip' | 'hold' | 'wait'>; readonly reason: Reason };

type StopTerms = Pick<EligibilityTerms, 'file' | 'nowMs' | 'absent'>;

type StopSurroundings = {
  readonly due: readonly Stage[];
  readonly projectDispatch: ProjectDispatch;
  readonly handOverMarginMs: number;
};

/** Why no stage is even tried, whoever the candidates are; null: nothing stands in the way. */
export function findStop(order: OrderInput, { file, nowMs, absent }: StopTerms, around: StopSurroundings): Stop | null {
  const { workOrder, openIntent, assigned } = order;
  const isDraft = workOrder.status === 'draft' && workOrder.assigneeId === null;
  if (!isOpen(workOrder) && !(isDraft && takesThisDraft(file, order.attempts))) {
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
  const driven = whileHandedOver(order, nowMs, around.handOverMarginMs) ?? whileProjectDispatches(workOrder, around);
  if (driven !== null) return driven;
  const absentTwice = findAbsentTwice(absent);
  if (absentTwice !== null) return { outcome: 'hold', reason: absentTwice };
  const quiet = findQuietHours(file.guardrails.quietHours, nowMs);
  if (quiet === null) return null;
  return { outcome: 'wait', reason: { code: 'FM-2005', detail: { because: describeQuietHours(quiet) } } };
}

/** From the hand-over on the work order is the platform's, until its time is over. */
function whileHandedOver({ attempts }: OrderInput, nowMs: number, marginMs: number): Stop | null {
  const handed = lastHandOver(attempts, marginMs);
  if (handed === null || nowMs >= handed.untilMs) return null;
  const minutes = Math.max(0, Math.floor((nowMs - handed.atMs) / 60_000));
  const untilMinutes = Math.ceil((handed.untilMs - handed.atMs) / 60_000);
  return { outcome: 'wait', reason: { code: 'FM-2007', detail: { minutes, until_minutes: untilMinutes } } };
}

/** Two dispatchers on one work order would assign and invite against each other. */
function whileProjectDispatches(
  { projectId: project }: WorkOrder,
  { due, projectDispatch }: StopSurroundings,
): Stop | null {
  if (project === null || !due.some(actsByItself)) return null;
  switch (projectDispatch.get(project)) {
    case 'on':
      return { outcome: 'hold', reason: { code: 'FM-3016', detail: { project } } };
    case 'unreadable':
      return { outcome: 'hold', reason: { code: 'FM-3017', detail: { project } } };
    case 'off':
    case undefined:
      return null;
  }
}

/** Whether the stage would send anything. */
export function actsByItself(stage: Stage): boolean {
  return stage.do !== 'hold';
}
