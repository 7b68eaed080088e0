import { commonlyMeant } from './common-words.ts';

/** Longer names are not compared: nobody mistypes one, and the work grows with the square. */
const LONGEST_NAME = 80;

/** Shorter beginnings fit too many names. */
const SHORTEST_BEGINNING = 3;
/** More names than this make a message nobody reads. */
const LONGEST_CHOICE = 14;

/**
 * The one name that somebody who wrote `written` most likely meant: what such a word says in other languages, else fewest letters inserted, deleted, replaced or swapped,
 * case left aside, at most a third of them (one of three, two of more), among equals the first that goes on where it stops; else the only one that goes on where it stops. Null when there is none.
 */
export function nearestName(written: string, names: readonly string[]): string | null {
  if (written.length > LONGEST_NAME) return null;
  const meant = commonlyMeant(written, names);
  if (meant !== null) return meant;
  const plain = written.toLowerCase();
  let nearest: string | null = null;
  let least = Math.max(plain.length <= SHORTEST_BEGINNING ? 1 : 2, Math.floor(plain.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - plain.length) > least) continue;
    const distance = editDistance(plain, name.toLowerCase());
    const isNearer =
      distance < least || (distance === least && nearest !== null && goesOn(plain, name) && !goesOn(plain, nearest));
    if (!isNearer || distance >= plain.length) continue;
    least = distance;
    nearest = name;
  }
  return nearest ?? onlyNameBeginning(plain, names);
}

function goesOn(plain: string, name: string): boolean {
  return name.toLowerCase().startsWith(plain);
}

/** The only name that begins with what was written, or that what was written begins with (`sunday` for `sun`). */
function onlyNameBeginning(plain: string, names: readonly string[]): string | null {
  const longer = names.filter((name) => plain.length >= SHORTEST_BEGINNING && name.toLowerCase().startsWith(plain));
  const shorter = names.filter((name) => name.length >= SHORTEST_BEGINNING && plain.startsWith(name.toLowerCase()));
  const [only, ...others] = [...longer, ...shorter];
  return only === undefined || others.length > 0 ? null : only;
}

/** `Did you mean "rating"?`, or the choice when nothing is near. */
export function suggestName(written: string, names: readonly string[]): string {
  const nearest = nearestName(written, names);
  return nearest === null ? chooseFrom(names) : `Did you mean "${nearest}"?`;
}

/** The whole choice, or its beginning when it is long. */
export function chooseFrom(names: readonly string[]): string {
  const shown = names.slice(0, LONGEST_CHOICE).map((name) => `"${name}"`);
  if (shown.length === names.length) return `Write one of ${shown.join(', ')}.`;
  return `Write one of ${shown.join(', ')} or another of the ${names.length} in rules/README.md.`;
}

/** Damerau–Levenshtein with adjacent swaps, row by row. */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swapped = isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced, swapped));
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
