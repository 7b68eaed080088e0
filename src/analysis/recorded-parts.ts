import { z } from 'zod';
import type { Share } from '../decide/input.ts';
import type { ApprovedDecision, DecisionAnswer } from '../domain/approval.ts';
import type { Attempt, Commitment, OpenedAt, Reason } from '../domain/decision.ts';
import { decisionId, providerId, type Sha256, workOrderId } from '../domain/ids.ts';

/* What the recorded batches of dispatch and of reviews are made of. */

export const count = z.int().min(0);
export const cents = z.int();
export const provider = z.int().positive().transform(providerId);
export const workOrder = z.int().positive().transform(workOrderId);
export const timeMs = z.int();

export const hash = z.string().transform((text) => text as Sha256);

export const decision = z.string().transform((text, context) => {
  const [order, episode, seq] = text.split('.').map(Number);
  if (order !== undefined && episode !== undefined && seq !== undefined && Number.isSafeInteger(order) && order > 0)
    return decisionId(workOrderId(order), episode, seq);
  context.addIssue({ code: 'custom', message: 'no decision id' });
  return z.NEVER;
});

export const reason = z.custom<Reason>(
  (value) => isObjectWith(value, 'code', 'string') && isObjectWith(value, 'detail', 'object'),
);

export const openedAt = z.object({
  atMs: timeMs,
  source: z.enum(['published', 'routed', 'first_seen', 'created']),
}) satisfies z.ZodType<OpenedAt>;

export const commitment = z.object({
  kind: z.enum(['assigned', 'routed', 'planned']),
  workOrderId: workOrder,
  providerId: provider,
  startMs: timeMs.nullable(),
  endMs: timeMs.nullable(),
  localDate: z.string().nullable(),
}) satisfies z.ZodType<Commitment, unknown>;

/** What an attempt sent and what became of it are the ledger's own words, looked at only as far as they are told apart. */
export const attempt = z.custom<Attempt>(
  (value) =>
    isObjectWith(value, 'decisionId', 'string') &&
    isObjectWith(value, 'intentN', 'number') &&
    typeof value === 'object' &&
    value !== null &&
    'call' in value &&
    isObjectWith(value.call, 'kind', 'string'),
);

export const member = z.object({
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
  gaveBack: z.array(provider).readonly().default([]),
});

export const sums = z.record(z.string(), cents);

export const approvedDecisions = z
  .array(z.custom<ApprovedDecision>((value) => isObjectWith(value, 'action', 'object')))
  .nullable()
  .default(null);

const anyShare = z.object({
  workOrderId: workOrder,
  ruleFileId: z.string().nullable(),
  group: z.enum(['acting', 'asking', 'shadow']),
  candidates: count,
  startMs: timeMs.nullable(),
  round: count,
  allotted: z.literal(true).optional(),
  commitments: z.array(commitment),
  wants: z.object({ costCents: cents.nullable() }).nullable(),
});

export const share = anyShare.transform(({ allotted, ...rest }): Share => {
  return allotted === undefined ? rest : { ...rest, allotted };
});

/** The first thing wrong with it, and where. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'batch'}: ${issue?.message ?? 'not read'}`;
}

export function isObjectWith(value: unknown, key: string, type: 'string' | 'number' | 'object'): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === type && found !== null;
}
