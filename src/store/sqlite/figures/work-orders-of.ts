import { type WorkOrderId, workOrderId } from '../../../domain/ids.ts';
import type { LedgerQuery } from '../../../engine/figures.ts';
import type { Connection } from '../connection.ts';
import { prepared } from '../prepared.ts';

/** Null: nobody was asked for. */
export function readWorkOrdersOf(
  { db }: Connection,
  { clientId, projectId }: Pick<LedgerQuery, 'clientId' | 'projectId'>,
): ReadonlySet<WorkOrderId> | null {
  if (clientId === null && projectId === null) return null;
  const ids = prepared<[number | null, number | null], number>(
    db,
    `SELECT work_order_id FROM work_order_label
     WHERE client_id IS coalesce(?, client_id) AND project_id IS coalesce(?, project_id)`,
  )
    .pluck()
    .all(clientId, projectId);
  return new Set(ids.map(workOrderId));
}
