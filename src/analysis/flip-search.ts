/** One value that something can be set to, and how much of a change that is: parts per million, see `changeSize`. */
export type Setting<Edit> = { readonly edit: Edit; readonly size: number };

/** Settings of one kind, the smallest change first: each serves at least as well as the one before. At least one. */
export type Notch<Edit> = { readonly length: number; readonly at: (index: number) => Setting<Edit> };

/** Something that could have been otherwise, one setting of one notch at a time. */
export type Lever<Edit> = {
  readonly name: string;
  readonly notches: readonly Notch<Edit>[];
};

export type FlipSearch<Edit> = {
  /** Of each set of levers of the smallest size the least change, cheapest first; empty: none. */
  readonly found: readonly (readonly Setting<Edit>[])[];
  /** All sets of up to so many levers were tried. */
  readonly searchedTo: number;
};

export type FlipSearchTerms<L> = {
  readonly levers: readonly L[];
  readonly maxEdits: number;
  /** After so many trials it gives up. */
  readonly maxTrials: number;
  /** False only where no setting of these levers serves. */
  readonly mayServe: (levers: readonly L[]) => boolean;
};

/** What a whole change counts as: a yes for a no, a value where none was known, a member of a list. */
export const WHOLE_CHANGE = 1_000_000;

/** How large a change of a number is: parts per million of the larger of both, rounded up. */
export function changeSize(from: number, to: number): number {
  const larger = Math.max(Math.abs(from), Math.abs(to));
  return larger === 0 ? 0 : Math.ceil((Math.abs(to - from) / larger) * WHOLE_CHANGE);
}

/**
 * The cheapest ways to reach something, exactly: fewest edits; then the smallest largest change of any one of them; then
 * the levers that stand first; then the least change of each in the order of the levers.
 */
export function searchFlips<Edit, L extends Lever<Edit>>(
  terms: FlipSearchTerms<L> & { readonly serves: (edits: readonly Edit[]) => boolean },
): FlipSearch<Edit> {
  const { levers, maxEdits, mayServe } = terms;
  const trials = countingTrials(terms.serves, terms.maxTrials);
  for (let size = 1; size <= Math.min(maxEdits, levers.length); size += 1) {
    const found: Found<Edit>[] = [];
    for (const places of combinations(levers.length, size)) {
      const picked = places.flatMap((place) => levers[place] ?? []);
      if (!mayServe(picked)) continue;
      const best = cheapestWith<Edit>(picked, trials.tries);
      if (trials.isSpent()) return { found: [], searchedTo: size - 1 };
      if (best !== null) found.push({ places, settings: best });
    }
    if (found.length > 0) return { found: found.sort(compareFound).map(({ settings }) => settings), searchedTo: size };
  }
  return { found: [], searchedTo: maxEdits };
}

type Tries<Edit> = (settings: readonly Setting<Edit>[]) => boolean;

function countingTrials<Edit>(serves: (edits: readonly Edit[]) => boolean, most: number) {
  let left = most;
  const tries: Tries<Edit> = (settings) => {
    left -= 1;
    return left >= 0 && serves(settings.map(({ edit }) => edit));
  };
  return { tries, isSpent: () => left < 0 };
}

type Found<Edit> = { readonly places: readonly number[]; readonly settings: readonly Setting<Edit>[] };

function compareFound<Edit>(a: Found<Edit>, b: Found<Edit>): number {
  return largestOf(a.settings) - largestOf(b.settings) || compareLists(a.places, b.places);
}

export function largestOf(settings: readonly Setting<unknown>[]): number {
  return Math.max(...settings.map(({ size }) => size));
}

export function compareLists(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place === -1 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}

function cheapestWith<Edit>(levers: readonly Lever<Edit>[], tries: Tries<Edit>): readonly Setting<Edit>[] | null {
  let best: readonly Setting<Edit>[] | null = null;
  for (const notches of choices(levers.map((lever) => lever.notches))) {
    const settings = leastAlong(notches, tries);
    if (settings !== null && (best === null || compareSizes(settings, best) < 0)) best = settings;
  }
  return best;
}

export function compareSizes(a: readonly Setting<unknown>[], b: readonly Setting<unknown>[]): number {
  const sizesOf = (settings: readonly Setting<unknown>[]) => settings.map(({ size }) => size);
  return largestOf(a) - largestOf(b) || compareLists(sizesOf(a), sizesOf(b));
}

/** Where no notch goes far enough: null. Each notch only gets better, so halving finds the least of it. */
function leastAlong<Edit>(notches: readonly Notch<Edit>[], tries: Tries<Edit>): readonly Setting<Edit>[] | null {
  const triesAt = (indices: readonly number[]) => tries(settingsAt(notches, indices));
  const far = notches.map(({ length }) => length - 1);
  if (!triesAt(far)) return null;
  if (far.every((last) => last === 0)) return settingsAt(notches, far);
  const reach = (size: number) => notches.map((notch) => lastUpTo(notch, size));
  const smallest = largestOf(
    settingsAt(
      notches,
      notches.map(() => 0),
    ),
  );
  const size = firstThat(smallest, largestOf(settingsAt(notches, far)), (most) => triesAt(reach(most)));
  let indices = reach(size);
  for (const place of notches.keys()) {
    const withIndex = (index: number) => indices.map((old, other) => (other === place ? index : old));
    indices = withIndex(firstThat(0, indices[place] ?? 0, (index) => triesAt(withIndex(index))));
  }
  return settingsAt(notches, indices);
}

function settingsAt<Edit>(notches: readonly Notch<Edit>[], indices: readonly number[]): readonly Setting<Edit>[] {
  return notches.map((notch, place) => notch.at(indices[place] ?? 0));
}

function lastUpTo<Edit>({ length, at }: Notch<Edit>, size: number): number {
  return Math.max(0, firstThat(0, length, (index) => index === length || at(index).size > size) - 1);
}

/** The first number that holds, where all after it do and `high` does. */
function firstThat(low: number, high: number, holds: (number: number) => boolean): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** All ways to pick so many of the first `count` numbers, ascending, in lexicographic order. */
export function* combinations(count: number, size: number, from = 0): Generator<readonly number[]> {
  if (size === 0) yield [];
  else
    for (let first = from; first <= count - size; first += 1)
      for (const rest of combinations(count, size - 1, first + 1)) yield [first, ...rest];
}

/** One of each list, in all ways. */
export function* choices<Item>(lists: readonly (readonly Item[])[]): Generator<readonly Item[]> {
  const [first, ...others] = lists;
  if (first === undefined) yield [];
  else for (const item of first) for (const rest of choices(others)) yield [item, ...rest];
}
