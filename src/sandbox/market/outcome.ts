import type { WorkOrder, World } from '../world/nouns.ts';
import { maxPayCents } from './pay.ts';
import { statusOf } from './status.ts';

/** How the market stands: what was filled, by whom and how, how fast and for how much. Served as it is. */
export function summariseOutcome(world: World) {
  const rows = [...world.workOrders.values()].map(outcomeOf);
  const filled = rows.filter((row) => row.provider_id !== null);
  const minutes = filled.flatMap((row) => (row.minutes_to_fill === null ? [] : [row.minutes_to_fill]));
  minutes.sort((one, other) => one - other);
  const count = (how: string): number => filled.filter((row) => row.how === how).length;
  const events = (kind: string): number => world.log.filter((entry) => entry.kind === kind).length;
  return {
    now: new Date(world.nowMs).toISOString(),
    seed: world.seed,
    work_orders: rows.length,
    ever_open: rows.filter((row) => row.opened_at !== null).length,
    filled: filled.length,
    unfilled: rows.filter((row) => row.status === 'published' || row.status === 'routed').length,
    by_how: { assign: count('assign'), accept_request: count('accept_request'), accept_route: count('accept_route') },
    minutes_to_fill: { median: quantile(minutes, 0.5), p90: quantile(minutes, 0.9), max: minutes.at(-1) ?? null },
    spend_cents: filled.reduce((sum, row) => sum + (row.pay_cents ?? 0), 0),
    provider_cancels: events('work_order.provider_cancelled'),
    no_shows: events('work_order.no_show'),
    routes_opened: events('route.opened'),
    requests: events('request.created'),
    writes: events('write'),
    results: rows,
  };
}

function outcomeOf(workOrder: WorkOrder) {
  const { assignment, firstOpenMs } = workOrder;
  const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return {
    work_order_id: workOrder.id,
    type_of_work: workOrder.kind.name,
    status: statusOf(workOrder),
    provider_id: assignment?.providerId ?? null,
    how: assignment?.how ?? null,
    opened_at: isoOrNull(firstOpenMs),
    assigned_at: isoOrNull(assignment?.atMs ?? null),
    minutes_to_fill:
      assignment === null || firstOpenMs === null ? null : Math.round((assignment.atMs - firstOpenMs) / 60_000),
    pay_cents: assignment === null ? null : maxPayCents(assignment.pay),
    offered_cents: maxPayCents(workOrder.pay),
  };
}

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
