import { writesThatMayLand } from '../decide/absent-writes.ts';
import { toCommitment } from '../decide/bookings.ts';
import type { Commitment } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import { boundProviders } from '../domain/write-call.ts';
import type { LedgerCommitment, LedgerSnapshot, PendingList } from './ports.ts';
import { type PulledLists, toCommitments } from './pull-inputs.ts';
import type { TakenMeanwhile } from './taken-meanwhile.ts';

/**
 * What providers are bound to: as the platform shows it, and as our own ledger knows it where the platform's lists may
 * lag. A list that has not caught up with an assignment of ours must not let the provider be booked twice.
 */
export function allCommitments(known: {
  readonly lists: PulledLists;
  readonly pending: ReadonlyMap<WorkOrderId, PendingList>;
  readonly taken: TakenMeanwhile;
  readonly snapshot: LedgerSnapshot;
  /** Older than this, what the platform shows outweighs what we once confirmed. */
  readonly believedFromMs: number;
}): readonly Commitment[] {
  const shown = [
    ...toCommitments(known.lists, known.pending),
    ...known.lists.open.flatMap((workOrder) => {
      const assignee = known.taken.get(workOrder.id) ?? 'unknown';
      return assignee === 'unknown' ? [] : [toCommitment('assigned', workOrder, assignee)];
    }),
  ];
  const isShown = new Set(shown.map((one) => `${one.workOrderId}:${one.providerId}`));
  const open = new Map(known.lists.open.map((workOrder) => [workOrder.id, workOrder] as const));
  const assignedTo = new Map(known.lists.assigned.map((workOrder) => [workOrder.id, workOrder.assigneeId] as const));
  const stillCounts = (ours: LedgerCommitment): boolean => {
    if (isShown.has(`${ours.workOrderId}:${ours.providerId}`)) return false;
    if (ours.atMs >= known.believedFromMs || isUnsettled(ours, known.snapshot)) return true;
    const workOrder = open.get(ours.workOrderId);
    // In neither list it may be done, and then counts for its week, or be on its way from one list to the other.
    if (workOrder === undefined) return !assignedTo.has(ours.workOrderId);
    const isUnsure = known.taken.has(workOrder.id) || !isWhollyRead(known.pending.get(workOrder.id));
    return ours.kind === 'routed' && workOrder.isRouted && isUnsure;
  };
  return [...shown, ...known.snapshot.commitments.filter(stillCounts).map(toPlain), ...mayStillLand(known)];
}

/** Believed not applied, and yet it may land: of every open work order, also those that this run does not decide on. */
function mayStillLand({
  lists,
  snapshot,
}: {
  readonly lists: PulledLists;
  readonly snapshot: LedgerSnapshot;
}): readonly Commitment[] {
  const open = new Map(lists.open.map((workOrder) => [workOrder.id, workOrder] as const));
  return snapshot.histories.flatMap(({ workOrderId, attempts }) => {
    const workOrder = open.get(workOrderId);
    if (workOrder === undefined) return [];
    return writesThatMayLand(attempts).flatMap(({ call }) =>
      boundProviders(call).map((provider) => toCommitment('routed', workOrder, provider)),
    );
  });
}

/** Only such a list shows that a route is gone: declined or withdrawn. */
function isWhollyRead(list: PendingList | undefined): boolean {
  return list !== undefined && list.quarantined.length === 0;
}

/** Sent, and its end not known: it binds until it is settled, however long ago it was. */
function isUnsettled(ours: LedgerCommitment, snapshot: LedgerSnapshot): boolean {
  const history = snapshot.histories.find((one) => one.workOrderId === ours.workOrderId);
  return (history?.attempts ?? []).some(
    ({ decisionId, effect }) => decisionId === ours.decisionId && (effect === null || effect.kind === 'unknown'),
  );
}

function toPlain({ kind, workOrderId, providerId, startMs, endMs, localDate }: LedgerCommitment): Commitment {
  return { kind, workOrderId, providerId, startMs, endMs, localDate };
}
