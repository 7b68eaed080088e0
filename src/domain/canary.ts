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
