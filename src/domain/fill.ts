import type { DecisionId, ProviderId, WorkOrderId } from './ids.ts';
import type { RuleMode } from './rule-file.ts';

/** A work order that a provider got through us: assigned, by an accepted counter-offer, or by taking an invitation of ours. */
export type Fill = {
  readonly workOrderId: WorkOrderId;
  readonly decisionId: DecisionId;
  readonly title: string;
  readonly providerId: ProviderId;
  readonly how: 'assign' | 'accept_counter' | 'route_accepted';
  /** Null: a person by hand. */
  readonly ruleFileId: string | null;
  readonly mode: RuleMode | null;
  /** When the stage clock of the episode started. Epoch ms. */
  readonly openedAtMs: number;
  /** When it was confirmed, or the acceptance seen. Epoch ms. */
  readonly filledAtMs: number;
  /** Providers on the slate of the decision. */
  readonly candidates: number;
  /** What it costs; of an accepted invitation what the decision reckoned with, null: not known. */
  readonly costCents: number | null;
};

/** Live decisions of one day (UTC, epoch ms of its midnight) by outcome. */
export type DayOutcome = { readonly dayMs: number; readonly outcome: string; readonly decisions: number };
