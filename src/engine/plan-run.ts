import { loadHighs } from '../decide/assignment/highs.ts';
import { decideBatch, stopBatch } from '../decide/decide-batch.ts';
import { takesThisDraft } from '../decide/hand-over.ts';
import type { BatchDecisions, OrderInput } from '../decide/input.ts';
import type { Approved, ApprovedDecision } from '../domain/approval.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { Directives, Pause } from '../domain/directive.ts';
import type { WorkOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import type { DirectoryEntry } from '../domain/provider.ts';
import { keepRecent } from '../domain/recent.ts';
import type { RuleFile, RuleSet } from '../domain/rule-file.ts';
import type { Quarantined, RunSummary } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { type CompiledRuleFile, compileRuleFile } from '../evaluate/compile.ts';
import { factsNeeded } from '../facts/facts-needed.ts';
import type { Supposed } from '../facts/suppose.ts';
import { allCommitments } from './all-commitments.ts';
import { confirmByAuthority } from './authority.ts';
import { batchOf } from './batch-of.ts';
import type { DemotedCanary } from './demote-canaries.ts';
import { type Gathered, gatherAgain, gatherDirectory } from './gather-directory.ts';
import { moneyOfToday } from './money-of-today.ts';
import { findDepartures } from './open-episodes.ts';
import type { PendingMemory, ToRemember } from './pending-memory.ts';
import { planReviews, type ReviewPlan } from './plan-reviews.ts';
import type { Clock, LedgerView, WorkOrderHistory, WorkOrderSource } from './ports.ts';
import { prepareOrder, type Surroundings } from './prepare-orders.ts';
import { countPulled, type PendingInputs, pullAgain, pullChanged, toRemember } from './pull-changed.ts';
import type { PulledLists, PulledPending } from './pull-inputs.ts';
import { pullProjectDispatch } from './pull-project-dispatch.ts';
import { filesWithPools, pullTalentPools } from './pull-talent-pools.ts';
import { countListed, countRows, restingOn } from './pulled-rows.ts';
import { readCancelled, readHistories, readSnapshot } from './read-history.ts';
import type { RowShelf } from './row-shelf.ts';
import { readDirectives } from './standing-directives.ts';
import { readTakenMeanwhile } from './taken-meanwhile.ts';

export type Planner = {
  readonly source: WorkOrderSource;
  readonly clock: Clock;
  readonly limits: Limits;
  readonly ruleSet: RuleSet;
  /** Null: a dry run without a ledger. Only read here. */
  readonly ledger: LedgerView | null;
  /** A file or a setting that stops acting, looked at anew each time; left out: there is none. */
  readonly outsidePause?: () => Pause | null;
  /** Of a run that does what a person approved; left out: any other run. */
  readonly approved?: Approved;
  /** Of a what-if, which never acts; left out: any other run. */
  readonly supposed?: Supposed;
  /** Of a run that does what a person approved of recommendations; left out: any other run. */
  readonly approvedDecisions?: readonly ApprovedDecision[];
  /** Canaries of the set that only shadow, as their mode says already; left out: none. */
  readonly demoted?: readonly DemotedCanary[];
  /** Pending lists of earlier runs; left out or null: every list is pulled. */
  readonly memory?: PendingMemory | null;
  /** Where their rows stand until they are looked at, one work order after the other; left out or null: in memory, all at once. */
  readonly shelf?: RowShelf | null;
  /** Whose pending lists are pulled whatever is remembered; left out: theirs who are asked for by `only`. */
  readonly pullAnew?: 'all' | readonly WorkOrderId[];
};

/** Everything one run has found out and decided, and nothing written yet. */
export type RunPlan = {
  readonly around: Surroundings;
  readonly orders: readonly OrderInput[];
  readonly histories: ReadonlyMap<WorkOrderId, WorkOrderHistory>;
  readonly decided: BatchDecisions;
  /** Of finished work: what stops dispatch stops them, and they have limits of their own. */
  readonly reviews: ReviewPlan;
  /** Directory entries that this run's rows and profiles changed. */
  readonly learnt: readonly DirectoryEntry[];
  readonly quarantined: readonly Quarantined[];
  readonly rowsUnderstood: number;
  /** What people had told us to keep to when it was decided. */
  readonly directives: Directives;
  /** What the decisions shared, for replay. */
  readonly batch: JsonValue;
  /** Pending lists that the next run may take as they are. */
  readonly remembered: readonly ToRemember[];
  /** Left out: nothing is remembered here. */
  readonly pendingLists?: NonNullable<RunSummary['pendingLists']>;
};

/**
 * pull → facts → evaluate → decide, for the open work orders of `lists` (or the ones asked for). What is to be acted on never
 * rests on a remembered list: that is pulled, and everything decided again.
 */
export async function planRun(
  planner: Planner,
  lists: PulledLists,
  only: readonly WorkOrderId[] | null,
): Promise<RunPlan> {
  const takenAtMs = planner.clock.nowMs();
  planner.shelf?.clear();
  // Not waited for before the first request; what goes wrong with it shows where it is needed.
  loadHighs().catch(() => {});
  const known = [...lists.open, ...lists.drafts];
  // Recommendations share the providers with everything else, so each is decided again among all.
  const isAmongAll = only === null || planner.approvedDecisions !== undefined;
  const selected = known.filter((workOrder) => isAmongAll || only.includes(workOrder.id));
  const task = { lists, only, takenAtMs, known, selected };
  let pending = await pullPending(planner, task);
  const pools = await pullTalentPools(planner.source, filesWithPools(planner.ruleSet, selected, takenAtMs));
  let gathered = await gatherDirectory(planner, pending, pools.talentPools);
  for (;;) {
    const plan = await decideOn(planner, task, { pending, pools, gathered });
    const resting = restingOn(plan.decided, lists, pending.kept);
    if (resting.length === 0) return plan;
    pending = await pullAgain(planner, pending, resting);
    gathered = await gatherAgain(planner, pending, { gathered, pulled: resting });
  }
}

type Task = {
  readonly lists: PulledLists;
  readonly only: readonly WorkOrderId[] | null;
  readonly takenAtMs: number;
  /** Open work orders and drafts. */
  readonly known: readonly WorkOrder[];
  /** Of these, the ones to decide on. */
  readonly selected: readonly WorkOrder[];
};

function pullPending(planner: Planner, { lists, only, takenAtMs, selected }: Task): Promise<PendingInputs> {
  const asked = planner.approvedDecisions === undefined ? only : null;
  const anew = planner.pullAnew ?? [];
  return pullChanged(
    { ...planner, pullAnew: anew === 'all' ? anew : [...anew, ...(asked ?? [])] },
    {
      workOrders: toRead(lists, selected),
      listed: { quarantined: lists.quarantined, understood: countListed(lists) },
      atMs: takenAtMs,
    },
  );
}

type Inputs = {
  readonly pending: PendingInputs;
  readonly pools: Awaited<ReturnType<typeof pullTalentPools>>;
  readonly gathered: Gathered;
};

/** Reads of our own ledger are made anew as well, so that the place of each decision is known before it is taken. */
async function decideOn(planner: Planner, task: Task, inputs: Inputs): Promise<RunPlan> {
  const { lists, only, takenAtMs, known, selected } = task;
  const { pending, pools, gathered } = inputs;
  const { talentPools } = pools;
  const taken = await readTakenMeanwhile(planner.source, lists.open, pending.lists);
  const snapshot = await readSnapshot(planner, known, takenAtMs);
  const histories = await readHistories(planner, selected, snapshot);
  const cancelled = await readCancelled(planner, takenAtMs);
  const believedFromMs = takenAtMs - planner.limits.quietTimeMs;
  const around = surroundings(planner, {
    directory: gathered.directory,
    talentPools,
    commitments: allCommitments({ lists, pending: pending.lists, taken, snapshot, believedFromMs }),
    cancellations: [...cancelled, ...findDepartures(snapshot.histories, histories)],
    takenAtMs,
    recent: keepRecent(planner.shelf?.inHand ?? Number.POSITIVE_INFINITY),
  });
  const directives = await readDirectives(planner, takenAtMs);
  const orders = prepareOrders(around, selected, { pending, histories, directives });
  const sums = {
    ...moneyOfToday(snapshot, histories),
    undoneCount: await countUndone(planner, { orders, histories }, takenAtMs),
    approved: planner.approved ?? null,
    ...(planner.approvedDecisions === undefined ? {} : { approvedDecisions: planner.approvedDecisions }),
  };
  const projects = await pullProjectDispatch(planner.source, orders, takenAtMs);
  // Publishing is an action too, so what could be published belongs to the whole of which actions are a share.
  const openWorkOrders = lists.open.length + orders.filter(({ workOrder }) => workOrder.status === 'draft').length;
  const shared = { projects, sums, openWorkOrders, members: orders };
  const input = {
    nowMs: takenAtMs,
    orders,
    commitments: around.commitments,
    ...sums,
    openWorkOrders,
    talentPools,
    projectDispatch: projects.dispatch,
    limits: planner.limits,
    directives,
    ...(around.recent === undefined ? {} : { recent: around.recent }),
  };
  const decided = decideBatch(input, await loadHighs());
  const decisions = await confirmAll(decided.decisions, orders, around.compiled);
  // What moved between the lists was on an earlier one too, and is looked at as what it was there. Reviews are never approved.
  const finished = lists.finished.filter(({ id }) => {
    return planner.approved === undefined && (only === null || only.includes(id)) && !histories.has(id);
  });
  const batch = { ...decided, decisions };
  const reviews = await planReviews(planner, { finished, takenAtMs, ...forReviews(batch), pause: directives.pause });
  const stoppedBy = reviews.stopsRun ? reviews.tripped : null;
  return {
    around,
    orders,
    histories,
    decided: stoppedBy === null ? batch : stopBatch(batch, stoppedBy, sums),
    reviews,
    learnt: gathered.changed,
    quarantined: [lists, pending, pools, projects, gathered].flatMap((one) => one.quarantined),
    rowsUnderstood: countRows(lists, pending),
    directives,
    batch: batchOf({ ...planner, ...shared, around, directives, decided, stoppedBy }),
    remembered: toRemember(pending, toRead(lists, selected)),
    ...(planner.memory == null ? {} : { pendingLists: countPulled(pending) }),
  };
}

/** What reviews must know of the run's dispatch. */
function forReviews({ decisions, tripped }: Pick<BatchDecisions, 'decisions' | 'tripped'>) {
  return { otherActions: decisions.filter(({ intents }) => intents.length > 0).length, stoppedBy: tripped };
}

type OrderSources = {
  readonly pending: PulledPending;
  readonly histories: ReadonlyMap<WorkOrderId, WorkOrderHistory>;
  readonly directives: Directives;
};

/** Of those that could be read, those that a file has something to do with. */
function prepareOrders(
  around: Surroundings,
  selected: readonly WorkOrder[],
  { pending, histories, directives }: OrderSources,
): readonly OrderInput[] {
  return selected.flatMap((workOrder) => {
    const list = workOrder.status === 'draft' ? NOBODY_YET : pending.lists.get(workOrder.id);
    const history = histories.get(workOrder.id);
    if (list === undefined || history === undefined) return [];
    const pin = directives.pins.find((one) => one.workOrderId === workOrder.id) ?? null;
    const order = prepareOrder(around, { workOrder, pending: list, history, pin });
    return isForAnyFile(order) ? [order] : [];
  });
}

/** With those that this run is the first to decide on: what is not recorded now would count anew at every run, for ever. */
async function countUndone(
  { ledger, limits }: Planner,
  { orders, histories }: Pick<RunPlan, 'orders' | 'histories'>,
  nowMs: number,
): Promise<number> {
  const recorded = ledger === null ? 0 : await ledger.countUndone(nowMs - limits.undoneWindowMs);
  const isFirst = ({ workOrder, episode }: OrderInput) => episode > 1 && histories.get(workOrder.id)?.nextSeq === 1;
  return recorded + orders.filter(isFirst).length;
}

/** A draft can be neither asked for nor accepted. */
const NOBODY_YET = { rows: [] };

function isForAnyFile(order: OrderInput): boolean {
  if (order.workOrder.status !== 'draft') return true;
  return filesOf(order).some((file) => takesThisDraft(file, order.attempts));
}

function filesOf({ live, shadows }: OrderInput): readonly RuleFile[] {
  return [...(live === null ? [] : [live]), ...shadows].map(({ file }) => file);
}

/** Facts, compiled files and the directory; also what the guard needs to evaluate a provider again. */
export function surroundings(
  planner: Planner,
  known: Pick<Surroundings, 'directory' | 'talentPools' | 'commitments' | 'cancellations' | 'takenAtMs' | 'recent'>,
): Surroundings {
  const profiles = [...known.directory.values()].flatMap((entry) =>
    entry.profile === null ? [] : [[entry.providerId, entry.profile] as const],
  );
  return {
    ...known,
    compiled: planner.ruleSet.files.map(compileRuleFile),
    refs: factsNeeded(planner.ruleSet.files),
    profiles: new Map(profiles),
    limits: planner.limits,
    supposed: planner.supposed,
  };
}

/** Besides the selected ones, every work order with a live route: it binds its providers. */
function toRead(lists: PulledLists, selected: readonly WorkOrder[]): readonly WorkOrder[] {
  const chosen = new Set(selected.map((workOrder) => workOrder.id));
  return lists.open.filter((workOrder) => chosen.has(workOrder.id) || workOrder.isRouted);
}

async function confirmAll(
  decisions: readonly PlannedDecision[],
  orders: readonly OrderInput[],
  compiled: readonly CompiledRuleFile[],
): Promise<readonly PlannedDecision[]> {
  const byId = new Map(orders.map((order) => [order.workOrder.id, order] as const));
  const confirmed: PlannedDecision[] = [];
  for (const planned of decisions) {
    const order = planned.intents.length === 0 ? undefined : byId.get(planned.workOrder.id);
    confirmed.push(await confirmByAuthority(planned, order?.live?.scored.slate.facts ?? {}, compiled));
  }
  return confirmed;
}
