import type { WorkOrder } from '../../domain/work-order.ts';
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
