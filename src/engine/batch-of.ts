import { unseenCommitments } from '../decide/bookings.ts';
import type { OrderInput, ProjectDispatch, Share } from '../decide/input.ts';
import type { Approved, ApprovedDecision } from '../domain/approval.ts';
import type { Reason } from '../domain/decision.ts';
import type { Directives } from '../domain/directive.ts';
import type { JsonValue } from '../domain/json.ts';
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
  readonly shares: readonly Share[];
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
    shares: shared.shares,
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
