import type { RecordedCandidate, RecordedDecision } from '../domain/recorded-decision.ts';

/** A required criterion of a rule file, by the key that all its recorded texts share. */
export type RequiredCriterion = { readonly key: string; readonly label: string };

/** What it would change if these criteria were preferred and no longer required. */
export type RelaxedSet = {
  /** `one`: each criterion alone; `pair`: the best pairs; `best`: the best set of its size. */
  readonly kind: 'one' | 'pair' | 'best';
  /** In file order. */
  readonly criteria: readonly RequiredCriterion[];
  /** Candidates who would be eligible and were not: a provider for a work order counts once, however often it was decided. */
  readonly moreEligible: number;
};

/** One rule file's recorded decisions, counted. */
export type RelaxationCounts = {
  readonly ruleFileId: string;
  readonly decisions: number;
  readonly workOrders: number;
  readonly candidates: number;
  readonly eligible: number;
  /** Kept from being eligible by something else besides, whatever is relaxed. */
  readonly blockedOtherwise: number;
  readonly required: readonly RequiredCriterion[];
  readonly sets: readonly RelaxedSet[];
};

/** With more required criteria than this, sets of three and more are not looked through. */
export const MOST_SEARCHED = 12;
/** Bits of a number; further criteria count as blocked otherwise. */
const MOST_CRITERIA = 30;
const PAIRS_SHOWN = 5;

const BY_CRITERION: readonly string[] = ['FM-5001', 'FM-5002'];

/** Counts one rule file's decisions, in the order they were recorded. */
export function createRelaxationTally(ruleFileId: string) {
  const required = new Map<string, RequiredCriterion>();
  const byPlace = new Map<string, Map<number, readonly number[]>>();
  let decisions = 0;
  return {
    add(decision: RecordedDecision): void {
      decisions += 1;
      const place = `${decision.workOrderId} ${decision.episode}`;
      const known = byPlace.get(place) ?? new Map<number, readonly number[]>();
      byPlace.set(place, known);
      for (const candidate of decision.candidates) {
        const mask = blockersOf(candidate, required);
        const masks = known.get(candidate.providerId) ?? [];
        known.set(candidate.providerId, mask === null ? masks : withMask(masks, mask));
      }
    },
    result(): RelaxationCounts {
      const groups = groupsOf([...byPlace.values()].flatMap((known) => [...known.values()]));
      const count = (isCounted: (masks: readonly number[]) => boolean) =>
        groups.reduce((sum, group) => sum + (isCounted(group.masks) ? group.count : 0), 0);
      return {
        ruleFileId,
        decisions,
        workOrders: byPlace.size,
        candidates: count(() => true),
        eligible: count((masks) => masks.includes(0)),
        blockedOtherwise: count((masks) => masks.length === 0),
        required: [...required.values()],
        sets: findSets([...required.values()], groups),
      };
    },
  };
}

/** Null: something besides required criteria blocks it. */
function blockersOf(
  { blockedBy, criteria }: RecordedCandidate,
  required: Map<string, RequiredCriterion>,
): number | null {
  let mask = 0;
  let isOver = false;
  for (const { key, label, isRequired, applies, verdict } of criteria) {
    if (!isRequired) continue;
    if (!required.has(key) && required.size < MOST_CRITERIA) required.set(key, { key, label });
    if (!applies || verdict === 'match') continue;
    const place = [...required.keys()].indexOf(key);
    if (place === -1) isOver = true;
    else mask |= 1 << place;
  }
  return isOver || blockedBy.some(({ code }) => !BY_CRITERION.includes(code)) ? null : mask;
}

/** Only the smallest sets of blockers matter: where one is relaxed, so is every set that holds it. */
function withMask(masks: readonly number[], mask: number): readonly number[] {
  if (masks.some((one) => (one & mask) === one)) return masks;
  return [...masks.filter((one) => (one & mask) !== mask), mask].sort((a, b) => a - b);
}

type Group = { readonly masks: readonly number[]; count: number };

function groupsOf(all: readonly (readonly number[])[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const masks of all) {
    const group = groups.get(masks.join()) ?? { masks, count: 0 };
    group.count += 1;
    groups.set(masks.join(), group);
  }
  return [...groups.values()];
}

/** Those who are not eligible and would be. */
function gainOf(set: number, groups: readonly Group[]): number {
  return groups.reduce((sum, { masks, count }) => {
    return sum + (!masks.includes(0) && masks.some((mask) => (mask & ~set) === 0) ? count : 0);
  }, 0);
}

function findSets(required: readonly RequiredCriterion[], groups: readonly Group[]): readonly RelaxedSet[] {
  const toSet = (kind: RelaxedSet['kind'], mask: number): RelaxedSet => ({
    kind,
    criteria: required.filter((_, place) => (mask & (1 << place)) !== 0),
    moreEligible: gainOf(mask, groups),
  });
  const ones = required.map((_, place) => toSet('one', 1 << place));
  const pairs = masksOfSize(required.length, 2)
    .map((mask) => toSet('pair', mask))
    .sort((a, b) => b.moreEligible - a.moreEligible);
  const best: RelaxedSet[] = [];
  for (let size = 3; size <= required.length && required.length <= MOST_SEARCHED; size += 1) {
    const [first] = masksOfSize(required.length, size)
      .map((mask) => ({ mask, gain: gainOf(mask, groups) }))
      .sort((a, b) => b.gain - a.gain || a.mask - b.mask);
    if (first !== undefined) best.push(toSet('best', first.mask));
  }
  return [...ones, ...pairs.slice(0, PAIRS_SHOWN), ...best];
}

/** Ascending. */
function masksOfSize(places: number, size: number): readonly number[] {
  if (size === 0) return [0];
  if (places < size) return [];
  const without = masksOfSize(places - 1, size);
  return [...without, ...masksOfSize(places - 1, size - 1).map((mask) => mask | (1 << (places - 1)))];
}

/** Whether relaxing these criteria lets somebody in whom nothing else keeps out: if not, the decision stays as it was. */
export function letsIn(candidates: RecordedDecision['candidates'], keys: ReadonlySet<string>): boolean {
  return candidates.some(({ blockedBy, criteria }) => {
    if (blockedBy.length === 0 || blockedBy.some(({ code }) => !BY_CRITERION.includes(code))) return false;
    return criteria.every(
      ({ key, isRequired, applies, verdict }) => !isRequired || !applies || verdict === 'match' || keys.has(key),
    );
  });
}
