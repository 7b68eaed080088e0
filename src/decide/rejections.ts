import type { DecisionAnswer } from '../domain/approval.ts';
import type { Outcome, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';

/**
 * A person's noes hold for every file in every mode: a promotion must not send what somebody has just refused, and a file in
 * shadow shows what it would do with them.
 */
export function rejectionsIn(answers: readonly DecisionAnswer[]): readonly DecisionAnswer[] {
  return answers.filter(({ verdict }) => verdict === 'rejected');
}

/** Whom a person did not want for this work order; the next best comes instead. The latest word of several. */
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
