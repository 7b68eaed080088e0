import { availableParallelism } from 'node:os';

/** Of commands that go through the whole ledger. */
export const JOBS_OPTION = {
  kind: 'integer',
  placeholder: 'N',
  min: 1,
  max: 256,
  unit: 'threads',
  default: null,
  doc: 'Goes through the ledger in so many threads, some 150 MB each; the answer is the same. Default: one a processor, of few decisions one.',
} as const;

/** With fewer for each of them threads would take longer to begin than they save. */
const FEWEST_EACH = 1_000;

/** What Node and a thread's heap come to at most on a ledger of ordinary slates, measured. */
const BYTES_EACH = 150 * 1024 * 1024;

/** How many threads go through so many decisions. `asked` null: nobody said. */
export function jobsFor(decisions: number, asked: number | null): number {
  if (asked !== null) return asked;
  const most = Math.min(availableParallelism(), process.availableMemory() / 2 / BYTES_EACH, decisions / FEWEST_EACH);
  return Math.max(1, Math.floor(most));
}

/** So that no thread has nothing left to do while another still has much, and what is read anew at each beginning is little. */
const PIECES_EACH = 4;
const FEWEST_A_PIECE = 250;
/** What is done waits for the pieces before it, and takes some kilobytes a decision meanwhile. */
const MOST_A_PIECE = 2_000;

/** Decisions in a piece, about. */
export function pieceSize(decisions: number, jobs: number): number {
  const fewest = Math.min(FEWEST_A_PIECE, Math.ceil(decisions / jobs));
  return Math.max(1, fewest, Math.min(MOST_A_PIECE, Math.ceil(decisions / (jobs * PIECES_EACH))));
}
