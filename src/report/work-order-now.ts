import type { RecordedDecision, RecordedEffect, RecordedIntent } from '../domain/recorded-decision.ts';
import type { WorkOrderHistory } from '../engine/ports.ts';
import { callText, confirmedText } from './call-text.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';

/** The assignment of ours that the ledger knows of: confirmed, or an accepted route that was seen. Null: none. */
export type KnownAssignment = WorkOrderHistory['assigned'];

/**
 * Where a work order stands as far as the ledger knows, in one sentence: the latest thing that was seen to happen, or the
 * latest decision where that is newer. `decisions` are the live ones of one work order, oldest first.
 */
export function workOrderNow(decisions: readonly RecordedDecision[], assigned: KnownAssignment): string {
  const last = decisions.at(-1);
  if (last === undefined) return 'nothing was decided but in shadow';
  const known = latestEffect(decisions);
  const seenMs = Math.max(last.decidedAtMs, known?.effect.atMs ?? 0);
  if (assigned !== null && assigned.confirmedAtMs >= seenMs) return assignedText(assigned, decisions);
  const isOpenAgain = known !== null && known.decision.episode < last.episode;
  const again = isOpenAgain ? `open again (episode ${last.episode}), ` : '';
  if (known !== null && !isOpenAgain && known.effect.atMs >= last.decidedAtMs) return stateText(known);
  const unsettled = last.intents.find(({ effects }) => effects.length === 0);
  const state =
    unsettled === undefined
      ? `${standingText(last)} since ${writtenTime(sinceMs(decisions, last))}`
      : `${callText(unsettled.call)} decided at ${writtenTime(last.decidedAtMs)}, not settled yet`;
  const before = known === null ? '' : `; before that ${stateText(known)}`;
  return `${again}${state} (${last.reason.code} ${reasonText(last.reason).title})${before}`;
}

/** A decision is written again whenever somebody asks or leaves; it stands since the first that said the same. */
function sinceMs(decisions: readonly RecordedDecision[], last: RecordedDecision): number {
  const differs = (one: RecordedDecision) =>
    one.outcome !== last.outcome || one.reason.code !== last.reason.code || one.episode !== last.episode;
  return decisions[decisions.findLastIndex(differs) + 1]?.decidedAtMs ?? last.decidedAtMs;
}

function assignedText(assigned: NonNullable<KnownAssignment>, decisions: readonly RecordedDecision[]): string {
  const { decisionId, providerId, confirmedAtMs } = assigned;
  const decision = decisions.find(({ id }) => id === decisionId);
  const isOwn = decision?.intents.some(({ call }) => call.kind === 'assign' || call.kind === 'accept_counter') ?? false;
  const how = isOwn ? 'confirmed' : 'who accepted our invitation, seen';
  return `assigned to provider ${providerId}, ${how} at ${writtenTime(confirmedAtMs)} (decision ${decisionId})`;
}

const STANDING: { readonly [outcome in RecordedDecision['outcome']]?: string } = {
  wait: 'waiting',
  hold: 'held for a person',
  skip: 'skipped',
};

/** Without an intent a recommending file's action is nothing but a proposal. */
function standingText({ outcome, mode, intents }: RecordedDecision): string {
  const action = outcome.replace('_', '-');
  const isProposed = mode === 'recommend' && intents.length === 0;
  return STANDING[outcome] ?? (isProposed ? `${action} recommended, not approved,` : action);
}

type Known = {
  readonly decision: RecordedDecision;
  readonly intent: RecordedIntent;
  readonly effect: RecordedEffect;
};

function latestEffect(decisions: readonly RecordedDecision[]): Known | null {
  const all = decisions.flatMap((decision) =>
    decision.intents.flatMap((intent) => intent.effects.map((effect) => ({ decision, intent, effect }))),
  );
  return all.reduce<Known | null>(
    (latest, one) => (latest === null || one.effect.atMs >= latest.effect.atMs ? one : latest),
    null,
  );
}

function stateText({ decision, intent, effect }: Known): string {
  const at = `at ${writtenTime(effect.atMs)} (decision ${decision.id})`;
  switch (effect.kind) {
    case 'confirmed':
      return `${confirmedText(intent.call)}, confirmed ${at}`;
    case 'lost_race':
      return `${callText(intent.call)} came too late: ${reasonText(effect.reason).sentence} Seen ${at}`;
    case 'unknown':
      return `${callText(intent.call)} not settled: ${reasonText(effect.reason).title}, seen ${at}`;
    default:
      return `${callText(intent.call)} ${effect.kind}: ${reasonText(effect.reason).title}, ${at}`;
  }
}
