import type { Attempt, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import { boundProviders, type WriteKind } from '../domain/write-call.ts';

const ASSIGNING: readonly WriteKind[] = ['assign', 'accept_counter'];
const INVITING: readonly WriteKind[] = ['route', 'mass_route'];

/** The platform said no to assigning this provider in this episode; one reason, the latest. */
export function refusedAssignment(attempts: readonly Attempt[], provider: ProviderId): readonly Reason[] {
  return refusedBefore(attempts, provider, ASSIGNING);
}

/**
 * Why a provider of the bench is not invited once more in this episode: the platform said no, or an invitation of ours came
 * to nothing. A mass-route that was refused does not say because of whom, so the next one asks others.
 */
export function spentInvitation(attempts: readonly Attempt[], provider: ProviderId): readonly Reason[] {
  const refused = refusedBefore(attempts, provider, INVITING);
  const wasInvited = attempts.some(({ call, effect }) => {
    const happened = effect?.kind === 'confirmed' || effect?.kind === 'unknown';
    return happened && INVITING.includes(call.kind) && boundProviders(call).includes(provider);
  });
  return wasInvited ? [...refused, { code: 'FM-5017', detail: {} }] : refused;
}

/** A stage that invites does so once an episode, and an invitation whose end is unknown may have happened. */
export function hasInvited(attempts: readonly Attempt[], ruleFileId: string, stage: number): boolean {
  return attempts.some((attempt) => {
    const happened = attempt.effect?.kind === 'confirmed' || attempt.effect?.kind === 'unknown';
    const isStages = attempt.ruleFileId === ruleFileId && attempt.stage === stage;
    return happened && isStages && INVITING.includes(attempt.call.kind);
  });
}

function refusedBefore(
  attempts: readonly Attempt[],
  provider: ProviderId,
  kinds: readonly WriteKind[],
): readonly Reason[] {
  const latest = attempts
    .filter(
      ({ call, effect }) => effect?.kind === 'refused' && effect.reason === 'FM-6002' && kinds.includes(call.kind),
    )
    .filter(({ call }) => boundProviders(call).includes(provider))
    .sort(compareAttempts)
    .at(-1);
  if (latest === undefined) return [];
  const message = `${latest.call.kind.replace('_', '-')}, decision ${latest.decisionId}`;
  return [{ code: 'FM-5015', detail: { message } }];
}

function compareAttempts(a: Attempt, b: Attempt): number {
  return (
    (a.effect?.atMs ?? 0) - (b.effect?.atMs ?? 0) ||
    (a.decisionId < b.decisionId ? -1 : a.decisionId > b.decisionId ? 1 : 0) ||
    a.intentN - b.intentN
  );
}
