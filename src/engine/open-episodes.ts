import type { Limits } from '../domain/limits.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { Clock, WorkOrderHistory, WorkOrderSource } from './ports.ts';

type Eyes = { readonly source: WorkOrderSource; readonly clock: Clock; readonly limits: Limits };

/** A work order nobody has decided on yet. */
export function blankHistory(workOrder: WorkOrder): WorkOrderHistory {
  return { workOrderId: workOrder.id, episode: 1, nextSeq: 1, openedAt: null, last: {}, attempts: [], assigned: null };
}

/**
 * A work order that we assigned and that the platform lists as open again has lost its provider: by a cancellation, or
 * by a person. Only after the quiet time, and only when the assignee resource agrees, does that open a new episode;
 * a list that merely lags must not make us assign twice.
 */
export async function openEpisode(eyes: Eyes, history: WorkOrderHistory): Promise<WorkOrderHistory> {
  if (history.assigned === null) return history;
  if (eyes.clock.nowMs() - history.assigned.confirmedAtMs < eyes.limits.quietTimeMs) return history;
  const assignee = await eyes.source.readAssignee(history.workOrderId);
  if (assignee === null || assignee.assigneeId !== null) return history;
  return {
    ...history,
    episode: history.episode + 1,
    nextSeq: 1,
    openedAt: null,
    last: {},
    attempts: [],
    assigned: null,
  };
}
