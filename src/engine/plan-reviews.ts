import type { Share } from '../decide/input.ts';
import { decideReviews, type ReviewDecisions } from '../decide/review.ts';
import type { IncompleteReasons, ReviewOrder } from '../decide/review-input.ts';
import type { ApprovedDecision } from '../domain/approval.ts';
import type { PlannedDecision, Reason } from '../domain/decision.ts';
import type { Pause } from '../domain/directive.ts';
import type { FactRef, Facts } from '../domain/fact.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import type { ApprovedMoney } from '../domain/review.ts';
import type { ReviewFile, RuleSet } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { factsOf } from '../evaluate/engine-conditions.ts';
import { type CompiledReviewFile, compileReviewFile } from '../evaluate/review.ts';
import { selectRuleFiles } from '../evaluate/select-rule-files.ts';
import { type Supposed, supposeWorkOrder } from '../facts/suppose.ts';
import { workOrderFacts } from '../facts/work-order-facts.ts';
import { confirmReviewByAuthority } from './authority.ts';
import { blankHistory } from './open-episodes.ts';
import type { CompanySource, LedgerView, WorkOrderHistory } from './ports.ts';
import { openIntentOf } from './prepare-orders.ts';
import { isLocalFailure } from './pull-inputs.ts';

type Planner = {
  readonly source: Pick<CompanySource, 'readIncompleteReasons'>;
  readonly limits: Limits;
  readonly ruleSet: RuleSet;
  /** Null: a dry run without a ledger. Only read here. */
  readonly ledger: LedgerView | null;
  /** Of a what-if. */
  readonly supposed?: Supposed;
  /** As planRun's. */
  readonly approvedDecisions?: readonly ApprovedDecision[];
};

/** What a run has decided about finished work. */
export type ReviewPlan = ReviewDecisions & {
  /** Of each work order looked at, the facts its files asked for. */
  readonly facts: ReadonlyMap<WorkOrderId, Facts>;
  readonly histories: ReadonlyMap<WorkOrderId, WorkOrderHistory>;
  /** What the decisions shared, for replay. */
  readonly batch: JsonValue;
};

export type ReviewsOfRun = {
  readonly finished: readonly WorkOrder[];
  readonly takenAtMs: number;
  /** What dispatch files of the same run send. */
  readonly otherActions: number;
  /** The limit that has stopped what dispatch files wanted; null: none. */
  readonly stoppedBy: Reason | null;
  /** Null: acting is not paused. */
  readonly pause: Pause | null;
};

/** facts → evaluate → decide, for finished work. */
export async function planReviews(planner: Planner, given: ReviewsOfRun): Promise<ReviewPlan> {
  const { takenAtMs, otherActions, stoppedBy, pause } = given;
  if (given.finished.length === 0) return NOTHING_FINISHED;
  const { supposed } = planner;
  const finished =
    supposed === undefined ? given.finished : given.finished.map((one) => supposeWorkOrder(one, supposed, takenAtMs));
  const compiled = compileReviews(planner.ruleSet);
  const histories = await readHistories(planner, finished, takenAtMs);
  const facts = new Map(finished.map((one) => [one.id, factsOfOrder(planner, one, { compiled, takenAtMs })] as const));
  const orders = finished.map((workOrder) => {
    const history = histories.get(workOrder.id) ?? blankHistory(workOrder);
    return toOrder(compiled, { workOrder, history, facts: facts.get(workOrder.id) ?? {}, takenAtMs });
  });
  const shared = {
    incompleteReasons: await readReasons(planner, orders),
    ...approvedParts(await readApproved(planner, takenAtMs)),
    otherActions,
    stoppedBy,
    pause,
    limits: planner.limits,
    ...(planner.approvedDecisions === undefined ? {} : { approvedDecisions: planner.approvedDecisions }),
    hasLiveFile: planner.ruleSet.reviews.some(({ mode }) => mode !== 'off' && mode !== 'shadow'),
  };
  const decided = decideReviews({ nowMs: takenAtMs, orders, ...shared });
  return {
    ...decided,
    decisions: await confirmAll(decided.decisions, facts, compiled),
    facts,
    histories,
    batch: batchOf({ ...shared, takenAtMs, shares: decided.shares }, orders),
  };
}

function factsOfOrder(
  { supposed }: Planner,
  workOrder: WorkOrder,
  { compiled, takenAtMs }: { readonly compiled: CompiledReviews; readonly takenAtMs: number },
): Facts {
  const read = workOrderFacts(workOrder, compiled.refs, takenAtMs);
  return supposed?.workOrderId === workOrder.id ? { ...read, ...supposed.workOrder } : read;
}

const NOTHING_FINISHED: ReviewPlan = {
  decisions: [],
  tripped: null,
  stopsRun: false,
  shares: [],
  facts: new Map(),
  histories: new Map(),
  batch: null,
};

export type CompiledReviews = {
  readonly files: readonly CompiledReviewFile[];
  /** Every fact they ask for. */
  readonly refs: readonly FactRef[];
};

export function compileReviews({ reviews }: Pick<RuleSet, 'reviews'>): CompiledReviews {
  return { files: reviews.map(compileReviewFile), refs: [...new Map(reviews.flatMap(refsOf)).values()] };
}

function refsOf({ appliesTo, criteria }: ReviewFile): readonly (readonly [string, FactRef])[] {
  const conditions = [...(appliesTo === null ? [] : [appliesTo]), ...criteria.map(({ when }) => when)];
  return conditions.flatMap((condition) => [...factsOf(condition)]);
}

function toOrder(
  compiled: CompiledReviews,
  given: {
    readonly workOrder: WorkOrder;
    readonly history: WorkOrderHistory;
    readonly facts: Facts;
    readonly takenAtMs: number;
  },
): ReviewOrder {
  const { workOrder, history, facts } = given;
  const { live, shadows } = selectRuleFiles(compiled.files, facts, workOrder.id);
  const by = (one: CompiledReviewFile) => ({ file: one.file, criteria: one.review(workOrder, facts) });
  return {
    workOrder,
    episode: history.episode,
    openedAt: history.openedAt ?? { atMs: given.takenAtMs, source: 'first_seen' },
    live: live === null ? null : by(live),
    shadows: shadows.map(by),
    attempts: history.attempts,
    ...(history.answers.length === 0 ? {} : { answers: history.answers }),
    openIntent: openIntentOf(history),
  };
}

/** Finished work stays in the episode of its assignment. */
async function readHistories(
  { ledger }: Planner,
  finished: readonly WorkOrder[],
  nowMs: number,
): Promise<ReadonlyMap<WorkOrderId, WorkOrderHistory>> {
  const ids = finished.map(({ id }) => id);
  const { histories } = ledger === null ? { histories: [] } : await ledger.snapshot(ids, nowMs, nowMs);
  return new Map(histories.map((history) => [history.workOrderId, history] as const));
}

async function readApproved({ ledger }: Planner, nowMs: number): Promise<ApprovedMoney> {
  const dayStartMs = nowMs - (nowMs % 86_400_000);
  return ledger === null ? NOTHING_APPROVED : ledger.readApproved(dayStartMs);
}

const NOTHING_APPROVED: ApprovedMoney = { totalCents: 0, byRuleFile: {}, byWorkOrder: {}, fileOf: {} };

function approvedParts({ totalCents, byRuleFile, byWorkOrder, fileOf }: ApprovedMoney) {
  return {
    approvedTodayCents: totalCents,
    approvedTodayByRuleFile: byRuleFile,
    approvedTodayByWorkOrder: byWorkOrder,
    approvedTodayFileOf: fileOf,
  };
}

/** Of the companies to whose providers something may be sent back; each is asked once. */
async function readReasons({ source }: Planner, orders: readonly ReviewOrder[]): Promise<IncompleteReasons> {
  const companies = orders.filter(mayGoBack).flatMap(({ workOrder }) => workOrder.companyId ?? []);
  const reasons = new Map<number, readonly { readonly id: number; readonly name: string }[] | null>();
  for (const company of [...new Set(companies)].sort((a, b) => a - b)) {
    try {
      reasons.set(company, await source.readIncompleteReasons(company));
    } catch (error) {
      if (!isLocalFailure(error)) throw error;
      reasons.set(company, null);
    }
  }
  return reasons;
}

function mayGoBack({ live, shadows }: ReviewOrder): boolean {
  return [...(live === null ? [] : [live]), ...shadows].some(
    ({ file, criteria }) =>
      file.otherwise.kind === 'incomplete' &&
      criteria.some(({ isRequired, verdict }) => isRequired && verdict === 'no_match'),
  );
}

async function confirmAll(
  decisions: readonly PlannedDecision[],
  facts: ReadonlyMap<WorkOrderId, Facts>,
  compiled: CompiledReviews,
): Promise<readonly PlannedDecision[]> {
  const confirmed: PlannedDecision[] = [];
  for (const planned of decisions) {
    confirmed.push(await confirmReviewByAuthority(planned, facts.get(planned.workOrder.id) ?? {}, compiled.files));
  }
  return confirmed;
}

function batchOf(
  shared: {
    readonly takenAtMs: number;
    readonly incompleteReasons: IncompleteReasons;
    readonly otherActions: number;
    readonly stoppedBy: Reason | null;
    readonly pause: Pause | null;
    readonly hasLiveFile: boolean;
    readonly limits: Limits;
    readonly approvedDecisions?: readonly ApprovedDecision[];
    /** What reviews wanted of the limits that they share. */
    readonly shares: readonly Share[];
  } & ReturnType<typeof approvedParts>,
  orders: readonly ReviewOrder[],
): JsonValue {
  return {
    ...shared,
    incompleteReasons: [...shared.incompleteReasons],
    reviews: orders.map((order) => ({
      workOrderId: order.workOrder.id,
      episode: order.episode,
      ruleFileHash: order.live?.file.hash ?? null,
      openedAt: order.openedAt,
      openIntent: order.openIntent,
      attempts: order.attempts,
      ...(order.answers === undefined ? {} : { answers: order.answers }),
    })),
  };
}
