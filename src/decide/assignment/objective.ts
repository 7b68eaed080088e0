import type { CountedBid, InstanceOrder } from './instance.ts';
import type { Objective } from './problem.ts';

/** From the most important down; of the first two more is better, of the others less. */
export const LEVELS = ['fill', 'pointsMilli', 'costCents', 'spread', 'rank'] as const;

export type Level = (typeof LEVELS)[number];

export const NOTHING: Objective = { fill: 0, pointsMilli: 0, costCents: 0, spread: 0, rank: 0 };

/** What one work order adds with this bid, to a provider that holds so many whose pairs with it count. */
export function added(order: InstanceOrder, bid: CountedBid, pairs: number): Objective {
  const { pointsMilli, costCents, spread, rank } = bid;
  return { fill: order.fillWeight, pointsMilli, costCents, spread: spread + pairs, rank };
}

export function sum(a: Objective, b: Objective): Objective {
  return {
    fill: a.fill + b.fill,
    pointsMilli: a.pointsMilli + b.pointsMilli,
    costCents: a.costCents + b.costCents,
    spread: a.spread + b.spread,
    rank: a.rank + b.rank,
  };
}

/** Below 0 where the first is better. */
export function compareObjectives(a: Objective, b: Objective): number {
  return (
    b.fill - a.fill ||
    b.pointsMilli - a.pointsMilli ||
    a.costCents - b.costCents ||
    a.spread - b.spread ||
    a.rank - b.rank
  );
}
