import type { Attempt, Reason } from '../domain/decision.ts';
import type { WriteKind } from '../domain/write-call.ts';
import { compareAttempts, timeOf } from './earlier-attempts.ts';

/** What was tried before with the same work, in this episode. */
export type ReviewHistory = {
  /** Times the work was sent back, confirmed. */
  readonly sentBack: number;
  /** Why nothing may be done about the work now; null: nothing stands in the way. */
  readonly stop: { readonly outcome: 'wait' | 'hold'; readonly reason: Reason } | null;
  /** The one action that may be sent once more, after its effect was believed absent; null: any. */
  readonly resend: Attempt | null;
};

const REVIEWING: readonly WriteKind[] = ['approve', 'incomplete'];
/** A definite no of the platform, or one that a person must settle. */
const FINAL_REFUSALS: readonly string[] = ['FM-6002', 'FM-6013'];
/** Our own check right before the call found something changed: worth another try, and no more. */
const GUARD_REFUSALS: readonly string[] = ['FM-6004', 'FM-6006', 'FM-6007', 'FM-6008'];

/**
 * Work that was sent back and is done again is work of another version: what was tried with the one before counts only
 * towards how often it was sent back. That it is done again is known by its status, which was seen to be another between.
 */
export function readReviewHistory(
  attempts: readonly Attempt[],
  at: { readonly nowMs: number; readonly quietTimeMs: number },
): ReviewHistory {
  const tried = attempts.filter(({ call }) => REVIEWING.includes(call.kind)).toSorted(compareAttempts);
  const back = tried.filter(isSentBack);
  const last = back.at(-1);
  const since = last === undefined ? tried : tried.slice(tried.indexOf(last) + 1);
  const stop = justSentBack(last, at) ?? approvedBefore(since, at) ?? refusedBefore(since) ?? absentTwice(since);
  return { sentBack: back.length, stop, resend: since.findLast(isAbsent) ?? null };
}

function isSentBack({ call, effect }: Attempt): boolean {
  return call.kind === 'incomplete' && effect?.kind === 'confirmed';
}

/** When the work was last sent back; 0: never. */
export function lastSentBackMs(attempts: readonly Attempt[]): number {
  return Math.max(0, ...attempts.filter(isSentBack).map(timeOf));
}

/** A list may lag behind what was confirmed. */
function justSentBack(last: Attempt | undefined, at: { nowMs: number; quietTimeMs: number }): ReviewHistory['stop'] {
  if (last === undefined || at.nowMs - timeOf(last) >= at.quietTimeMs) return null;
  return { outcome: 'wait', reason: { code: 'FM-2301', detail: { seconds: secondsSince(last, at.nowMs) } } };
}

function approvedBefore(
  since: readonly Attempt[],
  at: { readonly nowMs: number; readonly quietTimeMs: number },
): ReviewHistory['stop'] {
  const approved = since.findLast(({ call, effect }) => call.kind === 'approve' && effect?.kind === 'confirmed');
  if (approved === undefined) return null;
  if (at.nowMs - timeOf(approved) < at.quietTimeMs)
    return { outcome: 'wait', reason: { code: 'FM-2302', detail: { seconds: secondsSince(approved, at.nowMs) } } };
  return { outcome: 'hold', reason: { code: 'FM-3024', detail: { decision: approved.decisionId } } };
}

function refusedBefore(since: readonly Attempt[]): ReviewHistory['stop'] {
  const final = since.findLast(({ effect }) => effect !== null && FINAL_REFUSALS.includes(effect.reason));
  const byGuard = since.filter(({ effect }) => effect !== null && GUARD_REFUSALS.includes(effect.reason));
  const refused = final ?? (byGuard.length > 1 ? byGuard.at(-1) : undefined);
  return refused === undefined ? null : { outcome: 'hold', reason: refusedReason(refused) };
}

function refusedReason({ call, decisionId }: Attempt): Reason {
  return { code: 'FM-3013', detail: { action: call.kind, decision: decisionId } };
}

function absentTwice(since: readonly Attempt[]): ReviewHistory['stop'] {
  const absent = since.filter(isAbsent);
  const last = absent.at(-1);
  return last === undefined || absent.length < 2 ? null : { outcome: 'hold', reason: lostReason(last) };
}

/** Believed lost: it could still land. */
export function lostReason({ call, decisionId }: Attempt): Reason {
  return { code: 'FM-3012', detail: { action: call.kind, decision: decisionId } };
}

function isAbsent({ effect }: Attempt): boolean {
  return effect?.reason === 'FM-6020';
}

function secondsSince(attempt: Attempt, nowMs: number): number {
  return Math.max(0, Math.floor((nowMs - timeOf(attempt)) / 1000));
}
