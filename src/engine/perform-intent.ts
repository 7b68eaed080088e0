import { ACTIONS } from '../actions/catalog.ts';
import type { ConfirmVerdict, ServerView } from '../actions/definition.ts';
import type { Effect, EffectKind, Intent, Reason } from '../domain/decision.ts';
import type { Pause } from '../domain/directive.ts';
import type { DecisionId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import { formatCents } from '../domain/money.ts';
import { declinersOf } from '../domain/work-order.ts';
import type { WriteAnswer, WriteCall, WriteKind } from '../domain/write-call.ts';
import { tryReadServerView } from './observe.ts';
import {
  type Clock,
  type DecisionStore,
  type DispatchTarget,
  PlatformUnavailable,
  type WorkOrderSource,
} from './ports.ts';
import { isLocalFailure } from './pull-inputs.ts';
import { findForbidden, readDirectives } from './standing-directives.ts';

export type ActContext = {
  readonly source: WorkOrderSource;
  readonly target: DispatchTarget;
  readonly store: DecisionStore;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly runId: string;
  /** Asks both evaluators, on what the platform shows now, whether every required criterion still holds; null: it does. */
  readonly recheck: (task: IntentTask, view: ServerView) => Promise<Reason | null>;
  /** As the planner's. */
  readonly outsidePause?: () => Pause | null;
};

export type IntentTask = {
  readonly decisionId: DecisionId;
  readonly ruleFileId: string | null;
  readonly intent: Intent;
  /** The number the effect will have: 1, or one more than the unknown effect it follows. */
  readonly effectN: number;
};

type Settled = { readonly kind: EffectKind; readonly reason: Reason; readonly saw: JsonValue };

/** guard read → claim → write once → confirm read, and the effect in the ledger. The one way anything is ever sent. */
export async function performIntent(context: ActContext, task: IntentTask): Promise<Effect> {
  const blocked = (await guardIntent(context, task)) ?? (await guardDirectives(context, task));
  if (blocked !== null) return recordSettled(context, task, blocked);
  const claimedAtMs = context.clock.nowMs();
  const claim = await context.store.claimIntent(task.decisionId, task.intent.n, claimedAtMs);
  if (claim === 'paused') return recordSettled(context, task, (await guardDirectives(context, task)) ?? JUST_LIFTED);
  if (claim === 'blocked')
    return recordSettled(context, task, { kind: 'refused', reason: { code: 'FM-6018', detail: {} }, saw: null });
  const answer = await context.target.send(task.intent.call);
  return recordSettled(context, task, await settleAnswer(context, { call: task.intent.call, claimedAtMs }, answer));
}

export async function recordSettled(
  context: Pick<ActContext, 'clock' | 'runId' | 'store'>,
  task: IntentTask,
  settled: Settled,
): Promise<Effect> {
  const effect: Effect = {
    decisionId: task.decisionId,
    intentN: task.intent.n,
    n: task.effectN,
    kind: settled.kind,
    reason: settled.reason,
    atMs: context.clock.nowMs(),
    runId: context.runId,
    saw: settled.saw,
  };
  await context.store.recordEffect(effect);
  return effect;
}

async function guardIntent(context: ActContext, task: IntentTask): Promise<Settled | null> {
  const { call } = task.intent;
  const view = await tryReadServerView(context, call.workOrderId);
  if (typeof view === 'string')
    return { kind: 'refused', reason: { code: 'FM-6009', detail: { message: view } }, saw: null };
  // An earlier call that was believed lost may have landed since, or a person may have done the same: nothing to send.
  // What is sent once only has no earlier call, and what shows now is no work of its own.
  const landed = ACTIONS[call.kind].mayResend ? ACTIONS[call.kind].confirm(call, view, null) : null;
  const decidedCents = task.intent.costCents > 0 ? task.intent.costCents : null;
  if (landed?.kind === 'confirmed') {
    return { ...landed, reason: dearerThanDecided(call, view, decidedCents) ?? landed.reason, saw: describeView(view) };
  }
  const verdict = ACTIONS[call.kind].guard(call, view, decidedCents);
  if (verdict.kind !== 'clear') return { ...verdict, saw: describeView(view) };
  if (!ACTIONS[call.kind].bindsProvider && !JUDGING.includes(call.kind)) return null;
  const failed = await context.recheck(task, view);
  return failed === null ? null : { kind: 'refused', reason: failed, saw: describeView(view) };
}

/** The last look before the claim: a pause, an exclusion or a pin that came while the run was under way stops this call. */
async function guardDirectives(context: ActContext, task: IntentTask): Promise<Settled | null> {
  const directives = await readDirectives(
    { outsidePause: context.outsidePause, ledger: context.store },
    context.clock.nowMs(),
  );
  const reason = await lookFor(directives, task.intent.call, context.source);
  return reason === null ? null : { kind: 'refused', reason, saw: null };
}

/** A talent pool that cannot be looked through while somebody is excluded is not invited. */
async function lookFor(...asked: Parameters<typeof findForbidden>): Promise<Reason | null> {
  try {
    return await findForbidden(...asked);
  } catch (error) {
    if (!(error instanceof PlatformUnavailable)) throw error;
    const [, call] = asked;
    return isLocalFailure(error) && call.kind === 'mass_route_pool'
      ? { code: 'FM-3014', detail: { pool: call.talentPoolId } }
      : { code: 'FM-6009', detail: { message: error.message } };
  }
}

/** Paused at the claim, and resumed before we could read by whom. */
const JUST_LIFTED: Settled = {
  kind: 'refused',
  reason: { code: 'FM-6021', detail: { by: 'a person', until: 'just now', because: 'lifted meanwhile' } },
  saw: null,
};

/** They say what finished work is worth, and are asked of the review file once more right before. */
const JUDGING: readonly WriteKind[] = ['approve', 'incomplete'];

/** Somebody else's assignment of the same provider, or a late one of ours, may stand at another price than was decided. */
function dearerThanDecided(call: WriteCall, view: ServerView, decidedCents: number | null): Reason | null {
  if (call.kind !== 'assign' && call.kind !== 'accept_counter') return null;
  const nowCents = view.workOrder?.pay.maxCents ?? 0;
  if (decidedCents === null || nowCents <= decidedCents) return null;
  return { code: 'FM-6015', detail: { now: formatCents(nowCents), decided: formatCents(decidedCents) } };
}

async function settleAnswer(context: ActContext, sent: Sent, answer: WriteAnswer): Promise<Settled> {
  if (answer.kind === 'not_sent') {
    return {
      kind: 'refused',
      reason: { code: 'FM-6009', detail: { message: answer.message } },
      saw: { answer: describeAnswer(answer) },
    };
  }
  const reads = answer.kind === 'refused' ? 1 : context.limits.maxConfirmReads;
  const { verdict, saw } = await confirmByReading(context, sent, reads);
  const seen: JsonValue = { answer: describeAnswer(answer), confirm: saw };
  // Whoever was faster may leave again before the call lands, which a 200 or a 202 does not tell: within the quiet time
  // such a race is not over.
  if (verdict.kind === 'confirmed' || (verdict.kind === 'lost_race' && answer.kind === 'refused'))
    return { kind: verdict.kind, reason: verdict.reason, saw: seen };
  if (answer.kind === 'refused' && verdict.kind === 'absent')
    return { kind: 'refused', reason: refusalReason(answer), saw: seen };
  const reason = verdict.kind === 'unreadable' ? unreadableReason(answer, verdict.because) : unsettledReason(answer);
  return { kind: 'unknown', reason, saw: seen };
}

/** `unreadable`: the last read failed, so nothing is known. */
type ReadVerdict = ConfirmVerdict | { readonly kind: 'unreadable'; readonly because: string };

/** `claimedAtMs` null: it never was. */
type Sent = { readonly call: WriteCall; readonly claimedAtMs: number | null };

/** Reads until it settles or the reads are used up, pausing longer each time. */
export async function confirmByReading(
  context: Pick<ActContext, 'source' | 'clock' | 'limits'>,
  { call, claimedAtMs }: Sent,
  maxReads: number,
): Promise<{ readonly verdict: ReadVerdict; readonly saw: JsonValue }> {
  let pauseMs = context.limits.confirmPauseMs;
  for (let read = 1; ; read += 1) {
    const view = await tryReadServerView(context, call.workOrderId);
    const verdict: ReadVerdict =
      typeof view === 'string'
        ? { kind: 'unreadable', because: view }
        : ACTIONS[call.kind].confirm(call, view, claimedAtMs);
    const isSettled = verdict.kind === 'confirmed' || verdict.kind === 'lost_race';
    if (isSettled || read >= maxReads) return { verdict, saw: typeof view === 'string' ? view : describeView(view) };
    await context.clock.sleep(pauseMs);
    pauseMs *= 2;
  }
}

/**
 * A quota or a token that was turned away says nothing about the call, which may be tried again with the same provider. One
 * that came upon a change may be tried once more, on what is read then.
 */
function refusalReason({ status, code, message }: Extract<WriteAnswer, { readonly kind: 'refused' }>): Reason {
  if (code === 'REFRESH_STATE') return { code: 'FM-6024', detail: { status, message } };
  const isTurnedAway = status === 429 || status === 401 || code === 'TOKEN';
  return isTurnedAway
    ? { code: 'FM-6009', detail: { message: `answered ${status}: ${message}` } }
    : { code: 'FM-6002', detail: { status, message } };
}

function unreadableReason(answer: Exclude<WriteAnswer, { readonly kind: 'not_sent' }>, because: string): Reason {
  const said = answer.kind === 'unclear' ? answer.message : `answered ${answer.status}`;
  return { code: 'FM-6010', detail: { message: `${said}; it could not be read afterwards: ${because}` } };
}

function unsettledReason(answer: Exclude<WriteAnswer, { readonly kind: 'not_sent' }>): Reason {
  switch (answer.kind) {
    case 'answered':
      return { code: 'FM-6011', detail: { status: answer.status } };
    case 'refused':
    case 'unclear':
      return { code: 'FM-6010', detail: { message: answer.message } };
  }
}

function describeAnswer(answer: WriteAnswer): JsonValue {
  return { ...answer };
}

/** The few things of a view that settle anything; rows in full are in the decisions' bodies. */
export function describeView(view: ServerView): JsonValue {
  return {
    at: view.observedAtMs,
    status: view.workOrder?.status ?? null,
    assignee: view.assigneeId,
    routed: view.rows.filter((row) => row.route !== null).map((row) => row.providerId),
    declined: view.workOrder === null ? [] : declinersOf(view.workOrder),
    requested: view.rows.filter((row) => row.request !== null).map((row) => row.providerId),
  };
}
