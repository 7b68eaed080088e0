import type { Outcome } from './decision.ts';
import type { DecisionId, ProviderId, Sha256, WorkOrderId } from './ids.ts';
import type { RecordedDecision } from './recorded-decision.ts';

/** What both sides of a choice are told with: the decision, and the rule file that took it. */
type ChoiceDecision = {
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  readonly title: string;
  readonly decidedAtMs: number;
  readonly ruleFileId: string;
  readonly ruleFileHash: Sha256;
  readonly mode: string;
  readonly outcome: Outcome;
  readonly reason: RecordedDecision['reason'];
};

/** Somebody who was chosen, beside the best other. */
export type Chosen = ChoiceDecision & {
  readonly winner: ProviderId;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  /** Null: nobody else was eligible. */
  readonly runnerUp: ProviderId | null;
  readonly marginMilli: number | null;
  /** Criteria in which the two differ, the one that speaks most for the winner first; empty without a runner-up. */
  readonly difference: readonly { readonly key: string; readonly pointsMilli: number }[];
  readonly costCents: number | null;
};

/** Somebody on the slate who was not chosen. */
export type NotChosen = ChoiceDecision & {
  readonly providerId: ProviderId;
  /** Empty: eligible. */
  readonly blockedBy: readonly RecordedDecision['reason'][];
  /** Among the eligible of its kind, 1 is best; null: not eligible. */
  readonly rank: number | null;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  /** Null: nobody was chosen. */
  readonly winner: ProviderId | null;
  /** Below zero: it has more points than the winner. */
  readonly behindMilli: number | null;
};
