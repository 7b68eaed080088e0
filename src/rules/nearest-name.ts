/** Longer names are not compared: nobody mistypes one, and the work grows with the square. */
const LONGEST_NAME = 80;

/**
 * The one name that somebody who wrote `written` most likely meant: fewest letters inserted, deleted, replaced or swapped,
 * case left aside, at most a third of them. Null when none is that near.
 */
export function nearestName(written: string, names: readonly string[]): string | null {
  if (written.length > LONGEST_NAME) return null;
  const plain = written.toLowerCase();
  let nearest: string | null = null;
  let least = Math.max(2, Math.floor(plain.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - plain.length) >= least) continue;
    const distance = editDistance(plain, name.toLowerCase());
    if (distance >= least || distance >= plain.length) continue;
    least = distance;
    nearest = name;
  }
  return nearest;
}

/** `Did you mean "rating"?`, or the whole choice when nothing is near. */
export function suggestName(written: string, names: readonly string[]): string {
  const nearest = nearestName(written, names);
  if (nearest !== null) return `Did you mean "${nearest}"?`;
  return chooseFrom(names);
}

export function chooseFrom(names: readonly string[]): string {
  return `Write one of ${names.map((name) => `"${name}"`).join(', ')}.`;
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
