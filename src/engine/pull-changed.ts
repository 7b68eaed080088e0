import type { Sha256, WorkOrderId } from '../domain/ids.ts';
import { hashText } from '../domain/json.ts';
import type { RunSummary } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { countGarbled, isGarbled } from './garbled.ts';
import { glanceAt } from './glance.ts';
import type { PendingMemory, RememberedHead, ToRemember } from './pending-memory.ts';
import type { PendingList } from './ports.ts';
import { type PulledPending, type Puller, pullPendingLists, shelving } from './pull-inputs.ts';
import type { RowShelf } from './row-shelf.ts';
import { isAsCounted, showsSame } from './same-pending.ts';

export type ChangePuller = Puller & {
  /** Left out or null: nothing is remembered, and everything is pulled. */
  readonly memory?: PendingMemory | null;
  /** Left out or null: all rows are held at once. */
  readonly shelf?: RowShelf | null;
  /** Whose lists are pulled whatever is remembered; left out: nobody's. */
  readonly pullAnew?: 'all' | readonly WorkOrderId[];
};

export type PendingWanted = {
  /** Their lists are wanted; as the list of work orders has them now. */
  readonly workOrders: readonly WorkOrder[];
  /** Rows that the lists of work orders have given, and those of them that could not be understood. */
  readonly listed: Parameters<typeof countGarbled>[0];
  /** Now, epoch ms. */
  readonly atMs: number;
};

/** Every list that was wanted and could be had; `kept`: those that were not pulled in this run. */
export type PendingInputs = PulledPending & {
  readonly kept: ReadonlySet<WorkOrderId>;
  /** Pulled though nothing had shown a change, and yet it had changed. */
  readonly unseen: number;
};

/**
 * The pending list of each work order: as it was pulled last where nothing shows that it has changed since, else pulled. The
 * oldest of those are pulled as well, so that all are in their turn; and all at once where what is pulled now casts doubt on
 * what is remembered.
 */
export async function pullChanged(puller: ChangePuller, wanted: PendingWanted): Promise<PendingInputs> {
  const ids = wanted.workOrders.map(({ id }) => id);
  const keepable = await findKeepable(puller, wanted);
  const swept = keepable.slice(0, Math.ceil(keepable.length / puller.limits.fullPullEvery));
  const remembered = await recallAll(puller, keepable);
  const kept = new Map(remembered);
  for (const { workOrderId } of swept) kept.delete(workOrderId);
  const fresh = await pullPendingLists(
    puller.source,
    ids.filter((id) => !kept.has(id)),
    puller.shelf,
  );
  const inputs = join(ids, { fresh, kept, unseen: countUnseen(remembered, fresh) });
  return kept.size > 0 && isDoubtful(puller, wanted, fresh) ? pullAgain(puller, inputs, [...kept.keys()]) : inputs;
}

/** So many lists are in memory at once before they are on the shelf. */
const RECALLED_AT_ONCE = 32;

async function recallAll(
  { memory, shelf = null }: ChangePuller,
  heads: readonly RememberedHead[],
): Promise<ReadonlyMap<WorkOrderId, PendingList>> {
  const put = shelving(shelf);
  const lists = new Map<WorkOrderId, PendingList>();
  const ids = heads.map(({ workOrderId }) => workOrderId);
  for (let at = 0; at < ids.length; at += RECALLED_AT_ONCE) {
    const some = (await memory?.recall(ids.slice(at, at + RECALLED_AT_ONCE))) ?? new Map<WorkOrderId, PendingList>();
    for (const [id, list] of some) lists.set(id, put(list));
  }
  return lists;
}

/** The same with these lists pulled now. */
export async function pullAgain(
  { source, shelf = null }: Pick<ChangePuller, 'source' | 'shelf'>,
  inputs: PendingInputs,
  again: readonly WorkOrderId[],
): Promise<PendingInputs> {
  const fresh = await pullPendingLists(source, again, shelf);
  const kept = new Set(inputs.kept);
  const lists = new Map(inputs.lists);
  for (const id of again) {
    const list = fresh.lists.get(id);
    kept.delete(id);
    if (list === undefined) lists.delete(id);
    else lists.set(id, list);
  }
  const quarantined = [...inputs.quarantined, ...fresh.quarantined];
  return { lists, quarantined, kept, unseen: inputs.unseen + countUnseen(inputs.lists, fresh) };
}

export function countPulled({ lists, kept, unseen }: PendingInputs): NonNullable<RunSummary['pendingLists']> {
  return { pulled: lists.size - kept.size, kept: kept.size, unseen };
}

/** What of this run's lists the next may take as it is: all that was understood, and that the platform's counters bear out. */
export function toRemember(inputs: PendingInputs, workOrders: readonly WorkOrder[]): readonly ToRemember[] {
  return workOrders.flatMap((workOrder) => {
    const list = inputs.lists.get(workOrder.id);
    if (list === undefined || inputs.kept.has(workOrder.id) || list.quarantined.length > 0) return [];
    if (!isAsCounted(workOrder.publishStats, list)) return [];
    return [{ shownHash: hashShown(workOrder), changesAtMs: glanceAt(list).changesAtMs, list }];
  });
}

/** Those that nothing shows to have changed, the one pulled longest ago first. */
async function findKeepable(puller: ChangePuller, wanted: PendingWanted): Promise<readonly RememberedHead[]> {
  const { memory, limits, pullAnew } = puller;
  if (memory == null || pullAnew === 'all' || limits.fullPullEvery <= 1) return [];
  const anew = new Set(pullAnew);
  const shown = new Map(wanted.workOrders.map((workOrder) => [workOrder.id, workOrder] as const));
  return (await memory.heads())
    .filter((head) => {
      const workOrder = shown.get(head.workOrderId);
      if (workOrder === undefined || workOrder.publishStats === null || anew.has(head.workOrderId)) return false;
      return isYoung(head, wanted.atMs, limits.maxPendingAgeMs) && hashShown(workOrder) === head.shownHash;
    })
    .toSorted((a, b) => a.observedAtMs - b.observedAtMs || a.workOrderId - b.workOrderId);
}

/** Not pulled too long ago, nor by a clock that has been set back since; and no request has run out meanwhile. */
function isYoung({ observedAtMs, changesAtMs }: RememberedHead, nowMs: number, maxAgeMs: number): boolean {
  const ageMs = nowMs - observedAtMs;
  return ageMs >= 0 && ageMs <= maxAgeMs && (changesAtMs === null || changesAtMs > nowMs);
}

/**
 * Everything that the list of work orders shows: status, schedule, pay, assignee, actions, declines, milestones, counters.
 * What changes in it may have changed who is pending.
 */
function hashShown(workOrder: WorkOrder): Sha256 {
  return hashText(JSON.stringify(workOrder));
}

/**
 * The counters cannot be believed when most of the lists pulled now hold more than they say; and the few lists pulled now
 * may be what is not understood, which the many kept ones would drown in their number.
 */
function isDoubtful({ limits }: ChangePuller, { workOrders, listed }: PendingWanted, fresh: PulledPending): boolean {
  const lists = [...fresh.lists.values()];
  const rows = lists.reduce((sum, list) => sum + glanceAt(list).providerIds.length, listed.understood);
  const quarantined = [...listed.quarantined, ...fresh.quarantined];
  if (isGarbled(countGarbled({ quarantined, understood: rows }), limits)) return true;
  const shown = new Map(workOrders.map(({ id, publishStats }) => [id, publishStats] as const));
  const telling = lists.filter((list) => glanceAt(list).providerIds.length > 0 && shown.get(list.workOrderId) != null);
  const wrong = telling.filter((list) => !isAsCounted(shown.get(list.workOrderId) ?? null, list));
  return wrong.length * 2 > telling.length;
}

function countUnseen(before: ReadonlyMap<WorkOrderId, PendingList>, { lists }: PulledPending): number {
  return [...lists].filter(([id, list]) => {
    const old = before.get(id);
    return old !== undefined && !showsSame(old, list);
  }).length;
}

/** In the order in which they were wanted, wherever each comes from. */
function join(
  ids: readonly WorkOrderId[],
  parts: {
    readonly fresh: PulledPending;
    readonly kept: ReadonlyMap<WorkOrderId, PendingList>;
    readonly unseen: number;
  },
): PendingInputs {
  const lists = ids.flatMap((id) => {
    const list = parts.fresh.lists.get(id) ?? parts.kept.get(id);
    return list === undefined ? [] : [[id, list] as const];
  });
  return {
    lists: new Map(lists),
    quarantined: parts.fresh.quarantined,
    kept: new Set(parts.kept.keys()),
    unseen: parts.unseen,
  };
}
