import type { Fact, Facts } from '../domain/fact.ts';

/** Stands for a fact that is not there. */
export const ABSENT: Fact = { kind: 'unknown', because: 'no source has this fact' };

/** Things that have facts, as candidates do. */
export type Sets = readonly { readonly facts: Facts }[];

/** Keys in the order in which a set of facts has them, and the column of each that is asked for. */
type Layout = { readonly keys: readonly string[]; readonly columns: readonly (Fact[] | undefined)[] };

/** The facts with these keys: by key, then by set. Looked up among each set's own first, then among those all share. */
export function gatherFacts(keys: readonly string[], sets: Sets, shared: Facts): readonly (readonly Fact[])[] {
  const columns = keys.map((key) => new Array<Fact>(sets.length).fill(shared[key] ?? ABSENT));
  const layout = layoutOf(sets, keys, columns);
  for (let place = 0; place < sets.length; place += 1) {
    const facts = sets[place]?.facts ?? {};
    if (layout === null || !readInOrder(facts, layout, place)) lookUp(facts, { keys, columns, place });
  }
  return columns;
}

/** That of the first set; null where knowing it would save nothing: for a few sets, or for a few facts of many. */
function layoutOf(sets: Sets, asked: readonly string[], columns: readonly Fact[][]): Layout | null {
  if (sets.length < 4) return null;
  const keys = Object.keys(sets[0]?.facts ?? {});
  return keys.length > 3 * asked.length ? null : { keys, columns: keys.map((key) => columns[asked.indexOf(key)]) };
}

/**
 * Sets of facts are mostly alike, with the same keys in the same order, and going through an object's properties in their order
 * takes V8 a third of the time of looking each up by its name. False: this one is laid out otherwise.
 */
function readInOrder(facts: Facts, { keys, columns }: Layout, place: number): boolean {
  let n = 0;
  for (const key in facts) {
    if (key !== keys[n]) return false;
    const column = columns[n];
    const fact = facts[key];
    if (column !== undefined && fact !== undefined) column[place] = fact;
    n += 1;
  }
  return true;
}

type Into = { readonly keys: readonly string[]; readonly columns: readonly Fact[][]; readonly place: number };

function lookUp(facts: Facts, { keys, columns, place }: Into): void {
  for (let n = 0; n < keys.length; n += 1) {
    const column = columns[n];
    const fact = facts[keys[n] ?? ''];
    if (column !== undefined && fact !== undefined) column[place] = fact;
  }
}
