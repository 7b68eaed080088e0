import { mustFind, shownRequests } from '../market/status.ts';
import { API_USER } from '../world/catalog.ts';
import type { Provider, Route, WorkOrder, World } from '../world/nouns.ts';
import { toWireDate } from './date.ts';
import { cutPage, type Paging, pageMetadata } from './list-envelope.ts';
import { toWireRequest } from './request.ts';
import { toWireSelectionRule } from './selection-rule.ts';

export const PENDING_LIST = 'find_providers_pending_assignment';

const COLUMNS =
  'w2,correlation_id,routable,marketplace,worked_with,has_request,managed,route,previous_request,request,can_request,selection_rule,provider_scoring';

/** Requests and live routes of a work order nobody is assigned to, best first; keys in the documented order. */
export function toWirePendingList(
  world: World,
  workOrder: WorkOrder,
  asked: { readonly list: string; readonly paging: Paging },
) {
  const rows = asked.list === PENDING_LIST ? rankRows(world, workOrder) : [];
  return {
    actions: ['selection_rule'],
    metadata: {
      ...pageMetadata(rows.length, asked.paging),
      columns: COLUMNS,
      view: 'model',
      sort: '',
      order: 'asc',
      list: asked.list,
    },
    params: [],
    lists: [],
    results: cutPage(rows, asked.paging),
    selection_rule_id: workOrder.rule.id,
    f_range: 100,
    correlation_id: 'find_providers',
    confidence_scoring_enabled: false,
  };
}

/** One row, whether the provider is pending or not. */
export function toWirePendingRow(world: World, workOrder: WorkOrder, provider: Provider) {
  const shown = workOrder.requests.get(provider.id);
  const request = shown?.state === 'active' || shown?.state === 'expired' ? shown : undefined;
  const route = workOrder.routes.get(provider.id);
  const category = request !== undefined ? REQUESTED : route !== undefined ? ROUTED : UNINVITED;
  return {
    id: provider.id,
    w2: provider.isW2,
    correlation_id: provider.correlationId,
    routable: provider.isRoutable,
    marketplace: provider.isMarketplace,
    worked_with: provider.completedForUs > 0,
    has_request: request !== undefined,
    managed: provider.isManaged,
    ...(route === undefined ? {} : { route: toWireRoute(workOrder, route) }),
    ...(request === undefined ? {} : { request: toWireRequest(workOrder, request) }),
    can_request: workOrder.phase === 'open' && !provider.isBlocked,
    selection_rule: toWireSelectionRule(provider, workOrder, world.nowMs),
    provider_scoring: { is_recommended: false, is_new_connection: false, provider_score: 0 },
    category,
    actions: [
      'message',
      ...(request?.state === 'active' ? ['assign'] : []),
      ...(request === undefined ? [] : ['hide']),
      ...(route === undefined ? [] : ['un_route']),
    ],
  };
}

const REQUESTED = {
  id: 'request',
  label: 'Requested',
  sub_label: 'Can be immediately assigned pending your review',
} as const;
const ROUTED = {
  id: 'routed',
  label: 'Routed',
  sub_label: 'The first to accept the route will immediately be assigned the work order',
} as const;
const UNINVITED = { id: 'all', label: 'All', sub_label: '' } as const;

function rankRows(world: World, workOrder: WorkOrder) {
  if (workOrder.phase !== 'open') return [];
  const ids = new Set([...shownRequests(workOrder).map((request) => request.providerId), ...workOrder.routes.keys()]);
  const rows = [...ids].map((id) => toWirePendingRow(world, workOrder, mustFind(world.providers, id)));
  return rows.sort(
    (one, other) =>
      Number(other.selection_rule.is_match) - Number(one.selection_rule.is_match) ||
      other.selection_rule.points - one.selection_rule.points ||
      one.id - other.id,
  );
}

export function toWireRoute(workOrder: WorkOrder, route: Route) {
  const created = toWireDate(workOrder.zone.name, route.createdMs);
  return {
    id: route.id,
    author: API_USER,
    // The documented answer has only the date here, and the keys of the empty end in this order.
    created: { utc: created.utc.slice(0, 10), local: created.local },
    schedule: {
      eta: {
        start: { utc: '', local: { date: '', time: '' } },
        end: { local: { time: '', date: '' }, utc: '' },
      },
    },
    type: 5,
  };
}
