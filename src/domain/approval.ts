import type { Outcome } from './decision.ts';
import type { ProviderId, WorkOrderId } from './ids.ts';
import type { WriteCall } from './write-call.ts';

/** An action that a run wanted and did not take, since a trip-wire stopped it. */
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
