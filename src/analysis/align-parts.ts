import type { RulePart } from './rule-outline.ts';

export type AlignedParts = { readonly from: RulePart | null; readonly to: RulePart | null };

/** A change counts this much, a part without a counterpart one more: of equally few changes, the ones with more counterparts. */
const CHANGE = 1_000;

/**
 * Parts in order that have no name: which of `before` is which of `after`, so that what differs is least. Only parts that
 * do the same are each other's counterpart. The same in both directions.
 */
export function alignParts(
  before: readonly RulePart[],
  after: readonly RulePart[],
  countChanges: (from: RulePart, to: RulePart) => number,
): readonly AlignedParts[] {
  const costs = costTable(before, after, countChanges);
  const at = (row: number, column: number) => costs[row]?.[column] ?? Number.POSITIVE_INFINITY;
  const aligned: AlignedParts[] = [];
  let [row, column] = [before.length, after.length];
  while (row > 0 || column > 0) {
    const from = before[row - 1] ?? null;
    const to = after[column - 1] ?? null;
    const cost = from === null || to === null ? null : costOf(from, to, countChanges);
    if (cost !== null && at(row, column) === at(row - 1, column - 1) + cost) {
      aligned.push({ from, to });
      row -= 1;
      column -= 1;
    } else if (column > 0 && at(row, column) === at(row, column - 1) + CHANGE + 1) {
      aligned.push({ from: null, to });
      column -= 1;
    } else {
      aligned.push({ from, to: null });
      row -= 1;
    }
  }
  return aligned.reverse();
}

/** What it costs to make the first so many of one side from the first so many of the other. */
function costTable(
  before: readonly RulePart[],
  after: readonly RulePart[],
  countChanges: (from: RulePart, to: RulePart) => number,
): readonly (readonly number[])[] {
  const rows: number[][] = [];
  for (let row = 0; row <= before.length; row += 1) {
    const current: number[] = [];
    for (let column = 0; column <= after.length; column += 1) {
      const from = before[row - 1];
      const to = after[column - 1];
      const above = rows[row - 1];
      const cost = from === undefined || to === undefined ? null : costOf(from, to, countChanges);
      const choices = [
        ...(above === undefined ? [] : [(above[column] ?? 0) + CHANGE + 1]),
        ...(column === 0 ? [] : [(current[column - 1] ?? 0) + CHANGE + 1]),
        ...(cost === null || above === undefined ? [] : [(above[column - 1] ?? 0) + cost]),
      ];
      current.push(choices.length === 0 ? 0 : Math.min(...choices));
    }
    rows.push(current);
  }
  return rows;
}

/** Null: they do different things. */
function costOf(from: RulePart, to: RulePart, countChanges: (from: RulePart, to: RulePart) => number): number | null {
  return from.kind === to.kind ? CHANGE * countChanges(from, to) : null;
}
