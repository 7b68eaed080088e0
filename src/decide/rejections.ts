import type { DecisionAnswer } from '../domain/approval.ts';
import type { Outcome, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { RuleMode } from '../domain/rule-file.ts';

/** The noes that a file heeds: one that only recommends would propose the same again and again; one that acts was never asked about. */
export function rejectionsFor(mode: RuleMode, answers: readonly DecisionAnswer[]): readonly DecisionAnswer[] {
  return mode === 'recommend' ? answers.filter(({ verdict }) => verdict === 'rejected') : [];
}

/** Whom a person did not want for this work order; the next best is proposed instead. The latest word of several. */
export function rejectedProvider(rejections: readonly DecisionAnswer[], providerId: ProviderId): readonly Reason[] {
  const last = rejections.findLast(({ winner }) => winner === providerId);
  return last === undefined ? [] : [{ code: 'FM-5050', detail: detailOf(last) }];
}

/** Of an action that names no provider there is no next best: once a person has said no, it is theirs. Null: nobody has. */
export function rejectedAction(
  rejections: readonly DecisionAnswer[],
  { outcome, winner }: { readonly outcome: Outcome; readonly winner: ProviderId | null },
): Reason | null {
  if (winner !== null) return null;
  const last = rejections.findLast((one) => one.winner === null && one.outcome === outcome);
  if (last === undefined) return null;
  return { code: 'FM-3041', detail: { ...detailOf(last), action: outcome.replaceAll('_', '-') } };
}

function detailOf({ actor, because, decisionId }: DecisionAnswer) {
  return { by: actor, because: because ?? 'no reason given', decision: decisionId };
}
