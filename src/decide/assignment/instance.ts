import type { ProviderId } from '../../domain/ids.ts';
import { keepsItsLimits } from './feasibility.ts';
import type { AssignmentOrder, AssignmentProblem, Bid } from './problem.ts';

/** Some work orders of a problem, numbered for counting: work orders by their place in `orders`, providers by `providerIds`. */
export type Instance = {
  /** Ascending by id. */
  readonly orders: readonly InstanceOrder[];
  /** By provider: who wants them, ascending by work order. Only providers with a bid here. */
  readonly bidders: ReadonlyMap<number, readonly Bidder[]>;
  /** Shared by all instances of one problem. */
  readonly providerIds: readonly ProviderId[];
  readonly bookedDays: readonly (readonly number[])[];
};

/** A work order whose bids can all be taken if nobody else is assigned, best first. */
export type InstanceOrder = Pick<
  AssignmentOrder,
  'workOrderId' | 'fillWeight' | 'startMs' | 'endMs' | 'day' | 'limits'
> & {
  /** Whether two of the run with the same provider count as spread: only between work orders that are both told by it. */
  readonly countsPairs: boolean;
  readonly bids: readonly CountedBid[];
  /** Bids before any was left out. */
  readonly given: number;
};

/** A bid with what it adds to each objective; 0 where its work order is not told by that. */
export type CountedBid = {
  readonly provider: number;
  readonly pointsMilli: number;
  readonly costCents: number;
  readonly spread: number;
  readonly rank: number;
};

export type Bidder = { readonly order: number; readonly bid: number };

/**
 * What an unknown cost, and any above it, counts as: a million dollars, more than one visit may cost. Sums over ten thousand
 * work orders stay exact, and one unit stays above what the integer programs may round away.
 */
export const MAX_COST_CENTS = 100_000_000;

/** A difference of two sums of costs; null: an unknown cost makes it, and it is no money. */
export function knownDifference(cents: number): number | null {
  return Math.abs(cents) < MAX_COST_CENTS / 2 ? cents : null;
}

/** The problem in canonical order, without the bids that a provider's booked days rule out. */
export function toInstance(problem: AssignmentProblem): Instance {
  const known = problem.orders.flatMap(({ bids }) => bids.map(({ providerId }) => providerId));
  const providerIds = [...new Set(known)].sort((a, b) => a - b);
  const numberOf = new Map(providerIds.map((providerId, provider) => [providerId, provider]));
  const booked = new Map(problem.booked.map(({ providerId, days }) => [providerId, days]));
  const bookedDays = providerIds.map((providerId) => booked.get(providerId) ?? []);
  const orders = [...problem.orders]
    .sort((a, b) => a.workOrderId - b.workOrderId)
    .map((order) => toInstanceOrder(order, numberOf, bookedDays));
  return { orders, bidders: indexBidders(orders), providerIds, bookedDays };
}

function toInstanceOrder(
  order: AssignmentOrder,
  numberOf: ReadonlyMap<ProviderId, number>,
  bookedDays: readonly (readonly number[])[],
): InstanceOrder {
  const { workOrderId, fillWeight, startMs, endMs, day, limits, told } = order;
  if (!Number.isSafeInteger(fillWeight) || fillWeight < 1)
    throw new TypeError(`work order ${workOrderId} counts for ${fillWeight}, which is not a whole number from 1`);
  const bids = order.bids
    .map((bid) => toCountedBid(bid, told, numberOf.get(bid.providerId) ?? -1))
    .filter(({ provider }) => keepsItsLimits({ day, limits }, [], at(bookedDays, provider)))
    .sort(compareBids);
  const countsPairs = told === 3;
  return { workOrderId, fillWeight, startMs, endMs, day, limits, countsPairs, bids, given: order.bids.length };
}

function toCountedBid(bid: Bid, told: AssignmentOrder['told'], provider: number): CountedBid {
  return {
    provider,
    pointsMilli: told >= 1 ? bid.pointsMilli : 0,
    costCents: told >= 2 ? Math.min(bid.costCents, MAX_COST_CENTS) : 0,
    spread: told >= 3 ? bid.assigned7Days : 0,
    rank: bid.rank,
  };
}

/** Best first, as the objectives see two bids of one work order whose providers are both free. */
function compareBids(a: CountedBid, b: CountedBid): number {
  return (
    b.pointsMilli - a.pointsMilli ||
    a.costCents - b.costCents ||
    a.spread - b.spread ||
    a.rank - b.rank ||
    a.provider - b.provider
  );
}

/** The same providers with other work orders, or with fewer of their bids. */
export function withOrders(instance: Instance, orders: readonly InstanceOrder[]): Instance {
  return { ...instance, orders, bidders: indexBidders(orders) };
}

function indexBidders(orders: readonly InstanceOrder[]): ReadonlyMap<number, readonly Bidder[]> {
  const bidders = new Map<number, Bidder[]>();
  for (const [order, { bids }] of orders.entries()) {
    for (const [bid, { provider }] of bids.entries()) {
      const others = bidders.get(provider);
      if (others === undefined) bidders.set(provider, [{ order, bid }]);
      else others.push({ order, bid });
    }
  }
  return bidders;
}

/** An item that is there by construction. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`nothing at ${index} of ${items.length}`);
  return item;
}
