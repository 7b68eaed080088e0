import type { Fact } from '../domain/fact.ts';
import type { Criterion } from '../domain/rule-file.ts';
import type { Candidate, Evidence, Slate } from '../domain/scored-slate.ts';
import type { Leaf } from './condition-columns.ts';
import type { ByVerdict, Endings } from './ending.ts';

/** A criterion as it stands on one slate, the same for all candidates that were judged. */
export type CriterionOnSlate = {
  readonly criterion: Criterion;
  /** As `fillLabel` gives it. */
  readonly label: string;
  readonly endings: Endings;
  /** Those of `endings` that it comes to here by the facts, be they known or not. */
  readonly byFacts: ByVerdict;
  /** Where its verdicts begin among all. */
  readonly at: number;
  /** `place`: the candidate's. */
  readonly collect: (place: number) => readonly Evidence[];
  /** All that `collect` gives, in its order. Null: what they saw need not be what the slate's facts say. */
  readonly leaves: readonly Leaf[] | null;
  /** Its condition where that is one comparison, as most are; else null. Its evidence needs no collecting. */
  readonly leaf: Leaf | null;
  /** What each candidate has of the leaf's fact, by place. */
  readonly actuals: readonly Fact[];
};

/** All that scoring candidates of one slate needs; made once for all of them. */
export type SlateTerms = {
  readonly slate: Slate;
  /** Those that were judged. Their order gives each its place. */
  readonly candidates: readonly Candidate[];
  /** In file order. */
  readonly criteria: readonly CriterionOnSlate[];
  /** Verdicts from the facts alone. */
  readonly codes: Uint8Array;
  /** A verdict of the directory from before does not count. */
  readonly oldestVerdictMs: number;
};
