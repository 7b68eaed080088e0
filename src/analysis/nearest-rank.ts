/**
 * The percentile of so many values by the nearest rank: the smallest of them that is not exceeded by at least so many percent of
 * them. Always a value that occurred. Null: there are none.
 */
export function nearestRank(values: readonly number[], percent: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(1, Math.ceil((percent * sorted.length) / 100)) - 1] ?? null;
}
