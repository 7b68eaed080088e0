import type { Sha256, WorkOrderId } from '../domain/ids.ts';
import type { PendingList } from './ports.ts';

/** What tells whether a remembered pending list may still be as it was. */
export type RememberedHead = {
  readonly workOrderId: WorkOrderId;
  /** Of everything that the list of work orders showed of it before the pull. */
  readonly shownHash: Sha256;
  /** When it was pulled, epoch ms. */
  readonly observedAtMs: number;
  /** When the first request that was running then is over, epoch ms; null: none that says when. */
  readonly changesAtMs: number | null;
};

export type ToRemember = Omit<RememberedHead, 'workOrderId' | 'observedAtMs'> & { readonly list: PendingList };

/**
 * The pending list of each open work order as it was last pulled, rows as they were understood. Beside the ledger: it may be
 * lost at any moment, and then everything is pulled. Throws `LedgerFailure`.
 */
export interface PendingMemory {
  /**
   * Of those that this version wrote, and of whose work orders nothing of ours was written, tried or left open since: such
   * lists have most likely changed. Ascending by work order.
   */
  heads(): Promise<readonly RememberedHead[]>;
  /** Of those asked for; what is not there, or is damaged, is left out. */
  recall(ids: readonly WorkOrderId[]): Promise<ReadonlyMap<WorkOrderId, PendingList>>;
  /** In place of what was remembered of their work orders. */
  remember(lists: readonly ToRemember[]): Promise<void>;
  /** Forgets the lists of all other work orders. */
  keepOnly(open: readonly WorkOrderId[]): Promise<void>;
}
