import type { Intent, OpenedAt, Outcome, WantedAction } from './decision.ts';
import type { DecisionId, ProviderId, Sha256, WorkOrderId } from './ids.ts';
import type { JsonValue } from './json.ts';
import type { ReviewedCriterion } from './review.ts';
import type { Slate } from './scored-slate.ts';

/** One decision as the ledger has it, for explain and reports. */
export type RecordedDecision = {
  readonly id: DecisionId;
  readonly runId: string;
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly seq: number;
  readonly ruleFileId: string | null;
  readonly ruleFileHash: Sha256 | null;
  readonly ruleSetHash: Sha256;
  readonly mode: string | null;
  readonly decidedAtMs: number;
  readonly engineVersion: string;
  readonly openedAt: OpenedAt;
  readonly dueStages: readonly number[];
  readonly stage: number | null;
  readonly outcome: Outcome;
  readonly reason: { readonly code: string; readonly detail: { readonly [name: string]: string | number } };
  readonly winner: ProviderId | null;
  readonly runnerUp: ProviderId | null;
  readonly marginMilli: number | null;
  readonly costCents: number | null;
  readonly inputHash: Sha256;
  /** `facts` null: not asked for (see `LedgerReader.decisions`), or erased. */
  readonly workOrder: { readonly title: string; readonly facts: JsonValue };
  readonly candidates: readonly RecordedCandidate[];
  /** How finished work did, in file order; only of a review file's decision that was asked for whole. */
  readonly review?: readonly ReviewedCriterion[];
  /** What waits for a person's yes; only of a recommending file's decision that was asked for whole. */
  readonly recommends?: WantedAction;
  readonly intents: readonly RecordedIntent[];
};

export type RecordedIntent = Intent & {
  /** When it was claimed for sending, oldest first: as often as it may have been sent. */
  readonly claimedAtMs: readonly number[];
  readonly effects: readonly RecordedEffect[];
};

export type RecordedEffect = {
  readonly n: number;
  readonly kind: string;
  readonly reason: { readonly code: string; readonly detail: { readonly [name: string]: string | number } };
  readonly atMs: number;
};

/** One candidate of a recorded decision, unpacked from masks and values. */
export type RecordedCandidate = {
  readonly providerId: ProviderId;
  readonly kind: string;
  readonly isEligible: boolean;
  readonly rank: number | null;
  readonly isMatch: boolean;
  readonly pointsMilli: number;
  readonly maxPoints: number;
  readonly costCents: number | null;
  readonly blockedBy: readonly {
    readonly code: string;
    readonly detail: { readonly [name: string]: string | number };
  }[];
  readonly criteria: readonly {
    readonly position: number;
    readonly key: string;
    readonly label: string;
    readonly weight: number;
    readonly isRequired: boolean;
    readonly applies: boolean;
    readonly verdict: 'match' | 'no_match' | 'unknown';
    readonly decidedBy: 'facts' | 'platform' | 'on_missing';
    readonly pointsMilli: number;
    readonly width: string;
    /** Actual values behind the verdict: what, as kept, from where, when. `isErased`: it was recorded, and is gone. */
    readonly evidence: readonly {
      readonly fact: string;
      readonly written: string;
      readonly value: JsonValue;
      readonly source: string | null;
      readonly observedAtMs: number | null;
      readonly isErased?: true;
    }[];
  }[];
};

/** All that went into a decision besides its rule set: with the rule texts, enough to take it again. */
export type RecordedInput = { readonly slate: Slate; readonly batch: JsonValue };

/** What one run recorded together: the batch its decisions shared, and each work order's slate once. */
export type RecordedSlates = {
  readonly runId: string;
  readonly decidedAtMs: number;
  readonly ruleSetHash: Sha256;
  /** `erased`: its body is gone. */
  readonly batch: JsonValue | 'erased';
  /** In the order they were recorded. */
  readonly slates: readonly RecordedSlate[];
};

export type RecordedSlate = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  /** `erased`: a body of it is gone. Of a review, without candidates. */
  readonly slate: Slate | 'erased';
  /** All that rested on it, the live file's and each shadow's, as recorded; of the candidates only the winner is there. */
  readonly decisions: readonly RecordedDecision[];
};
