import { at, type Instance, type InstanceOrder, withOrders } from './instance.ts';

/** Falls apart where nobody is shared, directly or through others. In order of their first work order. */
export function toComponents(instance: Instance): readonly Instance[] {
  const parent = new Int32Array(instance.orders.length).map((_, order) => order);
  for (const bidders of instance.bidders.values()) {
    const first = rootOf(parent, at(bidders, 0).order);
    for (const { order } of bidders) join(parent, first, order);
  }
  const members = new Map<number, InstanceOrder[]>();
  for (const [order, own] of instance.orders.entries()) {
    const root = rootOf(parent, order);
    const others = members.get(root);
    if (others === undefined) members.set(root, [own]);
    else others.push(own);
  }
  return [...members.values()].map((orders) => withOrders(instance, orders));
}

/** The lowest is the root, so that components come out in order. */
function join(parent: Int32Array, a: number, b: number) {
  const [rootA, rootB] = [rootOf(parent, a), rootOf(parent, b)];
  parent[Math.max(rootA, rootB)] = Math.min(rootA, rootB);
}

function rootOf(parent: Int32Array, order: number): number {
  let root = order;
  while (parent[root] !== root) root = parent[root] ?? root;
  for (let at = order; at !== root; ) {
    const next = parent[at] ?? root;
    parent[at] = root;
    at = next;
  }
  return root;
}
