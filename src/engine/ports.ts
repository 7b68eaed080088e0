import type { AgreementCase } from '../domain/agreement.ts';
import type { DecisionAnswer, RunApproval } from '../domain/approval.ts';
import type { CanaryFigures, CanaryQuery } from '../domain/canary.ts';
import type {
  Attempt,
  Cancellation,
  Commitment,
  Decision,
  Effect,
  Intent,
  OpenedAt,
  Outcome,
} from '../domain/decision.ts';
import type { Directive, DirectiveSubject, DirectiveTerms } from '../domain/directive.ts';
import type { GiveBacks } from '../domain/give-back.ts';
import type { DecisionId, ProviderId, Sha256, WorkOrderId } from '../domain/ids.ts';
import type { Observation } from '../domain/observation.ts';
import type { DirectoryEntry, PendingRow, ProviderProfile } from '../domain/provider.ts';
import type { RecordedDecision, RecordedInput } from '../domain/recorded-decision.ts';
import type { ApprovedMoney } from '../domain/review.ts';
import type { RecordedRuleEvent, RuleEvent, RuleState } from '../domain/rule-event.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import type { Environment, NotCounted, Quarantined, Run, RunEnd } from '../domain/run.ts';
import type { WorkOrder, WorkOrderStatus } from '../domain/work-order.ts';
import type { WriteAnswer, WriteCall } from '../domain/write-call.ts';
import type { LedgerFigures, LedgerPast, LedgerRange, ParityView } from './figures.ts';

/** Wall time and waiting. The engine has no other clock. */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** Rows that were understood, and those that were not. */
export type Pulled<Row> = {
  readonly rows: readonly Row[];
  readonly quarantined: readonly Quarantined[];
};

export type WorkOrderList = 'published_routed' | 'assigned' | 'draft' | 'work_done';

export type PendingList = Pulled<PendingRow> & { readonly workOrderId: WorkOrderId; readonly observedAtMs: number };

/** Why finished work may be sent back; `DELETE /workorders/{id}/complete` takes the id. */
export type IncompleteReason = { readonly id: number; readonly name: string };

/** A group of providers that the company keeps. `memberCount` null: the platform does not say. */
export type TalentPool = { readonly id: number; readonly name: string; readonly memberCount: number | null };

/**
 * What the buyer's company has set up on the platform, for reading. Null: the platform has no such thing, or no such
 * address, for us.
 */
export interface CompanySource {
  readIncompleteReasons(companyId: number): Promise<readonly IncompleteReason[] | null>;
  /** Each pool once, in the platform's order. */
  pullTalentPools(): Promise<readonly TalentPool[] | null>;
  /** Ascending, each once. Null also when no pool has this id. */
  pullTalentPoolMembers(poolId: number): Promise<readonly ProviderId[] | null>;
  /** Whether the platform dispatches the project's work orders by itself. */
  readDispatchSettings(projectId: number): Promise<{ readonly isEnabled: boolean } | null>;
}

/**
 * The platform, for reading. Every method throws `PlatformUnavailable` (see below) when it cannot answer within its
 * limits; a thing that does not exist or is not visible is null, never an exception. Not so where a list is asked for:
 * an empty list always means that there is nothing.
 */
export interface WorkOrderSource extends CompanySource {
  /** The whole list, to the last page; each work order once. */
  pullList(list: WorkOrderList): Promise<Pulled<WorkOrder>>;
  readWorkOrder(id: WorkOrderId): Promise<WorkOrder | null>;
  readStatus(id: WorkOrderId): Promise<WorkOrderStatus | null>;
  /** `assigneeId` null: nobody is assigned. */
  readAssignee(id: WorkOrderId): Promise<{ readonly assigneeId: ProviderId | null } | null>;
  /** Requests and routed providers, to the last page; each provider once. Throws (`forbidden`) when the work order is not visible. */
  pullPending(id: WorkOrderId): Promise<PendingList>;
  readProfile(id: ProviderId): Promise<ProviderProfile | null>;
  /** HTTP requests made so far, all kinds. */
  requestCount(): number;
}

/** The platform, for writing. Never throws for what the network or the platform does: that is the answer's kind. Tries once. */
export interface DispatchTarget {
  send(call: WriteCall): Promise<WriteAnswer>;
}

/** The platform could not be read. `kind` says which way, for the exit code and the remedy. */
export class PlatformUnavailable extends Error {
  override readonly name = 'PlatformUnavailable';
  readonly kind:
    | 'unreachable'
    | 'credentials'
    | 'forbidden'
    | 'rate_limited'
    | 'budget'
    | 'not_understood'
    | 'server_error';

  constructor(kind: PlatformUnavailable['kind'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** Enough of a decision to tell whether the next one differs. */
export type LastDecision = {
  readonly id: DecisionId;
  readonly inputHash: Sha256;
  readonly outcome: Outcome;
  readonly stage: number | null;
  readonly decidedAtMs: number;
};

/** What the ledger knows of one work order, read before anything is decided. */
export type WorkOrderHistory = GiveBacks & {
  readonly workOrderId: WorkOrderId;
  /** From 1. */
  readonly episode: number;
  /** The next decision's place; a concurrent decider that takes it first makes `recordDecision` answer `collision`. */
  readonly nextSeq: number;
  /** Earliest start of the stage clock recorded in this episode; null when never decided. */
  readonly openedAt: OpenedAt | null;
  /** The last decision per rule file (key: rule file id, or `-` for none) in this episode. */
  readonly last: { readonly [ruleFileId: string]: LastDecision };
  /** The newest decision of this episode that no shadow file took: what a live decision is compared with. */
  readonly lastLive: (LastDecision & { readonly ruleFileId: string | null }) | null;
  /** Every intent of this episode, oldest first. */
  readonly attempts: readonly Attempt[];
  /** What people said to recommendations of this episode, oldest first. */
  readonly answers: readonly DecisionAnswer[];
  /** Our own assignment of this episode: confirmed, or an accepted route observed at `confirmedAtMs`; null: there is none. */
  readonly assigned: {
    readonly decisionId: DecisionId;
    readonly providerId: ProviderId;
    readonly confirmedAtMs: number;
  } | null;
};

/** An intent that has no final effect: never sent, sent and unanswered, or unknown. */
export type OpenIntent = {
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly ruleFileId: string | null;
  readonly intent: Intent;
  /** Null: never claimed, so nothing was sent. */
  readonly claimedAtMs: number | null;
  /** How often it was claimed, so how often it may have been sent. */
  readonly claims: number;
  /** The highest effect so far, always `unknown`; null when none. */
  readonly lastEffect: { readonly n: number; readonly reason: string; readonly atMs: number } | null;
};

/** A commitment that our own ledger knows of, whatever the platform's lists show by now. */
export type LedgerCommitment = Commitment & {
  readonly kind: 'assigned' | 'routed';
  /** The decision that made it. Its work order and times are as they were decided on. */
  readonly decisionId: DecisionId;
  /** When it was confirmed or observed; of an intent that is not settled, when it was last claimed. */
  readonly atMs: number;
};

/** Everything the ledger says that decisions of a run depend on. */
export type LedgerSnapshot = {
  readonly histories: readonly WorkOrderHistory[];
  /**
   * Of all work orders, by provider, then work order: confirmed assignments and accepted routes since `sinceMs`, confirmed
   * routes since then that still stand, and whatever a claimed intent without final effect may have bound, however old.
   * A confirmed un-assign or un-route, an assignment of the work order, an observation or a newer episode ends them. That a
   * provider declined a route, the ledger does not know.
   */
  readonly commitments: readonly LedgerCommitment[];
  /**
   * Money confirmed or claimed since `dayStartMs`, in cents: in all, and by rule file. Each work order counts once, with what
   * it may cost: its confirmed assignment, or else the dearest of what is unsettled and of the routes that stand. An ended
   * episode counts for nothing any more.
   */
  readonly committedTodayCents: number;
  readonly committedTodayByRuleFile: { readonly [ruleFileId: string]: number };
  /** What each of them counts with. */
  readonly committedTodayByWorkOrder: { readonly [workOrderId: number]: number };
  /** Whose rule file's money that is; what a person did by hand is nobody's. */
  readonly committedTodayFileOf: { readonly [workOrderId: number]: string };
};

export type LedgerIdentity = { readonly environment: Environment; readonly companyId: number | null };

/** The ledger as far as deciding reads it: all that a dry run needs, which therefore never opens it for writing. */
export interface LedgerView extends ParityView {
  /** Throws nothing for work orders it does not know: their histories are blank. */
  snapshot(workOrders: readonly WorkOrderId[], dayStartMs: number, sinceMs: number): Promise<LedgerSnapshot>;
  readDirectory(): Promise<readonly DirectoryEntry[]>;
  /** Oldest first: assignments of ours made since then whose episode is over although we did not un-assign, and nobody else came after. */
  readCancellations(assignedSinceMs: number): Promise<readonly Cancellation[]>;
  /** What approvals released since then, confirmed or claimed and not settled. */
  readApproved(sinceMs: number): Promise<ApprovedMoney>;
  /** Null: bound to nobody yet. */
  identity(): Promise<LedgerIdentity | null>;
  /** All there ever were, oldest first. */
  directives(): Promise<readonly Directive[]>;
  /** How many assignments of ours were undone since then: episodes that began again, by whomever and however. */
  countUndone(sinceMs: number): Promise<number>;
  ruleState(): Promise<RuleState>;
  canaryFigures(query: CanaryQuery): Promise<CanaryFigures>;
}

/** Where people's answers to tripped runs and to recommendations are written down. */
export interface ApprovalBook {
  /** `answered`: a person has said yes or no to this run before, and nothing was written. */
  recordApproval(given: RunApproval): Promise<'recorded' | 'answered'>;
  /** Oldest first. */
  approvals(): Promise<readonly RunApproval[]>;
  /** All or none: those that a person has answered before; empty, and they are written. */
  recordAnswers(given: readonly DecisionAnswer[]): Promise<readonly DecisionId[]>;
}

/** Where people's directives are written down. Needs no process lock: a pause must not wait for what it is to stop. */
export interface DirectiveBook extends Pick<LedgerView, 'directives'> {
  /** `standing`: the work order has another pin that still holds, and nothing was written. */
  recordDirective(
    given: DirectiveSubject & DirectiveTerms,
  ): Promise<{ readonly kind: 'recorded' } | { readonly kind: 'standing'; readonly directive: Directive }>;
  /** Ends the directives named, of those that nobody has ended yet; says how many. */
  endDirectives(ids: readonly number[], end: Omit<DirectiveTerms, 'untilMs'>): Promise<number>;
}

/**
 * The ledger. Asynchronous and by whole aggregates, so that another database can take its place. Throws `LedgerFailure`
 * when the disk or the database fails. Every method that writes is durable when it resolves.
 */
export interface DecisionStore extends LedgerView {
  /** First call writes them; later calls compare. The ledger of another environment or company is refused. */
  bindIdentity(
    identity: LedgerIdentity,
  ): Promise<{ readonly kind: 'bound' } | { readonly kind: 'foreign'; readonly message: string }>;
  /** Rule texts by hash; a set already there is left alone. */
  recordRuleSet(set: RuleSet, atMs: number): Promise<void>;
  /** `taken`: another run has this (environment, tick). */
  openRun(run: Run): Promise<'opened' | 'taken'>;
  closeRun(end: RunEnd): Promise<NotCounted>;
  /** Decision, candidates, intents, bodies and chain rows in one transaction. */
  recordDecision(decision: Decision): Promise<'recorded' | 'collision'>;
  /** Each whole, durable together; one that collides is left out and takes none of the others with it. */
  recordDecisions(decisions: readonly Decision[]): Promise<readonly ('recorded' | 'collision')[]>;
  /**
   * Takes the work order's lock for this intent, durably, before the call. `blocked`: another intent of it is open.
   * `paused`: a person has paused acting in this ledger; looked at in the same transaction, so that none slips through.
   */
  claimIntent(id: DecisionId, n: number, atMs: number): Promise<'claimed' | 'blocked' | 'paused'>;
  /** Releases the lock unless the effect is `unknown`. Throws when a final effect is already there. */
  recordEffect(effect: Effect): Promise<void>;
  openIntents(): Promise<readonly OpenIntent[]>;
  /** `known`: one of this kind is there for the same work order, episode and provider, and nothing was written. */
  recordObservation(observation: Observation): Promise<'recorded' | 'known'>;
  /** `known`: the ledger says it already (`isKnownRuleEvent`), and nothing was written. */
  recordRuleEvent(event: RuleEvent): Promise<'recorded' | 'known'>;
  /** Adds or replaces what is newer; keeps the earliest `firstSeenMs`. The directory is no part of the ledger. */
  saveDirectory(entries: readonly DirectoryEntry[]): Promise<void>;
  close(): Promise<void>;
}

export type RunRow = Run & { readonly end: RunEnd | null };

/** The ledger, for reading: reports, explain. Never blocks the writer. */
export interface LedgerReader extends LedgerPast {
  readonly figures: LedgerFigures;
  runs(range: LedgerRange): Promise<readonly RunRow[]>;
  /** Newest last; unless asked for with candidates, those are empty and the work orders' facts null. */
  decisions(
    query: LedgerRange & { readonly workOrderId: WorkOrderId | null; readonly withCandidates: boolean },
  ): Promise<readonly RecordedDecision[]>;
  decision(id: DecisionId): Promise<RecordedDecision | null>;
  /** What the decision rested on, to the same bytes; `erased` when a body of it is gone. Null: no such decision. */
  recordedInput(id: DecisionId): Promise<RecordedInput | 'erased' | null>;
  /** Every intent without a final effect, in the order the decisions were recorded. */
  openIntents(): Promise<readonly OpenIntent[]>;
  ruleFileText(hash: Sha256): Promise<string | null>;
  /** All there ever were, oldest first. */
  ruleEvents(): Promise<readonly RecordedRuleEvent[]>;
  agreementCases(range: LedgerRange): Promise<readonly AgreementCase[]>;
  /** Hash of the last chain row; null for an empty ledger. */
  chainHead(): Promise<Sha256 | null>;
  close(): Promise<void>;
}

/** The disk or the database failed, or the file is not a ledger of ours. `remedy` is a whole sentence. */
export class LedgerFailure extends Error {
  override readonly name = 'LedgerFailure';
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}
