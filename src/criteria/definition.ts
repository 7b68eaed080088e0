import type { Cancellation, Commitment } from '../domain/decision.ts';
import type { Fact, FactParams, FactSource, FactType } from '../domain/fact.ts';
import type { CandidateKind, DirectoryEntry, PendingRow, ProviderProfile } from '../domain/provider.ts';
import type { WorkOrder } from '../domain/work-order.ts';

/** Everything a fact may be read from, for one provider and one work order. Null: that source has nothing. */
export type FactInput = {
  readonly workOrder: WorkOrder;
  readonly kind: CandidateKind;
  readonly row: PendingRow | null;
  /** When the work order was pulled, epoch ms; the slate's own time. */
  readonly takenAtMs: number;
  /** When the row was, which an earlier run may have done; left out: with the work order. */
  readonly rowObservedAtMs?: number;
  readonly directory: DirectoryEntry | null;
  readonly profile: ProviderProfile | null;
  /** Of this provider alone: assigned work orders and live routes elsewhere. */
  readonly commitments: readonly Commitment[];
  /** Of this provider alone. */
  readonly cancellations: readonly Cancellation[];
  /** Total cost in cents of giving the work order to this provider; null when not known. */
  readonly costCents: number | null;
};

/** What a work-order fact may be read from. */
export type WorkOrderFactInput = Pick<FactInput, 'workOrder' | 'takenAtMs'>;

/** `example`: a value that people write, for docs. */
export type FactParam = { readonly doc: string } & (
  | { readonly kind: 'text'; readonly example: string }
  | { readonly kind: 'number'; readonly example: number }
);

type FactCommon = {
  /** `provider.rating`, `request.is_counter`, `work_order.is_remote`, `fn.criterion`. */
  readonly name: string;
  readonly type: FactType;
  /** Parameters a condition must give, with what each means; null: takes none. */
  readonly params: { readonly [name: string]: FactParam } | null;
  /** In the order they are tried. */
  readonly sources: readonly FactSource[];
  /** One sentence for ops: what it is, where it comes from, when it is unknown. */
  readonly doc: string;
  /** A value in what people write, for examples and docs. */
  readonly example: number | boolean | string;
  /** True: the value changes by the mere passing of time, so that another value alone is no news. Left out: it does not. */
  readonly isAgeing?: true;
  /** True: every source always says it, so that a criterion on it alone is never unknown. Left out: it may be unknown. */
  readonly isAlwaysKnown?: true;
};

export type CandidateFact = FactCommon & {
  readonly scope: 'candidate';
  readonly read: (input: FactInput, params: FactParams) => Fact;
};

export type WorkOrderFact = FactCommon & {
  readonly scope: 'work_order';
  readonly read: (input: WorkOrderFactInput, params: FactParams) => Fact;
};

export type FactDefinition = CandidateFact | WorkOrderFact;

/** A criterion a rule file can name in short form. One file each in this folder. */
export type CriterionDefinition = {
  /** Our name, `[a-z][a-z0-9_]*`. */
  readonly key: string;
  /** Field Nation's label. `{type_of_work}` stands for a kind of work: the rule's own, or the work order's. */
  readonly label: string;
  /** Other names accepted in rule files, besides key, label and codes; compared without case. */
  readonly aliases: readonly string[];
  /** Field Nation's codes for it, `SC_*`, the usual one first; empty: the platform has none. */
  readonly codes: readonly string[];
  readonly fact: CandidateFact;
  /** Name of the fact parameter that the text between `(` and `)` of a label fills; null: the label has none. */
  readonly labelParam: string | null;
  /** Whether it applies to remote work orders when the file does not say. */
  readonly canRemote: boolean;
  /** True: the platform's verdict is about the provider alone and may be kept in the directory. */
  readonly isProviderLevel: boolean;
  /** Whether more of it speaks for a provider, or less; of a yes or no, yes or no. Left out: neither does, or of a yes or no, yes does. */
  readonly better?: 'more' | 'less';
  /** What it asks and what unknown means, for ops. */
  readonly doc: string;
};
