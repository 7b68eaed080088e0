import type { PendingList } from './ports.ts';

/**
 * Where the pending lists of a run stand until they are looked at: their rows are half of a megabyte for a hundred
 * providers, and a run has thousands of lists. Throws `LedgerFailure` where the disk has no room.
 */
export interface RowShelf {
  /** Of how many candidates, about, what has been made of their rows may be held, once all lists are there. */
  readonly inHand: number;
  /** The same list; its rows are read back whenever somebody asks for them, until the shelf is cleared. */
  shelve(list: PendingList): PendingList;
  /** For the next run. */
  clear(): void;
}
