import { STATUSES, shownRequests, statusOf } from '../market/status.ts';
import { zoneOffsetMs } from '../time-zone.ts';
import { COMPANY } from '../world/catalog.ts';
import type { WorkOrder, World } from '../world/nouns.ts';
import { toWireDate } from './date.ts';
import { hasOpenProblem } from './finished-work.ts';
import { embeddedList } from './list-envelope.ts';

export function toWireStatus(workOrder: WorkOrder) {
  const name = statusOf(workOrder);
  const status = STATUSES[name];
  const isOnSite = name === 'assigned' && workOrder.report?.visits.at(-1)?.outMs === null;
  return {
    id: status.id,
    name: status.name,
    display: isOnSite ? `${status.name}: Checked in` : status.name,
    is_routed: workOrder.phase === 'open' && workOrder.routes.size > 0,
    code: isOnSite ? 'checked_in' : name === 'work_done' ? 'workdone' : name,
    delay: 0,
    ncns: workOrder.isNoShow,
    sub_status: isOnSite ? 'Checked in' : '',
    confirmed: false,
    correlation_id: '',
    problem_reported: hasOpenProblem(workOrder),
  };
}

export function toWireSchedule(world: World, workOrder: WorkOrder) {
  const { zone } = workOrder;
  const status = STATUSES[statusOf(workOrder)];
  const start = toWireDate(zone.name, workOrder.startMs);
  return {
    work_order_id: workOrder.id,
    service_window: { mode: workOrder.windowMode, start, end: toWireDate(zone.name, workOrder.endMs) },
    time_zone: { ...zone, offset: zoneOffsetMs(zone.name, workOrder.startMs) / 3_600_000 },
    status_id: status.id,
    company_id: COMPANY.id,
    today_tomorrow: toDayWord(toWireDate(zone.name, world.nowMs).local.date, start.local.date),
    est_labor_hours: workOrder.laborHours,
    correlation_id: '',
    actions: ['edit'],
  };
}

function toDayWord(today: string, day: string): string {
  const days = (Date.parse(day) - Date.parse(today)) / 86_400_000;
  return days === 0 ? 'Today' : days === 1 ? 'Tomorrow' : '';
}

/** A remote work order has no address and no coordinates. */
export function toWireLocation(workOrder: WorkOrder) {
  const { place } = workOrder;
  const base = { work_order_id: workOrder.id, mode: place === null ? 'remote' : 'custom', notes: [] };
  const status = { status_id: STATUSES[statusOf(workOrder)].id, correlation_id: '', actions: ['edit', 'map'] };
  if (place === null) return { ...base, type: { id: 0, name: '' }, ...status };
  return {
    coordinates: { latitude: place.latitude, longitude: place.longitude, exact: true },
    ...base,
    address1: place.address1,
    address2: '',
    city: place.city,
    state: place.state,
    zip: place.zip,
    country: 'US',
    type: { id: 1, name: 'Commercial' },
    saved_location: { id: 0, name: '', contact: { name: '', phone: '' }, group: { id: 0, name: '' } },
    ...status,
  };
}

/** Nobody assigned: `user.id` is 0. */
export function toWireAssignee(world: World, workOrder: WorkOrder) {
  const provider = world.providers.get(workOrder.assignment?.providerId ?? 0);
  const user =
    provider === undefined
      ? { id: 0 }
      : {
          id: provider.id,
          first_name: provider.firstName,
          last_name: provider.lastName,
          address1: provider.home.address1,
          address2: '',
          city: provider.home.city,
          state: provider.home.state,
          zip: provider.home.zip,
          country: 'US',
          coords: { latitude: provider.home.latitude, longitude: provider.home.longitude },
          cell: '555-0101',
          phone: '555-0100',
          thumbnail: '',
        };
  return {
    user,
    status_id: STATUSES[statusOf(workOrder)].id,
    work_order_id: workOrder.id,
    role: provider === undefined ? '' : 'assigned_provider',
    correlation_id: '',
    actions: workOrder.phase === 'assigned' ? ['unassign', 'ready_to_go'] : [],
  };
}

export function toWireMilestones(workOrder: WorkOrder) {
  const { milestones } = workOrder;
  const date = (atMs: number | null) => toWireDate(workOrder.zone.name, atMs);
  const seconds = (fromMs: number | null, toMs: number | null): number =>
    fromMs === null || toMs === null ? 0 : Math.round((toMs - fromMs) / 1000);
  return {
    time_to_dispatch: seconds(workOrder.firstOpenMs, milestones.assignedMs),
    time_to_work_done: seconds(milestones.assignedMs, milestones.workDoneMs),
    time_alive: seconds(milestones.createdMs, milestones.approvedMs),
    time_to_approve: seconds(milestones.workDoneMs, milestones.approvedMs),
    created: date(milestones.createdMs),
    published: date(milestones.publishedMs),
    routed: date(milestones.routedMs),
    assigned: date(milestones.assignedMs),
    workdone: date(milestones.workDoneMs),
    approved: date(milestones.approvedMs),
    paid: date(null),
    canceled: date(milestones.cancelledMs),
  };
}

/** Counts only: what a poller reads to see whether anything has changed. */
export function toWirePublishStats(workOrder: WorkOrder) {
  const active = shownRequests(workOrder).filter((request) => request.state === 'active');
  return {
    requests: active.length,
    counter_offers: active.filter((request) => request.counter !== null).length,
    routes: workOrder.routes.size,
    declines: workOrder.declines.size,
    all_requests: workOrder.requestsById.size,
    correlation_id: '',
  };
}

export function toWireBundle(world: World, workOrder: WorkOrder) {
  const { bundleId } = workOrder;
  const members =
    bundleId === null ? [] : [...world.workOrders.values()].filter((member) => member.bundleId === bundleId);
  return {
    id: bundleId ?? 0,
    ...embeddedList(
      members.map((member) => ({ id: member.id })),
      bundleId === null ? [] : ['view'],
    ),
  };
}
