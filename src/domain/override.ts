import type { Outcome, Reason } from './decision.ts';
import type { DecisionId, ProviderId, Sha256, WorkOrderId } from './ids.ts';
import type { RuleMode } from './rule-file.ts';

/** Why a person did otherwise, in one word, so that it can be counted. The order is that of help. */
export const OVERRIDE_CODES = {
  better_local_knowledge: 'the person knew something that no fact of ours says',
  client_request: 'the client asked for it',
  price: 'the money: too dear, or a better offer',
  provider_quality: 'earlier work of the provider, good or bad',
  schedule: 'the time: who could come when',
  wrong_data: 'a fact that the decision rested on was wrong or old',
  rule_too_strict: 'a rule kept the right provider out',
  other: 'anything else; the words say what',
} as const;

export type OverrideCode = keyof typeof OVERRIDE_CODES;

/** A person's reason for doing otherwise than we had decided. Several add up; none is ever taken back. */
export type OverrideReason = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  /** The decision it answers; null: whatever was decided in that episode. */
  readonly decisionId: DecisionId | null;
  /** Null: in words only, as of a rejected recommendation. */
  readonly code: OverrideCode | null;
  readonly actor: string;
  readonly because: string;
  readonly atMs: number;
};

/**
 * A person did otherwise than the last decision before it: the last live one of the episode, and that of each shadow file,
 * is a case of its own. A recommendation that a person rejected is one too.
 */
export type OverrideCase = {
  readonly workOrderId: WorkOrderId;
  readonly episode: number;
  readonly did: 'assigned' | 'unassigned' | 'rejected';
  /** Epoch ms: of what was done on the platform, when a run saw it; of what was done through us, when it was confirmed. */
  readonly seenAtMs: number;
  /** Who was assigned or un-assigned, or whom the rejected recommendation named; null: it named nobody. */
  readonly providerId: ProviderId | null;
  readonly decision: {
    readonly id: DecisionId;
    readonly ruleFileId: string;
    /** Of the text that decided. */
    readonly ruleFileHash: Sha256;
    readonly mode: RuleMode;
    readonly decidedAtMs: number;
    readonly outcome: Outcome;
    readonly reason: { readonly code: string; readonly detail: Reason['detail'] };
    /** Null: it named nobody. */
    readonly winner: ProviderId | null;
  };
  /** Where the provider stood on that decision's slate; null: not on it. */
  readonly standing: {
    /** Null: not eligible. */
    readonly rank: number | null;
    readonly pointsMilli: number;
    readonly maxPoints: number;
    readonly blockedBy: readonly { readonly code: string; readonly detail: Reason['detail'] }[];
  } | null;
  /** Oldest first. */
  readonly reasons: readonly Pick<OverrideReason, 'code' | 'actor' | 'because' | 'atMs'>[];
  readonly afterwards: OverrideEnd;
};

/** What became of what the person did. `stands`: nothing else is known. `gone`: the provider left, or was taken off. */
export type OverrideEnd = 'stands' | 'gone' | 'work_done' | 'sent_back' | 'approved';

/** Whether the person was right, as far as what happened afterwards tells; null: it does not tell yet, or never will. */
export function wasRight({ did, afterwards }: Pick<OverrideCase, 'did' | 'afterwards'>): boolean | null {
  if (did !== 'assigned') return null;
  if (afterwards === 'approved') return true;
  return afterwards === 'gone' || afterwards === 'sent_back' ? false : null;
}
