import { toCanonicalJson } from '../domain/json.ts';
import { implies } from '../rules/condition-logic.ts';
import { type AlignedParts, alignParts } from './align-parts.ts';
import type { RuleGroup, RuleLeaf, RuleOutline, RulePart } from './rule-outline.ts';
import { conditionPieces } from './rule-words.ts';

/** One difference between two rule files. `path` is where: `criteria.distance.weight`, `stages.2.min_points`. */
export type RuleChange = {
  readonly kind: 'changed' | 'added' | 'removed' | 'renamed' | 'reordered';
  readonly path: string;
  /** Before the value, for people. */
  readonly label: string;
  /** Null: it was not there. */
  readonly before: string | null;
  /** Null: it is no longer there. */
  readonly after: string | null;
  /** In one line, what the difference is; empty: before and after say it. */
  readonly pieces: readonly string[];
  /** False: no decision can come out otherwise by this. */
  readonly decides: boolean;
  /** What follows from it: `stricter`, `now outweighs background_check (35)`. */
  readonly notes: readonly string[];
};

/** Every difference once; none of what is only written otherwise. */
export function diffOutlines(before: RuleOutline, after: RuleOutline): readonly RuleChange[] {
  const groups = after.groups.flatMap((group) => {
    const old = before.groups.find(({ name }) => name === group.name);
    return diffGroup(old ?? { ...group, parts: [] }, group);
  });
  return [...diffLeaves(before.leaves, after.leaves, ''), ...groups];
}

/** Of two lists of leaves with one key each; one that is missing says nothing, as one whose value is null. */
function diffLeaves(before: readonly RuleLeaf[], after: readonly RuleLeaf[], prefix: string): readonly RuleChange[] {
  const old = new Map(before.map((leaf) => [leaf.key, leaf]));
  const fresh = new Map(after.map((leaf) => [leaf.key, leaf]));
  const keys = [...new Set([...fresh.keys(), ...old.keys()])];
  return keys.flatMap((key) => {
    const [from, to] = [old.get(key), fresh.get(key)];
    const some = to ?? from;
    if (some === undefined || isSame(from, to)) return [];
    const pieces = piecesOf(from, to);
    return [
      {
        kind: 'changed',
        path: `${prefix}${key}`,
        label: some.label,
        before: from?.text ?? 'nothing',
        after: to?.text ?? 'nothing',
        pieces,
        decides: some.decides,
        notes: stricterOrLooser(from, to),
      },
    ];
  });
}

function isSame(from: RuleLeaf | undefined, to: RuleLeaf | undefined): boolean {
  return toCanonicalJson(from?.value ?? null) === toCanonicalJson(to?.value ?? null);
}

function piecesOf(from: RuleLeaf | undefined, to: RuleLeaf | undefined): readonly string[] {
  const [old, fresh] = [from?.condition ?? null, to?.condition ?? null];
  return old === null || fresh === null ? [] : (conditionPieces(old, fresh) ?? []);
}

/** Where it is certain that one condition holds only for what the other holds for. */
function stricterOrLooser(from: RuleLeaf | undefined, to: RuleLeaf | undefined): readonly string[] {
  if (to?.condition === undefined || from?.condition === undefined) return [];
  const [old, fresh] = [from.condition, to.condition];
  if (old === null) return ['narrower'];
  if (fresh === null) return ['wider'];
  const [isNarrower, isWider] = [implies(fresh, old), implies(old, fresh)];
  if (isNarrower && isWider) return ['holds for the same'];
  return isNarrower ? ['stricter'] : isWider ? ['looser'] : [];
}

function diffGroup(before: RuleGroup, after: RuleGroup): readonly RuleChange[] {
  const pairs =
    after.matching === 'key'
      ? pairByKey(before.parts, after.parts)
      : alignParts(before.parts, after.parts, countChanges);
  const changes = pairs.flatMap(({ from, to }) => {
    const path = `${after.name}.${(to ?? from)?.key ?? ''}`;
    if (from !== null && to !== null) return diffPart(from, to, path);
    const part = to ?? from;
    return part === null ? [] : [comeOrGone(part, path, to !== null)];
  });
  return after.name === 'criteria' ? [...changes, ...reordered(before.parts, after.parts)] : changes;
}

function countChanges(from: RulePart, to: RulePart): number {
  return diffLeaves(from.leaves, to.leaves, '').length;
}

function diffPart(from: RulePart, to: RulePart, path: string): readonly RuleChange[] {
  const renamed: RuleChange = {
    ...{ kind: 'renamed', path: `${path}.key`, label: 'key', before: from.key, after: to.key },
    ...{ pieces: [], decides: false, notes: [] },
  };
  const isRenamed = from.kind === 'criterion' && from.key !== to.key;
  return [...(isRenamed ? [renamed] : []), ...diffLeaves(from.leaves, to.leaves, `${path}.`)];
}

function comeOrGone(part: RulePart, path: string, isNew: boolean): RuleChange {
  return {
    kind: isNew ? 'added' : 'removed',
    path,
    label: part.label,
    before: isNew ? null : part.summary,
    after: isNew ? part.summary : null,
    pieces: [],
    decides: true,
    notes: [],
  };
}

/**
 * A criterion's key is only its name: of those on one side alone, two that say the same otherwise are one that was renamed.
 * The key of anything else is what it says.
 */
function pairByKey(before: readonly RulePart[], after: readonly RulePart[]): readonly AlignedParts[] {
  const gone = before.filter(({ key }) => !after.some((part) => part.key === key));
  const named = gone.filter(({ kind }) => kind === 'criterion');
  const taken = new Set<RulePart>();
  const pairs = after.map((to): AlignedParts => {
    const same = before.find(({ key }) => key === to.key);
    const from = same ?? named.find((part) => !taken.has(part) && countChanges(part, to) === 0) ?? null;
    if (from !== null && same === undefined) taken.add(from);
    return { from, to };
  });
  return [...pairs, ...gone.filter((part) => !taken.has(part)).map((from) => ({ from, to: null }))];
}

/** Points are added up, so the order of criteria is only that of what people see. */
function reordered(before: readonly RulePart[], after: readonly RulePart[]): readonly RuleChange[] {
  const keysIn = (parts: readonly RulePart[], others: readonly RulePart[]) =>
    parts.map(({ key }) => key).filter((key) => others.some((other) => other.key === key));
  const [old, fresh] = [keysIn(before, after).join(', '), keysIn(after, before).join(', ')];
  if (old === fresh) return [];
  const label = 'order of the criteria';
  return [
    { kind: 'reordered', path: 'criteria', label, before: old, after: fresh, pieces: [], decides: false, notes: [] },
  ];
}
