import type { Decision, Effect, Intent, Reason } from '../domain/decision.ts';
import { type ActContext, type IntentTask, performIntent, recordSettled } from './perform-intent.ts';

export type ActResult = {
  readonly effects: readonly Effect[];
  /** Why acting stopped before the end; null when every decision had its turn. */
  readonly stopped: Reason | null;
};

export type ActPlan = {
  readonly decisions: readonly Decision[];
  /** Consecutive failed actions after which acting stops: the smaller of the configuration's and the files'. */
  readonly stopAfterErrors: number;
  readonly onEffect: (decision: Decision, effect: Effect) => void;
  /** True: the process was asked to stop; the decision under way is finished, no other is begun. */
  readonly isStopping?: () => boolean;
};

/** Acts on recorded decisions, one intent at a time. A stop leaves no intent open: the rest is recorded as not sent. */
export async function actOnDecisions(context: ActContext, plan: ActPlan): Promise<ActResult> {
  const effects: Effect[] = [];
  let errorsInARow = 0;
  let stopped: Reason | null = null;
  for (const decision of plan.decisions) {
    if (stopped === null && decision.intents.length > 0 && plan.isStopping?.() === true)
      stopped = { code: 'FM-7007', detail: {} };
    const settled =
      stopped === null ? await actOnDecision(context, decision) : await standDown(context, decision, stopped);
    for (const effect of settled) {
      effects.push(effect);
      plan.onEffect(decision, effect);
    }
    if (stopped !== null || settled.length === 0) continue;
    const paused = settled.find(({ reason }) => reason.code === 'FM-6021');
    if (paused !== undefined) {
      stopped = { code: 'FM-7010', detail: paused.reason.detail };
      continue;
    }
    errorsInARow = settled.some(isError) ? errorsInARow + 1 : 0;
    if (errorsInARow >= plan.stopAfterErrors) stopped = { code: 'FM-7004', detail: { errors: errorsInARow } };
  }
  return { effects, stopped };
}

/** The intents of one decision in order; a later one is sent only when the one before is confirmed. */
async function actOnDecision(context: ActContext, decision: Decision): Promise<readonly Effect[]> {
  const effects: Effect[] = [];
  for (const intent of decision.intents) {
    const before = effects.at(-1);
    const task = toTask(decision, intent);
    const effect =
      before === undefined || before.kind === 'confirmed'
        ? await performIntent(context, task)
        : await recordSettled(context, task, {
            kind: 'refused',
            reason: { code: 'FM-6014', detail: { step: before.intentN } },
            saw: null,
          });
    effects.push(effect);
  }
  return effects;
}

const STOPPED_BY: { readonly [code in Reason['code']]?: string } = {
  'FM-7007': 'asked to stop',
  'FM-7010': 'paused by a person',
};

async function standDown(context: ActContext, decision: Decision, stopped: Reason): Promise<readonly Effect[]> {
  const effects: Effect[] = [];
  for (const intent of decision.intents) {
    const message = `${stopped.code} ${STOPPED_BY[stopped.code] ?? 'after repeated failures'}`;
    const reason: Reason = { code: 'FM-6019', detail: { message } };
    effects.push(await recordSettled(context, toTask(decision, intent), { kind: 'refused', reason, saw: null }));
  }
  return effects;
}

function toTask(decision: Decision, intent: Intent): IntentTask {
  return { decisionId: decision.id, ruleFileId: decision.ruleFileId, intent, effectN: 1 };
}

/** What the platform or the network did wrong; a guard that found the world changed is no error, it is the guard's work. */
const ERROR_CODES: readonly string[] = ['FM-6002', 'FM-6009', 'FM-6010', 'FM-6011', 'FM-6013'];

function isError(effect: Effect): boolean {
  return ERROR_CODES.includes(effect.reason.code);
}
