import { requestCostCents } from '../domain/cost.ts';
import type { Stage } from '../domain/rule-file.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { WriteCall } from '../domain/write-call.ts';
import { type Action, ruleFor } from './actions.ts';
import type { StageView } from './stage-view.ts';

/** Binds nobody and no money. */
export function publishAction(workOrder: WorkOrder, stage: Stage): Action {
  return {
    ...nobodyChosen(stage),
    outcome: 'publish',
    reason: { code: 'FM-1201', detail: { after_minutes: stage.afterMinutes } },
    costCents: null,
    intents: [{ n: 1, call: { kind: 'publish', workOrderId: workOrder.id }, costCents: 0 }],
  };
}

export function unpublishAction({ workOrder }: StageView, stage: Stage & { readonly do: 'unpublish' }): Action {
  return {
    ...nobodyChosen(stage),
    outcome: 'unpublish',
    reason: { code: 'FM-1202', detail: { after_minutes: stage.afterMinutes } },
    costCents: null,
    intents: [{ n: 1, call: unpublishCall(workOrder, stage), costCents: 0 }],
  };
}

/**
 * Withdraws what is live, takes it off the marketplace and hands it over, as far as that is still to be done: of a draft
 * only the last is left. Costs the work order's own pay, at which the platform assigns without asking.
 */
export function handOverAction(view: StageView, stage: Stage & { readonly do: 'auto_dispatch' }): Action {
  const { workOrder, liveRoutes } = view;
  const costCents = requestCostCents(null, workOrder) ?? 0;
  const before: readonly WriteCall[] = [
    ...liveRoutes.map((providerId): WriteCall => ({ kind: 'unroute', workOrderId: workOrder.id, providerId })),
    ...(workOrder.status === 'published' ? [unpublishCall(workOrder, stage)] : []),
  ];
  const dispatch = { ...stage.dispatch, ...ruleFor(workOrder, stage) };
  const handOver = { kind: 'auto_dispatch', workOrderId: workOrder.id, dispatch } as const;
  const detail = {
    after_minutes: stage.afterMinutes,
    routes: liveRoutes.length,
    requests: view.pendingRequests,
    delay_seconds: stage.dispatch.delaySeconds,
  };
  return {
    ...nobodyChosen(stage),
    outcome: 'auto_dispatch',
    reason: { code: 'FM-1203', detail },
    costCents,
    intents: [...before.map((call) => ({ call, costCents: 0 })), { call: handOver, costCents }].map((intent, index) => {
      return { n: index + 1, ...intent };
    }),
  };
}

/** Costs the work order's own pay, for that is what whoever accepts first works for. */
export function routePoolAction({ workOrder }: StageView, stage: Stage & { readonly do: 'mass_route_pool' }): Action {
  const { talentPoolId } = stage;
  const costCents = requestCostCents(null, workOrder) ?? 0;
  const call: WriteCall = {
    kind: 'mass_route_pool',
    workOrderId: workOrder.id,
    talentPoolId,
    ...ruleFor(workOrder, stage),
  };
  return {
    ...nobodyChosen(stage),
    outcome: 'mass_route',
    reason: { code: 'FM-1204', detail: { pool: talentPoolId } },
    costCents,
    intents: [{ n: 1, call, costCents }],
  };
}

/** Without leave to lose them, the guard looks once more whether anybody has asked meanwhile. */
function unpublishCall(workOrder: WorkOrder, { discardRequests }: { readonly discardRequests: boolean }): WriteCall {
  const call = { kind: 'unpublish', workOrderId: workOrder.id } as const;
  return discardRequests ? call : { ...call, keepsRequests: true };
}

function nobodyChosen(stage: Stage): Pick<Action, 'stage' | 'winner' | 'runnerUp' | 'marginMilli' | 'providers'> {
  return { stage: stage.n, winner: null, runnerUp: null, marginMilli: null, providers: [] };
}
