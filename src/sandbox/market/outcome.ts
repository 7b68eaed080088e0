import type { Actor, LogEntry, WorkOrder, World } from '../world/nouns.ts';
import { maxPayCents } from './pay.ts';
import { statusOf } from './status.ts';

/**
 * How the market stands: what was filled, by whom and how, how fast, for how much, and what became of the work. Served
 * as it is. What a colleague had settled before the world started is not part of it. Percentages have one decimal; null
 * where there is nothing to take a share of.
 */
export function summariseOutcome(world: World) {
  const all = [...world.workOrders.values()].filter((workOrder) => !isSettledBefore(world, workOrder));
  const counted = new Set(all.map(({ id }) => id));
  const log = world.log.filter((entry) => entry.work_order_id !== null && counted.has(entry.work_order_id));
  const rows = all.map(outcomeOf);
  const events = (kind: string): number => world.log.filter((entry) => entry.kind === kind).length;
  const filled = rows.filter((row) => row.provider_id !== null);
  const how = (name: string): number => filled.filter((row) => row.how === name).length;
  const by = (actor: Actor): number => filled.filter((row) => row.by === actor).length;
  return {
    now: new Date(world.nowMs).toISOString(),
    seed: world.seed,
    work_orders: world.workOrders.size,
    ...summarise(rows, log),
    by_how: {
      assign: how('assign'),
      accept_request: how('accept_request'),
      accept_route: how('accept_route'),
      auto_dispatch: how('auto_dispatch'),
    },
    by_actor: { api: by('api'), colleague: by('colleague'), platform: by('platform') },
    routes_opened: events('route.opened'),
    requests: events('request.created'),
    writes: events('write'),
    api_requests: { ...world.traffic },
    by_kind: groupBy(rows, log, (row) => row.type_of_work),
    by_urgency: groupBy(rows, log, (row) => row.urgency),
    results: rows,
  };
}

type Row = ReturnType<typeof outcomeOf>;

function outcomeOf(workOrder: WorkOrder) {
  const { assignment, firstOpenMs, report } = workOrder;
  const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  const isDone = workOrder.phase === 'work_done' || workOrder.phase === 'approved';
  return {
    work_order_id: workOrder.id,
    type_of_work: workOrder.kind.name,
    urgency: workOrder.urgency,
    status: statusOf(workOrder),
    provider_id: assignment?.providerId ?? null,
    how: assignment?.how ?? null,
    by: assignment?.by ?? null,
    opened_at: isoOrNull(firstOpenMs),
    assigned_at: isoOrNull(assignment?.atMs ?? null),
    minutes_to_fill:
      assignment === null || firstOpenMs === null ? null : Math.round((assignment.atMs - firstOpenMs) / 60_000),
    pay_cents: assignment === null ? null : maxPayCents(assignment.pay),
    offered_cents: maxPayCents(workOrder.pay),
    points: assignment?.ranked.points ?? null,
    max_points: assignment?.ranked.maxPoints ?? null,
    is_no_show: workOrder.isNoShow,
    is_done_well: isDone && report !== null ? report.isDoneWell : null,
  };
}

/** Assigned or begun before the world started, and never open since. */
function isSettledBefore(world: World, { assignment }: WorkOrder): boolean {
  return assignment !== null && assignment.atMs < world.startMs;
}

function summarise(rows: readonly Row[], log: readonly LogEntry[]) {
  const opened = rows.filter((row) => row.opened_at !== null);
  const filled = rows.filter((row) => row.provider_id !== null);
  const minutes = filled.flatMap((row) => (row.minutes_to_fill === null ? [] : [row.minutes_to_fill]));
  minutes.sort((one, other) => one - other);
  const cancels = log.filter((entry) => entry.kind === 'work_order.provider_cancelled');
  const events = (kind: string): number => log.filter((entry) => entry.kind === kind).length;
  return {
    ever_open: opened.length,
    filled: filled.length,
    fill_rate_percent: percent(filled.length, opened.length),
    unfilled: rows.filter((row) => row.status === 'published' || row.status === 'routed').length,
    missed: events('work_order.missed'),
    minutes_to_fill: { median: quantile(minutes, 0.5), p90: quantile(minutes, 0.9), max: minutes.at(-1) ?? null },
    ...summariseMoney(filled),
    winner_points_percent: winnerPoints(filled),
    provider_cancels: cancels.length,
    late_cancels: cancels.filter((entry) => Number(entry.detail['hours_before_start']) < 24).length,
    no_shows: events('work_order.no_show'),
    declines: events('route.declined'),
    ...summariseQuality(rows, log),
  };
}

/** The premium is what accepted counter-offers cost above the offers they answered. */
function summariseMoney(filled: readonly Row[]) {
  const spend = filled.reduce((sum, row) => sum + (row.pay_cents ?? 0), 0);
  const countered = filled.filter((row) => (row.pay_cents ?? 0) !== row.offered_cents);
  const offered = countered.reduce((sum, row) => sum + row.offered_cents, 0);
  const premium = countered.reduce((sum, row) => sum + (row.pay_cents ?? 0) - row.offered_cents, 0);
  return {
    spend_cents: spend,
    counter_offers_taken: countered.length,
    counter_premium_cents: premium,
    counter_premium_percent: percent(premium, offered),
  };
}

/** The mean of what each winner reaches of the most points that its work order has. */
function winnerPoints(filled: readonly Row[]): number | null {
  const shares = filled.flatMap(({ points, max_points: most }) => (points === null || !most ? [] : [points / most]));
  return percent(
    shares.reduce((sum, share) => sum + share, 0),
    shares.length,
  );
}

function summariseQuality(rows: readonly Row[], log: readonly LogEntry[]) {
  const done = rows.filter((row) => row.is_done_well !== null);
  const well = done.filter((row) => row.is_done_well === true).length;
  const sentBack = log.filter((entry) => entry.kind === 'work_order.incomplete');
  return {
    work_done: done.length,
    done_well: well,
    done_well_percent: percent(well, done.length),
    approved: rows.filter((row) => row.status === 'approved').length,
    approved_badly: done.filter((row) => row.status === 'approved' && row.is_done_well === false).length,
    sent_back: sentBack.length,
    sent_back_though_well: sentBack.filter((entry) => entry.detail['was_done_well'] === true).length,
  };
}

function groupBy(rows: readonly Row[], log: readonly LogEntry[], keyOf: (row: Row) => string) {
  return [...new Set(rows.map(keyOf))].sort().map((name) => {
    const members = rows.filter((row) => keyOf(row) === name);
    const ids = new Set(members.map((row) => row.work_order_id));
    return {
      name,
      ...summarise(
        members,
        log.filter((entry) => ids.has(entry.work_order_id ?? 0)),
      ),
    };
  });
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((1000 * part) / whole) / 10;
}

function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
