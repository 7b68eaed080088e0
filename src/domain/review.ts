import type { Evidence, Verdict } from './scored-slate.ts';

/** How finished work did on one criterion of a review file. */
export type ReviewedCriterion = {
  readonly position: number;
  readonly key: string;
  readonly label: string;
  readonly weight: number;
  readonly isRequired: boolean;
  /** From the facts alone: nothing else may settle it. */
  readonly verdict: Verdict;
  /** True: unknown, and a person must look. */
  readonly needsPerson: boolean;
  readonly evidence: readonly Evidence[];
};
