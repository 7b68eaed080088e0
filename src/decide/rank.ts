import type { ProviderId } from '../domain/ids.ts';
import { TIE_BREAK_FACTS, type TieBreak, type TieBreakField } from '../domain/rule-file.ts';
import type { Candidate, ScoredCandidate } from '../domain/scored-slate.ts';

/** What candidates are ordered by; null is unknown, and comes last whatever the direction. */
export type RankKeys = { readonly [field in TieBreakField]: number | null } & {
  readonly points: number;
  readonly provider_id: ProviderId;
};

const FIELD_WORDS: { readonly [field in TieBreakField]: string } = {
  points: 'points',
  total_pay: 'total pay',
  assigned_7d: 'work orders assigned in seven days',
  distance: 'distance',
  requested_at: 'time of the request',
  rating: 'rating',
  worked_with: 'having worked for us',
  provider_id: 'the provider id',
};

export function rankKeys(scored: ScoredCandidate, assigned7Days: number): RankKeys {
  const { candidate } = scored;
  return {
    points: scored.pointsMilli,
    total_pay: candidate.costCents,
    assigned_7d: assigned7Days,
    distance: numberFact(candidate, TIE_BREAK_FACTS.distance),
    requested_at: candidate.request?.createdMs ?? null,
    rating: numberFact(candidate, TIE_BREAK_FACTS.rating),
    worked_with: numberFact(candidate, TIE_BREAK_FACTS.worked_with),
    provider_id: candidate.providerId,
  };
}

/** Below zero: `a` comes first. Zero only for equal keys in every step. */
export function compareRank(tieBreak: readonly TieBreak[], a: RankKeys, b: RankKeys): number {
  for (const { by, direction } of tieBreak) {
    const difference = compareField(a[by], b[by], direction);
    if (difference !== 0) return difference;
  }
  return a.provider_id - b.provider_id;
}

/** True when nothing but the provider id could put `a` behind `b`. */
export function ranksAtOrAbove(tieBreak: readonly TieBreak[], a: RankKeys, b: RankKeys): boolean {
  const telling = tieBreak.filter(({ by }) => by !== 'provider_id');
  return compareRank(telling, a, { ...b, provider_id: a.provider_id }) <= 0;
}

/** What settles the order of two candidates, in a dispatcher's words. */
export function decidingField(tieBreak: readonly TieBreak[], a: RankKeys, b: RankKeys): string {
  const step = tieBreak.find(({ by, direction }) => compareField(a[by], b[by], direction) !== 0);
  return FIELD_WORDS[step?.by ?? 'provider_id'];
}

function compareField(a: number | null, b: number | null, direction: 'asc' | 'desc'): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return direction === 'asc' ? a - b : b - a;
}

function numberFact(candidate: Candidate, key: string): number | null {
  const fact = candidate.facts[key];
  if (fact === undefined || fact.kind === 'unknown') return null;
  if (typeof fact.value === 'boolean') return fact.value ? 1 : 0;
  return typeof fact.value === 'number' ? fact.value : null;
}
