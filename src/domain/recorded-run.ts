import type { RankedCandidate } from './decision.ts';
import type { Sha256 } from './ids.ts';
import type { JsonValue } from './json.ts';
import type { RecordedDecision } from './recorded-decision.ts';
import type { Slate } from './scored-slate.ts';

/** What a run recorded together, for taking it again: its batch, and each decision whole with the slate it rested on. */
export type RecordedRun = {
  readonly runId: string;
  readonly ruleSetHash: Sha256;
  readonly batch: KeptPart<JsonValue>;
  /** In the order they were recorded. */
  readonly decisions: readonly WholeDecision[];
};

/** But for its candidates. */
export type DecisionAlone = Omit<RecordedDecision, 'candidates'>;

export type WholeDecision = {
  readonly decision: DecisionAlone;
  /** Unpacked when they are asked for. */
  readonly candidates: () => RecordedDecision['candidates'];
  /**
   * Whether these are what its rows say, to the byte, without unpacking them; false also where that cannot be told, and then
   * `candidates` has to be looked at.
   */
  readonly holds: (candidates: readonly RankedCandidate[]) => boolean;
  /** Null where a part of it is erased or broken; of a review or a decision by hand, without candidates. */
  readonly slate: Slate | null;
  /** Parts that were erased, each with its tombstone: `candidate 612`, `the work order`. */
  readonly erased: readonly string[];
  readonly broken: readonly BrokenPart[];
  /** False: its row, a candidate's, an intent's or the hash of a body is not what the ledger's chain says was written. */
  readonly isAsChained: boolean;
};

export type KeptPart<Value> =
  | { readonly kind: 'kept'; readonly value: Value }
  /** Taken away under rules of its own, with a tombstone. */
  | { readonly kind: 'erased' }
  | { readonly kind: 'broken'; readonly part: BrokenPart };

/** Something that is not as it was written. `part`: `candidate 612`; `how`: `is not what its hash says`. */
export type BrokenPart = { readonly part: string; readonly how: string };

/** The texts of a rule set, in the set's order. */
export type RecordedRules = {
  readonly files: readonly { readonly id: string; readonly hash: Sha256; readonly text: KeptPart<string> }[];
  readonly isAsChained: boolean;
};
