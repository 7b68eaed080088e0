import type { ProviderId, WorkOrderId } from '../domain/ids.ts';

/** Epoch milliseconds; `sinceMs` is included, `untilMs` is not; null: open. */
export type LedgerRange = { readonly sinceMs: number | null; readonly untilMs: number | null };

/** What a report is asked for. Null: of all. Several of them: what all of them hold for. */
export type LedgerQuery = LedgerRange & {
  readonly ruleFileId: string | null;
  /** The platform's ids of the work orders' client and project. */
  readonly clientId: number | null;
  readonly projectId: number | null;
  readonly providerId: ProviderId | null;
};

/** The figures behind reports, counted where the rows are. A new one is a file in `store/sqlite/figures/` and a line here. */
export interface LedgerFigures {
  /** Work orders of the client and project asked for; null: of any, and nobody was asked for. */
  workOrdersOf(query: Pick<LedgerQuery, 'clientId' | 'projectId'>): Promise<ReadonlySet<WorkOrderId> | null>;
}
