import { requestCostCents } from '../domain/cost.ts';
import type { Reason } from '../domain/decision.ts';
import { formatCents } from '../domain/money.ts';
import type { Stage } from '../domain/rule-file.ts';
import { declinersOf } from '../domain/work-order.ts';
import { absentWrites, personMustLook } from './absent-writes.ts';
import { hasDone, hasInvited, spentCall } from './earlier-attempts.ts';
import { isTakenOff, lastUnpublish } from './hand-over.ts';
import { handOverAction, publishAction, routePoolAction, unpublishAction } from './platform-actions.ts';
import { cannot, holds, type StageResult, type StageView } from './stage-view.ts';

/*
 * Stages that choose nobody themselves: they ask something of the platform for the work order as a whole.
 */

/** No later stage helps a draft that cannot be published, and one that a person has taken back is theirs. */
export function tryPublish(stage: Stage & { readonly do: 'publish' }, view: StageView): StageResult {
  const { workOrder, attempts, file } = view;
  if (isTakenOff(attempts, file, stage)) return cannot(stage, 'done');
  const lost = findLost(view);
  if (lost !== null) return holds(stage, lost);
  if (hasDone(attempts, { ruleFileId: file.id, n: stage.n }, 'publish'))
    return holds(stage, { code: 'FM-3011', detail: { work_order: workOrder.id } });
  const spent = spentCall(attempts, 'publish');
  if (spent !== null) return holds(stage, spent);
  if (!workOrder.actions.includes('publish')) return holds(stage, notOffered('publish'));
  return { kind: 'acts', action: publishAction(workOrder, stage) };
}

/** Routes stay as they are: who is invited may still accept. */
export function tryUnpublish(stage: Stage & { readonly do: 'unpublish' }, view: StageView): StageResult {
  const { workOrder, attempts, file } = view;
  if (hasDone(attempts, { ruleFileId: file.id, n: stage.n }, 'unpublish')) return cannot(stage, 'done');
  if (workOrder.status !== 'published') return cannot(stage, 'not_for');
  const obstacle = findLost(view) ?? findRequests(stage, view) ?? unpublishObstacle(view);
  if (obstacle !== null) return cannot(stage, 'not_allowed', obstacle);
  return { kind: 'acts', action: unpublishAction(view, stage) };
}

/** A draft that cannot be handed over is nothing for a later stage, an open work order may be. */
export function tryHandOver(stage: Stage & { readonly do: 'auto_dispatch' }, view: StageView): StageResult {
  const { workOrder, attempts, file } = view;
  if (hasDone(attempts, { ruleFileId: file.id, n: stage.n }, 'auto_dispatch')) return cannot(stage, 'done');
  const obstacle = findLost(view) ?? spentCall(attempts, 'auto_dispatch') ?? payObstacle(view);
  if (workOrder.status === 'draft') {
    const own = obstacle ?? draftObstacle(view);
    return own === null ? { kind: 'acts', action: handOverAction(view, stage) } : holds(stage, own);
  }
  const open = obstacle ?? findRequests(stage, view) ?? routesObstacle(view) ?? unpublishObstacle(view);
  return open === null ? { kind: 'acts', action: handOverAction(view, stage) } : cannot(stage, 'not_allowed', open);
}

/** Confirmed by routed rows that were not there before, so none may be there. */
export function tryRoutePool(stage: Stage & { readonly do: 'mass_route_pool' }, view: StageView): StageResult {
  const { workOrder, attempts, file } = view;
  if (hasInvited(attempts, file.id, stage.n)) return cannot(stage, 'done');
  const same = attempts.filter(
    ({ call }) => call.kind === 'mass_route_pool' && call.talentPoolId === stage.talentPoolId,
  );
  const obstacle =
    findLost(view) ??
    spentCall(same, 'mass_route_pool') ??
    payObstacle(view) ??
    (workOrder.actions.includes('route') ? null : notOffered('route'));
  if (obstacle !== null) return cannot(stage, 'not_allowed', obstacle);
  if (workOrder.isRouted || view.liveRoutes.length > 0) return cannot(stage, 'live_route');
  return { kind: 'acts', action: routePoolAction(view, stage) };
}

/** What was believed lost could land once the work order is somewhere else, or somebody else's. */
function findLost({ workOrder, attempts, liveRoutes }: StageView): Reason | null {
  const lost = absentWrites(attempts, [...liveRoutes, ...declinersOf(workOrder)]).at(-1);
  return lost === undefined ? null : personMustLook(lost);
}

function findRequests({ discardRequests }: { readonly discardRequests: boolean }, view: StageView): Reason | null {
  const { pendingRequests: count, workOrder } = view;
  if (count === 0 || discardRequests) return null;
  return { code: 'FM-3015', detail: { count, work_order: workOrder.id } };
}

/** Whoever the platform chooses costs the work order's own pay; pay that is not known can be held against no limit. */
function payObstacle({ workOrder, file }: StageView): Reason | null {
  const { maxTotalCents } = file.guardrails.pay;
  const costCents = requestCostCents(null, workOrder);
  if (costCents === null) return { code: 'FM-3018', detail: { cost: 'not known', limit: 'only what is known' } };
  if (maxTotalCents === null || costCents <= maxTotalCents) return null;
  return { code: 'FM-3018', detail: { cost: formatCents(costCents), limit: formatCents(maxTotalCents) } };
}

/** One that was open and that we have not taken off is a draft because a person wants it so. */
function draftObstacle({ workOrder, openedAt, attempts }: StageView): Reason | null {
  const wasOpen = openedAt.source === 'published' || openedAt.source === 'routed';
  if (wasOpen && lastUnpublish(attempts) === null) return { code: 'FM-3019', detail: { work_order: workOrder.id } };
  return workOrder.actions.includes('publish') ? null : notOffered('publish');
}

/** A route that does not show cannot be withdrawn, and one that was refused is not tried again. */
function routesObstacle({ workOrder, attempts, liveRoutes }: StageView): Reason | null {
  if (workOrder.isRouted && liveRoutes.length === 0) return notOffered('unroute');
  const own = attempts.filter(({ call }) => call.kind === 'unroute' && liveRoutes.includes(call.providerId));
  return spentCall(own, 'unroute');
}

function unpublishObstacle({ workOrder, attempts }: StageView): Reason | null {
  if (workOrder.status !== 'published') return null;
  return spentCall(attempts, 'unpublish') ?? (workOrder.actions.includes('unpublish') ? null : notOffered('unpublish'));
}

function notOffered(action: string): Reason {
  return { code: 'FM-3009', detail: { action } };
}
