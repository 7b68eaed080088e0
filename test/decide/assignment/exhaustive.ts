import type { AssignmentOrder, AssignmentProblem, Bid, Objective } from '../../../src/decide/assignment/problem.ts';
import type { ProviderId, WorkOrderId } from '../../../src/domain/ids.ts';

/** Written from what is asked, not from how it is done: nothing here is shared with the solver. */
export type Taken = { readonly order: AssignmentOrder; readonly bid: Bid };

const MILLION_DOLLARS = 100_000_000;

/** Every plan there is, and the best of them. */
export function searchAll(problem: AssignmentProblem): Objective {
  let best: readonly number[] = [0, 0, 0, 0, 0];
  const visit = (place: number, taken: readonly Taken[]) => {
    const order = problem.orders[place];
    if (order === undefined) {
      const value = planValue(taken);
      if (isBetter(value, best)) best = value;
      return;
    }
    visit(place + 1, taken);
    for (const bid of order.bids) {
      const next = [...taken, { order, bid }];
      // Taking more never mends what is broken.
      if (
        violations(
          problem,
          next.filter((one) => one.bid.providerId === bid.providerId),
        ).length === 0
      )
        visit(place + 1, next);
    }
  };
  visit(0, []);
  return toObjective(best);
}

export function toObjective(value: readonly number[]): Objective {
  const [fill = 0, points = 0, cost = 0, spread = 0, rank = 0] = value;
  return { fill, pointsMilli: points, costCents: cost, spread, rank };
}

export function levels({ fill, pointsMilli, costCents, spread, rank }: Objective): readonly number[] {
  return [fill, pointsMilli, costCents, spread, rank];
}

/** Fill and points, then cost, spread and rank. */
export function planValue(taken: readonly Taken[]): readonly number[] {
  const sum = (of: (one: Taken) => number) => taken.reduce((total, one) => total + of(one), 0);
  const told = (level: number, of: (bid: Bid) => number) =>
    sum(({ order, bid }) => (order.told >= level ? of(bid) : 0));
  const counted = new Map<ProviderId, number>();
  let pairs = 0;
  for (const { order, bid } of taken) {
    if (order.told < 3) continue;
    const before = counted.get(bid.providerId) ?? 0;
    counted.set(bid.providerId, before + 1);
    pairs += before;
  }
  return [
    sum(({ order }) => order.fillWeight),
    told(1, (bid) => bid.pointsMilli),
    told(2, (bid) => Math.min(bid.costCents, MILLION_DOLLARS)),
    told(3, (bid) => bid.assigned7Days) + pairs,
    sum(({ bid }) => bid.rank),
  ];
}

export function isBetter(a: readonly number[], b: readonly number[]): boolean {
  for (const [level, value] of a.entries()) {
    const other = b[level] ?? 0;
    if (value !== other) return level < 2 ? value > other : value < other;
  }
  return false;
}

/** What each work order's own limits say against what its provider holds beside it. */
export function violations(problem: AssignmentProblem, taken: readonly Taken[]): readonly string[] {
  const found: string[] = [];
  for (const { order, bid } of taken) {
    const { forbidOverlap, travelBufferMinutes, perDay, per7Days } = order.limits;
    const others = taken
      .filter((one) => one.order !== order && one.bid.providerId === bid.providerId)
      .map((one) => one.order);
    const where = `work order ${order.workOrderId} with ${bid.providerId}`;
    for (const other of others)
      if (forbidOverlap && gapMinutes(order, other) < travelBufferMinutes)
        found.push(`${where}: too close to ${other.workOrderId}`);
    if (order.day === null) continue;
    const booked = problem.booked.find(({ providerId }) => providerId === bid.providerId)?.days ?? [];
    const days = [order.day, ...booked, ...others.flatMap(({ day }) => (day === null ? [] : [day]))];
    if (perDay !== null && days.filter((day) => day === order.day).length > perDay) found.push(`${where}: day`);
    for (let first = order.day - 6; first <= order.day; first += 1)
      if (per7Days !== null && days.filter((day) => day >= first && day < first + 7).length > per7Days)
        found.push(`${where}: week`);
  }
  return found;
}

/** Free time between two, below 0 where they overlap. Work without length takes its moment, a millisecond. */
function gapMinutes(a: AssignmentOrder, b: AssignmentOrder): number {
  if (a.startMs === null || b.startMs === null) return Number.POSITIVE_INFINITY;
  const endOf = (startMs: number, endMs: number | null) => Math.max(endMs ?? 0, startMs + 1);
  return Math.max(b.startMs - endOf(a.startMs, a.endMs), a.startMs - endOf(b.startMs, b.endMs)) / 60_000;
}

export function takenOf(problem: AssignmentProblem, assigned: ReadonlyMap<WorkOrderId, ProviderId>): readonly Taken[] {
  return problem.orders.flatMap((order) => {
    const provider = assigned.get(order.workOrderId);
    if (provider === undefined) return [];
    const bid = order.bids.find(({ providerId }) => providerId === provider);
    if (bid === undefined) throw new TypeError(`${provider} did not ask for ${order.workOrderId}`);
    return [{ order, bid }];
  });
}

/** Single work orders that could do better alone while all others stay. */
export function singleMoves(problem: AssignmentProblem, taken: readonly Taken[]): readonly string[] {
  const value = planValue(taken);
  return problem.orders.flatMap((order) => {
    const others = taken.filter((one) => one.order !== order);
    const better = order.bids.filter((bid) => {
      const plan = [...others, { order, bid }];
      if (!isBetter(planValue(plan), value)) return false;
      return (
        violations(
          problem,
          plan.filter((one) => one.bid.providerId === bid.providerId),
        ).length === 0
      );
    });
    return better.map(({ providerId }) => `work order ${order.workOrderId} would do better with ${providerId}`);
  });
}
