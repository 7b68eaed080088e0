import type { Attempt } from '../../domain/decision.ts';
import type { ProviderId } from '../../domain/ids.ts';
import type { ObservedRow } from '../../domain/standing.ts';

/** What one episode of a work order saw: our own attempts, and what was observed. */
export type EpisodeSeen = {
  readonly attempts: readonly Attempt[];
  readonly observations: readonly ObservedRow[];
};

/**
 * Who gives the work order back when the episode ends without a word of ours: the last to have it, if that was by our assignment
 * or our invitation. Null: nobody; also where we un-assigned, or may have, and where somebody else had put another in his place.
 */
export function leaverOf({ attempts, observations }: EpisodeSeen): ProviderId | null {
  if (attempts.some(mayHaveUnassigned)) return null;
  const holders = [...attempts.flatMap(assignedByUs), ...observations.flatMap(seenAssigned)];
  return holders.toSorted((a, b) => a.atMs - b.atMs).at(-1)?.providerId ?? null;
}

/** Ascending, each once. */
export function leaversOf(episodes: readonly EpisodeSeen[]): readonly ProviderId[] {
  const leavers = episodes.map(leaverOf).filter((provider) => provider !== null);
  return [...new Set(leavers)].sort((a, b) => a - b);
}

type Holder = { readonly atMs: number; readonly providerId: ProviderId | null };

function mayHaveUnassigned({ call, effect }: Attempt): boolean {
  return call.kind === 'unassign' && (effect === null || effect.kind === 'confirmed' || effect.kind === 'unknown');
}

function assignedByUs({ call, effect }: Attempt): readonly Holder[] {
  if (effect?.kind !== 'confirmed' || (call.kind !== 'assign' && call.kind !== 'accept_counter')) return [];
  return [{ atMs: effect.atMs, providerId: call.providerId as ProviderId }];
}

function seenAssigned({ kind, providerId, atMs }: ObservedRow): readonly Holder[] {
  if (kind === 'route_accepted') return [{ atMs, providerId }];
  return kind === 'assigned_by_other' ? [{ atMs, providerId: null }] : [];
}
