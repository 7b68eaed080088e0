import type { DecisionId, WorkOrderId } from './ids.ts';
import type { RecordedEffect, RecordedIntent } from './recorded-decision.ts';

/** A write that was not simply confirmed at once, with all that became of it. */
export type EffectTrail = {
  readonly decisionId: DecisionId;
  readonly workOrderId: WorkOrderId;
  readonly ruleFileId: string | null;
  readonly runId: string;
  readonly decidedAtMs: number;
  readonly intent: Omit<RecordedIntent, 'effects'> & {
    /** Oldest first, each with the run that recorded it. */
    readonly effects: readonly (RecordedEffect & { readonly runId: string })[];
  };
};
