import { STATUSES, statusOf } from '../market/status.ts';
import { toWireWorkOrder } from '../wire/work-order.ts';
import { API_USER } from '../world/catalog.ts';
import type { LogEntry, World } from '../world/nouns.ts';

/**
 * Which lines of the event log the platform tells of, under which documented name. Of a request that runs out or is hidden,
 * and of an invitation taken back, no event is documented; that a request taken back counts as declined is a guess.
 */
const NAMES: { readonly [kind: string]: string } = {
  'work_order.created': 'workorder.created',
  'work_order.published': 'workorder.status.published',
  'work_order.unpublished': 'workorder.status.draft',
  'work_order.reverted': 'workorder.status.draft',
  'request.created': 'workorder.requested',
  'request.withdrawn': 'workorder.declined',
  'route.opened': 'workorder.routed',
  'route.declined': 'workorder.declined',
  'work_order.assigned': 'workorder.status.assigned',
  'work_order.unassigned': 'workorder.status.assigned_cancelled',
  'work_order.provider_cancelled': 'workorder.status.assigned_cancelled',
  'work_order.checked_in': 'workorder.status.checked_in',
  'work_order.work_done': 'workorder.status.work_done',
  'work_order.approved': 'workorder.status.approved',
  'work_order.cancelled': 'workorder.status.cancelled',
};

export type Form = 'v3' | 'v2';

/** What the platform would send about a line of the log; null: nothing. `atMs`: the wall's time, as everything around it goes by. */
export function toEvent(
  world: World,
  { kind, work_order_id: id, provider_id: providerId }: LogEntry,
  { form, atMs }: { readonly form: Form; readonly atMs: number },
): { readonly name: string; readonly body: string } | null {
  const name = Object.hasOwn(NAMES, kind) ? NAMES[kind] : undefined;
  const workOrder = id === null ? undefined : world.workOrders.get(id);
  if (name === undefined || workOrder === undefined) return null;
  // A call of the old form carries the whole work order, and names no event.
  if (form === 'v2') return { name, body: JSON.stringify(toWireWorkOrder(world, workOrder)) };
  const body = {
    event: { name, params: { status_id: STATUSES[statusOf(workOrder)].id, work_order_id: workOrder.id } },
    timestamp: inCentralTime(atMs),
    triggered_by_user: { id: providerId ?? API_USER.id },
    workorder: { id: workOrder.id, title: workOrder.title },
  };
  return { name, body: JSON.stringify(body) };
}

/** `2026-01-20T08:55:58-06:00`, without summer time. */
function inCentralTime(atMs: number): string {
  return `${new Date(atMs - 6 * 3_600_000).toISOString().slice(0, 19)}-06:00`;
}
