import type { SolveProgram } from '../decide/assignment/program.ts';
import type { Share, Solution } from '../decide/input.ts';
import type { DecisionAnswer } from '../domain/approval.ts';
import type { Attempt, PlannedDecision } from '../domain/decision.ts';
import type { Facts } from '../domain/fact.ts';
import type { DecisionId, Sha256, WorkOrderId } from '../domain/ids.ts';
import type { BrokenPart } from '../domain/recorded-run.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import type { CompiledReviewFile } from '../evaluate/review.ts';
import type { Difference } from './compare-replayed.ts';
import type { ReplayRules } from './replay-rules.ts';

/** What replay found out about one recorded decision. */
export type Replayed = {
  readonly decisionId: DecisionId;
  readonly runId: string;
  readonly engineVersion: string;
  readonly verdict: ReplayVerdict;
};

export type ReplayVerdict =
  /** Taken again from the ledger alone it is the same, to the byte. */
  | { readonly kind: 'identical' }
  /** A person's own action: no rule to ask, but everything is as its hashes say. */
  | { readonly kind: 'by_hand' }
  /** Something it rests on was erased, each with its tombstone. */
  | { readonly kind: 'erased'; readonly parts: readonly string[] }
  /** Something it rests on, or its own row, is not what was written. */
  | { readonly kind: 'altered'; readonly parts: readonly BrokenPart[] }
  /** `because`: which input it comes from, a whole sentence. */
  | { readonly kind: 'different'; readonly differences: readonly Difference[]; readonly because: string }
  /** Its run was recorded by an earlier version, which did not keep what is needed. `because`: a whole sentence. */
  | { readonly kind: 'not_kept'; readonly because: string }
  /** `because`: a whole sentence. */
  | { readonly kind: 'not_replayable'; readonly because: string };

export type ReplayTerms = {
  readonly rulesOf: (ruleSetHash: Sha256) => Promise<ReplayRules>;
  /** The engine's: `fingerprint`, `confirmByAuthority`, `confirmReviewByAuthority`. */
  readonly fingerprint: (planned: PlannedDecision, before: History, facts: Facts) => Sha256;
  readonly confirm: Confirm<CompiledRuleFile>;
  readonly confirmReview: Confirm<CompiledReviewFile>;
  /** `loadHighs`. */
  readonly solve: SolveProgram;
  /** Of the version that decides again. */
  readonly engineVersion: string;
};

export type Confirm<Compiled> = (
  planned: PlannedDecision,
  facts: Facts,
  compiled: readonly Compiled[],
) => Promise<PlannedDecision>;

export type History = { readonly attempts: readonly Attempt[]; readonly answers: readonly DecisionAnswer[] };

/** What a batch says of itself, and how decisions of it are taken again: see `dispatchAgain` and `reviewsAgain`. */
export type BatchAgain = {
  readonly takenAtMs: number;
  readonly memberIds: readonly WorkOrderId[];
  readonly shares: readonly Share[] | null;
  /** Assignments that were solved together; null: none are, or were when it was recorded. */
  readonly solutions: readonly Solution[] | null;
  /** What solved them, with its version. */
  readonly solver: string;
  readonly historyOf: (id: WorkOrderId) => History;
  /** These work orders, with shares standing in for all others. */
  readonly decide: (slates: readonly Slate[]) => Promise<Again>;
};

export type Again = {
  readonly decisions: readonly PlannedDecision[];
  readonly shares: readonly Share[];
  /** Of reviews left out. */
  readonly solutions?: readonly Solution[];
};
