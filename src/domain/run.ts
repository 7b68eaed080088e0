import type { Wanted } from './approval.ts';
import type { Outcome } from './decision.ts';
import type { DecisionId, Sha256 } from './ids.ts';
import type { ReasonCode } from './reason-codes.ts';

export type Environment = 'sandbox' | 'production' | 'loopback';

/** One pass through pull → … → report. Unique by (environment, tick). */
export type Run = {
  readonly id: string;
  readonly environment: Environment;
  /** `manual:<uuid>`, `webhook:<uuid>`, or the scheduled minute as ISO text. */
  readonly tick: string;
  readonly startedAtMs: number;
  readonly engineVersion: string;
  readonly ruleSetHash: Sha256;
};

/** How a run ended; written once. */
export type RunEnd = {
  readonly runId: string;
  readonly endedAtMs: number;
  readonly result: 'done' | 'tripped' | 'failed';
  readonly summary: RunSummary;
};

export type RunSummary = {
  readonly openWorkOrders: number;
  readonly decisions: number;
  readonly unchanged: number;
  readonly byOutcome: { readonly [outcome in Outcome]?: number };
  readonly byReason: { readonly [code in ReasonCode]?: number };
  readonly effects: {
    readonly confirmed: number;
    readonly refused: number;
    readonly lost_race: number;
    readonly unknown: number;
  };
  /** Decisions with something to send; in a dry run, that would have had. */
  readonly actions: number;
  /** Decisions of files that only recommend, waiting for a person's word; left out: none. */
  readonly recommended?: number;
  readonly committedCents: number;
  readonly quarantined: readonly Quarantined[];
  readonly httpRequests: number;
  /** Why the run stopped before or while acting; null when it did not. */
  readonly stopped: { readonly code: ReasonCode; readonly message: string } | null;
  /** Work orders whose place in the ledger another run had taken meanwhile: nothing was done about them. */
  readonly collisions: number;
  /** What a trip-wire kept the rule files from sending, for `approve run`; left out where none did. */
  readonly wanted?: Wanted;
  /** Why nothing was to be sent, whatever was decided; null: acting was not paused. Earlier versions left it out. */
  readonly paused?: { readonly code: ReasonCode; readonly message: string } | null;
  /** Canaries that broke a limit of their own and only shadow; `isNew`: since this run. Left out: none. */
  readonly demoted?: readonly {
    readonly code: ReasonCode;
    readonly ruleFileId: string;
    readonly message: string;
    readonly isNew: boolean;
  }[];
  /** Criteria on which Field Nation and we have come apart lately; `command` shows a candidate. Left out: none. */
  readonly drift?: readonly {
    readonly code: ReasonCode;
    readonly ruleFileId: string;
    readonly criterion: string;
    readonly message: string;
    readonly remedy: string;
    readonly command: string;
  }[];
  /**
   * Lists of pending providers: read in this run, and taken as an earlier one had read them since nothing showed a change.
   * `unseen`: of those read, how many had changed and nothing had shown it. Left out: none was needed.
   */
  readonly pendingLists?: { readonly pulled: number; readonly kept: number; readonly unseen: number };
  /**
   * Work orders of files that act which share providers, solved together, and what that brought beside one after the other.
   * Left out: there were none, or an earlier version.
   */
  readonly together?: {
    /** Sets of work orders that share providers, directly or through others. */
    readonly groups: number;
    readonly workOrders: number;
    /** By weight: a work order counts as much as its file's `fill_weight`. */
    readonly filledMore: number;
    /** True: some of them count for more than one, so that `filledMore` is no number of work orders. */
    readonly isWeighted?: true;
    readonly pointsMoreMilli: number;
    /** More work orders filled, or better ones, may cost more. Null: a cost that makes the difference is unknown. */
    readonly costMoreCents: number | null;
    /** Groups for which a limit came before the proof that there is nothing better. */
    readonly unproven: number;
  };
  /** Left out: all was. */
  readonly notCounted?: string;
  /** Confirmed, and yet not as decided: a person must look at once. */
  readonly alarms: readonly { readonly code: ReasonCode; readonly decisionId: DecisionId }[];
};

/** Why something that reports count from was not counted, in words; no run ends otherwise for it. Null: all was. */
export type NotCounted = string | null;

/** A row of the platform's answer that we do not understand: set aside with its reason, the rest goes on. */
export type Quarantined = {
  /** `work order`, `pending row`, `user`. */
  readonly what: string;
  readonly id: number | null;
  /** For a pending row, its work order. */
  readonly workOrderId: number | null;
  readonly reason: string;
};
