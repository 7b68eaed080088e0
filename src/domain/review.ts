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

/** In cents: in all, by rule file, and by work order, each once, with its dearest approval; and that one's rule file, if any. */
export type ApprovedMoney = {
  readonly totalCents: number;
  readonly byRuleFile: { readonly [ruleFileId: string]: number };
  readonly byWorkOrder: { readonly [workOrderId: number]: number };
  readonly fileOf: { readonly [workOrderId: number]: string };
};
