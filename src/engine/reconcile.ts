import { ACTIONS } from '../actions/catalog.ts';
import type { ConfirmVerdict } from '../actions/definition.ts';
import { committedCents } from '../domain/cost.ts';
import type { Effect, Reason } from '../domain/decision.ts';
import { type ActContext, confirmByReading, type IntentTask, recordSettled } from './perform-intent.ts';
import type { OpenIntent } from './ports.ts';

/** Reading and recording, and no way to send. */
export type ReconcileContext = Omit<ActContext, 'target' | 'recheck'>;

/**
 * Settles what an earlier run left open, by reading the platform and nothing else. An effect that is absent is believed
 * absent only after the quiet time; whether the same is then tried once more is decided with everything else of the run,
 * under the same rules, limits and brakes. Whatever stays unsettled keeps its work order blocked.
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

async function settleOpenIntent(context: ReconcileContext, open: OpenIntent): Promise<Effect | null> {
  const task: IntentTask = {
    decisionId: open.decisionId,
    ruleFileId: open.ruleFileId,
    intent: open.intent,
    effectN: (open.lastEffect?.n ?? 0) + 1,
  };
  if (open.claimedAtMs === null) {
    return recordSettled(context, task, { kind: 'refused', reason: { code: 'FM-6012', detail: {} }, saw: null });
  }
  const { verdict, saw } = await confirmByReading(context, open.intent.call, 1);
  if (verdict.kind === 'confirmed') return recordSettled(context, task, { ...verdict, saw });
  const quietMs = context.clock.nowMs() - open.claimedAtMs;
  if (verdict.kind === 'unreadable' || quietMs < context.limits.quietTimeMs) return noteUnsettled(context, task, open);
  if (verdict.kind === 'lost_race') return recordSettled(context, task, { ...verdict, saw });
  return settleAfterQuietTime(context, { task, open, verdict, quietMs });
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

/** One row says that it is open; the same finding on the next tick adds none. */
async function noteUnsettled(context: ReconcileContext, task: IntentTask, open: OpenIntent): Promise<Effect | null> {
  if (open.lastEffect !== null) return null;
  const message = 'the process stopped before it had read the answer';
  return recordSettled(context, task, { kind: 'unknown', reason: { code: 'FM-6010', detail: { message } }, saw: null });
}
