import type { Outcome } from './decision.ts';
import type { Sha256, WorkOrderId } from './ids.ts';

/** What one text of a rule file did with one work order in one episode, by its last live decision on it. Epoch milliseconds. */
export type RuleCase = {
  readonly ruleFileId: string;
  /** Of its text. */
  readonly ruleFileHash: Sha256;
  readonly mode: string | null;
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  /** How often it was decided anew by this text. */
  readonly decisions: number;
  readonly firstAtMs: number;
  readonly outcome: Outcome;
  readonly openedAtMs: number;
  readonly hasEligible: boolean;
  /** A write of any of its decisions here was confirmed. */
  readonly isActedOn: boolean;
  /** Of whom the last decision chose; null: nobody. */
  readonly winner: { readonly pointsMilli: number; readonly maxPoints: number } | null;
  readonly marginMilli: number | null;
  /** The first assignment of the episode, where it came of a decision of this text; null: it did not. */
  readonly filled: {
    readonly atMs: number;
    readonly costCents: number;
    /** What it costs above the work order's own pay, 0 but for counter-offers; null: what it offered is not known any more. */
    readonly overBaseCents: number | null;
    /** Un-assigned, cancelled or replaced since. */
    readonly isUndone: boolean;
  } | null;
};
