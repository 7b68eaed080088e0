import { ACTIONS } from '../actions/catalog.ts';
import type { ConfirmVerdict } from '../actions/definition.ts';
import { committedCents } from '../domain/cost.ts';
import type { Effect, Reason } from '../domain/decision.ts';
import { type ActContext, confirmByReading, type IntentTask, recordSettled } from './perform-intent.ts';
import type { OpenIntent } from './ports.ts';

/** Reading and recording, and no way to send. */
export type ReconcileContext = Omit<ActContext, 'target' | 'recheck'> & {
  /** True: of a schedule, so what stays unknown is looked at less and less often. Left out: a person waits for it. */
  readonly isScheduled?: boolean;
};

/**
 * Settles what an earlier run left open, by reading the platform and nothing else. An effect that is absent is believed
 * absent only after the quiet time; whether the same is then tried once more is decided with everything else of the run,
 * under the same rules, limits and brakes. Whatever stays unsettled keeps its work order blocked, and is looked at again
 * for ever, though less and less often.
 */
export async function reconcile(context: ReconcileContext): Promise<Reconciled> {
  const effects: Effect[] = [];
  let confirmedCents = 0;
  for (const open of await context.store.openIntents()) {
    const effect = await settleOpenIntent(context, open);
    if (effect === null) continue;
    effects.push(effect);
    if (effect.kind === 'confirmed') confirmedCents += committedCents(open.intent);
  }
  return { effects, confirmedCents };
}

export type Reconciled = {
  readonly effects: readonly Effect[];
  /** What the confirmed ones commit us to. */
  readonly confirmedCents: number;
};

/** Null: there is nothing new to record of it, and it stays open. */
export async function settleOpenIntent(context: ReconcileContext, open: OpenIntent): Promise<Effect | null> {
  const task: IntentTask = {
    decisionId: open.decisionId,
    ruleFileId: open.ruleFileId,
    intent: open.intent,
    effectN: (open.lastEffect?.n ?? 0) + 1,
  };
  if (open.claimedAtMs === null) {
    return recordSettled(context, task, { kind: 'refused', reason: { code: 'FM-6012', detail: {} }, saw: null });
  }
  if (context.isScheduled === true && isResting(context, open)) return null;
  const { verdict, saw } = await confirmByReading(
    context,
    { call: open.intent.call, claimedAtMs: open.claimedAtMs },
    1,
  );
  if (verdict.kind === 'confirmed') return recordSettled(context, task, { ...verdict, saw });
  const quietMs = quietSince(open, context.clock.nowMs());
  if (quietMs === null) return noteUnsettled(context, task, 'the clock was set back, so the quiet time begins anew');
  if (quietMs >= context.limits.quietTimeMs && verdict.kind !== 'unreadable') {
    if (verdict.kind === 'lost_race') return recordSettled(context, task, { ...verdict, saw });
    return settleAfterQuietTime(context, { task, open, verdict, quietMs });
  }
  if (open.lastEffect === null)
    return noteUnsettled(context, task, 'the process stopped before it had read the answer');
  // Within the quiet time, and before its next look is due, the same finding adds no row.
  if (verdict.kind !== 'unreadable' || quietMs < context.limits.quietTimeMs || isResting(context, open)) return null;
  return noteUnsettled(context, task, `it still cannot be read: ${verdict.because}`);
}

/**
 * Since it may have been sent, in ms. A clock that was set back leaves a claim of the future, which then counts from the
 * first look at it by the clock as it is now; null: that look is this one.
 */
export function quietSince({ claimedAtMs, lastEffect }: OpenIntent, nowMs: number): number | null {
  const sinceMs = [claimedAtMs, lastEffect?.atMs ?? null].find((atMs) => atMs !== null && atMs <= nowMs) ?? null;
  return sinceMs === null ? null : nowMs - sinceMs;
}

const SHORTEST_PAUSE_MS = 60_000;
/** Beyond this the pause has reached its limit, whatever that is. */
const MOST_DOUBLINGS = 20;

/** What could not be settled after the quiet time is left alone for twice as long after each look, up to a limit. */
function isResting({ clock, limits }: ReconcileContext, open: OpenIntent): boolean {
  const { lastEffect } = open;
  const nowMs = clock.nowMs();
  const quietMs = quietSince(open, nowMs);
  if (lastEffect === null || lastEffect.atMs > nowMs) return false;
  if (quietMs === null || quietMs < limits.quietTimeMs) return false;
  const pauseMs = Math.max(limits.quietTimeMs, SHORTEST_PAUSE_MS) * 2 ** Math.min(lastEffect.n - 1, MOST_DOUBLINGS);
  return nowMs < lastEffect.atMs + Math.min(pauseMs, limits.maxReconcilePauseMs);
}

type AfterQuietTime = {
  readonly task: IntentTask;
  readonly open: OpenIntent;
  readonly verdict: Extract<ConfirmVerdict, { readonly kind: 'absent' | 'partial' }>;
  readonly quietMs: number;
};

async function settleAfterQuietTime(context: ReconcileContext, found: AfterQuietTime): Promise<Effect | null> {
  const { task, open, verdict } = found;
  if (verdict.kind === 'partial') {
    const detail = { count: verdict.count, asked: verdict.asked };
    return recordSettled(context, task, { kind: 'confirmed', reason: { code: 'FM-6016', detail }, saw: detail });
  }
  if (ACTIONS[open.intent.call.kind].mayResend) {
    const reason: Reason = { code: 'FM-6020', detail: { seconds: Math.floor(found.quietMs / 1000) } };
    return recordSettled(context, task, { kind: 'refused', reason, saw: null });
  }
  return recordSettled(context, task, { kind: 'refused', reason: { code: 'FM-6013', detail: {} }, saw: null });
}

/** Its work order stays blocked. */
function noteUnsettled(context: ReconcileContext, task: IntentTask, message: string): Promise<Effect> {
  return recordSettled(context, task, { kind: 'unknown', reason: { code: 'FM-6010', detail: { message } }, saw: null });
}
