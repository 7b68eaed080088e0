import type { DecisionId, Sha256 } from '../domain/ids.ts';
import type { RecordedRules, RecordedRun } from '../domain/recorded-run.ts';
import type { LedgerPiece } from './figures.ts';

/** The ledger as replay reads it: every part held against the hash that it was written under. */
export interface ReplayReader {
  /** Run by run, oldest first, and no more than one of them in memory; a decision's own run with that decision alone. */
  recordedRuns(of: LedgerPiece | { readonly decisionId: DecisionId }): AsyncIterable<RecordedRun>;
  /** Null: no such rule set. */
  recordedRules(hash: Sha256): Promise<RecordedRules | null>;
}
