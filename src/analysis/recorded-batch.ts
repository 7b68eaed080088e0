import { z } from 'zod';
import type { DecideInput, OrderInput, ProjectDispatch, Share, Solution, TalentPools } from '../decide/input.ts';
import type { Approved } from '../domain/approval.ts';
import type { Commitment, Reason } from '../domain/decision.ts';
import { type Directives, NO_DIRECTIVES } from '../domain/directive.ts';
import type { Sha256 } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../domain/limits.ts';
import {
  approvedDecisions,
  cents,
  commitment,
  count,
  firstIssue,
  hash,
  isObjectWith,
  member,
  provider,
  reason,
  share,
  sums,
  timeMs,
} from './recorded-parts.ts';
import { solution } from './recorded-solution.ts';

/** One work order of a recorded run, without its slate, which its own decision keeps. */
export type RecordedMember = Pick<
  OrderInput,
  'episode' | 'openedAt' | 'openIntent' | 'assigned' | 'attempts' | 'answers' | 'gaveBack'
> & {
  readonly workOrderId: OrderInput['workOrder']['id'];
  /** Of the live file that decided; null: none applied. */
  readonly ruleFileHash: Sha256 | null;
};

/** What all dispatch decisions of a run shared, as the ledger has it (written by engine/batch-of.ts). */
export type RecordedBatch = Omit<DecideInput, 'nowMs' | 'orders' | 'limits' | 'approved' | 'standIns' | 'oneByOne'> & {
  /** When pulling began: the run's time for every decision of it. */
  readonly takenAtMs: number;
  readonly limits: Limits;
  readonly approved: Approved | null;
  /** A limit that reviews and dispatch broke together; null: none. */
  readonly stoppedBy: Reason | null;
  readonly members: readonly RecordedMember[];
  /** What each member took of what all share; null: an earlier version did not record it. */
  readonly shares: readonly Share[] | null;
  /** Assignments that were solved together; null: an earlier version decided, one at a time. */
  readonly solutions: readonly Solution[] | null;
  /** What solved them, with its version. */
  readonly solver: string;
  /** What members' own history binds providers to although the platform's lists do not show it. */
  readonly unseen: readonly Commitment[];
  /** Canaries that only shadowed then, whatever their text says. */
  readonly demoted: readonly { readonly ruleFileId: string; readonly textHash: Sha256 }[];
  /** Parts that this recording does not have, since an earlier version made it: empty values stand in for them. */
  readonly lacks: readonly string[];
};

export type BatchReading =
  | { readonly kind: 'dispatch'; readonly batch: RecordedBatch }
  /** Shared by reviews of finished work, which have no slate of providers. */
  | { readonly kind: 'reviews' }
  | { readonly kind: 'not_understood'; readonly because: string };

/** Parts that not every version recorded. */
const LATER_PARTS = [
  'limits',
  'directives',
  'stoppedBy',
  'approved',
  'undoneCount',
  'talentPools',
  'projectDispatch',
  'committedTodayByWorkOrder',
  'committedTodayFileOf',
] as const;

const directives = z.custom<Directives>(
  (value) => isObjectWith(value, 'exclusions', 'object') && isObjectWith(value, 'pins', 'object'),
);

const batch = z.object({
  takenAtMs: timeMs,
  openWorkOrders: count,
  committedTodayCents: cents,
  committedTodayByRuleFile: sums,
  committedTodayByWorkOrder: sums.default({}),
  committedTodayFileOf: z.record(z.string(), z.string()).default({}),
  undoneCount: count.default(0),
  approved: z
    .custom<Approved>((value) => isObjectWith(value, 'actions', 'object'))
    .nullable()
    .default(null),
  approvedDecisions,
  limits: z.record(z.string(), z.number()).default({}),
  directives: directives.default(NO_DIRECTIVES),
  stoppedBy: reason.nullable().default(null),
  talentPools: z.array(z.tuple([z.int(), z.array(provider).nullable()])).default([]),
  projectDispatch: z.array(z.tuple([z.int(), z.enum(['on', 'off', 'unreadable'])])).default([]),
  commitments: z.array(commitment),
  unseen: z.array(commitment).default([]),
  shares: z.array(share).nullable().default(null),
  solver: z.string().default(''),
  solutions: z.array(solution).nullable().default(null),
  // Recorded only where there were any.
  demoted: z.array(z.object({ ruleFileId: z.string(), textHash: hash })).default([]),
  members: z.array(member),
});

/** A person's own action, for which no rule file was asked and nobody compared. */
export function isByHand({ reason }: { readonly reason: { readonly code: string } }): boolean {
  return reason.code.startsWith('FM-19');
}

/** The ledger's JSON → what the run's decisions shared. Recordings of earlier versions are taken as far as they go. */
export function readRecordedBatch(recorded: JsonValue): BatchReading {
  if (isObjectWith(recorded, 'reviews', 'object')) return { kind: 'reviews' };
  const read = batch.safeParse(recorded);
  if (!read.success) return { kind: 'not_understood', because: firstIssue(read.error) };
  const { limits, talentPools, projectDispatch, ...own } = read.data;
  return {
    kind: 'dispatch',
    batch: {
      ...own,
      limits: { ...DEFAULT_LIMITS, ...limits },
      talentPools: new Map(talentPools) satisfies TalentPools,
      projectDispatch: new Map(projectDispatch) satisfies ProjectDispatch,
      lacks: LATER_PARTS.filter((part) => !isObjectWithKey(recorded, part)),
    },
  };
}

function isObjectWithKey(value: JsonValue, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
