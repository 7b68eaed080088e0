import type { Commitment } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { AssignmentOrder, AssignmentProblem, SolvedAssignment } from './assignment/problem.ts';
import type { SolveProgram } from './assignment/program.ts';
import { solveAssignment } from './assignment/solve-assignment.ts';
import { bookedDays } from './bids.ts';
import { type Bookings, toCommitment } from './bookings.ts';
import { decideOrder, type Turn } from './decide-order.ts';
import type { Share, Solution } from './input.ts';
import type { PreparedOrder } from './prepare-order.ts';

export type ToAllot = {
  /** `node` null: it takes no part. */
  readonly orders: readonly { readonly prepared: PreparedOrder; readonly node: AssignmentOrder | null }[];
  /** What has been given away for good. */
  readonly fixed: Bookings;
  readonly solve: SolveProgram;
  /** As it was solved then, with others that are not here: `shares` is what those took. Null: all are here. */
  readonly recorded: Solution | null;
  readonly shares: readonly Share[];
};

export type Allotted = {
  readonly turns: ReadonlyMap<PreparedOrder, Turn>;
  /** What everybody was given, those that are not here included. */
  readonly commitments: readonly Commitment[];
  /** Null: no two of them wanted the same provider. */
  readonly solution: Omit<Solution, 'group' | 'ruleFileId'> | null;
};

/** Solved again so often; then whoever still cannot have theirs take a turn of their own. */
const MOST_SOLVES = 20;

/**
 * Solves the assignments of a run together. What margins and open questions come to depends on who is left, so each work
 * order then decides with its allotment, all others given theirs. Where that is no assignment, it loses that bid and all
 * behind it, and all is solved again.
 */
export function allot({ orders, fixed, solve, recorded, shares }: ToAllot): Allotted {
  const here = orders.flatMap(({ prepared, node }) => (node === null ? [] : [{ prepared, node }]));
  const present = new Set(orders.map(({ prepared }) => prepared.order.workOrder.id));
  const absent = (recorded?.problem.orders ?? []).filter(({ workOrderId }) => !present.has(workOrderId));
  const problem: AssignmentProblem = {
    orders: [...here.map(({ node }) => node), ...absent].sort((a, b) => a.workOrderId - b.workOrderId),
    booked: withRecorded(bookedDays(here, fixed), recorded),
  };
  let dropped: Dropped = new Map(recorded?.dropped.map(({ workOrderId, fromRank }) => [workOrderId, fromRank]));
  for (let solves = 1; ; solves += 1) {
    const solved = solveAssignment({ ...problem, orders: withoutDropped(problem.orders, dropped) }, solve);
    // In the order in which they come where all are here: a reason names one of those that took a provider.
    const taken = [...takenHere(here, solved), ...takenBy(absent, shares)];
    const commitments = taken.sort((a, b) => a.workOrderId - b.workOrderId);
    const planned = plus(fixed, commitments);
    const turns = new Map<PreparedOrder, Turn>();
    const failed: AssignmentOrder[] = [];
    for (const { prepared, node } of here) {
      const provider = solved.assigned.get(node.workOrderId);
      if (provider === undefined) continue;
      const turn = decideOrder(prepared, planned, provider);
      if (turn.decision.outcome === 'assign' && turn.decision.winner === provider) turns.set(prepared, turn);
      else failed.push(node);
    }
    if (failed.length === 0) return { turns, commitments, solution: toSolution(problem, dropped, solved) };
    dropped = dropMore(dropped, failed, solves < MOST_SOLVES ? solved : null);
  }
}

/** By work order, the rank from which on its bids are not counted any more. */
type Dropped = ReadonlyMap<WorkOrderId, number>;

/** `solved` null: all bids of those that failed. */
function dropMore(dropped: Dropped, failed: readonly AssignmentOrder[], solved: SolvedAssignment | null): Dropped {
  const more = failed.map(({ workOrderId, bids }) => {
    const bid = bids.find(({ providerId }) => providerId === solved?.assigned.get(workOrderId));
    return [workOrderId, bid?.rank ?? 1] as const;
  });
  return new Map([...dropped, ...more]);
}

function withoutDropped(orders: readonly AssignmentOrder[], dropped: Dropped): readonly AssignmentOrder[] {
  if (dropped.size === 0) return orders;
  return orders.map((order) => {
    const fromRank = dropped.get(order.workOrderId);
    return fromRank === undefined ? order : { ...order, bids: order.bids.filter(({ rank }) => rank < fromRank) };
  });
}

function takenHere(
  here: readonly { readonly prepared: PreparedOrder; readonly node: AssignmentOrder }[],
  { assigned }: SolvedAssignment,
): readonly Commitment[] {
  return here.flatMap(({ prepared, node }) => {
    const provider: ProviderId | undefined = assigned.get(node.workOrderId);
    return provider === undefined ? [] : [toCommitment('planned', prepared.order.workOrder, provider)];
  });
}

function takenBy(absent: readonly AssignmentOrder[], shares: readonly Share[]): readonly Commitment[] {
  const ids = new Set(absent.map(({ workOrderId }) => workOrderId));
  return shares.flatMap(({ workOrderId, allotted, commitments }) =>
    allotted === true && ids.has(workOrderId) ? commitments : [],
  );
}

/** What is added to what was given away before. */
export function plus(bookings: Bookings, commitments: readonly Commitment[]): Map<ProviderId, readonly Commitment[]> {
  const all = new Map(bookings);
  for (const one of commitments) all.set(one.providerId, [...(all.get(one.providerId) ?? []), one]);
  return all;
}

function withRecorded(booked: AssignmentProblem['booked'], recorded: Solution | null): AssignmentProblem['booked'] {
  if (recorded === null) return booked;
  // A bidder of then who is not among the booked was free, though an invitation to one that is not here looks like work now.
  const known = new Set(recorded.problem.orders.flatMap(({ bids }) => bids.map(({ providerId }) => providerId)));
  const more = booked.filter(({ providerId }) => !known.has(providerId));
  return [...recorded.problem.booked, ...more].sort((a, b) => a.providerId - b.providerId);
}

/** Without those whose providers nobody else wants: they have their best bid, and nobody felt it. */
function toSolution(problem: AssignmentProblem, dropped: Dropped, solved: SolvedAssignment): Allotted['solution'] {
  const wanted = new Map<ProviderId, number>();
  for (const { bids } of problem.orders)
    for (const { providerId } of bids) wanted.set(providerId, (wanted.get(providerId) ?? 0) + 1);
  const orders = problem.orders.filter(({ bids }) => bids.some(({ providerId }) => (wanted.get(providerId) ?? 0) > 1));
  if (orders.length === 0) return null;
  const bidders = new Set(orders.flatMap(({ bids }) => bids.map(({ providerId }) => providerId)));
  return {
    problem: { orders, booked: problem.booked.filter(({ providerId }) => bidders.has(providerId)) },
    dropped: orders.flatMap(({ workOrderId }) => {
      const fromRank = dropped.get(workOrderId);
      return fromRank === undefined ? [] : [{ workOrderId, fromRank }];
    }),
    components: solved.components,
    assigned: orders.flatMap(({ workOrderId }) => {
      const providerId = solved.assigned.get(workOrderId);
      return providerId === undefined ? [] : [{ workOrderId, providerId }];
    }),
  };
}
