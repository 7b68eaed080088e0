import { SOLVER } from '../decide/assignment/solver-version.ts';
import { unseenCommitments } from '../decide/bookings.ts';
import type { BatchDecisions, OrderInput, ProjectDispatch, Solution } from '../decide/input.ts';
import type { Approved, ApprovedDecision } from '../domain/approval.ts';
import type { Reason } from '../domain/decision.ts';
import type { Directives } from '../domain/directive.ts';
import { type JsonObject, type JsonValue, toCanonicalJson } from '../domain/json.ts';
import type { DemotedCanary } from './demote-canaries.ts';
import type { MoneyOfToday } from './money-of-today.ts';
import type { Surroundings } from './prepare-orders.ts';

/** What all dispatch decisions of a run shared, as the ledger keeps it for a replay. */
export function batchOf(shared: {
  readonly around: Surroundings;
  readonly projects: { readonly dispatch: ProjectDispatch };
  readonly sums: MoneyOfToday & {
    readonly undoneCount: number;
    readonly approved: Approved | null;
    readonly approvedDecisions?: readonly ApprovedDecision[];
  };
  readonly openWorkOrders: number;
  readonly directives: Directives;
  /** A limit of the whole run that reviews and dispatch broke together; null: none. */
  readonly stoppedBy: Reason | null;
  /** Canaries that only shadowed, whatever their text says. */
  readonly demoted?: readonly DemotedCanary[];
  readonly members: readonly OrderInput[];
  /** What members took of what all share. Those that come out unchanged have no slate recorded in this run. */
  readonly decided: Pick<BatchDecisions, 'shares' | 'solutions'>;
}): JsonValue {
  const unseen = unseenCommitments(shared.members);
  return {
    takenAtMs: shared.around.takenAtMs,
    openWorkOrders: shared.openWorkOrders,
    ...shared.sums,
    limits: shared.around.limits,
    directives: shared.directives,
    stoppedBy: shared.stoppedBy,
    talentPools: [...shared.around.talentPools],
    projectDispatch: [...shared.projects.dispatch],
    commitments: shared.around.commitments,
    ...(unseen.length === 0 ? {} : { unseen }),
    shares: shared.decided.shares,
    solver: SOLVER,
    solutions: shared.decided.solutions.map(writeSolution),
    ...(shared.demoted === undefined || shared.demoted.length === 0
      ? {}
      : { demoted: shared.demoted.map(({ ruleFileId, textHash }) => ({ ruleFileId, textHash })) }),
    members: shared.members.map((order) => ({
      workOrderId: order.workOrder.id,
      episode: order.episode,
      ruleFileHash: order.live?.file.hash ?? null,
      openedAt: order.openedAt,
      openIntent: order.openIntent,
      assigned: order.assigned,
      attempts: order.attempts,
      ...(order.answers === undefined ? {} : { answers: order.answers }),
      ...(order.gaveBack === undefined ? {} : { gaveBack: order.gaveBack }),
    })),
  };
}

/** What a thousand work orders with a hundred bids each share, in as few bytes as can still be read: bids in order of rank. */
function writeSolution({ problem, dropped, components, assigned, ...group }: Solution): JsonObject {
  const limits = [...new Set(problem.orders.map((order) => toCanonicalJson(order.limits)))];
  return {
    ...group,
    limits: limits.map((text): JsonValue => JSON.parse(text)),
    orders: problem.orders.map(({ bids, limits: own, ...order }) => ({
      ...order,
      limits: limits.indexOf(toCanonicalJson(own)),
      bids: bids.map(({ providerId, pointsMilli, costCents, assigned7Days }) => {
        return [providerId, pointsMilli, costCents, assigned7Days];
      }),
    })),
    booked: problem.booked.map(({ providerId, days }) => [providerId, days]),
    dropped: dropped.map(({ workOrderId, fromRank }) => [workOrderId, fromRank]),
    components,
    assigned: assigned.map(({ workOrderId, providerId }) => [workOrderId, providerId]),
  };
}
