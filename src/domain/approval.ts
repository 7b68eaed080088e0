import type { Outcome, WantedAction } from './decision.ts';
import type { DecisionId, ProviderId } from './ids.ts';

/** What a tripped run wanted, and the money that counted at that moment. */
export type Wanted = {
  readonly actions: readonly WantedAction[];
  readonly committedTodayCents: number;
  readonly committedTodayByRuleFile: { readonly [ruleFileId: string]: number };
};

/** What a person has approved: that run's actions, as they were, and no more. */
export type Approved = Wanted & { readonly runId: string };

/** A person's answer to a tripped run. */
export type RunApproval = {
  readonly runId: string;
  readonly verdict: 'approved' | 'rejected';
  readonly actor: string;
  readonly because: string | null;
  readonly atMs: number;
};

/** A recommendation that a person has approved: this action, by that rule file, and no more. */
export type ApprovedDecision = { readonly decisionId: DecisionId; readonly action: WantedAction };

/** A person's answer to a recommendation. Its decision says for which work order, and in which episode of it. */
export type DecisionAnswer = {
  readonly decisionId: DecisionId;
  readonly verdict: 'approved' | 'rejected';
  readonly actor: string;
  /** Null: approved without a word. */
  readonly because: string | null;
  readonly atMs: number;
  /** What had been recommended. */
  readonly outcome: Outcome;
  /** Of assign and route; null otherwise. */
  readonly winner: ProviderId | null;
};
