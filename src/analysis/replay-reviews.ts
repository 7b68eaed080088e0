import { decideReviews } from '../decide/review.ts';
import type { ReviewOrder } from '../decide/review-input.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { Slate } from '../domain/scored-slate.ts';
import type { CompiledReviewFile } from '../evaluate/review.ts';
import { selectRuleFiles } from '../evaluate/select-rule-files.ts';
import type { RecordedReviewMember, RecordedReviews } from './recorded-reviews.ts';
import type { Again, BatchAgain, Confirm } from './replayed.ts';

/** The reviews of a recorded run by the rules of then. */
export function reviewsAgain(
  batch: RecordedReviews,
  files: readonly CompiledReviewFile[],
  confirm: Confirm<CompiledReviewFile>,
): BatchAgain {
  const members = new Map(batch.members.map((member) => [member.workOrderId, member] as const));
  return {
    takenAtMs: batch.takenAtMs,
    memberIds: [...members.keys()],
    solutions: null,
    solver: '',
    shares: batch.shares,
    historyOf: (id) => {
      const { attempts = [], answers = [] } = members.get(id) ?? {};
      return { attempts, answers };
    },
    decide: (slates) => decide(slates, { batch, files, members, confirm }),
  };
}

type Deciding = {
  readonly batch: RecordedReviews;
  readonly files: readonly CompiledReviewFile[];
  readonly members: ReadonlyMap<WorkOrderId, RecordedReviewMember>;
  readonly confirm: Confirm<CompiledReviewFile>;
};

async function decide(slates: readonly Slate[], { batch, files, members, confirm }: Deciding): Promise<Again> {
  const orders = slates.flatMap((slate) => {
    const member = members.get(slate.workOrder.id);
    return member === undefined ? [] : [toOrder(files, slate, member)];
  });
  const present = new Set(orders.map(({ workOrder }) => workOrder.id));
  const { shares, members: _, takenAtMs, ...shared } = batch;
  const standIns = {
    shares: (shares ?? []).filter(({ workOrderId }) => !present.has(workOrderId)),
    files: files.map(({ file }) => file),
  };
  const decided = decideReviews({ ...shared, nowMs: takenAtMs, orders, standIns });
  const factsOf = new Map(slates.map(({ workOrder, facts }) => [workOrder.id, facts] as const));
  const decisions: PlannedDecision[] = [];
  for (const planned of decided.decisions)
    decisions.push(await confirm(planned, factsOf.get(planned.workOrder.id) ?? {}, files));
  return { decisions, shares: decided.shares };
}

function toOrder(files: readonly CompiledReviewFile[], slate: Slate, member: RecordedReviewMember): ReviewOrder {
  const { workOrder, facts } = slate;
  const { workOrderId: _, ...known } = member;
  const { live, shadows } = selectRuleFiles(files, facts, workOrder.id);
  const by = (one: CompiledReviewFile) => ({ file: one.file, criteria: one.review(workOrder, facts) });
  return { ...known, workOrder, live: live === null ? null : by(live), shadows: shadows.map(by) };
}
