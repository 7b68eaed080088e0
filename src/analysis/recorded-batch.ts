import { z } from 'zod';
import type { DecideInput, OrderInput, ProjectDispatch, TalentPools } from '../decide/input.ts';
import type { Approved, ApprovedDecision, DecisionAnswer } from '../domain/approval.ts';
import type { Attempt, Commitment, OpenedAt, Reason } from '../domain/decision.ts';
import { type Directives, NO_DIRECTIVES } from '../domain/directive.ts';
import { decisionId, providerId, type Sha256, workOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../domain/limits.ts';

/** One work order of a recorded run, without its slate, which its own decision keeps. */
export type RecordedMember = Pick<
  OrderInput,
  'episode' | 'openedAt' | 'openIntent' | 'assigned' | 'attempts' | 'answers'
> & {
  readonly workOrderId: OrderInput['workOrder']['id'];
  /** Of the live file that decided; null: none applied. */
  readonly ruleFileHash: Sha256 | null;
};

/** What all dispatch decisions of a run shared, as the ledger has it (written by engine/batch-of.ts). */
export type RecordedBatch = Omit<DecideInput, 'nowMs' | 'orders' | 'limits' | 'approved'> & {
  /** When pulling began: the run's time for every decision of it. */
  readonly takenAtMs: number;
  readonly limits: Limits;
  readonly approved: Approved | null;
  /** A limit that reviews and dispatch broke together; null: none. */
  readonly stoppedBy: Reason | null;
  readonly members: readonly RecordedMember[];
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

const count = z.int().min(0);
const cents = z.int();
const provider = z.int().positive().transform(providerId);
const workOrder = z.int().positive().transform(workOrderId);
const timeMs = z.int();

const hash = z.string().transform((text) => text as Sha256);

const decision = z.string().transform((text, context) => {
  const [order, episode, seq] = text.split('.').map(Number);
  if (order !== undefined && episode !== undefined && seq !== undefined && Number.isSafeInteger(order) && order > 0)
    return decisionId(workOrderId(order), episode, seq);
  context.addIssue({ code: 'custom', message: 'no decision id' });
  return z.NEVER;
});

const reason = z.custom<Reason>(
  (value) => isObjectWith(value, 'code', 'string') && isObjectWith(value, 'detail', 'object'),
);

const openedAt = z.object({
  atMs: timeMs,
  source: z.enum(['published', 'routed', 'first_seen', 'created']),
}) satisfies z.ZodType<OpenedAt>;

const commitment = z.object({
  kind: z.enum(['assigned', 'routed', 'planned']),
  workOrderId: workOrder,
  providerId: provider,
  startMs: timeMs.nullable(),
  endMs: timeMs.nullable(),
  localDate: z.string().nullable(),
}) satisfies z.ZodType<Commitment, unknown>;

/** What an attempt sent and what became of it are the ledger's own words, looked at only as far as they are told apart. */
const attempt = z.custom<Attempt>(
  (value) =>
    isObjectWith(value, 'decisionId', 'string') &&
    isObjectWith(value, 'intentN', 'number') &&
    typeof value === 'object' &&
    value !== null &&
    'call' in value &&
    isObjectWith(value.call, 'kind', 'string'),
);

const directives = z.custom<Directives>(
  (value) => isObjectWith(value, 'exclusions', 'object') && isObjectWith(value, 'pins', 'object'),
);

const member = z.object({
  workOrderId: workOrder,
  episode: count,
  ruleFileHash: hash.nullable(),
  openedAt,
  openIntent: z.object({ decisionId: decision, action: z.string() }).nullable().default(null),
  assigned: z.object({ providerId: provider, confirmedAtMs: timeMs }).nullable().default(null),
  attempts: z.array(attempt).default([]),
  answers: z
    .array(z.custom<DecisionAnswer>((value) => isObjectWith(value, 'verdict', 'string')))
    .readonly()
    .default([]),
});

const sums = z.record(z.string(), cents);

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
  approvedDecisions: z
    .array(z.custom<ApprovedDecision>((value) => isObjectWith(value, 'action', 'object')))
    .nullable()
    .default(null),
  limits: z.record(z.string(), z.number()).default({}),
  directives: directives.default(NO_DIRECTIVES),
  stoppedBy: reason.nullable().default(null),
  talentPools: z.array(z.tuple([z.int(), z.array(provider).nullable()])).default([]),
  projectDispatch: z.array(z.tuple([z.int(), z.enum(['on', 'off', 'unreadable'])])).default([]),
  commitments: z.array(commitment),
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
  if (!read.success) {
    const [issue] = read.error.issues;
    return { kind: 'not_understood', because: `${issue?.path.join('.') || 'batch'}: ${issue?.message ?? 'not read'}` };
  }
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

function isObjectWith(value: unknown, key: string, type: 'string' | 'number' | 'object'): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === type && found !== null;
}

function isObjectWithKey(value: JsonValue, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
