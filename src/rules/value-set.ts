/**
 * A set of values one fact can have. Whole numbers as ranges with both ends in, ascending, with a gap between each and the
 * next; words as the ones that are in, or, with `isAllBut`, as the ones that are not.
 */
export type ValueSet =
  | { readonly kind: 'numbers'; readonly ranges: readonly Range[] }
  | { readonly kind: 'words'; readonly isAllBut: boolean; readonly words: ReadonlySet<string> };

/** Ends may be infinite. */
export type Range = readonly [from: number, to: number];

export function numbers(...ranges: readonly Range[]): ValueSet {
  return { kind: 'numbers', ranges: joined(ranges) };
}

export function words(...listed: readonly string[]): ValueSet {
  return { kind: 'words', isAllBut: false, words: new Set(listed) };
}

export const ANY_WORD: ValueSet = { kind: 'words', isAllBut: true, words: new Set() };

export function isEmpty(set: ValueSet): boolean {
  return set.kind === 'numbers' ? set.ranges.length === 0 : !set.isAllBut && set.words.size === 0;
}

/** What is in both. Sets of one fact are of one kind. */
export function bothOf(a: ValueSet, b: ValueSet): ValueSet {
  if (a.kind === 'numbers' && b.kind === 'numbers') {
    const ranges = a.ranges.flatMap(([fromA, toA]) =>
      b.ranges.map(([fromB, toB]): Range => [Math.max(fromA, fromB), Math.min(toA, toB)]),
    );
    return numbers(...ranges);
  }
  if (a.kind === 'numbers' || b.kind === 'numbers') throw new TypeError('numbers and words have nothing in common');
  if (a.isAllBut && b.isAllBut) return { ...a, words: new Set([...a.words, ...b.words]) };
  const [listed, other] = a.isAllBut ? [b, a] : [a, b];
  return words(...[...listed.words].filter((word) => other.words.has(word) !== other.isAllBut));
}

/** What is in `whole` and not in `part`. */
export function without(whole: ValueSet, part: ValueSet): ValueSet {
  if (part.kind === 'words') return bothOf(whole, { ...part, isAllBut: !part.isAllBut });
  const starts = [-Infinity, ...part.ranges.map(([, to]) => to + 1)];
  const ends = [...part.ranges.map(([from]) => from - 1), Infinity];
  return bothOf(whole, numbers(...starts.map((from, place): Range => [from, ends[place] ?? from])));
}

export function isWithin(part: ValueSet, whole: ValueSet): boolean {
  return isEmpty(without(part, whole));
}

function joined(ranges: readonly Range[]): readonly Range[] {
  const result: Range[] = [];
  const whole = ranges.filter(([from, to]) => from <= to && from < Infinity && to > -Infinity);
  for (const [from, to] of whole.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const last = result.at(-1);
    if (last === undefined || from > last[1] + 1) result.push([from, to]);
    else result[result.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return result;
}
