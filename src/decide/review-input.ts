import type { ApprovedDecision } from '../domain/approval.ts';
import type { Attempt, OpenedAt, Reason } from '../domain/decision.ts';
import type { Pause } from '../domain/directive.ts';
import type { Limits } from '../domain/limits.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import type { ReviewFile } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { OrderInput, Share } from './input.ts';

/** A review file that applies, and how the work does on its criteria. */
export type ReviewedByFile = { readonly file: ReviewFile; readonly criteria: readonly ReviewedCriterion[] };

/** One work order whose work is done, and all that its review depends on. */
export type ReviewOrder = {
  readonly workOrder: WorkOrder;
  readonly episode: number;
  readonly openedAt: OpenedAt;
  /** The file that decides; null when none applies. */
  readonly live: ReviewedByFile | null;
  readonly shadows: readonly ReviewedByFile[];
  /** Every intent of this episode. */
  readonly attempts: readonly Attempt[];
  readonly openIntent: OrderInput['openIntent'];
  /** As a work order's in dispatch. */
  readonly answers?: OrderInput['answers'];
};

/** By company; null: the platform does not show them. A company that is not there was not asked for. */
export type IncompleteReasons = ReadonlyMap<number, readonly { readonly id: number; readonly name: string }[] | null>;

export type ReviewLimits = Pick<Limits, 'maxActionsPerRun' | 'maxDailyApprovedCents' | 'maxSentBack' | 'quietTimeMs'>;

/** Everything the reviews of one run are made from: the same input, in whatever order, gives the same decisions. */
export type ReviewInput = {
  readonly nowMs: number;
  readonly orders: readonly ReviewOrder[];
  /** Whether a live review file exists at all: then a work order that none applies to is worth a word. */
  readonly hasLiveFile: boolean;
  readonly incompleteReasons: IncompleteReasons;
  /** Released by approvals of this day, confirmed or still on the way, in cents. */
  readonly approvedTodayCents: number;
  readonly approvedTodayByRuleFile: { readonly [ruleFileId: string]: number };
  /** Part of the two above. */
  readonly approvedTodayByWorkOrder: { readonly [workOrderId: number]: number };
  /** The rule file whose sum it is part of; a work order that a person approved is not there. */
  readonly approvedTodayFileOf: { readonly [workOrderId: number]: string };
  /** What dispatch files of the same run send; it counts against the run's actions. */
  readonly otherActions: number;
  /** The limit that has stopped what dispatch files wanted, and with it the whole run; null: none has. */
  readonly stoppedBy: Reason | null;
  /** Null: acting is not paused. */
  readonly pause: Pause | null;
  readonly limits: ReviewLimits;
  /** As in dispatch; then only their work orders are looked at. */
  readonly approvedDecisions?: readonly ApprovedDecision[] | null;
  /** As in dispatch. */
  readonly standIns?: { readonly shares: readonly Share[]; readonly files: readonly ReviewFile[] };
};
