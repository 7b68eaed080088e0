import type { CountedBid, Instance, InstanceOrder } from './instance.ts';
import { LEVELS } from './objective.ts';

/**
 * The five objectives of a bid as few numbers, the most important first, so that sums of them compare as the objectives do.
 * Levels share a number as digits share a numeral, as long as whatever a path adds up stays within a digit and the whole
 * number exact.
 */
export type VectorCosts = {
  readonly words: number;
  readonly costOf: (order: InstanceOrder, bid: CountedBid) => readonly number[];
};

/** What a path may add up: each work order's bid once forwards and once backwards, beside two potentials of that size; doubled twice. */
const PATH_FACTOR = 32;

export function toVectorCosts({ orders }: Instance): VectorCosts {
  const highest = [0, 0, 0, 0, 0];
  for (const order of orders) {
    const own = [0, 0, 0, 0, 0];
    for (const bid of order.bids)
      for (const [level, value] of signed(order, bid).entries())
        own[level] = Math.max(own[level] ?? 0, Math.abs(value));
    for (const [level, value] of own.entries()) highest[level] = (highest[level] ?? 0) + value;
  }
  const { wordOf, scale, words } = toDigits(highest.map((value) => PATH_FACTOR * (value + 1)));
  const costOf = (order: InstanceOrder, bid: CountedBid) => {
    const cost = new Array<number>(words).fill(0);
    for (const [level, value] of signed(order, bid).entries()) {
      const word = wordOf[level] ?? 0;
      cost[word] = (cost[word] ?? 0) + value * (scale[level] ?? 0);
    }
    return cost;
  };
  return { words, costOf };
}

/** Less is better on every level. */
function signed({ fillWeight }: InstanceOrder, bid: CountedBid): readonly number[] {
  return [-fillWeight, -bid.pointsMilli, bid.costCents, bid.spread, bid.rank];
}

/** From the last level up: into the number below while there is room, else into one of its own. */
function toDigits(bases: readonly number[]) {
  const fromLast: number[] = [];
  const scale: number[] = [];
  let [word, size] = [0, 1];
  for (const level of [...LEVELS.keys()].reverse()) {
    const base = bases[level] ?? 1;
    if (size > 1 && size * base > Number.MAX_SAFE_INTEGER) [word, size] = [word + 1, 1];
    fromLast[level] = word;
    scale[level] = size;
    size *= base;
  }
  return { words: word + 1, wordOf: fromLast.map((one) => word - one), scale };
}
