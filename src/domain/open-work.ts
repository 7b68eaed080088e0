import type { DecisionAnswer } from './approval.ts';
import type { DecisionId, ProviderId, Sha256, WorkOrderId } from './ids.ts';
import type { RecordedDecision, RecordedIntent } from './recorded-decision.ts';

/** A work order of which the ledger does not know that somebody has it, or that it is done: its newest live decision. */
export type OpenWork = Pick<RecordedDecision, 'outcome' | 'reason' | 'mode' | 'ruleFileId'> & {
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  readonly title: string;
  readonly ruleFileHash: Sha256 | null;
  /** When the stage clock of the episode started. */
  readonly openedAtMs: number;
  /** When the unbroken row of live decisions with this outcome and reason began, or its write was last looked at. */
  readonly sinceMs: number;
  readonly decidedAtMs: number;
  /** The work's own time as decided on; null: not known. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly winner: ProviderId | null;
  /** Of the newest decision. */
  readonly intents: readonly RecordedIntent[];
  /** What a person said to the newest decision; null: nothing. */
  readonly answer: Pick<DecisionAnswer, 'verdict' | 'actor' | 'because'> | null;
  /** Somebody has it, so that only its review can be what is open. */
  readonly isAssigned: boolean;
};
