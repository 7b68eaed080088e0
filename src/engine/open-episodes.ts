import type { Cancellation } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { Clock, WorkOrderHistory, WorkOrderSource } from './ports.ts';
import { isLocalFailure } from './pull-inputs.ts';

type Eyes = { readonly source: WorkOrderSource; readonly clock: Clock; readonly limits: Limits };

/** A work order nobody has decided on yet. */
export function blankHistory(workOrder: WorkOrder): WorkOrderHistory {
  return {
    workOrderId: workOrder.id,
    episode: 1,
    nextSeq: 1,
    openedAt: null,
    last: {},
    lastLive: null,
    attempts: [],
    answers: [],
    assigned: null,
    gaveBack: [],
    givesBackNow: null,
  };
}

/**
 * A work order that we assigned and that the platform lists as open again has lost its provider: by a cancellation, or
 * by a person. Only after the quiet time, and only when the assignee resource agrees, does that open a new episode;
 * a list that merely lags must not make us assign twice.
 */
export async function openEpisode(eyes: Eyes, history: WorkOrderHistory): Promise<WorkOrderHistory> {
  if (history.assigned === null) return history;
  // From both sides: confirmed in the future, by a clock that was set back since, is no reason to wait until then.
  if (Math.abs(eyes.clock.nowMs() - history.assigned.confirmedAtMs) < eyes.limits.quietTimeMs) return history;
  if (!(await isUnassigned(eyes.source, history.workOrderId))) return history;
  return {
    ...history,
    episode: history.episode + 1,
    nextSeq: 1,
    openedAt: null,
    last: {},
    lastLive: null,
    attempts: [],
    answers: [],
    assigned: null,
    gaveBack: withOne(history.gaveBack, history.givesBackNow),
    givesBackNow: null,
  };
}

function withOne(providers: readonly ProviderId[], one: ProviderId | null): readonly ProviderId[] {
  return one === null ? providers : [...new Set([...providers, one])].sort((a, b) => a - b);
}

/** Who has left since the ledger was last written: their episode is opened only by what this run decides. */
export function findDepartures(
  recorded: readonly WorkOrderHistory[],
  current: ReadonlyMap<WorkOrderId, WorkOrderHistory>,
): readonly Cancellation[] {
  return recorded.flatMap(({ workOrderId, episode, assigned }) =>
    assigned === null || (current.get(workOrderId)?.episode ?? episode) === episode
      ? []
      : [{ workOrderId, providerId: assigned.providerId, assignedAtMs: assigned.confirmedAtMs }],
  );
}

/** False also when that one resource cannot be read: the work order then waits, and the others do not. */
async function isUnassigned(source: WorkOrderSource, id: WorkOrderId): Promise<boolean> {
  try {
    const assignee = await source.readAssignee(id);
    return assignee !== null && assignee.assigneeId === null;
  } catch (error) {
    if (!isLocalFailure(error)) throw error;
    return false;
  }
}
