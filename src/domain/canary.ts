import type { Sha256 } from './ids.ts';

/**
 * What one text of a canary has done so far, counted from the ledger. Work orders and assignments count once per episode,
 * however often they were decided on.
 */
export type CanaryFigures = {
  /** Work orders that it decided on. */
  readonly workOrders: number;
  /** Of these: all its stages but a last hold are due, nothing was ever sent, and nobody is eligible. */
  readonly withoutEligible: number;
  /** Assignments of it that were confirmed, accepted routes included. */
  readonly assignments: number;
  /** Of these: un-assigned, cancelled or replaced since. */
  readonly undone: number;
  /** Writes of it that bind or invite and are settled, unless a person had forbidden them. */
  readonly writes: number;
  /** Of these: refused by the guard or the platform, or somebody else was faster. */
  readonly conflicts: number;
  /** Assignments whose cost and whose work order's own pay are both known. */
  readonly priced: number;
  /** Of these, what they cost in all. */
  readonly costCents: number;
  /** Of these, what the work orders offered in all. */
  readonly baseCents: number;
};

/** Which canary is asked about. */
export type CanaryQuery = {
  readonly ruleFileId: string;
  /** Of its text. */
  readonly textHash: Sha256;
  /** Number of its last stage that does anything but hold; null: it has none. */
  readonly lastActingStage: number | null;
};

/**
 * What a canary must keep to, or it only shadows from then on. Rules of thumb, set by us: a share is judged as if it were of at
 * least `minDecisions` cases, so that one provider who leaves condemns no file, and a disaster need not wait for the twentieth.
 */
export type CanaryLimits = {
  readonly minDecisions: number;
  /** Of its assignments. */
  readonly maxUndonePercent: number;
  /** Of its settled writes. */
  readonly maxConflictPercent: number;
  /** What its assignments cost, over the work orders' own pay; judged from `minDecisions` of them on. */
  readonly maxPayOverBasePercent: number;
  /** Of its work orders. */
  readonly maxNoEligiblePercent: number;
};

export const DEFAULT_CANARY_LIMITS: CanaryLimits = {
  minDecisions: 20,
  maxUndonePercent: 10,
  maxConflictPercent: 20,
  maxPayOverBasePercent: 10,
  maxNoEligiblePercent: 50,
};

/** Only with mode `canary`; left out: the defaults. */
export type CanaryGuardrail = { readonly canary?: CanaryLimits };
