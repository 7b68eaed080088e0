import { solveNone } from '../decide/assignment/program.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { RecordedSlate, RecordedSlates } from '../domain/recorded-decision.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import type { RuleMode, RuleSet } from '../domain/rule-file.ts';
import type { CriterionResult, Evidence, ScoredCandidate, Slate } from '../domain/scored-slate.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';
import { factsOf } from '../evaluate/engine-conditions.ts';
import { type CompiledReviewFile, compileReviewFile } from '../evaluate/review.ts';
import { selectRuleFiles } from '../evaluate/select-rule-files.ts';
import { workOrderFacts } from '../facts/work-order-facts.ts';
import { completeSlate, NOT_RECORDED, type ReadRow } from './complete-facts.ts';
import { type DecidingRules, decideAgain, prepareRules } from './decide-again.ts';
import { isByHand, type RecordedBatch, readRecordedBatch } from './recorded-batch.ts';
import { influenceOf, scoringOnce, withoutCriterion } from './without-criterion.ts';

/** What recorded slates show of one criterion. Counts of candidates, of a review file those of work orders. */
export type CriterionTally = {
  readonly position: number;
  readonly key: string;
  readonly weight: number;
  readonly isRequired: boolean;
  match: number;
  miss: number;
  /** Neither the facts nor the platform say, whatever `on_missing` then made of it. */
  unknown: number;
  /** Of the first two, those that the platform's own verdict settled. */
  byPlatform: number;
  /** Not counted above: remote work, or a fact that no rule file of then asked for. */
  notApplying: number;
  notRecorded: number;
  /** Decisions that would have had another outcome or winner without it, each work order by itself. */
  pivotal: number;
  /** Slates on which its points change who is ahead of whom. */
  reorders: number;
};

export type FileTally = {
  readonly ruleFileId: string;
  readonly kind: 'dispatch' | 'review';
  readonly mode: RuleMode;
  /** Slates that the file would decide, live or in shadow, and of how many work orders they are. */
  slates: number;
  readonly workOrders: Set<WorkOrderId>;
  readonly criteria: readonly CriterionTally[];
};

/** What has been counted so far. It holds counts and ids of work orders, and no slate. */
export type DataTally = {
  /** Of open work orders; `finished` of work that was done. */
  slates: number;
  finished: number;
  readonly workOrders: Set<WorkOrderId>;
  /** Left out: erased, or of a version that cannot be read. */
  unread: number;
  readonly files: readonly FileTally[];
};

export type DataLinter = {
  readonly tally: DataTally;
  /** Counts one recorded run in. */
  readonly add: (run: RecordedSlates) => void;
};

/** Decides recorded slates again by a rule set, and counts what each criterion had to do with it. */
export function startDataLint(set: RuleSet, readRow: ReadRow): DataLinter {
  const rules = prepareRules(set);
  const dispatch = rules.files.map(dispatchLint);
  const reviews = set.reviews.map(reviewLint);
  const tally: DataTally = {
    ...{ slates: 0, finished: 0, unread: 0, workOrders: new Set<WorkOrderId>() },
    files: [...dispatch, ...reviews].map((one) => one.tally).filter(({ mode }) => mode !== 'off'),
  };
  return {
    tally,
    add: (run) => {
      const read = run.batch === 'erased' ? null : readRecordedBatch(run.batch);
      for (const recorded of run.slates) {
        const { slate } = recorded;
        if (recorded.decisions.every(isByHand)) continue;
        if (slate === 'erased' || read === null || read.kind === 'not_understood') tally.unread += 1;
        else if (read.kind === 'reviews') addFinished(tally, reviews, slate);
        else addOpen(tally, { rules, dispatch, readRow }, { batch: read.batch, recorded, slate });
      }
    },
  };
}

type DispatchLint = {
  readonly compiled: CompiledRuleFile;
  /** By the position of the criterion that is left out. */
  readonly without: ReadonlyMap<number, CompiledRuleFile>;
  readonly tally: FileTally;
};

type AnyCriterion = {
  readonly position: number;
  readonly key: string;
  readonly weight: number;
  readonly isRequired: boolean;
};

function blankTally({ position, key, weight, isRequired }: AnyCriterion): CriterionTally {
  const counts = { match: 0, miss: 0, unknown: 0, byPlatform: 0, notApplying: 0, notRecorded: 0 };
  return { position, key, weight, isRequired, ...counts, pivotal: 0, reorders: 0 };
}

function dispatchLint(given: CompiledRuleFile): DispatchLint {
  const compiled = scoringOnce(given);
  const { id, mode, criteria } = compiled.file;
  return {
    compiled,
    without: new Map(criteria.map(({ position }) => [position, withoutCriterion(compiled, position)] as const)),
    tally: {
      ...{ ruleFileId: id, kind: 'dispatch', mode, slates: 0, workOrders: new Set<WorkOrderId>() },
      criteria: criteria.map(blankTally),
    },
  };
}

type OpenSlate = { readonly batch: RecordedBatch; readonly recorded: RecordedSlate; readonly slate: Slate };

type Terms = {
  readonly rules: DecidingRules;
  readonly dispatch: readonly DispatchLint[];
  readonly readRow: ReadRow;
};

function addOpen(tally: DataTally, terms: Terms, open: OpenSlate): void {
  const { batch, recorded } = open;
  const { id } = open.slate.workOrder;
  const member = batch.members.find(({ workOrderId }) => workOrderId === id);
  if (member === undefined || recorded.episode !== member.episode) return;
  tally.slates += 1;
  tally.workOrders.add(id);
  const commitments = Map.groupBy(batch.commitments, ({ providerId }) => providerId);
  const { slate } = completeSlate(open.slate, { plan: terms.rules.plan, commitments, readRow: terms.readRow });
  const { live, shadows } = selectRuleFiles(terms.rules.files, slate.facts, id);
  const deciding = [...(live === null ? [] : [live]), ...shadows].map(({ file }) => file.id);
  // What stopped the whole run or all acting says nothing of the criteria.
  const { directives } = batch;
  const alone = {
    ...batch,
    // Nor does what people answered to a recommendation.
    members: [{ ...member, answers: [] }],
    stoppedBy: null,
    approved: null,
    approvedDecisions: null,
    directives: { ...directives, pause: null },
  };
  for (const one of terms.dispatch.filter(({ compiled }) => deciding.includes(compiled.file.id))) {
    one.tally.slates += 1;
    one.tally.workOrders.add(id);
    if (slate.candidates.length > 0) countCriteria(one, slate, decider(alone, slate, terms));
  }
}

type Decide = (file: CompiledRuleFile) => string;

/** What a file decides on this work order alone, as a text that is equal where outcome, winner and invited are. */
function decider(batch: RecordedBatch, slate: Slate, { rules, readRow }: Terms): Decide {
  return (given) => {
    const file = saying(given);
    const again = decideAgain({
      batch,
      slates: [slate],
      rules: { ...rules, files: [file] },
      solve: solveNone,
      readRow,
    });
    const decision = again.decisions.find(({ ruleFileId }) => ruleFileId === file.file.id);
    return decision === undefined ? '' : essenceOf(decision);
  };
}

/** A shadow says what it would do and not whom it would invite; asked for a recommendation, it says both. */
function saying(compiled: CompiledRuleFile): CompiledRuleFile {
  return compiled.file.mode === 'shadow' ? { ...compiled, file: { ...compiled.file, mode: 'recommend' } } : compiled;
}

/** Of a file that only recommends, what it would ask for. */
function essenceOf({ outcome, winner, intents, recommends }: PlannedDecision): string {
  const invited = intents.flatMap(({ call }): readonly ProviderId[] =>
    call.kind === 'mass_route' ? call.providerIds : [],
  );
  const proposed = recommends === undefined ? [] : [recommends.outcome, recommends.winner, ...recommends.providers];
  return JSON.stringify([outcome, winner, invited.toSorted((a, b) => a - b), proposed]);
}

function countCriteria({ compiled, without, tally }: DispatchLint, slate: Slate, decide: Decide): void {
  const { candidates } = compiled.score(slate);
  let before: string | null = null;
  for (const criterion of tally.criteria) {
    for (const candidate of candidates) countCandidate(criterion, candidate);
    const { isGate, givesPoints, reorders } = influenceOf(candidates, criterion.position);
    if (reorders) criterion.reorders += 1;
    const variant = without.get(criterion.position);
    if (variant === undefined || (!isGate && !givesPoints)) continue;
    before ??= decide(compiled);
    if (decide(variant) !== before) criterion.pivotal += 1;
  }
}

function countCandidate(tally: CriterionTally, { criteria }: ScoredCandidate): void {
  const result = criteria.find(({ position }) => position === tally.position);
  if (result !== undefined) tally[placeOf(result)] += 1;
  if (result?.decidedBy === 'platform') tally.byPlatform += 1;
}

function placeOf(result: CriterionResult): 'match' | 'miss' | 'unknown' | 'notApplying' | 'notRecorded' {
  if (!result.applies && result.decidedBy === 'facts') return 'notApplying';
  const verdict = result.decidedBy === 'on_missing' ? 'unknown' : result.verdict;
  if (verdict !== 'unknown') return verdict === 'match' ? 'match' : 'miss';
  return wasRecorded(result.evidence) ? 'unknown' : 'notRecorded';
}

function wasRecorded(evidence: readonly Evidence[]): boolean {
  return !evidence.some(({ actual }) => actual.kind === 'unknown' && actual.because === NOT_RECORDED);
}

type ReviewLint = { readonly compiled: CompiledReviewFile; readonly tally: FileTally };

function reviewLint(file: RuleSet['reviews'][number]): ReviewLint {
  const { id, mode, criteria } = file;
  const tally: FileTally = {
    ...{ ruleFileId: id, kind: 'review', mode, slates: 0, workOrders: new Set<WorkOrderId>() },
    criteria: criteria.map(blankTally),
  };
  return { compiled: compileReviewFile(file), tally };
}

function addFinished(tally: DataTally, reviews: readonly ReviewLint[], { workOrder, takenAtMs }: Slate): void {
  tally.finished += 1;
  tally.workOrders.add(workOrder.id);
  const asked = reviews.flatMap(({ compiled: { file } }) => [
    ...(file.appliesTo === null ? [] : factsOf(file.appliesTo).values()),
    ...file.criteria.flatMap(({ when }) => [...factsOf(when).values()]),
  ]);
  const facts = workOrderFacts(workOrder, asked, takenAtMs);
  const chosen = selectRuleFiles(
    reviews.map(({ compiled }) => compiled),
    facts,
    workOrder.id,
  );
  const deciding = [...(chosen.live === null ? [] : [chosen.live]), ...chosen.shadows];
  for (const one of reviews.filter(({ compiled }) => deciding.includes(compiled))) {
    one.tally.slates += 1;
    one.tally.workOrders.add(workOrder.id);
    countReviewed(one.tally, one.compiled.review(workOrder, facts));
  }
}

/** It decides where it alone keeps the work from being approved. */
function countReviewed({ criteria }: FileTally, reviewed: readonly ReviewedCriterion[]): void {
  const inTheWay = reviewed.filter(
    ({ isRequired, verdict, needsPerson }) => needsPerson || (isRequired && verdict !== 'match'),
  );
  for (const { position, verdict } of reviewed) {
    const tally = criteria.find((one) => one.position === position);
    if (tally === undefined) continue;
    tally[verdict === 'no_match' ? 'miss' : verdict] += 1;
    if (inTheWay.length === 1 && inTheWay[0]?.position === position) tally.pivotal += 1;
  }
}
