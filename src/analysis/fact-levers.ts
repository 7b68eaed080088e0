import { type Fact, type FactType, type FactValue, UNITS } from '../domain/fact.ts';
import { changeSize, type Notch, type Setting, WHOLE_CHANGE } from './flip-search.ts';
import { changesFor, creditShare, type FactUses, testValue } from './flip-uses.ts';

/** What one fact could have been, as far as it matters. `from` null: it was not known. */
export type ValueEdit = { readonly from: FactValue | null; readonly to: FactValue };

export type ValueTerms = {
  readonly uses: FactUses;
  readonly type: FactType;
  readonly fact: Fact;
  /** 1: for the provider; -1: against. */
  readonly aim: 1 | -1;
  /** Kept numbers are compared by their distance from this; ages of moments are, and nothing else. */
  readonly origin?: number;
  /** Where the unit allows more than makes sense. */
  readonly domain?: readonly [number, number];
  /** Further numbers from which something is otherwise. */
  readonly cuts?: readonly number[];
  /** Every segment is of use, whatever the tests say. */
  readonly isWanted?: boolean;
};

/** Values that make something of the rule file come out otherwise for the provider: of each kind the smallest change first. */
export function valueNotches(terms: ValueTerms): readonly Notch<ValueEdit>[] {
  const { type, uses, fact, aim } = terms;
  switch (type.kind) {
    case 'number':
      return numberNotches(terms);
    case 'boolean':
      return single([true, false], terms);
    case 'text':
      return single([...new Set([...(type.values ?? []), ...literals(uses).filter(isText)])], terms);
    case 'numbers':
    case 'texts':
      return listNotches(literals(uses), terms).filter((notch) =>
        changesFor(uses, fact, { value: notch.at(0).edit.to, aim }),
      );
  }
}

function single(values: readonly FactValue[], { uses, fact, aim }: ValueTerms): readonly Notch<ValueEdit>[] {
  const from = fact.kind === 'known' ? fact.value : null;
  return values
    .filter((value) => value !== from && changesFor(uses, fact, { value, aim }))
    .map((to) => oneSetting({ edit: { from, to }, size: WHOLE_CHANGE }));
}

export function oneSetting<Edit>(setting: Setting<Edit>): Notch<Edit> {
  return { length: 1, at: () => setting };
}

function literals({ tests }: FactUses): readonly (number | string | boolean)[] {
  return [...new Set(tests.flatMap(({ test }) => test.value))];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** Members that are changed at once. */
const MOST_MEMBERS = 3;

/** Members asked for come or go, each a whole change. */
function listNotches(
  asked: readonly (number | string | boolean)[],
  { fact, type }: ValueTerms,
): readonly Notch<ValueEdit>[] {
  const from = fact.kind === 'known' ? fact.value : null;
  const members: readonly (number | string)[] = Array.isArray(from) ? from : [];
  const wanted = asked.filter((value) => typeof value === (type.kind === 'numbers' ? 'number' : 'string'));
  const others = subsetsOf(wanted, MOST_MEMBERS).map((changed) => {
    const kept = members.filter((member) => !changed.includes(member));
    const added = changed.filter((member) => !members.some((known) => known === member));
    return oneSetting({ edit: { from, to: toList([...kept, ...added]) }, size: changed.length * WHOLE_CHANGE });
  });
  return from === null ? [oneSetting({ edit: { from, to: [] }, size: WHOLE_CHANGE }), ...others] : others;
}

function toList(values: readonly (number | string | boolean)[]): FactValue {
  const numbers = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  return numbers.length > 0 ? numbers : values.filter(isText).sort();
}

/** Not empty, the small ones first. */
function subsetsOf<Item>(items: readonly Item[], most: number): readonly (readonly Item[])[] {
  let subsets: readonly (readonly Item[])[] = [[]];
  for (const item of items)
    subsets = [...subsets, ...subsets.filter(({ length }) => length < most).map((subset) => [...subset, item])];
  return subsets.filter(({ length }) => length > 0).sort((a, b) => a.length - b.length);
}

type Segment = { readonly near: number; readonly far: number };

function numberNotches(terms: ValueTerms): readonly Notch<ValueEdit>[] {
  const { type, fact } = terms;
  const [least, most] = terms.domain ?? domainOf(type);
  const from = fact.kind === 'known' && typeof fact.value === 'number' ? fact.value : null;
  const starts = startsOf(terms, least);
  const up = segmentsBetween(starts, from === null ? least : Math.max(least, from + 1), most);
  const down =
    from === null
      ? []
      : segmentsBetween(starts, least, Math.min(most, from - 1))
          .map(turned)
          .reverse();
  return [up, down].flatMap((side) => unlike(side, terms).flatMap((segment) => notchesOf(segment, from, terms)));
}

/** Of segments in which everything is the same only the nearest. */
function unlike(side: readonly Segment[], { uses, cuts = [] }: ValueTerms): readonly Segment[] {
  const seen = new Set<string>();
  return side.filter((segment) => {
    const { near, far } = segment;
    if (uses.ranks !== 0 || betters(uses, segment, 1).some((better) => better !== 0)) return true;
    const said = uses.tests.map(({ test }) => testValue(test, near));
    const passed = cuts.filter((cut) => cut <= Math.min(near, far)).length;
    const key = JSON.stringify([said, uses.credits.map((credit) => creditShare(credit, near)), passed]);
    return !seen.has(key) && seen.add(key);
  });
}

function domainOf(type: FactType): readonly [number, number] {
  if (type.kind !== 'number') return [0, 0];
  const { min, max, scale } = UNITS[type.unit];
  return [Math.ceil(min * scale), Math.floor(max * scale)];
}

/** Each number at which something begins to be otherwise; ascending. */
function startsOf({ uses, cuts = [] }: ValueTerms, least: number): readonly number[] {
  const compared = literals(uses).filter((value) => typeof value === 'number');
  const ends = uses.credits.flatMap(({ fullAt, zeroAt }) => [fullAt, zeroAt]);
  const all = [...compared, ...ends].flatMap((value) => [value, value + 1]);
  return [...new Set([least, ...all, ...cuts])].sort((a, b) => a - b);
}

function segmentsBetween(starts: readonly number[], least: number, most: number): readonly Segment[] {
  const inside = [...new Set([least, ...starts.filter((start) => start > least && start <= most)])];
  return least > most ? [] : inside.map((near, place) => ({ near, far: (inside[place + 1] ?? most + 1) - 1 }));
}

function turned({ near, far }: Segment): Segment {
  return { near: far, far: near };
}

/** Within a segment nothing changes but credit and rank: where both get better on the way the whole of it is a notch. */
function notchesOf(segment: Segment, from: number | null, terms: ValueTerms): readonly Notch<ValueEdit>[] {
  const { uses, fact, aim, isWanted = false } = terms;
  const ordered = from === null && betters(uses, segment, aim).some((better) => better < 0) ? turned(segment) : segment;
  const { near, far } = ordered;
  const served = (value: number) => isWanted || changesFor(uses, fact, { value, aim });
  const along = betters(uses, ordered, aim);
  const isMixed = along.some((better) => better > 0) && along.some((better) => better < 0);
  if (isMixed) return [near, far].filter(served).map((to) => oneSetting(settingOf(from, to, terms)));
  if (!along.some((better) => better > 0)) return served(near) ? [oneSetting(settingOf(from, near, terms))] : [];
  const step = Math.sign(far - near) || 1;
  return served(far)
    ? [{ length: Math.abs(far - near) + 1, at: (index) => settingOf(from, near + step * index, terms) }]
    : [];
}

/** Of each credit, and of the rank: above zero where it gets better for the aim from near to far. */
function betters(uses: FactUses, { near, far }: Segment, aim: 1 | -1): readonly number[] {
  const credits = uses.credits.map((credit) => (creditShare(credit, far) - creditShare(credit, near)) * aim);
  return [...credits, (far - near) * uses.ranks * aim];
}

function settingOf(from: number | null, to: number, { origin = 0 }: ValueTerms): Setting<ValueEdit> {
  return { edit: { from, to }, size: from === null ? WHOLE_CHANGE : changeSize(origin - from, origin - to) };
}
