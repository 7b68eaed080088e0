import type { Paired } from './backtest-result.ts';

export type Pair = { readonly old: number; readonly new: number };

/** Totals and the median change of pairs; integers stay integers. */
export function summarisePairs(pairs: readonly Pair[]): Paired {
  const changes = pairs.map((pair) => pair.new - pair.old).sort((a, b) => a - b);
  return {
    pairs: pairs.length,
    oldTotal: pairs.reduce((sum, pair) => sum + pair.old, 0),
    newTotal: pairs.reduce((sum, pair) => sum + pair.new, 0),
    medianChange: medianOf(changes),
    lower: changes.filter((change) => change < 0).length,
    higher: changes.filter((change) => change > 0).length,
  };
}

/** Of an even number the middle of the two middle ones, towards zero: so that exchanging the sides only turns the sign. */
function medianOf(sorted: readonly number[]): number | null {
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted.length % 2 === 0 ? sorted[middle - 1] : upper;
  if (upper === undefined || lower === undefined) return null;
  const median = Math.trunc((lower + upper) / 2);
  return median === 0 ? 0 : median;
}
