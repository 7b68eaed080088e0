import type { TalentPools } from '../decide/input.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { DirectoryEntry } from '../domain/provider.ts';
import type { Quarantined } from '../domain/run.ts';
import type { Sighting } from '../facts/directory-entry.ts';
import { glanceAt } from './glance.ts';
import type { LedgerView, PendingList } from './ports.ts';
import type { PendingInputs } from './pull-changed.ts';
import { mergeDirectory, type Puller, pullProfiles } from './pull-inputs.ts';
import { knownByHearsay, pullPools, withPools } from './pull-pools.ts';

type Gatherer = Puller & {
  /** Null: a dry run without a ledger. Only read here. */
  readonly ledger: LedgerView | null;
};

/** The directory as this run knows it. */
export type Gathered = ReturnType<typeof mergeDirectory> & { readonly quarantined: readonly Quarantined[] };

/** Rows of remembered lists are in the directory already, with the time at which they were seen; profiles age all the same. */
export async function gatherDirectory(
  gatherer: Gatherer,
  pending: PendingInputs,
  talentPools: TalentPools,
): Promise<Gathered> {
  const before = await readDirectory(gatherer);
  const fresh = [...pending.lists.values()].filter(({ workOrderId }) => !pending.kept.has(workOrderId));
  const pools = await pullPools(gatherer, before);
  const known = pools === null ? before : withPools(before, pools);
  const members = [...talentPools.values()].flatMap((one) => one ?? []);
  const wanted = { first: idsIn(pending.lists.values()), next: [...members, ...knownByHearsay(known)] };
  const pulled = await pullProfiles(gatherer, wanted, known);
  const merged = mergeDirectory({
    directory: known,
    rows: sightings(fresh),
    profiles: pulled.profiles,
    atMs: gatherer.clock.nowMs(),
  });
  if (pools === null) return { ...merged, quarantined: pulled.quarantined };
  const directory = withPools(merged.directory, pools);
  return { directory, changed: [...directory.values()], quarantined: [...pulled.quarantined, ...pools.quarantined] };
}

/** With the rows of the lists that were pulled meanwhile. */
export async function gatherAgain(
  gatherer: Gatherer,
  { lists }: PendingInputs,
  { gathered, pulled }: { readonly gathered: Gathered; readonly pulled: readonly WorkOrderId[] },
): Promise<Gathered> {
  const fresh = pulled.flatMap((id) => lists.get(id) ?? []);
  const wanted = { first: idsIn(fresh), next: [] };
  const { profiles, quarantined } = await pullProfiles(gatherer, wanted, gathered.directory);
  const atMs = gatherer.clock.nowMs();
  const merged = mergeDirectory({ directory: gathered.directory, rows: sightings(fresh), profiles, atMs });
  const changed = new Map([...gathered.changed, ...merged.changed].map((entry) => [entry.providerId, entry] as const));
  return {
    directory: merged.directory,
    changed: [...changed.values()].toSorted((a, b) => a.providerId - b.providerId),
    quarantined: [...gathered.quarantined, ...quarantined],
  };
}

/** Each once. */
function idsIn(lists: Iterable<PendingList>): readonly ProviderId[] {
  const ids = new Set<ProviderId>();
  for (const list of lists) for (const providerId of glanceAt(list).providerIds) ids.add(providerId);
  return [...ids];
}

function* sightings(lists: readonly PendingList[]): Generator<Sighting['row']> {
  for (const list of lists) {
    const { providerIds, seen } = glanceAt(list);
    for (const [place, providerId] of providerIds.entries()) {
      const one = seen[place];
      if (one !== undefined) yield { providerId, ...one };
    }
  }
}

export async function readDirectory({
  ledger,
}: Pick<Gatherer, 'ledger'>): Promise<ReadonlyMap<ProviderId, DirectoryEntry>> {
  const entries = ledger === null ? [] : await ledger.readDirectory();
  return new Map(entries.map((entry) => [entry.providerId, entry] as const));
}
