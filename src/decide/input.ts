import type { Approved, ApprovedDecision, DecisionAnswer, Wanted } from '../domain/approval.ts';
import type { Attempt, Commitment, OpenedAt, PlannedDecision, Reason } from '../domain/decision.ts';
import type { Directives } from '../domain/directive.ts';
import type { DecisionId, ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { Recent } from '../domain/recent.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import type { ScoredSlate } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { AssignmentProblem, SolvedComponent } from './assignment/problem.ts';

/** A rule file that applies, and the work order's slate as that file scores it. */
export type ScoredFile = { readonly file: RuleFile; readonly scored: ScoredSlate };

/** One work order and all that its decision depends on. */
export type OrderInput = {
  readonly workOrder: WorkOrder;
  readonly episode: number;
  readonly openedAt: OpenedAt;
  /** The file that decides; null when none applies. */
  readonly live: ScoredFile | null;
  /** Files that decide beside it, for comparison only. */
  readonly shadows: readonly ScoredFile[];
  /** Every intent of this episode. */
  readonly attempts: readonly Attempt[];
  /** Our own confirmed assignment although the platform lists the work order as open; null: none. */
  readonly assigned: { readonly providerId: ProviderId; readonly confirmedAtMs: number } | null;
  /** An intent of this work order that is not settled; null: none. */
  readonly openIntent: { readonly decisionId: DecisionId; readonly action: string } | null;
  /** What people said to recommendations of this episode, oldest first; left out: nothing. */
  readonly answers?: readonly DecisionAnswer[];
  /** Who had it from us in earlier episodes and left it without a word of ours; left out: nobody. */
  readonly gaveBack?: readonly ProviderId[];
};

export type DecideLimits = Pick<
  Limits,
  | 'maxActionsPerRun'
  | 'maxShareOfOpenPercent'
  | 'shareCountsFromOpen'
  | 'maxDailyTotalCents'
  | 'handOverMarginMs'
  | 'stopAfterUndone'
  | 'undoneWindowMs'
>;

/** Everything one run's decisions are made from: the same input, in whatever order, gives the same decisions. */
export type DecideInput = {
  readonly nowMs: number;
  readonly orders: readonly OrderInput[];
  /** Assigned on the platform, and live routes, of all work orders. */
  readonly commitments: readonly Commitment[];
  readonly committedTodayCents: number;
  readonly committedTodayByRuleFile: { readonly [ruleFileId: string]: number };
  /** Part of the two above: what each work order's own standing invitation or assignment counts with. */
  readonly committedTodayByWorkOrder: { readonly [workOrderId: number]: number };
  /** The rule file with which that counts; a person's own is in the first sum alone. */
  readonly committedTodayFileOf: { readonly [workOrderId: number]: string };
  /** Assignments of ours that were undone within `undoneWindowMs` before `nowMs`. */
  readonly undoneCount: number;
  /** All open work orders of the platform, also those that this run does not look at. */
  readonly openWorkOrders: number;
  readonly limits: DecideLimits;
  readonly talentPools: TalentPools;
  readonly projectDispatch: ProjectDispatch;
  /** What people have told the engine to keep to, as far as it holds at `nowMs`. */
  readonly directives: Directives;
  /** Of a run that does what a person approved: nothing else is sent. Null or left out: any other run. */
  readonly approved?: Approved | null;
  /**
   * Of a run that does what a person approved of recommendations: the others are decided with them, since they share the
   * providers, and nothing of them comes out. Null or left out: any other run.
   */
  readonly approvedDecisions?: readonly ApprovedDecision[] | null;
  /** Members of a recorded run that are not decided again, and the files they were decided by. Left out: none. */
  readonly standIns?: {
    readonly shares: readonly Share[];
    readonly files: readonly RuleFile[];
    /** The assignments that they were solved in, so that those are solved again; left out: what they took then is theirs. */
    readonly solutions?: readonly Solution[];
  };
  /** True: no assignments are solved together, as in runs of versions that could not. */
  readonly oneByOne?: boolean;
  /** Where slates and what is made of them are kept meanwhile; left out: all of them are, to the end. */
  readonly recent?: Recent;
};

/** The assignments of a run that were solved together, as the ledger keeps them for replay and `explain`. */
export type Solution = {
  readonly group: Share['group'];
  /** Of a shadow file, which decides as if it were alone; null for those that share the providers. */
  readonly ruleFileId: string | null;
  /** Without work orders that stood beside no other. */
  readonly problem: AssignmentProblem;
  /** Bids from this rank on that turned out to be no assignment beside what the others got; ascending by work order. */
  readonly dropped: readonly { readonly workOrderId: WorkOrderId; readonly fromRank: number }[];
  readonly components: readonly SolvedComponent[];
  /** Ascending by work order; one that is not there got nobody. */
  readonly assigned: readonly { readonly workOrderId: WorkOrderId; readonly providerId: ProviderId }[];
};

/**
 * What a work order took, under one file, of what the decisions of a run share: all that the others feel of it. Recorded,
 * so that each of them can be taken again without it.
 */
export type Share = {
  readonly workOrderId: WorkOrderId;
  readonly ruleFileId: string | null;
  /** Files that act decide before those that only ask; each shadow file decides as if it were alone. */
  readonly group: 'acting' | 'asking' | 'shadow';
  /** Whose turn comes first: the fewest candidates, then the earliest start, then the lowest id. */
  readonly candidates: number;
  readonly startMs: number | null;
  /** In which round it took its turn: see `decideTogether`. */
  readonly round: number;
  /** True: solved together with others, before any turn; left out: it took its turn. */
  readonly allotted?: true;
  readonly commitments: readonly Commitment[];
  /** What it would have sent if no limit of the run had stopped it; null: nothing. */
  readonly wants: { readonly costCents: number | null } | null;
};

/**
 * Whether the platform dispatches a project's work orders by itself, by the project's id, as far as that matters to this
 * run. `unreadable`: it may.
 */
export type ProjectDispatch = ReadonlyMap<number, 'on' | 'off' | 'unreadable'>;

/** Members by the pool's id, of the pools that rule files name; null: they cannot be read. */
export type TalentPools = ReadonlyMap<number, readonly ProviderId[] | null>;

export type BatchDecisions = {
  /** Ascending by work order id: for each the live file's (or none's) first, then its shadows' by rule file id. */
  readonly decisions: readonly PlannedDecision[];
  /** The first limit that this run would have broken; it then acts on nothing at all. Null: none. */
  readonly tripped: Reason | null;
  /** What dispatch files wanted before it was stopped; left out when it was not. */
  readonly wanted?: Wanted;
  /** Of those decided here; work orders that took nothing and wanted nothing are not there. */
  readonly shares: readonly Share[];
  /** Of each group in which two wanted the same provider. */
  readonly solutions: readonly Solution[];
};
