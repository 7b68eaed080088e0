import type { DispatchChoices } from '../world/dispatch-settings.ts';
import type { DispatchPlan, Provider, Request, RunningDispatch, WorkOrder, World } from '../world/nouns.ts';
import { assign, openRoute, publish, revertToDraft } from './lifecycle.ts';
import { record } from './log.ts';
import { DEFAULT_RANKING, rank } from './ranking.ts';
import { milesToSite } from './reach.ts';

/*
 * The platform's own dispatch. Documented: only drafts; either published for the period and then given to the most
 * qualified request, or routed and given to the first to accept; afterwards reverted to draft, or left open, and repeated
 * until a threshold before the start. Not documented, so chosen here: only requests at the offered pay are considered,
 * required criteria must be met, and equal points go to who asked first.
 */

const MINUTE_MS = 60_000;
/** The search radius that the pending list shows as `f_range`. */
const RANGE_MILES = 100;
/** The most that are invited at once; not documented. */
const MAX_INVITED = 50;

/** Hands a work order to the platform; `workerId` stands for the call or the project that did. */
export function startDispatch(world: World, workOrder: WorkOrder, plan: DispatchPlan & { workerId: number }): void {
  const running: RunningDispatch = { ...plan, startedMs: world.nowMs };
  workOrder.dispatch = running;
  workOrder.wasAutoDispatched = true;
  workOrder.rule = plan.rule;
  const { strategy, isForStaff, workerId, periodMs } = plan;
  const ends = new Date(world.nowMs + periodMs).toISOString();
  record(world, 'auto_dispatch.started', { workOrderId: workOrder.id, worker_id: workerId, strategy, ends });
  beginPeriod(world, workOrder, running);
  if (strategy === 'route' && !isForStaff && workOrder.routes.size === 0 && !workOrder.isPublished) {
    // Nobody to wait for.
    endPeriod(world, workOrder, running);
    return;
  }
  planEnd(world, workOrder, running);
}

/** The period is over. Whatever happened to the work order meanwhile counts first. */
export function endDispatch(world: World, workOrder: WorkOrder, workerId: number): void {
  const running = workOrder.dispatch;
  if (running === null || running.workerId !== workerId || workOrder.phase !== 'open') return;
  if (!workOrder.isPublished && workOrder.routes.size === 0) {
    close(world, workOrder, 'abandoned');
    return;
  }
  const best = running.strategy === 'publish' ? bestRequest(world, workOrder, running) : null;
  if (best === null) endPeriod(world, workOrder, running);
  else {
    const terms = { providerId: best.providerId, pay: workOrder.pay };
    assign(world, workOrder, { ...terms, how: 'auto_dispatch', by: 'platform' });
  }
}

/** Null: the project does not drive its work orders. */
export function planOfProject(world: World, workOrder: WorkOrder): DispatchPlan | null {
  const settings = world.dispatchSettings.get(workOrder.project.id);
  return settings?.isEnabled === true ? toPlan(settings) : null;
}

/** What project settings come to; `dispatch_to_first_available` is read as the strategy "route and assign the first to accept". */
export function toPlan(settings: DispatchChoices): DispatchPlan {
  return {
    strategy: settings.goesToFirstAvailable ? 'route' : 'publish',
    periodMs: settings.runtimeMinutes * MINUTE_MS,
    rule: DEFAULT_RANKING,
    alsoPublishes: false,
    isForStaff: false,
    fallsBackToMarket: false,
    networkIds: [],
    revertsToDraft: settings.revertsToDraft,
    rerunThresholdMs: settings.rerunsUntilThreshold ? settings.rerunThresholdMinutes * MINUTE_MS : null,
  };
}

function beginPeriod(world: World, workOrder: WorkOrder, running: RunningDispatch): void {
  const isPublic = running.strategy === 'publish' || running.alsoPublishes;
  if (isPublic && !running.isForStaff) publish(world, workOrder, 'auto_dispatch');
  if (running.strategy === 'publish' && !running.isForStaff) return;
  for (const provider of whomToInvite(world, workOrder, running))
    openRoute(world, workOrder, { provider, by: 'platform' });
}

function endPeriod(world: World, workOrder: WorkOrder, running: RunningDispatch): void {
  if (running.isForStaff && running.fallsBackToMarket) {
    workOrder.dispatch = { ...running, isForStaff: false, fallsBackToMarket: false };
    record(world, 'auto_dispatch.fell_back', { workOrderId: workOrder.id, worker_id: running.workerId });
    beginPeriod(world, workOrder, workOrder.dispatch);
    planEnd(world, workOrder, running);
    return;
  }
  const { rerunThresholdMs } = running;
  if (rerunThresholdMs !== null && workOrder.startMs - world.nowMs > rerunThresholdMs) {
    record(world, 'auto_dispatch.rerun', { workOrderId: workOrder.id, worker_id: running.workerId });
    beginPeriod(world, workOrder, running);
    planEnd(world, workOrder, running);
    return;
  }
  close(world, workOrder, 'nobody');
  if (running.revertsToDraft) revertToDraft(world, workOrder);
}

function planEnd(world: World, workOrder: WorkOrder, running: RunningDispatch): void {
  const atMs = world.nowMs + running.periodMs;
  world.queue.add({ kind: 'end_dispatch', atMs, workOrderId: workOrder.id, providerId: 0, workerId: running.workerId });
}

function close(world: World, workOrder: WorkOrder, result: 'nobody' | 'abandoned'): void {
  const workerId = workOrder.dispatch?.workerId ?? 0;
  workOrder.dispatch = null;
  record(world, 'auto_dispatch.ended', { workOrderId: workOrder.id, worker_id: workerId, result });
}

function bestRequest(world: World, workOrder: WorkOrder, running: RunningDispatch): Request | null {
  const found = [...workOrder.requests.values()].flatMap((request) => {
    const provider = world.providers.get(request.providerId);
    if (provider === undefined || request.state !== 'active' || request.counter !== null) return [];
    if (provider.isBlocked || !isInNetworks(provider, running)) return [];
    const { isMatch, points } = rank(provider, workOrder, { rule: running.rule, nowMs: world.nowMs });
    return isMatch ? [{ request, points }] : [];
  });
  found.sort(
    (one, other) =>
      other.points - one.points ||
      one.request.createdMs - other.request.createdMs ||
      one.request.providerId - other.request.providerId,
  );
  return found[0]?.request ?? null;
}

/** Qualified providers in range who have not been asked before and have not said no, best first. */
function whomToInvite(world: World, workOrder: WorkOrder, running: RunningDispatch): readonly Provider[] {
  const found = [...world.providers.values()].flatMap((provider) => {
    if (!provider.isRoutable || provider.isBlocked || workOrder.declines.has(provider.id)) return [];
    if (workOrder.dropouts.includes(provider.id)) return [];
    if (running.isForStaff && !provider.isW2) return [];
    if (!isInNetworks(provider, running) || milesToSite(provider, workOrder) > RANGE_MILES) return [];
    const { isMatch, points } = rank(provider, workOrder, { rule: running.rule, nowMs: world.nowMs });
    return isMatch ? [{ provider, points }] : [];
  });
  found.sort((one, other) => other.points - one.points || one.provider.id - other.provider.id);
  return found.slice(0, MAX_INVITED).map(({ provider }) => provider);
}

function isInNetworks(provider: Provider, { networkIds }: RunningDispatch): boolean {
  return networkIds.length === 0 || provider.talentPools.some((pool) => networkIds.includes(pool.id));
}
