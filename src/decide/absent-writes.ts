import type { Attempt, Reason } from '../domain/decision.ts';
import type { ProviderId } from '../domain/ids.ts';
import { boundProviders, type WriteKind } from '../domain/write-call.ts';
import { ASSIGNING, compareAttempts, INVITING, timeOf } from './earlier-attempts.ts';

/**
 * Writes of this episode that were to bind or invite somebody and were absent after the quiet time: believed lost, and yet
 * they could land. Latest last. One is not among them that has landed after all, as every provider's live route or decline
 * shows (`reached`), or that was sent again and confirmed, be it to fewer: there is nothing left of it to send.
 */
export function absentWrites(attempts: readonly Attempt[], reached: readonly ProviderId[]): readonly Attempt[] {
  return attempts
    .filter(({ call, effect }) => effect?.reason === 'FM-6020' && boundProviders(call).length > 0)
    .filter((absent) => {
      const providers = boundProviders(absent.call);
      const hasLanded =
        INVITING.includes(absent.call.kind) && providers.every((provider) => reached.includes(provider));
      const resent = confirmedSince(absent, attempts);
      return !hasLanded && !providers.some((provider) => resent.includes(provider));
    })
    .sort(compareAttempts);
}

/** Nobody knows yet, or nobody is sure: its providers may be bound or invited by it any moment. */
export function writesThatMayLand(attempts: readonly Attempt[]): readonly Attempt[] {
  const unsettled = attempts.filter(({ effect }) => effect === null || effect.kind === 'unknown');
  return [...unsettled, ...absentWrites(attempts, [])];
}

/** Why a provider cannot be chosen in this way: only what was lost may be sent again, to whom it was sent. */
export function resendBlocks(
  absent: readonly Attempt[],
  provider: ProviderId,
  kinds: readonly WriteKind[],
): readonly Reason[] {
  if (absent.length === 0) return [];
  return absent
    .filter(({ call }) => !kinds.includes(call.kind) || !boundProviders(call).includes(provider))
    .map(({ call, decisionId }) => {
      const providers = boundProviders(call);
      const to = providers.length === 1 ? `provider ${providers[0]}` : `${providers.length} providers`;
      return { code: 'FM-5019', detail: { to, action: call.kind.replace('_', '-'), decision: decisionId } };
    });
}

/** Some provider was sent the same twice and both were absent; null: nobody was. */
export function findAbsentTwice(absent: readonly Attempt[]): Reason | null {
  const twice = absent.findLast((later, index) =>
    absent.slice(0, index).some((earlier) => isSameWay(earlier, later) && sharesProvider(earlier, later)),
  );
  return twice === undefined ? null : personMustLook(twice);
}

/** When the same cannot be sent again, the work order is a person's. */
export function personMustLook({ call, decisionId }: Attempt): Reason {
  return { code: 'FM-3012', detail: { action: call.kind.replace('_', '-'), decision: decisionId } };
}

function confirmedSince(absent: Attempt, attempts: readonly Attempt[]): readonly ProviderId[] {
  return attempts
    .filter(({ effect }) => effect?.kind === 'confirmed' && effect.atMs >= timeOf(absent))
    .filter((other) => isSameWay(absent, other))
    .flatMap(({ call }) => boundProviders(call));
}

function isSameWay(a: Attempt, b: Attempt): boolean {
  return [ASSIGNING, INVITING].some((kinds) => kinds.includes(a.call.kind) && kinds.includes(b.call.kind));
}

function sharesProvider(a: Attempt, b: Attempt): boolean {
  return boundProviders(b.call).some((provider) => boundProviders(a.call).includes(provider));
}
