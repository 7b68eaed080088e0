import type { ProviderId } from '../domain/ids.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { boundProviders } from '../domain/write-call.ts';
import type { DecisionStore, WorkOrderHistory } from './ports.ts';

/**
 * An accepted route is an assignment that we did not make ourselves: nothing of ours confirms it, so it is noted when it
 * is first seen; one that was believed lost may have landed after all. The same goes for whomever the platform has
 * invited or chosen for us. Without the note a later cancellation would open no new episode, and its stages would be
 * spent for good.
 */
export async function observeAcceptances(
  store: Pick<DecisionStore, 'snapshot' | 'recordObservation'>,
  assigned: readonly WorkOrder[],
  nowMs: number,
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
    if (invitation === undefined) continue;
    const answer = await store.recordObservation({
      kind: 'route_accepted',
      workOrderId: workOrder.id,
      episode: history.episode,
      decisionId: invitation.decisionId,
      providerId: assigneeId,
      atMs: nowMs,
      detail: null,
    });
    if (answer === 'recorded') observed += 1;
  }
  return observed;
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
