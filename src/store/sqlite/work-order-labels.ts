import type { WorkOrder } from '../../domain/work-order.ts';
import { loadBodyText } from './body.ts';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

type Label = Pick<WorkOrder, 'clientId' | 'projectId'>;

/**
 * Whose work order it is, for reports of one client or project: as it was when it was last decided on. Belongs into the
 * transaction that records the decision.
 */
export function labelWorkOrder({ db }: Connection, id: number, { clientId, projectId }: Label): void {
  prepared<[number, number | null, number | null]>(db, UPSERT).run(id, clientId, projectId);
}

/** A row that says so already is not written again. */
const UPSERT = `
  INSERT INTO work_order_label (work_order_id, client_id, project_id) VALUES (?, ?, ?)
  ON CONFLICT (work_order_id) DO UPDATE SET client_id = excluded.client_id, project_id = excluded.project_id
  WHERE (client_id, project_id) IS NOT (excluded.client_id, excluded.project_id)`;

/**
 * The label of a decision that was recorded before there were labels, from its work-order body; none where that was erased.
 * A label that is there already stays: it is of a later decision.
 */
export function labelFromBody(connection: Connection, decision: number): void {
  const { db } = connection;
  const found = prepared<[number], { readonly workOrderId: number; readonly body: number }>(
    db,
    `SELECT work_order_id AS workOrderId, work_order_body AS body FROM decision
     WHERE id = ? AND NOT EXISTS (SELECT 1 FROM work_order_label WHERE work_order_id = decision.work_order_id)`,
  ).get(decision);
  const text = found === undefined ? null : loadBodyText(connection, found.body);
  if (found === undefined || text === null) return;
  const { clientId, projectId } = (JSON.parse(text) as { readonly workOrder: Label }).workOrder;
  labelWorkOrder(connection, found.workOrderId, { clientId, projectId });
}
