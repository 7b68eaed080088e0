import type { Reason } from '../domain/decision.ts';
import type { FactRef, FactValue } from '../domain/fact.ts';
import type { DecisionId, ProviderId } from '../domain/ids.ts';
import type { Problem } from '../domain/problem.ts';
import type { ReasonCode } from '../domain/reason-codes.ts';
import type { ReviewCriterion, Stage } from '../domain/rule-file.ts';
import type { CriterionStatus } from '../domain/scored-slate.ts';
import type { WorkOrderStatus } from '../domain/work-order.ts';
import type { ENDINGS, OUTCOMES, REVIEW_OUTCOMES } from './test-shapes.ts';

/** One example of what a rule file must decide, read and checked. Offsets of time are from `atMs`. */
export type RuleTest = {
  readonly name: string;
  readonly place: TestPlace;
  readonly given: DispatchGiven | ReviewGiven | RecordedGiven;
  readonly expect: Expectation;
};

/** A test that cannot be run. `problems` by place; `name`: its own, or which one of the list it is. */
export type BrokenTest = {
  readonly name: string;
  readonly place: TestPlace;
  readonly problems: readonly Problem[];
};

/** Where the test stands: in the rule file, or in a file beside it. */
export type TestPlace = { readonly path: string; readonly line: number; readonly column: number };

/** `value` in the fact's kept unit, lists as written; null: given as not known. */
export type StatedFact = { readonly ref: FactRef; readonly value: FactValue | null };

export type DispatchGiven = {
  readonly kind: 'dispatch';
  readonly workOrder: StatedWorkOrder;
  readonly openMinutes: number;
  readonly candidates: readonly StatedCandidate[];
  readonly commitments: readonly StatedCommitment[];
  readonly earlier: readonly EarlierAttempt[];
  readonly spentTodayCents: number;
};

export type ReviewGiven = {
  readonly kind: 'review';
  readonly workOrder: StatedWorkOrder;
  /** How often it was sent back before. */
  readonly sentBack: number;
};

/** A decision of the ledger, by its id or by the beginning of its input hash. */
export type RecordedGiven = {
  readonly kind: 'recorded';
  readonly by: { readonly decision: DecisionId } | { readonly inputHash: string };
};

export type StatedWorkOrder = {
  readonly atMs: number;
  readonly facts: readonly StatedFact[];
  /** Null: as a work order that carries none; undefined: not said. */
  readonly payCents: number | null | undefined;
  readonly status: WorkOrderStatus | null;
  /** Null: everything may be done with it. */
  readonly actions: readonly string[] | null;
  readonly declinedBy: readonly ProviderId[];
};

export type StatedCandidate = {
  readonly id: ProviderId;
  readonly kind: 'request' | 'routed' | 'bench';
  readonly facts: readonly StatedFact[];
  /** Null: no counter-offer. */
  readonly counterCents: number | null;
  readonly expensesCents: number;
  readonly expiresInMinutes: number | null;
  readonly requestedMinutesAgo: number | null;
  readonly isExpired: boolean;
  readonly isWithdrawn: boolean;
  /** There is an open invitation, beside a request or alone. */
  readonly isInvited: boolean;
  /** Null: whatever its kind allows. */
  readonly actions: readonly string[] | null;
  /** By label, as the file's criteria have it. */
  readonly platform: readonly { readonly label: string; readonly isMatch: boolean }[];
  readonly verdictAgeDays: number;
};

export type StatedCommitment = {
  readonly provider: ProviderId;
  readonly kind: 'assigned' | 'routed';
  readonly startsInMinutes: number;
  readonly minutes: number;
};

export type EarlierAttempt = {
  /** 1-based place in the file. */
  readonly stage: number;
  readonly minutesAgo: number;
  readonly to: readonly ProviderId[];
  readonly ended: (typeof ENDINGS)[number];
  /** Null: the usual one of its end. */
  readonly reason: Reason['code'] | null;
};

/** As tests say it; the last is ours: a criterion that leaves points and maximum. */
export type ExpectedStatus = CriterionStatus | 'does_not_apply';

/** What must come out. What is undefined may be anything; null: there is none. */
export type Expectation = {
  readonly outcome?: (typeof OUTCOMES)[number] | (typeof REVIEW_OUTCOMES)[number] | undefined;
  readonly reason?: ReasonCode | undefined;
  readonly stage?: number | null | undefined;
  readonly winner?: number | null | undefined;
  readonly runnerUp?: number | null | undefined;
  /** Ascending. */
  readonly invited?: readonly number[] | undefined;
  readonly costCents?: number | undefined;
  /** Keys of criteria, sorted. */
  readonly holds?: readonly string[] | undefined;
  readonly candidates: readonly ExpectedCandidate[];
  /** Of reviews alone. */
  readonly criteria: ExpectedCriteria;
};

export type ExpectedCriteria = readonly { readonly key: string; readonly status: ExpectedStatus }[];

export type ExpectedCandidate = {
  readonly id: number;
  readonly pointsMilli?: number | undefined;
  readonly maxPoints?: number | undefined;
  readonly isMatch?: boolean | undefined;
  readonly isEligible?: boolean | undefined;
  /** Sorted. */
  readonly blockedBy?: readonly string[] | undefined;
  readonly rank?: number | null | undefined;
  readonly criteria: ExpectedCriteria;
};

/** What tests are checked against: the file as far as it could be read. Null: that part could not be. */
export type TestedFile = {
  readonly kind: 'dispatch' | 'review';
  readonly criteria: readonly TestedCriterion[] | null;
  readonly stages: readonly Pick<Stage, 'do'>[] | null;
};

export type TestedCriterion = Pick<ReviewCriterion, 'key' | 'label' | 'when'>;
