import { type Blocker, blockerName, isOfUnknown, type SlateCounts } from '../domain/slate-counts.ts';
import { type AttritionPlace, attritionStepOf, type Stops } from './attrition.ts';

/** One step of the way from all slates together to the eligible. */
export type CountedStep = {
  /** Null: the slates as they are, before anything is asked. */
  readonly place: AttritionPlace | null;
  /** Left after it. */
  readonly passed: number;
  /** Stopped by it and by no step before. */
  readonly leaves: number;
  /** Stopped by it, whatever else stops them. */
  readonly stops: number;
  /** Stopped by nothing else. */
  readonly alone: number;
  /** Of `stops`, since it is not known whether they meet the criterion. */
  readonly unknown: number;
  /** What would be if the criterion were preferred and all else as it was; null: no criterion. */
  readonly ifPreferred: { readonly eligible: number; readonly filled: number } | null;
  /** By code, the most first; of a criterion none. */
  readonly reasons: readonly (Stops & { readonly code: string })[];
};

/** Decisions with somebody eligible. */
export function countFilled({ decisions, withoutEligible }: SlateCounts): number {
  return decisions - withoutEligible;
}

/** The slates, then step by step; `passed` of the last are the eligible. */
export function attritionOfCounts(counts: SlateCounts): readonly CountedStep[] {
  const all = counts.sets.map(({ stoppedBy, candidates }) => ({
    candidates,
    names: stoppedBy.map(blockerName),
    stoppedBy,
  }));
  const slate = all.reduce((sum, { candidates }) => sum + candidates, 0);
  const eligible = sumWhere(all, ({ names }) => names.length === 0);
  const places = placesOf(counts);
  let left: readonly CountedSet[] = all;
  const steps = places.map((place): CountedStep => {
    const isHere = (set: CountedSet) => set.names.some((name) => isAt(place, name));
    const leaves = sumWhere(left, isHere);
    left = left.filter((set) => !isHere(set));
    const alone = sumWhere(all, (set) => isHere(set) && set.names.every((name) => isAt(place, name)));
    const filled = countFilled(counts) + (place.kind === 'criterion' ? (counts.fillableWithout[place.key] ?? 0) : 0);
    return {
      place,
      passed: sumWhere(left, () => true),
      leaves,
      stops: sumWhere(all, isHere),
      alone,
      unknown: sumWhere(all, ({ stoppedBy }) =>
        stoppedBy.some((one) => isOfUnknown(one) && isAt(place, blockerName(one))),
      ),
      ifPreferred: place.kind === 'criterion' ? { eligible: eligible + alone, filled } : null,
      reasons: place.kind === 'criterion' ? [] : reasonsAt(place, all),
    };
  });
  const none = { leaves: 0, stops: 0, alone: 0, unknown: 0, ifPreferred: null, reasons: [] };
  return [{ place: null, passed: slate, ...none }, ...steps];
}

type CountedSet = {
  readonly candidates: number;
  readonly names: readonly string[];
  readonly stoppedBy: readonly Blocker[];
};

function placesOf({ criteria }: SlateCounts): readonly AttritionPlace[] {
  return [
    { kind: 'active' },
    { kind: 'not_expired' },
    ...criteria.map(({ key, label }, index) => ({ kind: 'criterion', position: index + 1, key, label }) as const),
    { kind: 'guardrails' },
  ];
}

/** Keys are small letters, so no code is one. */
function isAt(place: AttritionPlace, name: string): boolean {
  if (place.kind === 'criterion') return name === place.key;
  return name.startsWith('FM-') && attritionStepOf(name) === place.kind;
}

function sumWhere(sets: readonly CountedSet[], holds: (set: CountedSet) => boolean): number {
  return sets.reduce((sum, set) => sum + (holds(set) ? set.candidates : 0), 0);
}

function reasonsAt(place: AttritionPlace, sets: readonly CountedSet[]): CountedStep['reasons'] {
  const codes = new Set(sets.flatMap(({ names }) => names.filter((name) => isAt(place, name))));
  return [...codes]
    .map((code) => ({
      code,
      stops: sumWhere(sets, ({ names }) => names.includes(code)),
      alone: sumWhere(sets, ({ names }) => names.length === 1 && names[0] === code),
    }))
    .sort((a, b) => b.stops - a.stops || (a.code < b.code ? -1 : 1));
}
