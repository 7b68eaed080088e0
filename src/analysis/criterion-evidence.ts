import { unitOfFact } from '../criteria/catalog.ts';
import type { FactUnit, FactValue } from '../domain/fact.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import type { CriterionResult, Evidence, ScoredCandidate } from '../domain/scored-slate.ts';
import type { ExpectedStatus } from '../rules/rule-test.ts';

/** How a criterion came out for one candidate, or for finished work, and what it rests on. */
export type CriterionEvidence = {
  readonly key: string;
  readonly status: ExpectedStatus;
  readonly weight: number;
  /** Null: reviews have none. */
  readonly pointsMilli: number | null;
  /** From the facts alone; null: it does not apply. */
  readonly factVerdict: CriterionResult['factVerdict'] | null;
  readonly decidedBy: CriterionResult['decidedBy'];
  readonly values: readonly ComparedValue[];
};

/** A fact's value and what it is compared with. */
export type ComparedValue = {
  readonly fact: string;
  /** `>= 4.5`, as the file writes it. */
  readonly written: string;
  /** In the kept unit; null: not known. */
  readonly value: FactValue | null;
  readonly unit: FactUnit | null;
  /** Why it is not known; null: it is. */
  readonly because: string | null;
  readonly verdict: Evidence['verdict'];
};

/** In file order. */
export function criteriaOf({ criteria }: ScoredCandidate): readonly CriterionEvidence[] {
  return criteria.map((one) => ({
    key: one.key,
    status: one.applies ? one.status : 'does_not_apply',
    weight: one.weight,
    pointsMilli: one.pointsMilli,
    // What does not apply because it is unknown and to be ignored was looked at all the same.
    factVerdict: one.applies || one.decidedBy === 'on_missing' ? one.factVerdict : null,
    decidedBy: one.decidedBy,
    values: one.evidence.map(comparedValue),
  }));
}

/** In file order. */
export function reviewedCriteria(review: readonly ReviewedCriterion[]): readonly CriterionEvidence[] {
  return review.map(({ key, weight, verdict, isRequired, evidence }) => ({
    key,
    status: verdict === 'match' ? 'match' : `${verdict}_${isRequired ? 'required' : 'preferred'}`,
    weight,
    pointsMilli: null,
    factVerdict: verdict,
    decidedBy: 'facts',
    values: evidence.map(comparedValue),
  }));
}

export function comparedValue({ fact, written, actual, verdict }: Evidence): ComparedValue {
  return {
    fact: fact.key,
    written,
    value: actual.kind === 'known' ? actual.value : null,
    unit: unitOfFact(fact.name),
    because: actual.kind === 'unknown' ? actual.because : null,
    verdict,
  };
}
