import type { ServerView } from '../actions/definition.ts';
import type { Reason } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import type { ReviewedCriterion } from '../domain/review.ts';
import type { WriteKind } from '../domain/write-call.ts';
import { disputedByReference } from '../evaluate/review.ts';
import { workOrderFacts } from '../facts/work-order-facts.ts';
import type { IntentTask } from './perform-intent.ts';
import type { CompiledReviews } from './plan-reviews.ts';

/** Reviews finished work again, by both evaluators, on what the guard has just read. Null: it comes out the same. */
export async function recheckReview(
  compiled: CompiledReviews,
  task: IntentTask,
  view: ServerView,
): Promise<Reason | null> {
  const { workOrder } = view;
  const review = compiled.files.find((one) => one.file.id === task.ruleFileId);
  if (review === undefined || workOrder === null) return noLonger('the review file', view);
  const changed = releasesOther(task, workOrder.work?.approvedPayCents ?? null);
  if (changed !== null) return changed;
  const facts = workOrderFacts(workOrder, compiled.refs, view.observedAtMs);
  const criteria = review.review(workOrder, facts);
  const failed =
    failedCriterion(criteria, task.intent.call.kind) ?? (await disputedByReference(review.file, facts, criteria))[0];
  return failed === undefined ? null : noLonger(failed, view);
}

/** Approving wants every required criterion known to match; sending back wants a known miss. Neither goes with what is unknown. */
function failedCriterion(criteria: readonly ReviewedCriterion[], kind: WriteKind): string | undefined {
  const unsure = criteria.find(({ needsPerson }) => needsPerson);
  const missed = criteria.find(({ isRequired, verdict }) => isRequired && verdict !== 'match');
  if (unsure !== undefined || kind === 'approve') return (unsure ?? missed)?.label;
  return missed === undefined ? 'what was missed' : undefined;
}

/** What the limits of the day were held against; also where nothing was to be released. */
function releasesOther({ intent: { call, costCents } }: IntentTask, nowCents: number | null): Reason | null {
  if (call.kind !== 'approve' || nowCents === costCents) return null;
  const now = nowCents === null ? 'not known' : formatCents(nowCents);
  return { code: 'FM-6006', detail: { now, decided: formatCents(costCents) } };
}

function noLonger(criterion: string, { workOrder }: ServerView): Reason {
  return { code: 'FM-6007', detail: { criterion, provider: workOrder?.assigneeId ?? 'not known' } };
}
