/* How evenly something is spread. Each takes what everybody has: whole numbers from 0 up, in any order. */

/**
 * Gini coefficient in thousandths: 0 when all have the same, (n - 1) / n when one of n has everything. Null: nobody has anything.
 * Source: mean absolute difference over twice the mean, in its form over ordered values.
 */
export function giniPerMille(shares: readonly number[]): number | null {
  const total = sum(shares);
  if (total === 0) return null;
  const weighted = shares.toSorted((a, b) => a - b).reduce((all, value, place) => all + (place + 1) * value, 0);
  const n = shares.length;
  return Math.round((1000 * (2 * weighted - (n + 1) * total)) / (n * total));
}

/**
 * Herfindahl-Hirschman index, 0 to 10,000: the sum of squared percentages; 10,000 when one has everything, 10,000 / n when n have
 * the same. Null: nobody has anything.
 */
export function herfindahl(shares: readonly number[]): number | null {
  const total = sum(shares);
  if (total === 0) return null;
  return Math.round((10_000 * sum(shares.map((value) => value * value))) / (total * total));
}

/** What the `count` largest have together, in thousandths. Null: nobody has anything. */
export function topPerMille(shares: readonly number[], count: number): number | null {
  const total = sum(shares);
  if (total === 0) return null;
  return Math.round((1000 * sum(shares.toSorted((a, b) => b - a).slice(0, count))) / total);
}

/**
 * Lorenz curve, from nothing to all, both in shares from 0 to 1: those who have least together have so much of it. Empty: nobody
 * has anything. Source: M. O. Lorenz, 1905.
 */
export function lorenzCurve(shares: readonly number[]): readonly { readonly ofAll: number; readonly ofWork: number }[] {
  const total = sum(shares);
  if (total === 0) return [];
  const ordered = shares.toSorted((a, b) => a - b);
  let soFar = 0;
  const points = ordered.map((value, place) => {
    soFar += value;
    return { ofAll: (place + 1) / ordered.length, ofWork: soFar / total };
  });
  return [{ ofAll: 0, ofWork: 0 }, ...points];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
