import { at, type Instance } from './instance.ts';
import { canTake, emptyPlan, type Plan, take } from './plan.ts';

/** One after the other, the fewest bids first, then the earliest start, then the lowest id: each its best that is left. */
export function planOneByOne(instance: Instance): Plan {
  const plan = emptyPlan(instance);
  for (const order of inTurn(instance)) {
    const bid = at(instance.orders, order).bids.findIndex(canTake(instance, plan, order));
    if (bid >= 0) take(instance, plan, { order, bid });
  }
  return plan;
}

function inTurn({ orders }: Instance): readonly number[] {
  const startOf = (order: number) => at(orders, order).startMs ?? Number.MAX_SAFE_INTEGER;
  return [...orders.keys()].sort(
    (a, b) => at(orders, a).given - at(orders, b).given || startOf(a) - startOf(b) || a - b,
  );
}
