import { CANCELLATION_WINDOW_MS } from '../criteria/cancelled-on-us.ts';
import type { Cancellation } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { blankHistory, openEpisode } from './open-episodes.ts';
import type { Clock, LedgerSnapshot, LedgerView, WorkOrderHistory, WorkOrderSource } from './ports.ts';

type Reading = {
  readonly source: WorkOrderSource;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Null: a dry run without a ledger. */
  readonly ledger: LedgerView | null;
};

/** A provider's week is counted in seven local days; one more covers every time zone. */
const COMMITMENT_WINDOW_MS = 8 * 86_400_000;

export async function readSnapshot(
  planner: Reading,
  open: readonly WorkOrder[],
  nowMs: number,
): Promise<LedgerSnapshot> {
  if (planner.ledger === null) {
    return {
      histories: [],
      commitments: [],
      committedTodayCents: 0,
      committedTodayByRuleFile: {},
      committedTodayByWorkOrder: {},
      committedTodayFileOf: {},
    };
  }
  const dayStartMs = nowMs - (nowMs % 86_400_000);
  return planner.ledger.snapshot(
    open.map((workOrder) => workOrder.id),
    dayStartMs,
    nowMs - COMMITMENT_WINDOW_MS,
  );
}

export async function readCancelled({ ledger }: Reading, nowMs: number): Promise<readonly Cancellation[]> {
  return ledger === null ? [] : ledger.readCancellations(nowMs - CANCELLATION_WINDOW_MS);
}

export async function readHistories(
  planner: Reading,
  selected: readonly WorkOrder[],
  snapshot: LedgerSnapshot,
): Promise<ReadonlyMap<WorkOrderId, WorkOrderHistory>> {
  const recorded = new Map(snapshot.histories.map((history) => [history.workOrderId, history] as const));
  const histories = new Map<WorkOrderId, WorkOrderHistory>();
  for (const workOrder of selected) {
    histories.set(workOrder.id, await openEpisode(planner, recorded.get(workOrder.id) ?? blankHistory(workOrder)));
  }
  return histories;
}
