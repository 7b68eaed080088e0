import type { PlannedDecision, Reason } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import type { ReviewFile } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { WriteCall } from '../domain/write-call.ts';
import { approvedActions, mayAct, toWanted } from './approved.ts';
import { describeQuietHours, findQuietHours } from './quiet-hours.ts';
import { rejectedAction, rejectionsIn } from './rejections.ts';
import { lastSentBackMs, lostReason, type ReviewHistory, readReviewHistory } from './review-history.ts';
import type { IncompleteReasons, ReviewedByFile, ReviewInput, ReviewOrder } from './review-input.ts';

type Said = Pick<PlannedDecision, 'outcome' | 'reason' | 'costCents' | 'intents'>;

export type ReviewTerms = Pick<ReviewInput, 'nowMs' | 'incompleteReasons' | 'limits' | 'approvedDecisions'>;

/** One work order under one review file: approve what is known to be good, and leave to a person whatever is not sure. */
export function reviewWork(order: ReviewOrder, by: ReviewedByFile, terms: ReviewTerms): PlannedDecision {
  const { file, criteria } = by;
  const said = heedNoes(order, reachVerdict(order, by, terms));
  const acts = mayAct(file, order.workOrder.id, approvedActions(terms));
  const { workOrder } = order;
  const isAsked = file.mode === 'recommend' && !acts && said.intents.length > 0;
  const recommends = { recommends: toWanted({ ...said, workOrder, ruleFileId: file.id, winner: null }) };
  return {
    ...frameOf(order),
    ruleFileId: file.id,
    ruleFileHash: file.hash,
    mode: file.mode,
    ...said,
    intents: acts ? said.intents : [],
    ...(isAsked ? recommends : {}),
    review: criteria,
  };
}

/** Work that was sent back and is done again is work of another version: a no to the one before does not count. */
function heedNoes({ attempts, answers = [] }: ReviewOrder, said: Said): Said {
  const sentBackMs = lastSentBackMs(attempts);
  const noes = rejectionsIn(answers).filter(({ atMs }) => atMs >= sentBackMs);
  const no = said.intents.length === 0 ? null : rejectedAction(noes, { outcome: said.outcome, winner: null });
  return no === null ? said : idle('hold', no);
}

/** Finished work that no review file decides. */
export function reviewWithoutFile(order: ReviewOrder): PlannedDecision {
  return {
    ...frameOf(order),
    ruleFileId: null,
    ruleFileHash: null,
    mode: null,
    ...idle('skip', { code: 'FM-4004', detail: {} }),
    review: [],
  };
}

function frameOf({ workOrder, episode, openedAt }: ReviewOrder) {
  return {
    workOrder,
    episode,
    openedAt,
    dueStages: [],
    stage: null,
    winner: null,
    runnerUp: null,
    marginMilli: null,
    candidates: [],
  };
}

function reachVerdict(order: ReviewOrder, { file, criteria }: ReviewedByFile, terms: ReviewTerms): Said {
  const { workOrder } = order;
  const history = readReviewHistory(order.attempts, { nowMs: terms.nowMs, quietTimeMs: terms.limits.quietTimeMs });
  const stop = findStop(order, { file, history, nowMs: terms.nowMs });
  if (stop !== null) return stop;
  const unsure = criteria.filter(({ needsPerson }) => needsPerson);
  if (unsure.length > 0) return idle('hold', { code: 'FM-3021', detail: { criterion: labelsOf(unsure) } });
  const missed = criteria.filter(({ isRequired, verdict }) => isRequired && verdict === 'no_match');
  const said =
    missed.length === 0 ? approve(workOrder, criteria) : sendBack(workOrder, missed, { file, history, terms });
  const [intent] = said.intents;
  const { resend } = history;
  if (intent === undefined || resend === null || resend.call.kind === intent.call.kind) return said;
  return idle('hold', lostReason(resend));
}

/** Why the work is not even looked at. */
function findStop(
  { workOrder, openIntent }: ReviewOrder,
  { file, history, nowMs }: { readonly file: ReviewFile; readonly history: ReviewHistory; readonly nowMs: number },
): Said | null {
  if (workOrder.status !== 'work_done')
    return idle('skip', { code: 'FM-4003', detail: { status: workOrder.status.replace('_', ' ') } });
  if (openIntent !== null) {
    const detail = { action: openIntent.action, decision: openIntent.decisionId };
    return idle('hold', { code: 'FM-3007', detail });
  }
  if (history.stop !== null) return idle(history.stop.outcome, history.stop.reason);
  const quiet = findQuietHours(file.guardrails.quietHours, nowMs);
  return quiet === null ? null : idle('wait', { code: 'FM-2005', detail: { because: describeQuietHours(quiet) } });
}

function approve(workOrder: WorkOrder, criteria: readonly ReviewedCriterion[]): Said {
  const costCents = workOrder.work?.approvedPayCents ?? null;
  // Without it no limit on money can be shown to hold.
  if (costCents === null) return idle('hold', { code: 'FM-3022', detail: {} });
  if (!workOrder.actions.includes('approve')) return idle('hold', { code: 'FM-3009', detail: { action: 'approve' } });
  const required = criteria.filter(({ isRequired }) => isRequired).length;
  const call: WriteCall = { kind: 'approve', workOrderId: workOrder.id };
  return {
    outcome: 'approve',
    reason: { code: 'FM-1301', detail: { required, pay: formatCents(costCents) } },
    costCents,
    intents: [{ n: 1, call, costCents }],
  };
}

function sendBack(
  workOrder: WorkOrder,
  missed: readonly ReviewedCriterion[],
  on: { readonly file: ReviewFile; readonly history: ReviewHistory; readonly terms: ReviewTerms },
): Said {
  const { otherwise } = on.file;
  const criterion = labelsOf(missed);
  if (otherwise.kind === 'hold') return idle('hold', { code: 'FM-3020', detail: { criterion } });
  const { maxSentBack } = on.terms.limits;
  if (on.history.sentBack >= maxSentBack)
    return idle('hold', { code: 'FM-3023', detail: { count: on.history.sentBack, criterion } });
  const wrong = wrongReason(workOrder, otherwise.reasonId, on.terms.incompleteReasons);
  if (wrong !== null) return idle('hold', wrong);
  if (!workOrder.actions.includes('incomplete'))
    return idle('hold', { code: 'FM-3009', detail: { action: 'incomplete' } });
  const { reasonId, reason } = otherwise;
  const call: WriteCall = { kind: 'incomplete', workOrderId: workOrder.id, reasonId, reason };
  return {
    outcome: 'incomplete',
    reason: { code: 'FM-1302', detail: { criterion, reason_id: reasonId, reason } },
    costCents: null,
    intents: [{ n: 1, call, costCents: 0 }],
  };
}

/** The company's own list decides which ids there are; null: this is one of them. */
function wrongReason({ companyId }: WorkOrder, reasonId: number, known: IncompleteReasons): Reason | null {
  const reasons = companyId === null ? null : (known.get(companyId) ?? null);
  if (reasons === null) return { code: 'FM-3026', detail: { company: companyId ?? 'not known' } };
  if (reasons.some(({ id }) => id === reasonId)) return null;
  const valid = reasons.length === 0 ? 'none' : reasons.map(({ id, name }) => `${id} (${name})`).join(', ');
  return { code: 'FM-3025', detail: { reason_id: reasonId, valid } };
}

function idle(outcome: 'hold' | 'skip' | 'wait', reason: Reason): Said {
  return { outcome, reason, costCents: null, intents: [] };
}

function labelsOf(criteria: readonly ReviewedCriterion[]): string {
  return criteria.map(({ label }) => label).join(', ');
}
