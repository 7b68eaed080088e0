import type { DecisionAnswer } from '../domain/approval.ts';
import type { FactUnit } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { SeenEvent } from '../engine/figures.ts';
import type { Section } from './section.ts';
import type { Stages } from './stage-text.ts';
import type { KnownAssignment } from './work-order-now.ts';

/** A decision with all that explain says of it, in whatever format. */
export type ExplainInput = {
  readonly decision: RecordedDecision;
  /** Every live decision of the work order, oldest first, this one among them; candidates are not needed. */
  readonly history: readonly RecordedDecision[];
  readonly assigned: KnownAssignment;
  /** What shadow rule files would have done with the same work order; shown as a line each. */
  readonly shadows: readonly RecordedDecision[];
  /** What people said to recommendations for the work order, oldest first, of whatever decision of the same episode. */
  readonly answers?: readonly DecisionAnswer[];
  /** Of the work order, of all episodes, oldest first; left out: nothing was. */
  readonly seen?: readonly SeenEvent[];
  /** Of the rule file that decided; null: it is not known. */
  readonly stages: Stages | null;
  /** The provider asked about; null: nobody in particular. */
  readonly asked: ProviderId | null;
  /** Unit of a fact by its name; null: it has none. */
  readonly unitOf: (factName: string) => FactUnit | null;
  /** What else was asked for, shown after the facts in every format for people; left out: nothing. */
  readonly more?: readonly Section[];
  /** In characters. The slate's table keeps its own width, which grows with the criteria. */
  readonly width: number;
  /** True: decided only to be looked at. It has no place in the ledger, no history, and nothing of it is sent. */
  readonly isSimulated?: boolean;
};
