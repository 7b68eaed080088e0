import { at, type Bidder, type CountedBid, type Instance } from './instance.ts';

/** The bids of a component as the columns of a program: one after the other, work order by work order. */
export type BidColumns = {
  readonly bids: readonly (Bidder & { readonly counted: CountedBid })[];
  /** By work order: its first column; one more at the end. */
  readonly starts: readonly number[];
};

export function toBidColumns({ orders }: Instance): BidColumns {
  const starts = [0];
  let columns = 0;
  for (const { bids } of orders) {
    columns += bids.length;
    starts.push(columns);
  }
  const bids = orders.flatMap((own, order) => own.bids.map((counted, bid) => ({ order, bid, counted })));
  return { bids, starts };
}

/** By work order: the least of its open columns. */
export function leastByOrder({ bids, starts }: BidColumns, costs: readonly number[], open: readonly boolean[]) {
  const least = new Array<number>(starts.length - 1).fill(Number.POSITIVE_INFINITY);
  for (const [column, { order }] of bids.entries())
    if (at(open, column)) least[order] = Math.min(at(least, order), at(costs, column));
  return least;
}
