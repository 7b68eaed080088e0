import type {
  Candidate,
  CriterionResult,
  CriterionStatus,
  Evidence,
  ScoredCandidate,
  Slate,
  Verdict,
} from '../domain/scored-slate.ts';
import { gradedFact, pointsOf } from './points.ts';
import type { CriterionOnSlate, Settlement } from './settle.ts';

/** What a criterion saw of a candidate. */
export type CollectEvidence = (candidate: Candidate) => readonly Evidence[];

/** A slate and the criteria as they stand on it, in file order; made once for all its candidates. */
export type SlateTerms = {
  readonly slate: Slate;
  readonly criteria: readonly (CriterionOnSlate & { readonly collect: CollectEvidence })[];
};

/** All that a candidate's criteria are made from. */
type Source = {
  readonly terms: SlateTerms;
  /** In file order. */
  readonly settlements: readonly Settlement[];
};

type Sums = Pick<ScoredCandidate, 'pointsMilli' | 'maxPoints' | 'isMatch' | 'needsPerson'>;

/**
 * A scored candidate whose `criteria`, with their evidence, are made when somebody first reads them: they are nine tenths of
 * the work, and of most candidates in a trial or a simulation only points and gate are asked for. A class for its private
 * field alone; to everybody else it is the plain value.
 */
export class LazilyScored implements ScoredCandidate {
  readonly candidate: Candidate;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  readonly isMatch: boolean;
  readonly needsPerson: boolean;
  declare readonly criteria: readonly CriterionResult[];
  readonly #source: Source;
  #criteria: readonly CriterionResult[] | null = null;

  constructor(candidate: Candidate, { pointsMilli, maxPoints, isMatch, needsPerson }: Sums, source: Source) {
    this.candidate = candidate;
    this.pointsMilli = pointsMilli;
    this.maxPoints = maxPoints;
    this.isMatch = isMatch;
    this.needsPerson = needsPerson;
    this.#source = source;
    Object.defineProperty(this, 'criteria', OWN_CRITERIA);
  }

  static criteriaOf(scored: LazilyScored): readonly CriterionResult[] {
    scored.#criteria ??= toCriteria(scored.#source, scored);
    return scored.#criteria;
  }
}

/**
 * A property of each candidate and not of the class, because a spread, `structuredClone`, canonical JSON and deep comparison
 * take own enumerable properties only: with a getter of the class they would lose the criteria without a word.
 */
const OWN_CRITERIA: PropertyDescriptor & ThisType<LazilyScored> = {
  enumerable: true,
  get() {
    return LazilyScored.criteriaOf(this);
  },
};

function toCriteria(source: Source, { candidate, maxPoints }: LazilyScored): readonly CriterionResult[] {
  const { terms, settlements } = source;
  return terms.criteria.map(({ criterion, label, collect }, n) => {
    const settlement = settlements[n];
    if (settlement === undefined) throw new TypeError('a criterion that was not settled');
    const { applies, factVerdict, decidedBy, verdict, needsPerson } = settlement;
    return {
      position: criterion.position,
      key: criterion.key,
      label,
      weight: criterion.weight,
      isRequired: criterion.isRequired,
      canRemote: criterion.canRemote,
      applies,
      factVerdict,
      decidedBy,
      verdict,
      status: statusOf(verdict, criterion.isRequired),
      pointsMilli: pointsOf(criterion, settlement, gradedFact(criterion, terms.slate, candidate)),
      order: verdict === 'match' ? 1 : criterion.isRequired ? 3 : 2,
      width: applies && maxPoints > 0 ? percent(Math.floor((100 * criterion.weight) / maxPoints)) : '0%',
      needsPerson,
      evidence: collect(candidate),
    };
  });
}

/** Of a whole number from 0 to 100; made once, since every candidate has one per criterion. */
function percent(share: number): string {
  return PERCENTS[share] ?? `${share}%`;
}

const PERCENTS: readonly string[] = Array.from({ length: 101 }, (_, share) => `${share}%`);

function statusOf(verdict: Verdict, isRequired: boolean): CriterionStatus {
  switch (verdict) {
    case 'match':
      return 'match';
    case 'no_match':
      return isRequired ? 'no_match_required' : 'no_match_preferred';
    case 'unknown':
      return isRequired ? 'unknown_required' : 'unknown_preferred';
  }
}
