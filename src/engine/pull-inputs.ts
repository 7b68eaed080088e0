import { toCommitment } from '../decide/bookings.ts';
import type { Commitment } from '../domain/decision.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { DirectoryEntry, ProviderProfile } from '../domain/provider.ts';
import { type RuleSet, readsDrafts } from '../domain/rule-file.ts';
import type { Quarantined } from '../domain/run.ts';
import { isOpen, type WorkOrder } from '../domain/work-order.ts';
import { blankEntry, directoryEntry, type Sighting } from '../facts/directory-entry.ts';
import { glanceAt, passGlance, type SharedSeen } from './glance.ts';
import { type Clock, type PendingList, PlatformUnavailable, type WorkOrderSource } from './ports.ts';
import type { RowShelf } from './row-shelf.ts';

export type Puller = { readonly source: WorkOrderSource; readonly clock: Clock; readonly limits: Limits };

type ListPuller = { readonly source: WorkOrderSource; readonly ruleSet: RuleSet };

export type PulledLists = {
  /** Published or routed, nobody assigned; ascending by id. */
  readonly open: readonly WorkOrder[];
  readonly assigned: readonly WorkOrder[];
  /** Only where a rule file that takes part has something to do with them; ascending by id. */
  readonly drafts: readonly WorkOrder[];
  /** Done and not approved; only where a review file takes part; ascending by id. */
  readonly finished: readonly WorkOrder[];
  readonly quarantined: readonly Quarantined[];
};

/** Open work orders to decide on, assigned ones for the commitments they make. */
export async function pullLists({ source, ruleSet }: ListPuller): Promise<PulledLists> {
  const wantsDrafts = ruleSet.files.some((file) => file.mode !== 'off' && readsDrafts(file));
  // One after the other, in the order in which work orders move: what moves between two lists is in both, never in neither.
  const drafts = wantsDrafts ? await source.pullList('draft') : { rows: [], quarantined: [] };
  const published = await source.pullList('published_routed');
  const assigned = await source.pullList('assigned');
  const wantsFinished = ruleSet.reviews.some(({ mode }) => mode !== 'off');
  const finished = wantsFinished ? await source.pullList('work_done') : { rows: [], quarantined: [] };
  const open = published.rows.filter(isOpen).toSorted((a, b) => a.id - b.id);
  // Published while the lists were being read, it may be on both.
  const seen = new Set([...open, ...assigned.rows].map(({ id }) => id));
  return {
    open,
    assigned: assigned.rows,
    drafts: drafts.rows
      .filter(({ id, status, assigneeId }) => status === 'draft' && assigneeId === null && !seen.has(id))
      .toSorted((a, b) => a.id - b.id),
    finished: finished.rows.filter(({ status }) => status === 'work_done').toSorted((a, b) => a.id - b.id),
    quarantined: [published, assigned, drafts, finished].flatMap((list) => list.quarantined),
  };
}

export type PulledPending = {
  readonly lists: ReadonlyMap<WorkOrderId, PendingList>;
  readonly quarantined: readonly Quarantined[];
};

/**
 * The pending list of each work order. One list that cannot be understood sets its own work order aside; a platform
 * that cannot be reached at all ends the run.
 */
export async function pullPendingLists(
  source: WorkOrderSource,
  ids: readonly WorkOrderId[],
  shelf: RowShelf | null = null,
): Promise<PulledPending> {
  const put = shelving(shelf);
  const pulled = await Promise.all(
    ids.map(async (id) => {
      const one = await pullOnePending(source, id);
      return one.kind === 'pulled' ? { ...one, list: put(one.list) } : one;
    }),
  );
  return {
    lists: new Map(pulled.flatMap((one) => (one.kind === 'pulled' ? [[one.list.workOrderId, one.list] as const] : []))),
    quarantined: pulled.flatMap((one) => (one.kind === 'pulled' ? one.list.quarantined : [one.quarantined])),
  };
}

/** What is to be known of all of them at once is taken down before they go onto the shelf. */
export function shelving(shelf: RowShelf | null): (list: PendingList) => PendingList {
  const seen: SharedSeen = new Map();
  return (list) => {
    if (shelf === null) return list;
    const shelved = shelf.shelve(list);
    passGlance(list, shelved, seen);
    return shelved;
  };
}

async function pullOnePending(
  source: WorkOrderSource,
  id: WorkOrderId,
): Promise<
  | { readonly kind: 'pulled'; readonly list: PendingList }
  | { readonly kind: 'failed'; readonly quarantined: Quarantined }
> {
  try {
    return { kind: 'pulled', list: await source.pullPending(id) };
  } catch (error) {
    if (!isLocalFailure(error)) throw error;
    return { kind: 'failed', quarantined: { what: 'pending list', id, workOrderId: id, reason: error.message } };
  }
}

export type PulledProfiles = {
  readonly profiles: ReadonlyMap<ProviderId, ProviderProfile>;
  readonly quarantined: readonly Quarantined[];
};

/** Whose profiles are wanted: `first` before anybody of `next`, who wait for the next run when the reads are used up. */
export type WantedProfiles = { readonly first: readonly ProviderId[]; readonly next: readonly ProviderId[] };

/** Profiles of the providers that have none younger than the time to live, as many as one run may read; lowest ids first. */
export async function pullProfiles(
  puller: Puller,
  wanted: WantedProfiles,
  directory: ReadonlyMap<ProviderId, DirectoryEntry>,
): Promise<PulledProfiles> {
  const nowMs = puller.clock.nowMs();
  const inOrder = [wanted.first, wanted.next].flatMap((ids) => ids.toSorted((a, b) => a - b));
  const due = [...new Set(inOrder)]
    .filter((id) => {
      const known = directory.get(id)?.profile ?? null;
      return known === null || nowMs - known.observedAtMs >= puller.limits.profileTtlMs;
    })
    .slice(0, puller.limits.maxProfileReadsPerRun);
  const profiles = new Map<ProviderId, ProviderProfile>();
  const quarantined: Quarantined[] = [];
  await Promise.all(
    due.map(async (id) => {
      try {
        const profile = await puller.source.readProfile(id);
        if (profile !== null) profiles.set(id, profile);
      } catch (error) {
        if (!isLocalFailure(error)) throw error;
        quarantined.push({ what: 'user', id, workOrderId: null, reason: error.message });
      }
    }),
  );
  return { profiles, quarantined: quarantined.toSorted((a, b) => (a.id ?? 0) - (b.id ?? 0)) };
}

/** What is wrong with one resource, and says nothing about the others. */
export function isLocalFailure(error: unknown): error is PlatformUnavailable {
  return (
    error instanceof PlatformUnavailable &&
    (error.kind === 'not_understood' || error.kind === 'server_error' || error.kind === 'forbidden')
  );
}

/** The directory with the rows and profiles of this run in it. */
export function mergeDirectory(input: {
  readonly directory: ReadonlyMap<ProviderId, DirectoryEntry>;
  readonly rows: Iterable<Sighting['row']>;
  readonly profiles: ReadonlyMap<ProviderId, ProviderProfile>;
  readonly atMs: number;
}): { readonly directory: ReadonlyMap<ProviderId, DirectoryEntry>; readonly changed: readonly DirectoryEntry[] } {
  const merged = new Map(input.directory);
  const changed = new Set<ProviderId>();
  for (const row of input.rows) {
    const before = merged.get(row.providerId) ?? null;
    const profile = input.profiles.get(row.providerId) ?? null;
    merged.set(row.providerId, directoryEntry({ previous: before, row, profile, atMs: input.atMs }));
    changed.add(row.providerId);
  }
  for (const [id, profile] of input.profiles) {
    if (changed.has(id)) continue;
    merged.set(id, { ...(merged.get(id) ?? blankEntry(id, input.atMs)), profile });
    changed.add(id);
  }
  const entries = [...changed].toSorted((a, b) => a - b).flatMap((id) => merged.get(id) ?? []);
  return { directory: merged, changed: entries };
}

function routedIn(list: PendingList | undefined): readonly ProviderId[] {
  return list === undefined ? [] : glanceAt(list).routed;
}

/** What providers are bound to now: assigned work orders, and live routes, which may become assignments any moment. */
export function toCommitments(
  lists: PulledLists,
  pending: ReadonlyMap<WorkOrderId, PendingList>,
): readonly Commitment[] {
  const assigned = lists.assigned.flatMap((workOrder) =>
    workOrder.assigneeId === null ? [] : [toCommitment('assigned', workOrder, workOrder.assigneeId)],
  );
  const routed = lists.open.flatMap((workOrder) =>
    routedIn(pending.get(workOrder.id)).map((providerId) => toCommitment('routed', workOrder, providerId)),
  );
  return [...assigned, ...routed].toSorted((a, b) => a.providerId - b.providerId || a.workOrderId - b.workOrderId);
}
