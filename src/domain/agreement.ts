import type { DecisionId, ProviderId, Sha256 } from './ids.ts';
import type { RuleMode } from './rule-file.ts';

/**
 * The last provider that one rule file named for one work order, in one episode and whatever mode, before anybody was
 * assigned; and who then was. A decision that a person said no to is a case of its own, also where others came after it.
 */
export type AgreementCase = {
  readonly ruleFileId: string;
  readonly mode: RuleMode;
  /** Of the text that named the winner. */
  readonly ruleFileHash: Sha256;
  readonly decisionId: DecisionId;
  readonly decidedAtMs: number;
  readonly winner: ProviderId;
  /** True: a person rejected this very decision, whoever was assigned since. */
  readonly isRejected: boolean;
  /** Null: nobody yet, as far as was seen. */
  readonly assigned: {
    readonly providerId: ProviderId;
    /** False: the engine assigned by itself, which is nobody's opinion. True also where a person approved what it recommended. */
    readonly isByPerson: boolean;
    /** Where the assigned one stood on that decision's slate; null: not on it. `rank` null: not eligible. */
    readonly standing: { readonly rank: number | null } | null;
  } | null;
};
