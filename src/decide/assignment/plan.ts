import { canTakeTogether } from './feasibility.ts';
import { at, type CountedBid, type Instance } from './instance.ts';
import { added, NOTHING, sum } from './objective.ts';
import type { Objective } from './problem.ts';

/** Who gets whom, while it is being worked out. */
export type Plan = {
  /** By work order: the place of its bid, -1 for nobody. */
  readonly chosen: Int32Array;
  /** By provider: the work orders they are given. */
  readonly held: Map<number, number[]>;
};

export function emptyPlan(instance: Instance): Plan {
  return { chosen: new Int32Array(instance.orders.length).fill(-1), held: new Map() };
}

export function planOf(instance: Instance, chosen: Int32Array): Plan {
  const plan = emptyPlan(instance);
  for (const [order, bid] of chosen.entries()) if (bid >= 0) take(instance, plan, { order, bid });
  return plan;
}

export function take(instance: Instance, plan: Plan, { order, bid }: { readonly order: number; readonly bid: number }) {
  const { provider } = at(at(instance.orders, order).bids, bid);
  plan.chosen[order] = bid;
  plan.held.set(provider, [...heldBy(plan, provider), order]);
}

/** Gives the work order to nobody; the place of the bid it had, or -1. */
export function release(instance: Instance, plan: Plan, order: number): number {
  const bid = chosenBid(plan, order);
  if (bid < 0) return bid;
  const { provider } = at(at(instance.orders, order).bids, bid);
  plan.chosen[order] = -1;
  plan.held.set(
    provider,
    heldBy(plan, provider).filter((other) => other !== order),
  );
  return bid;
}

export function chosenBid(plan: Plan, order: number): number {
  return plan.chosen[order] ?? -1;
}

export function heldBy(plan: Plan, provider: number): readonly number[] {
  return plan.held.get(provider) ?? [];
}

/** Whether the provider of this bid may take the work order, which they do not hold yet, beside what they hold. */
export function canTake(instance: Instance, plan: Plan, order: number): (bid: CountedBid) => boolean {
  const own = at(instance.orders, order);
  return ({ provider }) => {
    const held = heldBy(plan, provider);
    if (held.length === 0) return true;
    const together = [...held.map((other) => at(instance.orders, other)), own];
    return canTakeTogether(together, at(instance.bookedDays, provider));
  };
}

/** How many of what the provider holds count as a pair with this work order. */
export function pairsWith(instance: Instance, plan: Plan, order: number): (bid: CountedBid) => number {
  if (!at(instance.orders, order).countsPairs) return () => 0;
  return ({ provider }) => heldBy(plan, provider).filter((other) => at(instance.orders, other).countsPairs).length;
}

/** Whether every provider may take all they hold. */
export function isFeasible(instance: Instance, plan: Plan): boolean {
  return [...plan.held].every(([provider, held]) =>
    canTakeTogether(
      held.map((order) => at(instance.orders, order)),
      at(instance.bookedDays, provider),
    ),
  );
}

export function objectiveOf(instance: Instance, plan: Plan): Objective {
  let total = NOTHING;
  const soFar = emptyPlan(instance);
  for (const [order, bid] of plan.chosen.entries()) {
    if (bid < 0) continue;
    const own = at(instance.orders, order);
    const counted = at(own.bids, bid);
    total = sum(total, added(own, counted, pairsWith(instance, soFar, order)(counted)));
    take(instance, soFar, { order, bid });
  }
  return total;
}
