import type { CandidateKind } from '../../domain/provider.ts';
import { isRuledOut, matches } from '../condition-logic.ts';
import {
  type AskedCriterion,
  type Asking,
  canTake,
  givesPoints,
  isComparable,
  isRemoteWork,
  letsThrough,
} from './asked-criterion.ts';

/** Whole points an eligible candidate can have: at least `assured`, at most `most`. */
export type PointsRange = { readonly assured: number; readonly most: number };

/** Of work at a site or of remote work; null where nobody or no such work order can come through. */
export function pointsRange(asking: Asking, kind: CandidateKind, isRemote: boolean): PointsRange | null {
  if (!canTake(asking, isRemote)) return null;
  const applying = asking.criteria.filter(({ canRemote }) => canRemote || !isRemote);
  const required = applying.filter(({ isRequired }) => isRequired);
  const met = [
    ...asking.given,
    matches(isRemoteWork(isRemote)),
    ...required.filter(isComparable).map((criterion) => letsThrough(criterion, kind)),
  ];
  // Nobody is eligible at all.
  if (isRuledOut(met)) return null;
  const possible = applying.filter(
    (criterion) => criterion.isRequired || !isRuledOut([...met, givesPoints(criterion, kind)]),
  );
  return { assured: sumOf(required.filter(isAssured)), most: sumOf(possible) - lostToExclusion(possible, kind) };

  /** Who is eligible has it whole: it was not left out, and its points are not graded. */
  function isAssured({ onMissing, credit }: AskedCriterion): boolean {
    return credit === null && onMissing[kind] !== 'ignore';
  }
}

/** The whole range over all work orders the file takes; null where it takes none. */
export function wholeRange(asking: Asking, kind: CandidateKind): PointsRange | null {
  const ranges = [true, false].map((isRemote) => pointsRange(asking, kind, isRemote)).filter((range) => range !== null);
  if (ranges.length === 0) return null;
  return {
    assured: Math.min(...ranges.map(({ assured }) => assured)),
    most: Math.max(...ranges.map(({ most }) => most)),
  };
}

/** Of two criteria that exclude each other at most the heavier gives points; each is paired once. */
function lostToExclusion(criteria: readonly AskedCriterion[], kind: CandidateKind): number {
  const free = criteria.filter((criterion) => !criterion.isRequired && isComparable(criterion));
  let lost = 0;
  for (let one = free.pop(); one !== undefined; one = free.pop()) {
    const claim = givesPoints(one, kind);
    const rival = free.findIndex((other) => isRuledOut([givesPoints(other, kind), claim]));
    const [paired] = rival === -1 ? [] : free.splice(rival, 1);
    if (paired !== undefined) lost += Math.min(paired.weight, one.weight);
  }
  return lost;
}

function sumOf(criteria: readonly AskedCriterion[]): number {
  return criteria.reduce((sum, { weight }) => sum + weight, 0);
}
