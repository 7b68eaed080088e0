import type { Reason, WantedAction } from '../../domain/decision.ts';
import type { PackedReview } from './row-evidence.ts';

/**
 * What the candidate rows of one decision share, so that a row needs some 70 bytes: everything explain shows of a criterion
 * without reading the rule file, and the dictionaries that the rows' small numbers point into (each from 0).
 */
export type DecisionHeader = {
  /** In file order; empty for a decision without candidates. */
  readonly criteria: readonly CriterionHeader[];
  /** Condition leaves, as met first. */
  readonly leaves: readonly LeafHeader[];
  /** `[source, place in the candidate's own times]`. */
  readonly origins: readonly (readonly [string, number])[];
  /** Times of observation, epoch ms, as met first. */
  readonly times: readonly number[];
  readonly shapes: readonly CandidateShape[];
  /** Why candidates are blocked. */
  readonly reasons: readonly Reason[];
  /** Places in `times` of the work-order body's times. */
  readonly workOrderTimes: readonly number[];
  /** As decided; only of a review file's decision, which has no candidates. */
  readonly review?: PackedReview;
  /** Only of a decision that waits for a person's yes. */
  readonly recommends?: WantedAction;
};

export type CriterionHeader = {
  readonly key: string;
  readonly label: string;
  readonly weight: number;
  readonly isRequired: boolean;
  readonly canRemote: boolean;
};

export type LeafHeader = {
  /** Place in `criteria`. */
  readonly criterion: number;
  /** Fact key. */
  readonly fact: string;
  readonly written: string;
  /** Where its value usually comes from: place in `origins`. Null since rows keep no values: see row-evidence.ts. */
  readonly origin: number | null;
};

/** What differs between few kinds of candidates: widths (a bench candidate may have fewer points to win), leaves met. */
export type CandidateShape = {
  /** By criterion. */
  readonly widths: readonly string[];
  /** Places in `leaves`. */
  readonly leaves: readonly number[];
};
