import { providerId, workOrderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Schedule, TypeOfWork, WorkOrder, WorkOrderStatus } from '../domain/work-order.ts';
import { toCoordinates } from './coordinates.ts';
import { keepOnly } from './keep-only.ts';
import { type Understood, understand } from './understood.ts';
import { toDeclines } from './wire/declines.ts';
import { toFinishedWork } from './wire/finished-work.ts';
import { KEPT_WORK_ORDER } from './wire/kept.ts';
import { toPublishStats } from './wire/publish-stats.ts';
import { type WireWorkOrder, wireWorkOrder } from './wire/work-order.ts';

const FINISHED: ReadonlySet<WorkOrderStatus> = new Set(['work_done', 'approved', 'paid']);

export function toWorkOrder(raw: unknown): Understood<WorkOrder> {
  return understand(raw, wireWorkOrder, buildWorkOrder);
}

function buildWorkOrder(wire: WireWorkOrder, raw: JsonValue): WorkOrder {
  const isRemote = wire.location?.mode === 'remote';
  // Either place that names somebody counts: overlooking an assignment is the costly mistake.
  const assignee = wire.assignee?.user?.id ?? wire.role?.assigned_user_id ?? null;
  return {
    id: workOrderId(wire.id),
    title: wire.title,
    status: wire.status.status,
    isRouted: wire.status.isRouted,
    actions: wire.actions,
    typesOfWork: toTypesOfWork(wire),
    isRemote,
    companyId: wire.company?.id ?? wire.role?.company_id ?? null,
    clientId: wire.client?.id ?? wire.role?.client_id ?? null,
    projectId: wire.project?.id ?? wire.role?.project_id ?? null,
    coordinates: isRemote ? null : toCoordinates(wire.location?.coordinates ?? null),
    schedule: toSchedule(wire.schedule),
    pay: wire.pay,
    bundleId: wire.bundle?.id ?? null,
    assigneeId: assignee === null ? null : providerId(assignee),
    createdMs: wire.milestones?.created ?? null,
    publishedMs: wire.milestones?.published ?? null,
    routedMs: wire.milestones?.routed ?? null,
    declines: toDeclines(raw),
    publishStats: toPublishStats(raw),
    work: FINISHED.has(wire.status.status) ? toFinishedWork(raw) : null,
    raw: keepOnly(raw, KEPT_WORK_ORDER) ?? null,
  };
}

/** The newer list may lack names that the deprecated single field has. */
function toTypesOfWork(wire: WireWorkOrder): readonly TypeOfWork[] {
  const single = wire.type_of_work;
  if (wire.types_of_work.length === 0)
    return single?.id == null ? [] : [{ id: single.id, name: single.name, isPrimary: true }];
  return wire.types_of_work.map((type) => ({
    id: type.id,
    name: type.name === '' && single?.id === type.id ? single.name : type.name,
    isPrimary: type.isPrimary ?? type.is_primary ?? false,
  }));
}

function toSchedule(wire: WireWorkOrder['schedule']): Schedule {
  const hours = wire?.est_labor_hours ?? wire?.service_window?.est_labor_hours ?? null;
  const zone = wire?.time_zone?.name ?? '';
  return {
    startMs: wire?.service_window?.start.atMs ?? null,
    endMs: wire?.service_window?.end.atMs ?? null,
    localDate: wire?.service_window?.start.localDate ?? null,
    timeZone: isTimeZone(zone) ? zone : null,
    estimatedMinutes: hours === null || hours <= 0 ? null : Math.round(hours * 60),
  };
}

const KNOWN_ZONES = new Map<string, boolean>();

/** Later stages compute local times with it and must not meet a name that the runtime refuses. */
function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/.test(name)) return false;
  const known = KNOWN_ZONES.get(name);
  if (known !== undefined) return known;
  const isKnown = tryZone(name);
  if (KNOWN_ZONES.size < 1000) KNOWN_ZONES.set(name, isKnown);
  return isKnown;
}

function tryZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
