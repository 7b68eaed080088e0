import type { ProviderId } from '../domain/ids.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { boundProviders } from '../domain/write-call.ts';
import type { DecisionStore, WorkOrderHistory } from './ports.ts';

/**
 * Who has the work orders that we have decided on, where our own writes do not say it.
 *
 * An accepted route is an assignment that we did not make ourselves: nothing of ours confirms it, so it is noted when it
 * is first seen; one that was believed lost may have landed after all. The same goes for whomever the platform has
 * invited or chosen for us. Without the note a later cancellation would open no new episode, and its stages would be
 * spent for good. Whom a person has chosen instead of ours, or where nothing of ours was sent, is noted too: it ends what we had
 * offered or made, and is what rule files are compared with.
 */
export async function observeAcceptances(
  store: Pick<DecisionStore, 'snapshot' | 'recordObservation'>,
  assigned: readonly WorkOrder[],
  { nowMs, quietTimeMs }: { readonly nowMs: number; readonly quietTimeMs: number },
): Promise<number> {
  const ids = assigned.map((workOrder) => workOrder.id);
  const { histories } = await store.snapshot(ids, nowMs, nowMs);
  const byId = new Map(histories.map((history) => [history.workOrderId, history] as const));
  let observed = 0;
  for (const workOrder of assigned) {
    const history = byId.get(workOrder.id);
    const { assigneeId } = workOrder;
    if (history === undefined || assigneeId === null) continue;
    const invitation = acceptedInvitation(history, assigneeId);
    const seen = {
      workOrderId: workOrder.id,
      episode: history.episode,
      providerId: assigneeId,
      atMs: nowMs,
      detail: null,
    };
    if (invitation === undefined && !isChosenByOther(history, { assigneeId, nowMs, quietTimeMs })) continue;
    const answer = await store.recordObservation(
      invitation === undefined
        ? { ...seen, kind: 'assigned_by_other', decisionId: null }
        : { ...seen, kind: 'route_accepted', decisionId: invitation.decisionId },
    );
    if (answer === 'recorded') observed += 1;
  }
  return observed;
}

/**
 * Only of work orders that were decided on, and only while nothing of ours is under way there. Where we had assigned somebody
 * else, a list that lags behind our own write shows who was there before: so not within the quiet time.
 */
function isChosenByOther(
  { nextSeq, attempts, assigned }: WorkOrderHistory,
  seen: { readonly assigneeId: ProviderId; readonly nowMs: number; readonly quietTimeMs: number },
): boolean {
  if (nextSeq === 1 || attempts.some(({ effect }) => effect === null || effect.kind === 'unknown')) return false;
  if (assigned === null) return true;
  const isPast = Math.abs(seen.nowMs - assigned.confirmedAtMs) >= seen.quietTimeMs;
  return isPast && assigned.providerId !== seen.assigneeId;
}

function acceptedInvitation(
  history: WorkOrderHistory,
  assigneeId: ProviderId,
): WorkOrderHistory['attempts'][number] | undefined {
  if (history.assigned !== null) return undefined;
  return history.attempts.findLast(({ call, effect }) => {
    const isInvitation = call.kind === 'route' || call.kind === 'mass_route';
    const wasDoubted = effect?.reason === 'FM-6020' || effect?.reason === 'FM-6046';
    const mayBeIt = wasDoubted || (isInvitation && effect?.kind === 'confirmed');
    const isAnybody =
      effect?.kind === 'confirmed' && (call.kind === 'mass_route_pool' || call.kind === 'auto_dispatch');
    return isAnybody || (mayBeIt && boundProviders(call).includes(assigneeId));
  });
}
