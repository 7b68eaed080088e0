import type { ProviderId } from '../domain/ids.ts';
import { assignmentsOf, type OurAssignment, type SentWork } from '../domain/sent-work.ts';
import type { LedgerQuery } from '../engine/figures.ts';

/** What one provider got of what was given. */
export type ProviderShare = {
  readonly providerId: ProviderId;
  readonly slates: number;
  /** Work orders to which it was invited, and given. */
  readonly invited: number;
  readonly assigned: number;
  /** Of all assignments, and of all up to this line; null: there are none. */
  readonly sharePerMille: number | null;
  readonly cumulativePerMille: number | null;
  readonly costCents: number;
  /** Of the assigned, those it left: nobody is known to have taken them away. */
  readonly left: number;
  readonly lastAssignedMs: number | null;
};

type Asked = Pick<LedgerQuery, 'sinceMs' | 'untilMs' | 'ruleFileId'>;

export function isWithin(atMs: number, { sinceMs, untilMs }: Pick<LedgerQuery, 'sinceMs' | 'untilMs'>): boolean {
  return (sinceMs === null || atMs >= sinceMs) && (untilMs === null || atMs < untilMs);
}

/** Assignments of ours that the query asks for, of all providers. */
export function assignmentsIn(works: readonly SentWork[], asked: Asked): readonly OurAssignment[] {
  return works
    .flatMap(assignmentsOf)
    .filter(({ atMs, intent }) => isWithin(atMs, asked) && isOfFile(intent.ruleFileId, asked));
}

function isOfFile(ruleFileId: string | null, asked: Pick<Asked, 'ruleFileId'>): boolean {
  return asked.ruleFileId === null || ruleFileId === asked.ruleFileId;
}

/** By assignments, most first, then by slates, then by id. Everybody who was on a slate, invited or assigned. */
export function shareOut(
  works: readonly SentWork[],
  slates: ReadonlyMap<ProviderId, number>,
  asked: Asked,
): readonly ProviderShare[] {
  const assigned = Map.groupBy(assignmentsIn(works, asked), ({ providerId }) => providerId);
  const invited = countInvited(works, asked);
  const total = [...assigned.values()].reduce((sum, own) => sum + own.length, 0);
  let soFar = 0;
  return [...new Set([...slates.keys(), ...invited.keys(), ...assigned.keys()])]
    .map((providerId) => {
      return { providerId, slates: slates.get(providerId) ?? 0, own: assigned.get(providerId) ?? [] };
    })
    .sort((a, b) => b.own.length - a.own.length || b.slates - a.slates || a.providerId - b.providerId)
    .map(({ own, ...provider }) => {
      soFar += own.length;
      return {
        ...provider,
        invited: invited.get(provider.providerId) ?? 0,
        assigned: own.length,
        sharePerMille: total === 0 ? null : Math.round((own.length * 1000) / total),
        cumulativePerMille: total === 0 ? null : Math.round((soFar * 1000) / total),
        costCents: own.reduce((sum, { intent }) => sum + intent.costCents, 0),
        left: own.filter(({ ended }) => ended?.how === 'left').length,
        lastAssignedMs: own.length === 0 ? null : Math.max(...own.map(({ atMs }) => atMs)),
      };
    });
}

/** Each work order once per episode, however often the invitation was repeated. */
function countInvited(works: readonly SentWork[], asked: Asked): ReadonlyMap<ProviderId, number> {
  const seen = new Set<string>();
  const counts = new Map<ProviderId, number>();
  for (const { call, effects, ruleFileId, workOrderId, episode } of works.flatMap(({ intents }) => intents)) {
    const confirmed = effects.find(({ kind }) => kind === 'confirmed');
    if (confirmed === undefined || !isWithin(confirmed.atMs, asked) || !isOfFile(ruleFileId, asked)) continue;
    const providers = call.kind === 'route' ? [call.providerId] : call.kind === 'mass_route' ? call.providerIds : [];
    for (const providerId of providers) {
      const key = `${workOrderId} ${episode} ${providerId}`;
      if (!seen.has(key)) counts.set(providerId, (counts.get(providerId) ?? 0) + 1);
      seen.add(key);
    }
  }
  return counts;
}
