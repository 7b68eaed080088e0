/** A mean with its 95 % interval. `plusMinus` null: one value alone says nothing of its spread. */
export type Estimate = { readonly mean: number; readonly plusMinus: number | null; readonly count: number };

/** Student's t over independent values; values that are null are left out. Null: there are none. */
export function estimateMean(values: readonly (number | null)[]): Estimate | null {
  const known = values.filter((value) => value !== null);
  const count = known.length;
  if (count === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / count;
  if (count === 1) return { mean, plusMinus: null, count };
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  return { mean, plusMinus: studentQuantile(count - 1) * Math.sqrt(variance / count), count };
}

/** The value in the middle and the two that the middle half lies between. */
export type Spread = { readonly lower: number; readonly median: number; readonly upper: number };

/** Quartiles by linear interpolation between the values around them; null values are left out. Null: there are none. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const [below = 0, above = below] = sorted.slice(Math.floor(place), Math.floor(place) + 2);
    return below + (above - below) * (place - Math.floor(place));
  };
  return sorted.length === 0 ? null : { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** Of the differences, seed by seed: what the seeds have in common falls out. A seed without both values is left out. */
export function estimateDifference(
  ones: readonly (number | null)[],
  others: readonly (number | null)[],
): Estimate | null {
  return estimateMean(
    ones.map((one, index) => {
      const other = others[index] ?? null;
      return one === null || other === null ? null : one - other;
    }),
  );
}

/**
 * The 97.5 % quantile of Student's t: exact for 1 and 2 degrees of freedom, and otherwise the expansion around the normal's
 * quantile (Abramowitz & Stegun, 26.7.5), which is within 0.02 from 3 on and within 0.001 from 4 on.
 */
export function studentQuantile(degrees: number): number {
  if (degrees === 1) return 12.7062;
  if (degrees === 2) return 4.3027;
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, index) => sum + term / degrees ** (index + 1), z);
}
