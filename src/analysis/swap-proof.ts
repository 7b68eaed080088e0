import { knownDifference } from '../decide/assignment/instance.ts';
import { objectiveIfGiven } from '../decide/assignment/objective-if-given.ts';
import type { AssignmentOrder, AssignmentProblem, Objective, SolvedComponent } from '../decide/assignment/problem.ts';
import type { SolveProgram } from '../decide/assignment/program.ts';
import type { Solution } from '../decide/input.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';

/** What another choice for one work order would have meant for all that share providers with it. */
export type Swap = {
  /** `own`: its first choice went elsewhere. `nobody`: it got none of those it could have had. `other`: its provider is another's first choice. */
  readonly kind: 'own' | 'nobody' | 'other';
  readonly workOrderId: WorkOrderId;
  readonly providerId: ProviderId;
  /** Who would then get nobody, and who would get somebody after all. Ascending. */
  readonly leavesUnfilled: readonly WorkOrderId[];
  readonly fills: readonly WorkOrderId[];
  /** With the swap, less without it. `costCents` null: not the same, and by an amount that nobody knows. */
  readonly difference: Omit<Objective, 'costCents'> & { readonly costCents: number | null };
  /** False: a limit came first, so there may be a better way to swap. */
  readonly isProven: boolean;
};

export type SwapProof = Pick<SolvedComponent, 'solver' | 'status' | 'providers'> & {
  readonly workOrders: number;
  /** What was decided is none of the rank that a swap would have: `own` or `nobody` first, then up to three of `other`. */
  readonly swaps: readonly Swap[];
  /** Work orders with the same first choice, beyond those told. */
  readonly others: number;
  /** How many of points and cost every one of the work orders is told apart by: what `difference` has of the rest is part of it. */
  readonly told: AssignmentOrder['told'];
  /** Work orders beside it of which bids were left out, being no assignment beside what the others got. */
  readonly lessBids: number;
};

const MOST_OTHERS = 3;

/** Why a work order got this provider and no better one, by trying it. Null: it shared no provider with any other. */
export function swapProof(
  solutions: readonly Solution[],
  { workOrderId, mode, ruleFileId }: Pick<RecordedDecision, 'workOrderId' | 'mode' | 'ruleFileId'>,
  solve: SolveProgram,
): SwapProof | null {
  const solution = solutions.find((one) => {
    const isOfFile = mode === 'shadow' ? one.ruleFileId === ruleFileId : one.group !== 'shadow';
    return isOfFile && one.problem.orders.some((order) => order.workOrderId === workOrderId);
  });
  const component = solution?.components.find(({ workOrderIds }) => workOrderIds.includes(workOrderId));
  if (solution === undefined || component === undefined) return null;
  const problem = countedProblem(solution);
  const assigned = new Map(solution.assigned.map((one) => [one.workOrderId, one.providerId]));
  const trial = { problem, assigned, solve };
  const own = problem.orders.find((order) => order.workOrderId === workOrderId);
  const mine = assigned.get(workOrderId);
  const wanting = mine === undefined ? [] : problem.orders.filter((order) => wantsFirst(order, mine, assigned));
  const others = wanting.filter((order) => order.workOrderId !== workOrderId);
  const { solver, status, providers } = component;
  return {
    solver,
    status,
    providers,
    workOrders: component.workOrderIds.length,
    swaps: [
      ...(own === undefined ? [] : ownSwap(trial, own)),
      ...others.slice(0, MOST_OTHERS).flatMap((order) => trySwap(trial, order, { kind: 'other', bid: order.bids[0] })),
    ],
    others: Math.max(0, others.length - MOST_OTHERS),
    told: leastTold(problem.orders.filter((order) => component.workOrderIds.includes(order.workOrderId))),
    lessBids: countLessBids(solution, component),
  };
}

function leastTold(orders: readonly AssignmentOrder[]): AssignmentOrder['told'] {
  return orders.reduce<AssignmentOrder['told']>((least, { told }) => (told < least ? told : least), 3);
}

/** Of all that wanted one of its providers, those in it included. */
function countLessBids({ problem, dropped }: Solution, { workOrderIds }: SolvedComponent): number {
  const bidsOf = (ids: ReadonlySet<WorkOrderId>) =>
    problem.orders.flatMap(({ workOrderId, bids }) => (ids.has(workOrderId) ? bids.map((bid) => bid.providerId) : []));
  const wanted = new Set(bidsOf(new Set(workOrderIds)));
  return dropped.filter(({ workOrderId }) => bidsOf(new Set([workOrderId])).some((id) => wanted.has(id))).length;
}

type Trial = {
  readonly problem: AssignmentProblem;
  readonly assigned: ReadonlyMap<WorkOrderId, ProviderId>;
  readonly solve: SolveProgram;
};

/** Without the bids that turned out to be no assignment. */
function countedProblem({ problem, dropped }: Solution): AssignmentProblem {
  const ranks = new Map(dropped.map(({ workOrderId, fromRank }) => [workOrderId, fromRank]));
  const orders = problem.orders.map((order) => {
    const fromRank = ranks.get(order.workOrderId);
    return fromRank === undefined ? order : { ...order, bids: order.bids.filter(({ rank }) => rank < fromRank) };
  });
  return { ...problem, orders };
}

function wantsFirst(
  { workOrderId, bids }: AssignmentOrder,
  provider: ProviderId,
  assigned: Trial['assigned'],
): boolean {
  return bids[0]?.providerId === provider && assigned.get(workOrderId) !== provider;
}

/** Of its own better bids, the best that it could have had at all. */
function ownSwap(trial: Trial, order: AssignmentOrder): readonly Swap[] {
  const mine = trial.assigned.get(order.workOrderId);
  const better = order.bids.slice(0, mine === undefined ? undefined : rankOf(order, mine));
  for (const bid of better) {
    const [swap] = trySwap(trial, order, { kind: mine === undefined ? 'nobody' : 'own', bid });
    if (swap !== undefined) return [swap];
  }
  return [];
}

function rankOf({ bids }: AssignmentOrder, provider: ProviderId): number {
  return bids.findIndex(({ providerId }) => providerId === provider);
}

function trySwap(
  { problem, assigned, solve }: Trial,
  { workOrderId }: AssignmentOrder,
  { kind, bid }: { readonly kind: Swap['kind']; readonly bid: AssignmentOrder['bids'][number] | undefined },
): readonly Swap[] {
  const { providerId } = bid ?? {};
  const given =
    providerId === undefined ? null : objectiveIfGiven(problem, { workOrderId, providerId, assigned }, { solve });
  if (providerId === undefined || given === null) return [];
  const isFilled = (id: WorkOrderId, by: Trial['assigned']) => by.has(id);
  return [
    {
      kind,
      workOrderId,
      providerId,
      leavesUnfilled: given.workOrderIds.filter((id) => isFilled(id, assigned) && !isFilled(id, given.assigned)),
      fills: given.workOrderIds.filter((id) => !isFilled(id, assigned) && isFilled(id, given.assigned)),
      difference: lessThan(given.objective, given.without),
      isProven: given.status === 'optimal',
    },
  ];
}

function lessThan(a: Objective, b: Objective): Swap['difference'] {
  return {
    fill: a.fill - b.fill,
    pointsMilli: a.pointsMilli - b.pointsMilli,
    costCents: knownDifference(a.costCents - b.costCents),
    spread: a.spread - b.spread,
    rank: a.rank - b.rank,
  };
}
