import { solveNone } from '../decide/assignment/program.ts';
import { decideBatch } from '../decide/decide-batch.ts';
import type { OrderInput, TalentPools } from '../decide/input.ts';
import { decideReviews } from '../decide/review.ts';
import type { ReviewOrder } from '../decide/review-input.ts';
import { factsIn } from '../domain/condition-facts.ts';
import type { Attempt, PlannedDecision } from '../domain/decision.ts';
import { NO_DIRECTIVES } from '../domain/directive.ts';
import { decisionId } from '../domain/ids.ts';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { type ReviewFile, type RuleFile, talentPoolsOf } from '../domain/rule-file.ts';
import type { Evidence, Slate } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { type ConditionOutcome, compileRuleFile } from '../evaluate/compile.ts';
import { compileReviewFile } from '../evaluate/review.ts';
import { factsNeeded } from '../facts/facts-needed.ts';
import type { DispatchGiven, ReviewGiven } from '../rules/rule-test.ts';
import { statedAttempts, statedCommitments } from './stated-attempts.ts';
import { statedCandidate } from './stated-candidates.ts';
import { statedOrderFacts, statedWorkOrder } from './stated-work-order.ts';

/** What a rule file comes to in a test. `notFor`: the leaves of its `applies_to`, where that does not hold. */
export type CameOut = { readonly decision: PlannedDecision; readonly notFor: readonly Evidence[] };

/**
 * The test's work order decided by the file alone, as a run decides: the whole batch of one, with stages, guardrails,
 * tie-break, exclusions, quiet hours, and the limits of the file. The file acts whatever its mode, for tests are to hold before it does.
 */
export function decideTest(given: DispatchGiven, rules: RuleFile): CameOut {
  const file: RuleFile = { ...rules, mode: 'enforce' };
  const { atMs } = given.workOrder;
  const { slate, commitments } = statedSlate(given, file);
  const { workOrder } = slate;
  const compiled = compileRuleFile(file);
  const applies = compiled.appliesTo(slate.facts);
  const attempts = statedAttempts(given, workOrder, file);
  const order: OrderInput = {
    workOrder,
    episode: 1,
    openedAt: {
      atMs: atMs - given.openMinutes * 60_000,
      source: workOrder.status === 'draft' && attempts.length === 0 ? 'created' : 'published',
    },
    live: applies.verdict === 'match' ? { file, scored: compiled.score(slate) } : null,
    shadows: [],
    attempts,
    assigned: assignedBy(attempts),
    openIntent: openIntentOf(attempts),
  };
  const spent = given.spentTodayCents;
  const { decisions } = decideBatch(
    {
      nowMs: atMs,
      orders: [order],
      commitments,
      committedTodayCents: spent,
      committedTodayByRuleFile: { [file.id]: spent },
      committedTodayByWorkOrder: {},
      committedTodayFileOf: {},
      undoneCount: 0,
      openWorkOrders: 1,
      limits: DEFAULT_LIMITS,
      talentPools: poolsOf(slate, file),
      projectDispatch: new Map(),
      directives: NO_DIRECTIVES,
    },
    solveNone,
  );
  return { decision: theOne(decisions), notFor: notFor(applies) };
}

function statedSlate(
  given: DispatchGiven,
  file: RuleFile,
): { readonly slate: Slate; readonly commitments: ReturnType<typeof statedCommitments> } {
  const said = given.workOrder;
  const isInvited = given.candidates.some((candidate) => candidate.isInvited);
  const workOrder = statedWorkOrder({ said, status: 'published', openMinutes: given.openMinutes, isInvited });
  const refs = factsNeeded([file]);
  const commitments = statedCommitments(given.commitments, said.atMs);
  const around = { workOrder, atMs: said.atMs, refs, commitments };
  const candidates = given.candidates.map((one) => statedCandidate(one, around));
  const slate = {
    workOrder,
    facts: statedOrderFacts(workOrder, said, refs),
    candidates: candidates.sort((a, b) => a.providerId - b.providerId),
    takenAtMs: said.atMs,
  };
  return { slate, commitments };
}

const GROUPS = 'provider.groups';

/** Who says so of itself is a member. */
function poolsOf({ candidates }: Slate, file: RuleFile): TalentPools {
  return new Map(
    talentPoolsOf(file).map((pool) => {
      const members = candidates.filter(({ facts }) => {
        const groups = facts[GROUPS];
        return groups?.kind === 'known' && Array.isArray(groups.value) && groups.value.includes(pool);
      });
      return [pool, members.map(({ providerId }) => providerId)] as const;
    }),
  );
}

/** The platform's list may still show as open what we have assigned a moment ago. */
function assignedBy(attempts: readonly Attempt[]): OrderInput['assigned'] {
  const last = attempts.findLast(({ call, effect }) => {
    return (call.kind === 'assign' || call.kind === 'accept_counter') && effect?.kind === 'confirmed';
  });
  if (last === undefined || !('providerId' in last.call)) return null;
  return { providerId: last.call.providerId, confirmedAtMs: last.effect?.atMs ?? 0 };
}

function openIntentOf(attempts: readonly Attempt[]): OrderInput['openIntent'] {
  const open = attempts.find(({ effect }) => effect?.kind === 'unknown');
  return open === undefined ? null : { decisionId: open.decisionId, action: open.call.kind.replace('_', '-') };
}

/** The test's finished work judged by a review file alone, as a run judges it. */
export function decideReviewTest(given: ReviewGiven, file: ReviewFile): CameOut {
  const said = given.workOrder;
  const workOrder = statedWorkOrder({ said, status: 'work_done', openMinutes: 0, isInvited: false });
  const conditions = [...(file.appliesTo === null ? [] : [file.appliesTo]), ...file.criteria.map(({ when }) => when)];
  const facts = statedOrderFacts(workOrder, said, conditions.flatMap(factsIn));
  return judgeReview(file, { workOrder, facts, atMs: said.atMs, attempts: sentBackBefore(given, workOrder) });
}

/** Finished work at one moment. */
export type Finished = Pick<Slate, 'workOrder' | 'facts'> & {
  readonly atMs: number;
  readonly attempts: readonly Attempt[];
};

export function judgeReview(rules: ReviewFile, { workOrder, facts, atMs, attempts }: Finished): CameOut {
  const file: ReviewFile = { ...rules, mode: 'enforce' };
  const compiled = compileReviewFile(file);
  const applies = compiled.appliesTo(facts);
  const order: ReviewOrder = {
    workOrder,
    episode: 1,
    openedAt: { atMs, source: 'first_seen' },
    live: applies.verdict === 'match' ? { file, criteria: compiled.review(workOrder, facts) } : null,
    shadows: [],
    attempts,
    openIntent: null,
  };
  const { decisions } = decideReviews({
    nowMs: atMs,
    orders: [order],
    hasLiveFile: true,
    incompleteReasons: reasonsOf(workOrder, file),
    approvedTodayCents: 0,
    approvedTodayByRuleFile: {},
    approvedTodayByWorkOrder: {},
    approvedTodayFileOf: {},
    otherActions: 0,
    stoppedBy: null,
    pause: null,
    limits: DEFAULT_LIMITS,
  });
  return { decision: theOne(decisions), notFor: notFor(applies) };
}

/** The company knows the reason that the file gives. */
function reasonsOf({ companyId }: WorkOrder, { otherwise }: ReviewFile) {
  if (companyId === null || otherwise.kind === 'hold') return new Map();
  return new Map([[companyId, [{ id: otherwise.reasonId, name: otherwise.reason }]]]);
}

const DAY_MS = 86_400_000;

function sentBackBefore({ sentBack, workOrder: { atMs } }: ReviewGiven, workOrder: WorkOrder): readonly Attempt[] {
  return Array.from({ length: sentBack }, (_, place) => ({
    decisionId: decisionId(workOrder.id, 1, place + 1),
    ruleFileId: null,
    stage: null,
    intentN: 1,
    call: { kind: 'incomplete', workOrderId: workOrder.id, reasonId: 1, reason: 'something' },
    effect: { kind: 'confirmed', reason: 'FM-6001', atMs: atMs - (sentBack - place) * DAY_MS },
  }));
}

/** The leaves of an `applies_to` that does not hold; empty: it does. */
export function notFor({ verdict, evidence }: ConditionOutcome): readonly Evidence[] {
  return verdict === 'match' ? [] : evidence;
}

function theOne(decisions: readonly PlannedDecision[]): PlannedDecision {
  const [decision] = decisions;
  if (decision === undefined) throw new Error('a work order that is decided on has a decision');
  return decision;
}
