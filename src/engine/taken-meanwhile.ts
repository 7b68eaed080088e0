import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { glanceAt } from './glance.ts';
import type { PendingList, WorkOrderSource } from './ports.ts';
import { isLocalFailure } from './pull-inputs.ts';

/** Who has a work order by now that its list still calls open; `unknown`: the platform would not say. */
export type TakenMeanwhile = ReadonlyMap<WorkOrderId, ProviderId | 'unknown'>;

/**
 * The list of open work orders says that somebody is invited, and the pending list read after it shows nobody: the last one
 * has declined, or has accepted between the two and is in neither list of this run. Only the assignee itself tells; without
 * it the provider would be free for other work at the same hours.
 */
export async function readTakenMeanwhile(
  source: Pick<WorkOrderSource, 'readAssignee'>,
  open: readonly WorkOrder[],
  pending: ReadonlyMap<WorkOrderId, PendingList>,
): Promise<TakenMeanwhile> {
  const emptied = open.filter(({ id, isRouted }) => {
    const list = pending.get(id);
    return isRouted && list !== undefined && glanceAt(list).routed.length === 0;
  });
  const taken = new Map<WorkOrderId, ProviderId | 'unknown'>();
  for (const { id } of emptied) {
    const assignee = await readAssignee(source, id);
    if (assignee !== null) taken.set(id, assignee);
  }
  return taken;
}

async function readAssignee(
  source: Pick<WorkOrderSource, 'readAssignee'>,
  id: WorkOrderId,
): Promise<ProviderId | 'unknown' | null> {
  try {
    return (await source.readAssignee(id))?.assigneeId ?? null;
  } catch (error) {
    if (!isLocalFailure(error)) throw error;
    return 'unknown';
  }
}
