import type { ProviderId } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { DirectoryEntry } from '../domain/provider.ts';
import type { Quarantined } from '../domain/run.ts';
import { blankEntry } from '../facts/directory-entry.ts';
import { type Clock, PlatformUnavailable, type TalentPool, type WorkOrderSource } from './ports.ts';
import { isLocalFailure } from './pull-inputs.ts';

type PoolPuller = { readonly source: WorkOrderSource; readonly clock: Clock; readonly limits: Limits };

/** Who is in which preferred group (talent pool), as far as it could be read. */
export type PulledPools = {
  readonly observedAtMs: number;
  readonly members: ReadonlyMap<ProviderId, readonly number[]>;
  /** False: some list could not be read, or there are none for us. */
  readonly isWhole: boolean;
  /** One at most: the pools are a help, and many broken ones must not look like a garbled platform. */
  readonly quarantined: readonly Quarantined[];
};

/** Of a run's requests the pools may use one in so many; the rest is for what has to be decided. */
const POOL_SHARE_OF_REQUESTS = 10;

/**
 * The member lists of all pools, one after the other so that the share of requests holds. Null: they were asked for less
 * than a profile's time to live ago, which the directory's entries tell.
 */
export async function pullPools(
  puller: PoolPuller,
  directory: ReadonlyMap<ProviderId, DirectoryEntry>,
): Promise<PulledPools | null> {
  const observedAtMs = puller.clock.nowMs();
  const last = [...directory.values()].reduce((newest, { pools }) => Math.max(newest, pools?.observedAtMs ?? 0), 0);
  if (last > 0 && observedAtMs - last < puller.limits.profileTtlMs) return null;
  const members = new Map<ProviderId, number[]>();
  const pools = await attempt(() => puller.source.pullTalentPools());
  if (pools.kind === 'failed') return { observedAtMs, members, isWhole: false, quarantined: pools.quarantined };
  const read = await readMembers(puller, pools.value ?? [], members);
  return { observedAtMs, members, isWhole: pools.value !== null && read.isWhole, quarantined: read.quarantined };
}

async function readMembers(
  { source, limits }: PoolPuller,
  pools: readonly TalentPool[],
  members: Map<ProviderId, number[]>,
): Promise<Pick<PulledPools, 'isWhole' | 'quarantined'>> {
  const endsAt = source.requestCount() + Math.floor(limits.maxRequestsPerRun / POOL_SHARE_OF_REQUESTS);
  const quarantined: Quarantined[] = [];
  let isWhole = true;
  for (const pool of pools) {
    if (pool.memberCount === 0) continue;
    const isAffordable = source.requestCount() < endsAt;
    const list = isAffordable ? await attempt(() => source.pullTalentPoolMembers(pool.id)) : null;
    if (list?.kind === 'failed') quarantined.push(...list.quarantined);
    if (list?.kind !== 'read' || list.value === null) isWhole = false;
    else for (const id of list.value) members.set(id, [...(members.get(id) ?? []), pool.id]);
  }
  return { isWhole, quarantined: quarantined.slice(0, 1) };
}

type Attempted<Value> =
  | { readonly kind: 'read'; readonly value: Value }
  | { readonly kind: 'failed'; readonly quarantined: readonly Quarantined[] };

/** What the API user may not see is no fault of the platform's; a platform that cannot be reached at all ends the run. */
async function attempt<Value>(read: () => Promise<Value>): Promise<Attempted<Value>> {
  try {
    return { kind: 'read', value: await read() };
  } catch (error) {
    if (!(error instanceof PlatformUnavailable) || !isLocalFailure(error)) throw error;
    const quarantined = { what: 'talent pools', id: null, workOrderId: null, reason: error.message };
    return { kind: 'failed', quarantined: error.kind === 'forbidden' ? [] : [quarantined] };
  }
}

/** The directory with the pools in it: members not known yet get an entry, and everybody's membership its age. */
export function withPools(
  directory: ReadonlyMap<ProviderId, DirectoryEntry>,
  pulled: PulledPools,
): ReadonlyMap<ProviderId, DirectoryEntry> {
  const { observedAtMs, members, isWhole } = pulled;
  const ids = [...new Set([...directory.keys(), ...members.keys()])];
  return new Map(
    ids.map((id) => {
      const entry = directory.get(id) ?? blankEntry(id, observedAtMs);
      const inPools = (members.get(id) ?? []).toSorted((a, b) => a - b);
      return [id, { ...entry, pools: { observedAtMs, ids: inPools, isWhole } }];
    }),
  );
}

/** Providers whom only a pool or a file brought: their profiles tell whether they can be invited. */
export function knownByHearsay(directory: ReadonlyMap<ProviderId, DirectoryEntry>): readonly ProviderId[] {
  return [...directory.values()]
    .filter(({ pools, imported }) => (pools?.ids.length ?? 0) > 0 || Object.keys(imported).length > 0)
    .map(({ providerId }) => providerId);
}
