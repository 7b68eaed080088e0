import { ACTIONS } from '../actions/catalog.ts';
import { committedCents } from '../domain/cost.ts';
import type { Effect, Reason } from '../domain/decision.ts';
import type { DecisionId } from '../domain/ids.ts';
import { type HandDeps, toHandRun } from './act-by-hand.ts';
import { closingOnFailure } from './close-failed.ts';
import { readServerView } from './observe.ts';
import { recordSettled } from './perform-intent.ts';
import { LedgerFailure, type OpenIntent } from './ports.ts';
import { isLocalFailure } from './pull-inputs.ts';
import { quietSince, settleOpenIntent } from './reconcile.ts';
import { summarise } from './summary.ts';

/** Reading and recording: whoever settles by word sends nothing. */
export type SettleDeps = Omit<HandDeps, 'target'>;

/** What a person says has become of a write that nobody can read. */
export type Word = { readonly as: 'confirmed' | 'refused'; readonly by: string; readonly because: string };

export type SettleRequest = {
  readonly runId: string;
  readonly decisionId: DecisionId;
  readonly intentN: number;
  /** Null: only looks, to ask the person then. What reading settles is recorded all the same. */
  readonly word: Word | null;
};

export type SettleReport =
  /** Settled by somebody meanwhile. */
  | { readonly kind: 'not_open' }
  /** The platform says itself what has become of it; the person's word was not needed. */
  | { readonly kind: 'by_reading'; readonly effect: Effect }
  /** It can be read, and what is absent may still land: after `waitMs` reading settles it. */
  | { readonly kind: 'readable'; readonly waitMs: number }
  /** `refused` before the quiet time is over, when it may still land. */
  | { readonly kind: 'too_early'; readonly waitMs: number }
  | { readonly kind: 'unreadable'; readonly open: OpenIntent; readonly because: string }
  | { readonly kind: 'by_word'; readonly effect: Effect };

/**
 * Settles one open intent by what a person says, where the platform cannot say it: its work order would stay blocked for
 * ever. It is read once more first, and what can be read is never settled by word. Throws `PlatformUnavailable` when the
 * platform as a whole does not answer, which says nothing about this one write.
 */
export async function settleByHand(deps: SettleDeps, request: SettleRequest): Promise<SettleReport> {
  const bound = await deps.store.bindIdentity({ environment: deps.environment, companyId: null });
  if (bound.kind === 'foreign')
    throw new LedgerFailure(bound.message, 'Set FIELDMARSHAL_DB to the ledger of this environment and company.');
  const open = await findOpen(deps, request);
  if (open === null) return { kind: 'not_open' };
  const because = await whyUnreadable(deps, open);
  if (because === null) return settleByReading(deps, request, open);
  const { word } = request;
  if (word === null) return { kind: 'unreadable', open, because };
  const waitMs = quietLeftMs(deps, open);
  if (word.as === 'refused' && waitMs > 0) return { kind: 'too_early', waitMs };
  const effect = await inRun(deps, { ...request, intent: open.intent }, () =>
    recordSettled({ ...deps, runId: request.runId }, taskOf(open), {
      kind: word.as,
      reason: reasonOf(word, open),
      saw: { unreadable: because },
    }),
  );
  if (effect === null) throw new TypeError('what a person says is always recorded');
  return { kind: 'by_word', effect };
}

async function findOpen(
  { store }: SettleDeps,
  { decisionId, intentN }: Pick<SettleRequest, 'decisionId' | 'intentN'>,
): Promise<OpenIntent | null> {
  const open = await store.openIntents();
  return open.find((one) => one.decisionId === decisionId && one.intent.n === intentN) ?? null;
}

/** Null: it can be read, or was never sent, so that there is nothing to read. */
async function whyUnreadable(deps: SettleDeps, { claimedAtMs, workOrderId }: OpenIntent): Promise<string | null> {
  if (claimedAtMs === null) return null;
  try {
    await readServerView(deps, workOrderId);
    return null;
  } catch (error) {
    if (!isLocalFailure(error)) throw error;
    return error.message;
  }
}

async function settleByReading(deps: SettleDeps, request: SettleRequest, open: OpenIntent): Promise<SettleReport> {
  const effect = await inRun(deps, { ...request, intent: open.intent }, () =>
    settleOpenIntent({ ...deps, runId: request.runId }, open),
  );
  if (effect === null || effect.kind === 'unknown') return { kind: 'readable', waitMs: quietLeftMs(deps, open) };
  return { kind: 'by_reading', effect };
}

/** Until it can no longer land, in ms, at least 0. Where the clock was set back the next look begins it anew. */
function quietLeftMs({ clock, limits }: SettleDeps, open: OpenIntent): number {
  return Math.max(0, limits.quietTimeMs - (quietSince(open, clock.nowMs()) ?? 0));
}

function taskOf({ decisionId, ruleFileId, intent, lastEffect }: OpenIntent) {
  return { decisionId, ruleFileId, intent, effectN: (lastEffect?.n ?? 0) + 1 };
}

function reasonOf({ as, by, because }: Word, { intent }: OpenIntent): Reason {
  const detail = { by, because };
  if (as === 'confirmed') return { code: 'FM-6045', detail };
  return { code: ACTIONS[intent.call.kind].mayResend ? 'FM-6046' : 'FM-6047', detail };
}

/** Each effect belongs to a run. */
async function inRun(
  deps: SettleDeps,
  { runId, intent }: Pick<SettleRequest, 'runId'> & Pick<OpenIntent, 'intent'>,
  work: () => Promise<Effect | null>,
): Promise<Effect | null> {
  const { store, source, clock } = deps;
  const requestsBefore = source.requestCount();
  const run = toHandRun(deps, runId);
  await store.recordRuleSet(deps.ruleSet, run.startedAtMs);
  await store.openRun(run);
  return closingOnFailure({ deps, store, run, requestsBefore }, async () => {
    const effect = await work();
    await store.closeRun({
      runId,
      endedAtMs: clock.nowMs(),
      result: 'done',
      summary: summarise({
        openWorkOrders: 0,
        decisions: [],
        recorded: [],
        effects: effect === null ? [] : [effect],
        settledCents: effect?.kind === 'confirmed' ? committedCents(intent) : 0,
        quarantined: [],
        httpRequests: source.requestCount() - requestsBefore,
        stopped: null,
        isDryRun: false,
        collisions: 0,
        pause: null,
      }),
    });
    return effect;
  });
}
