import { at, type Instance } from './instance.ts';
import { added, compareObjectives, NOTHING } from './objective.ts';
import { canTake, type Plan, pairsWith, release, take } from './plan.ts';

/**
 * Moves single work orders, lowest id first and again from the start, until none does better alone while all others stay.
 * Ends because each move is strictly better and there are finitely many plans. Returns the moves made.
 */
export function improvePlan(instance: Instance, plan: Plan): number {
  let moves = 0;
  for (let before = -1; before !== moves; ) {
    before = moves;
    for (const order of instance.orders.keys()) {
      const had = release(instance, plan, order);
      const bid = bestBid(instance, plan, { order, had });
      if (bid >= 0) take(instance, plan, { order, bid });
      if (bid !== had) moves += 1;
    }
  }
  return moves;
}

type Vacant = { readonly order: number; readonly had: number };

/** The best bid that can be taken; among equals the one it had. -1 where none can. */
function bestBid(instance: Instance, plan: Plan, { order, had }: Vacant): number {
  const own = at(instance.orders, order);
  const fits = canTake(instance, plan, order);
  const pairs = pairsWith(instance, plan, order);
  const objectiveWith = (bid: number) => added(own, at(own.bids, bid), pairs(at(own.bids, bid)));
  let best = had;
  let value = had < 0 ? NOTHING : objectiveWith(had);
  for (const [bid, counted] of own.bids.entries()) {
    if (!fits(counted)) continue;
    const found = objectiveWith(bid);
    if (compareObjectives(found, value) < 0) [best, value] = [bid, found];
    // Nobody after this one is better: bids are in order, but for their pairs.
    if (pairs(counted) === 0) break;
  }
  return best;
}
