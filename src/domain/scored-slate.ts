import type { Fact, FactRef, Facts } from './fact.ts';
import type { ProviderId, Sha256 } from './ids.ts';
import type { JsonValue } from './json.ts';
import type { CandidateKind, PlatformEvaluation, PlatformVerdict, ProviderRequest, Route } from './provider.ts';
import type { WorkOrder } from './work-order.ts';

/** `unknown`: a fact that decides the criterion is not known. It never passes or fails in silence. */
export type Verdict = 'match' | 'no_match' | 'unknown';

/** A verdict of the platform together with when it was given. */
export type DatedVerdict = PlatformVerdict & { readonly observedAtMs: number; readonly source: 'row' | 'directory' };

/** One provider who could do one work order, with every fact a rule file asks for. */
export type Candidate = {
  readonly providerId: ProviderId;
  readonly kind: CandidateKind;
  /** Null unless kind is `request` (a routed provider may have a request too; it then is a `request`). */
  readonly request: ProviderRequest | null;
  readonly route: Route | null;
  /** The row's `actions`; empty for the bench. */
  readonly actions: readonly string[];
  /** Provider and request facts; work-order facts are on the slate. */
  readonly facts: Facts;
  /** The platform's verdicts usable for `on_missing: platform`: of the row, or of the directory for the bench. */
  readonly verdicts: readonly DatedVerdict[];
  /** The platform's whole evaluation of the row, for parity; null for the bench. */
  readonly platform: PlatformEvaluation | null;
  /** Total cost of giving the job to this provider: the counter's pay and expenses, else the work order's. Null: not known. */
  readonly costCents: number | null;
  /** Row and profile as received, kept for audit. */
  readonly raw: JsonValue;
};

/** All candidates of one work order at one moment: what facts/ makes and evaluate/ scores. */
export type Slate = {
  readonly workOrder: WorkOrder;
  /** `work_order.*` facts. */
  readonly facts: Facts;
  /** Sorted by provider id, a request before a route before the bench; one entry per provider. */
  readonly candidates: readonly Candidate[];
  readonly takenAtMs: number;
};

/** Why a criterion came out as it did: one condition leaf. */
export type Evidence = {
  readonly fact: FactRef;
  readonly written: string;
  readonly actual: Fact;
  readonly verdict: Verdict;
};

/** Field Nation's status words; the two `unknown_*` are ours. */
export type CriterionStatus =
  | 'match'
  | 'no_match_required'
  | 'no_match_preferred'
  | 'unknown_required'
  | 'unknown_preferred';

/**
 * How one criterion came out for one candidate. Declared as a class so that the compiler knows its members for getters, which
 * copying by `{ ...result }` loses: see `ScoredCandidate`.
 */
export declare abstract class CriterionResult {
  get position(): number;
  get key(): string;
  /** With the kind of work filled in. */
  get label(): string;
  get weight(): number;
  get isRequired(): boolean;
  get canRemote(): boolean;
  /** False: remote work order and not `can_remote`, or unknown with `ignore`. It then counts in neither points nor maximum. */
  get applies(): boolean;
  /** From the facts alone, before `on_missing`. */
  get factVerdict(): Verdict;
  /** What settled it. */
  get decidedBy(): 'facts' | 'platform' | 'on_missing';
  /** After `on_missing`. */
  get verdict(): Verdict;
  get status(): CriterionStatus;
  /** Thousandths of a point; a whole multiple of 1,000 unless graded credit applies. */
  get pointsMilli(): number;
  /** 1 match, 2 preferred and not matched, 3 required and not matched. */
  get order(): 1 | 2 | 3;
  /** floor(100·weight/max_points) and a percent sign. */
  get width(): string;
  /** True: unknown, and the file says a person must look. */
  get needsPerson(): boolean;
  get evidence(): readonly Evidence[];
}

/**
 * Declared as a class so that the compiler knows `criteria` for a getter, which copying by `{ ...scored }` loses: such a copy
 * is no ScoredCandidate unless it is given its criteria. Nothing is behind the declaration; a plain object is one as well.
 */
export declare abstract class ScoredCandidate {
  readonly candidate: Candidate;
  readonly pointsMilli: number;
  /** Σ weights of the criteria that apply, in whole points. */
  readonly maxPoints: number;
  /** Every required criterion that applies matches. The gate; points never open it. */
  readonly isMatch: boolean;
  /** Required criteria are met but for ones that are unknown and set to `hold`. */
  readonly needsPerson: boolean;
  /** In file order. Made when they are first read, which is most of the work of scoring. */
  get criteria(): readonly CriterionResult[];
  /**
   * All of `criteria` in a tenth of the time, where every leaf saw a fact of the candidate or one of `workOrder`, as they are.
   * Null, or not there at all, as in a copy: read `criteria`.
   */
  inBrief?(workOrder: Facts): CriteriaInBrief | null;
  /** Those of `criteria` that `isStopping`, without the others being made. Not there in a copy: read `criteria`. */
  stopping?(): readonly CriterionResult[];
}

/** Whether a criterion keeps the gate shut, or a person must look at it. */
export function isStopping(
  criterion: Pick<CriterionResult, 'applies' | 'needsPerson' | 'isRequired' | 'verdict'>,
): boolean {
  return criterion.applies && (criterion.needsPerson || (criterion.isRequired && criterion.verdict !== 'match'));
}

/** What the ledger's row of a candidate tells of its criteria. Leaves see what the candidate's facts, else the work order's, say. */
export type CriteriaInBrief = {
  readonly masks: VerdictMasks;
  /** `[position, thousandths of a point]` of matched criteria whose credit is not their whole weight. */
  readonly graded: readonly (readonly [number, number])[];
  /** By criterion. The same list for whoever has the same. */
  readonly widths: readonly string[];
  /** The same list for all of a slate. */
  readonly leaves: readonly LeafInBrief[];
};

/** How a candidate's criteria came out: bit n of each mask tells of the criterion at position n + 1. */
export type VerdictMasks = {
  readonly matched: number;
  readonly missed: number;
  readonly unknown: number;
  readonly notApplying: number;
  readonly byPlatform: number;
  readonly byOnMissing: number;
  readonly needsPerson: number;
};

/** A condition leaf: place of its criterion, key of its fact, and as it is written. */
export type LeafInBrief = { readonly criterion: number; readonly fact: string; readonly written: string };

export type ScoredSlate = {
  readonly slate: Slate;
  readonly ruleFileId: string;
  readonly ruleFileHash: Sha256;
  /** In the slate's order. */
  readonly candidates: readonly ScoredCandidate[];
};
