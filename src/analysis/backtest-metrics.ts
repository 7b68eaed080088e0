import { UNITS } from '../domain/fact.ts';
import type { BacktestResult, Paired } from './backtest-result.ts';

/** A figure of a backtest that `--fail-if` can ask for. */
export type Metric = {
  readonly name: string;
  /** What it counts, as a plain number and with `%`; null: it has no such form. */
  readonly asNumber: string | null;
  readonly asPercent: string | null;
  readonly measure: (result: BacktestResult) => Measured;
};

/**
 * `number` in hundredths of what people write; `percent` as a fraction of `of`. Null: nothing was compared that would say
 * it.
 */
export type Measured = {
  readonly number: number | null;
  readonly percent: { readonly part: number; readonly of: number } | null;
};

/** In the order of help and docs. */
export const METRICS: readonly Metric[] = [
  {
    name: 'changed',
    asNumber: 'decisions with another outcome, winner, invited provider, talent pool or word to the platform',
    asPercent: 'of the slates compared',
    measure: (result) => shareOfSlates(result, result.changed.decisions),
  },
  {
    name: 'winners',
    asNumber: 'decisions where both sides choose somebody, and not the same',
    asPercent: 'of the slates compared',
    measure: (result) => shareOfSlates(result, result.changed.winners),
  },
  {
    name: 'outcomes',
    asNumber: 'decisions with another outcome',
    asPercent: 'of the slates compared',
    measure: (result) => shareOfSlates(result, result.changed.outcomes),
  },
  {
    name: 'pay',
    asNumber: 'change in dollars, in all, over work orders that both sides give to somebody',
    asPercent: 'the same as a part of the old pay',
    measure: (result) => changeOf(result, result.pay, 1),
  },
  {
    name: 'distance',
    asNumber: 'change in miles, in all, over the same work orders',
    asPercent: 'the same as a part of the old distance',
    measure: (result) => changeOf(result, result.distance, 100 / UNITS.miles.scale),
  },
  {
    name: 'points',
    asNumber: null,
    asPercent: 'change of the winners’ average share of the points to be had, in percentage points',
    measure: (result) => {
      const { pairs, oldTotal, newTotal } = result.pointsShare;
      const percent = { part: newTotal - oldTotal, of: pairs * 10_000 };
      return { number: null, percent: pairs === 0 ? nothingOrNull(result) : percent };
    },
  },
  {
    name: 'fill',
    asNumber: 'change of the number of work orders given or offered to somebody',
    asPercent: 'change of their share of the work orders, in percentage points',
    measure: ({ filled, workOrders }) => ({
      number: workOrders === 0 ? null : (filled.new - filled.old) * 100,
      percent: workOrders === 0 ? null : { part: filled.new - filled.old, of: workOrders },
    }),
  },
  {
    name: 'holds',
    asNumber: 'change of the number of decisions left to a person',
    asPercent: 'change of their share of the slates compared, in percentage points',
    measure: (result) => shareOfSlates(result, result.holds.new - result.holds.old),
  },
  {
    name: 'slates',
    asNumber: 'slates compared: too few say little',
    asPercent: null,
    measure: ({ slates }) => ({ number: slates.compared * 100, percent: null }),
  },
];

function shareOfSlates({ slates }: BacktestResult, count: number): Measured {
  if (slates.compared === 0) return { number: null, percent: null };
  return { number: count * 100, percent: { part: count, of: slates.compared } };
}

/** Where neither side gives anything to anybody, nothing changes; where they give different things, nobody can say. */
function changeOf(result: BacktestResult, { pairs, oldTotal, newTotal }: Paired, hundredths: number): Measured {
  const change = newTotal - oldTotal;
  if (pairs === 0) return { number: nothingOrNull(result) === null ? null : 0, percent: nothingOrNull(result) };
  if (oldTotal === 0) return { number: Math.round(change * hundredths), percent: change === 0 ? NOTHING : null };
  return { number: Math.round(change * hundredths), percent: { part: change, of: oldTotal } };
}

const NOTHING = { part: 0, of: 1 };

function nothingOrNull({ slates, filled }: BacktestResult): Measured['percent'] {
  return slates.compared > 0 && filled.old === 0 && filled.new === 0 ? NOTHING : null;
}
