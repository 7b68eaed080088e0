import { at, type Instance, type InstanceOrder, withOrders } from './instance.ts';

/**
 * Without the bids that no best plan needs. Take a work order's best t bids: if fewer than t others want any of those
 * providers, then whatever the others get, at least one of the t has nobody of this run, can be taken, and is better than
 * every bid after the first t. What one work order no longer wants makes room for others, so it goes on until nothing changes.
 * Without this, a work order among k would keep k bids; most keep one or two.
 */
export function leaveOutBids(instance: Instance): Instance {
  let current = instance;
  for (;;) {
    const orders = shorten(current);
    const changed = orders.some((order, index) => order !== current.orders[index]);
    if (!changed) return current;
    current = withOrders(current, orders);
  }
}

function shorten(instance: Instance): readonly InstanceOrder[] {
  const seenBy = new Int32Array(instance.orders.length).fill(-1);
  return instance.orders.map((own, order) => {
    const needed = bidsNeeded(instance, order, seenBy);
    return needed < own.bids.length ? { ...own, bids: own.bids.slice(0, needed) } : own;
  });
}

function bidsNeeded({ orders, bidders }: Instance, order: number, seenBy: Int32Array): number {
  const { bids } = at(orders, order);
  let others = 0;
  seenBy[order] = order;
  for (const [bid, { provider }] of bids.entries()) {
    for (const rival of bidders.get(provider) ?? []) {
      if (seenBy[rival.order] === order) continue;
      seenBy[rival.order] = order;
      others += 1;
    }
    if (others < bid + 1) return bid + 1;
    // Too many already for any of the rest to make up for.
    if (others >= bids.length) break;
  }
  return bids.length;
}
