import type { DecisionId, ProviderId, Sha256, WorkOrderId } from './ids.ts';
import type { JsonValue } from './json.ts';
import type { ReasonCode } from './reason-codes.ts';
import type { ReviewedCriterion } from './review.ts';
import type { RuleMode } from './rule-file.ts';
import type { ScoredCandidate, Slate } from './scored-slate.ts';
import type { WorkOrder } from './work-order.ts';
import type { WriteCall } from './write-call.ts';

/** What was decided for one work order, by a rule file or by a person. */
export type Outcome =
  | 'assign'
  | 'route'
  | 'mass_route'
  | 'wait'
  | 'hold'
  | 'skip'
  | 'publish'
  | 'unpublish'
  | 'unroute'
  | 'auto_dispatch'
  | 'unassign'
  | 'decline_request'
  | 'complete'
  | 'incomplete'
  | 'approve'
  | 'unapprove';

/** Figures and names that fill a reason's sentence; keys are its placeholders. */
export type ReasonDetail = { readonly [name: string]: string | number };

export type Reason = { readonly code: ReasonCode; readonly detail: ReasonDetail };

/** A candidate as the decision saw it: scored, gated, ranked. */
export type RankedCandidate = {
  readonly scored: ScoredCandidate;
  /** Passed the gate and every constraint of the open stages. */
  readonly isEligible: boolean;
  /** 1 is best among the eligible of the same kind group (requests; bench); null when not eligible. */
  readonly rank: number | null;
  /** Why not eligible, every reason and not only the first; empty when eligible. */
  readonly blockedBy: readonly Reason[];
};

/** One write that a decision means to make. Numbered from 1; a later one is sent only when the one before is confirmed. */
export type Intent = {
  readonly n: number;
  readonly call: WriteCall;
  /**
   * What it commits us to, or may at any moment: a route the provider's cost, a mass-route the dearest invited one's, since
   * only one can accept. 0 for calls that bind no money.
   */
  readonly costCents: number;
};

/** An action as a person is asked about it: what a run wanted and did not do, since a trip-wire stopped it or its file only recommends. */
export type WantedAction = {
  readonly workOrderId: WorkOrderId;
  readonly ruleFileId: string | null;
  readonly outcome: Outcome;
  /** Of assign and route; null otherwise. */
  readonly winner: ProviderId | null;
  /** Whom its calls would bind or invite, ascending. */
  readonly providers: readonly ProviderId[];
  /** Its calls that leave the choice to the platform, and those that make way for them; left out: none. */
  readonly unnamed?: readonly WriteCall[];
  /** Null: it binds no money. */
  readonly costCents: number | null;
};

/** When the clock of the stages started, and by which of the allowed signs. */
export type OpenedAt = {
  readonly atMs: number;
  readonly source: 'published' | 'routed' | 'first_seen' | 'created';
};

/** What decide/ says of one work order under one rule file; the engine gives it its place in the ledger. */
export type PlannedDecision = {
  readonly workOrder: WorkOrder;
  readonly episode: number;
  /** Null when no rule file applies. */
  readonly ruleFileId: string | null;
  readonly ruleFileHash: Sha256 | null;
  readonly mode: RuleMode | null;
  readonly openedAt: OpenedAt;
  /** Numbers of the stages whose time has come. */
  readonly dueStages: readonly number[];
  /** The stage that acts, or whose condition made it hold; null when none. */
  readonly stage: number | null;
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** For assign and route the chosen; null otherwise. */
  readonly winner: ProviderId | null;
  /** The best other eligible candidate, or null. */
  readonly runnerUp: ProviderId | null;
  /** Winner's lead in thousandths of a point; null without a runner-up. */
  readonly marginMilli: number | null;
  /** What the outcome commits us to, or may once an invitation is accepted; null when it binds no money. */
  readonly costCents: number | null;
  /** Empty unless the mode acts and the outcome is an action. */
  readonly intents: readonly Intent[];
  /** The slate's order. */
  readonly candidates: readonly RankedCandidate[];
  /** Given by review files alone: how the finished work did, in file order. Such a decision has no candidates. */
  readonly review?: readonly ReviewedCriterion[];
  /** What a file that only recommends would have done, for a person to approve; left out: nothing, or the mode is another. */
  readonly recommends?: WantedAction;
};

/** A decision with its place in the ledger. */
export type Decision = PlannedDecision & {
  readonly id: DecisionId;
  readonly seq: number;
  readonly runId: string;
  readonly decidedAtMs: number;
  readonly engineVersion: string;
  readonly ruleSetHash: Sha256;
  /** Of everything that went in except what merely ages; equal hash, outcome and stage: the decision is unchanged. */
  readonly inputHash: Sha256;
  /** With the work order and the candidates above, the whole slate: its `work_order.*` facts and when it was taken. */
  readonly slate: Pick<Slate, 'facts' | 'takenAtMs'>;
  /** The body that holds what the whole run's decisions shared (commitments, limits, members), so that it can be replayed. */
  readonly batch: JsonValue;
};

export type EffectKind = 'confirmed' | 'refused' | 'lost_race' | 'unknown';

/** What became of an intent, as the server said when it was read afterwards. The highest `n` counts; only `unknown` may be followed. */
export type Effect = {
  readonly decisionId: DecisionId;
  readonly intentN: number;
  readonly n: number;
  readonly kind: EffectKind;
  readonly reason: Reason;
  readonly atMs: number;
  readonly runId: string;
  /** What the guard read, the answer and the confirm read showed, in few words. */
  readonly saw: JsonValue;
};

/** Something a provider is bound to (assigned) or may be bound to any moment (live route). */
export type Commitment = {
  readonly kind: 'assigned' | 'routed' | 'planned';
  readonly workOrderId: WorkOrderId;
  readonly providerId: ProviderId;
  /** Null: no known time; it then overlaps with nothing and counts for no day. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly localDate: string | null;
};

/** A provider who had a work order of ours and left it: neither we nor, as far as the ledger knows, anybody else took it away. */
export type Cancellation = {
  readonly workOrderId: WorkOrderId;
  readonly providerId: ProviderId;
  /** When the assignment was confirmed, or the acceptance of its route observed. */
  readonly assignedAtMs: number;
};

/** One earlier attempt in this episode: what a stage tried and what became of it. */
export type Attempt = {
  readonly decisionId: DecisionId;
  readonly ruleFileId: string | null;
  readonly stage: number | null;
  readonly intentN: number;
  readonly call: WriteCall;
  /** Null: no effect recorded yet. */
  readonly effect: { readonly kind: EffectKind; readonly reason: ReasonCode; readonly atMs: number } | null;
};
