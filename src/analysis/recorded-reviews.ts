import { z } from 'zod';
import type { ReviewInput, ReviewOrder } from '../decide/review-input.ts';
import type { Pause } from '../domain/directive.ts';
import type { JsonValue } from '../domain/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../domain/limits.ts';
import type { RecordedBatch } from './recorded-batch.ts';
import {
  approvedDecisions,
  cents,
  count,
  firstIssue,
  isObjectWith,
  member,
  reason,
  share,
  sums,
  timeMs,
} from './recorded-parts.ts';

/** One finished work order of a recorded run. */
export type RecordedReviewMember = Pick<ReviewOrder, 'episode' | 'openedAt' | 'openIntent' | 'attempts' | 'answers'> & {
  readonly workOrderId: ReviewOrder['workOrder']['id'];
};

/** What all reviews of a run shared, as the ledger has it (written by engine/plan-reviews.ts). */
export type RecordedReviews = Omit<ReviewInput, 'nowMs' | 'orders' | 'limits' | 'standIns'> & {
  readonly takenAtMs: number;
  readonly limits: Limits;
  readonly members: readonly RecordedReviewMember[];
  readonly shares: RecordedBatch['shares'];
};

const incompleteReason = z.object({ id: z.int(), name: z.string() });

const batch = z.object({
  takenAtMs: timeMs,
  hasLiveFile: z.boolean(),
  incompleteReasons: z.array(z.tuple([z.int(), z.array(incompleteReason).nullable()])),
  approvedTodayCents: cents,
  approvedTodayByRuleFile: sums,
  approvedTodayByWorkOrder: sums,
  approvedTodayFileOf: z.record(z.string(), z.string()),
  otherActions: count,
  stoppedBy: reason.nullable(),
  pause: z.custom<Pause>((value) => isObjectWith(value, 'source', 'string')).nullable(),
  limits: z.record(z.string(), z.number()),
  approvedDecisions,
  shares: z.array(share).nullable().default(null),
  reviews: z.array(member.omit({ ruleFileHash: true, assigned: true })),
});

/** The ledger's JSON → what the run's reviews shared. */
export function readRecordedReviews(recorded: JsonValue): RecordedReviews | { readonly notUnderstood: string } {
  const read = batch.safeParse(recorded);
  if (!read.success) return { notUnderstood: firstIssue(read.error) };
  const { limits, incompleteReasons, reviews: members, ...own } = read.data;
  return {
    ...own,
    limits: { ...DEFAULT_LIMITS, ...limits },
    incompleteReasons: new Map(incompleteReasons),
    members,
  };
}
