import { decideBatch, stopBatch } from '../decide/decide-batch.ts';
import { takesThisDraft } from '../decide/hand-over.ts';
import type { BatchDecisions, OrderInput, TalentPools } from '../decide/input.ts';
import type { Approved, ApprovedDecision } from '../domain/approval.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { Directives, Pause } from '../domain/directive.ts';
import type { ProviderId, WorkOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import type { DirectoryEntry } from '../domain/provider.ts';
import type { RuleFile, RuleSet } from '../domain/rule-file.ts';
import type { Quarantined } from '../domain/run.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { type CompiledRuleFile, compileRuleFile } from '../evaluate/compile.ts';
import { factsNeeded } from '../facts/facts-needed.ts';
import type { Supposed } from '../facts/suppose.ts';
import { allCommitments } from './all-commitments.ts';
import { confirmByAuthority } from './authority.ts';
import { batchOf } from './batch-of.ts';
import type { DemotedCanary } from './demote-canaries.ts';
import { moneyOfToday } from './money-of-today.ts';
import { findDepartures } from './open-episodes.ts';
import { planReviews, type ReviewPlan } from './plan-reviews.ts';
import type { Clock, LedgerView, WorkOrderHistory, WorkOrderSource } from './ports.ts';
import { prepareOrder, type Surroundings } from './prepare-orders.ts';
import { mergeDirectory, type PulledLists, type PulledPending, pullPendingLists, pullProfiles } from './pull-inputs.ts';
import { knownByHearsay, pullPools, withPools } from './pull-pools.ts';
import { pullProjectDispatch } from './pull-project-dispatch.ts';
import { filesWithPools, pullTalentPools } from './pull-talent-pools.ts';
import { readCancelled, readHistories, readSnapshot } from './read-history.ts';
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
};

/** pull → facts → evaluate → decide, for the open work orders of `lists` (or the ones asked for). */
export async function planRun(
  planner: Planner,
  lists: PulledLists,
  only: readonly WorkOrderId[] | null,
): Promise<RunPlan> {
  const takenAtMs = planner.clock.nowMs();
  const known = [...lists.open, ...lists.drafts];
  // Recommendations share the providers with everything else, so each is decided again among all.
  const isAmongAll = only === null || planner.approvedDecisions !== undefined;
  const selected = known.filter((workOrder) => isAmongAll || only.includes(workOrder.id));
  const pending = await pullPendingLists(planner.source, idsToRead(lists, selected));
  const { talentPools, quarantined: strange } = await pullTalentPools(
    planner.source,
    filesWithPools(planner.ruleSet, selected, takenAtMs),
  );
  const gathered = await gatherDirectory(planner, pending, talentPools);
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
  const decided = decideBatch({
    nowMs: takenAtMs,
    orders,
    commitments: around.commitments,
    ...sums,
    openWorkOrders,
    talentPools,
    projectDispatch: projects.dispatch,
    limits: planner.limits,
    directives,
  });
  const decisions = await confirmAll(decided.decisions, orders, around.compiled);
  // What moved between the lists was on an earlier one too, and is looked at as what it was there. Reviews are never approved.
  const finished = lists.finished.filter(({ id }) => {
    return planner.approved === undefined && (only === null || only.includes(id)) && !histories.has(id);
  });
  const { pause } = directives;
  const batch = { ...decided, decisions };
  const reviews = await planReviews(planner, { finished, takenAtMs, ...forReviews(batch), pause });
  const stoppedBy = reviews.stopsRun ? reviews.tripped : null;
  return {
    around,
    orders,
    histories,
    decided: stoppedBy === null ? batch : stopBatch(batch, stoppedBy, sums),
    reviews,
    learnt: gathered.changed,
    quarantined: [lists, pending, { quarantined: strange }, projects, gathered].flatMap((one) => one.quarantined),
    rowsUnderstood: countRows(lists, pending),
    directives,
    batch: batchOf({ ...planner, ...shared, around, directives, shares: decided.shares, stoppedBy }),
  };
}

/** What reviews must know of the run's dispatch. */
function forReviews({ decisions, tripped }: BatchDecisions) {
  return { otherActions: decisions.filter(({ intents }) => intents.length > 0).length, stoppedBy: tripped };
}

type Gathered = {
  readonly pending: PulledPending;
  readonly histories: ReadonlyMap<WorkOrderId, WorkOrderHistory>;
  readonly directives: Directives;
};

/** Of those that could be read, those that a file has something to do with. */
function prepareOrders(
  around: Surroundings,
  selected: readonly WorkOrder[],
  { pending, histories, directives }: Gathered,
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

function countRows(lists: PulledLists, pending: PulledPending): number {
  const ofLists = lists.open.length + lists.assigned.length + lists.drafts.length + lists.finished.length;
  return [...pending.lists.values()].reduce((sum, list) => sum + list.rows.length, ofLists);
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
  known: Pick<Surroundings, 'directory' | 'talentPools' | 'commitments' | 'cancellations' | 'takenAtMs'>,
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

export async function readDirectory(planner: Planner): Promise<ReadonlyMap<ProviderId, DirectoryEntry>> {
  const entries = planner.ledger === null ? [] : await planner.ledger.readDirectory();
  return new Map(entries.map((entry) => [entry.providerId, entry] as const));
}

/** Besides the selected ones, every work order with a live route: it binds its providers. */
function idsToRead(lists: PulledLists, selected: readonly WorkOrder[]): readonly WorkOrderId[] {
  const chosen = new Set(selected.map((workOrder) => workOrder.id));
  return lists.open
    .filter((workOrder) => chosen.has(workOrder.id) || workOrder.isRouted)
    .map((workOrder) => workOrder.id);
}

async function gatherDirectory(
  planner: Planner,
  pending: PulledPending,
  talentPools: TalentPools,
): Promise<ReturnType<typeof mergeDirectory> & { readonly quarantined: readonly Quarantined[] }> {
  const before = await readDirectory(planner);
  const rows = [...pending.lists.values()].flatMap((list) => list.rows);
  const pools = await pullPools(planner, before);
  const known = pools === null ? before : withPools(before, pools);
  const members = [...talentPools.values()].flatMap((one) => one ?? []);
  const wanted = { first: rows.map((row) => row.providerId), next: [...members, ...knownByHearsay(known)] };
  const pulled = await pullProfiles(planner, wanted, known);
  const merged = mergeDirectory({ directory: known, rows, profiles: pulled.profiles, atMs: planner.clock.nowMs() });
  if (pools === null) return { ...merged, quarantined: pulled.quarantined };
  const directory = withPools(merged.directory, pools);
  return { directory, changed: [...directory.values()], quarantined: [...pulled.quarantined, ...pools.quarantined] };
}

async function confirmAll(
  decisions: readonly PlannedDecision[],
  orders: readonly OrderInput[],
  compiled: readonly CompiledRuleFile[],
): Promise<readonly PlannedDecision[]> {
  const facts = new Map(orders.map((order) => [order.workOrder.id, order.live?.scored.slate.facts ?? {}] as const));
  const confirmed: PlannedDecision[] = [];
  for (const planned of decisions) {
    confirmed.push(await confirmByAuthority(planned, facts.get(planned.workOrder.id) ?? {}, compiled));
  }
  return confirmed;
}
