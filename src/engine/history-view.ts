import type { WorkOrderId } from '../domain/ids.ts';
import type { WorkOrderHistory } from './ports.ts';

/** What is known of single work orders, without the commitments of all that a run's snapshot has beside them. */
export interface HistoryView {
  /** Blank for a work order that is not known. */
  historyOf(workOrderId: WorkOrderId): Promise<WorkOrderHistory>;
}
