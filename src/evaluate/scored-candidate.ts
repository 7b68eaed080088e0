import type { Facts } from '../domain/fact.ts';
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
import { type CriterionOnSlate, settle } from './settle.ts';

/** A slate and the criteria that judge its candidates, in file order; made once for all of them. */
export type SlateTerms = {
  readonly slate: Slate;
  readonly criteria: readonly (CriterionOnSlate & {
    /** From the facts alone: the candidate's own, and those all share. */
    readonly judge: (own: Facts, shared: Facts) => Verdict;
    readonly collect: (candidate: Candidate) => readonly Evidence[];
  })[];
};

type Sums = Pick<ScoredCandidate, 'pointsMilli' | 'maxPoints' | 'isMatch' | 'needsPerson'>;

/**
 * A scored candidate whose `criteria`, with their evidence, are made when somebody first reads them: they are nine tenths of
 * the work, and of most candidates in a trial or a simulation only points and gate are asked for. The getter is the class's,
 * because one of each object's own costs 80 ns, as much as eight criteria; `ScoredCandidate` keeps copies from losing it.
 */
export class LazilyScored implements ScoredCandidate {
  readonly candidate: Candidate;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  readonly isMatch: boolean;
  readonly needsPerson: boolean;
  readonly #terms: SlateTerms;
  #criteria: readonly CriterionResult[] | null = null;

  constructor(terms: SlateTerms, candidate: Candidate, { pointsMilli, maxPoints, isMatch, needsPerson }: Sums) {
    this.candidate = candidate;
    this.pointsMilli = pointsMilli;
    this.maxPoints = maxPoints;
    this.isMatch = isMatch;
    this.needsPerson = needsPerson;
    this.#terms = terms;
  }

  get criteria(): readonly CriterionResult[] {
    this.#criteria ??= toCriteria(this.#terms, this);
    return this.#criteria;
  }
}

function toCriteria({ slate, criteria }: SlateTerms, scored: LazilyScored): readonly CriterionResult[] {
  const { candidate, maxPoints } = scored;
  return criteria.map((on) => {
    const { criterion, label } = on;
    const settlement = settle(on, candidate, on.judge(candidate.facts, slate.facts));
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
      pointsMilli: pointsOf(criterion, settlement, gradedFact(criterion, slate, candidate)),
      order: verdict === 'match' ? 1 : criterion.isRequired ? 3 : 2,
      width: applies && maxPoints > 0 ? percent(Math.floor((100 * criterion.weight) / maxPoints)) : '0%',
      needsPerson,
      evidence: on.collect(candidate),
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
