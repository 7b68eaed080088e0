import { zoneOffsetMs } from '../time-zone.ts';
import type { WorkOrder } from '../world/nouns.ts';
import { minutesWorked, type Visit } from '../world/work-report.ts';
import { NO_DATE, toWireDate } from './date.ts';
import { embeddedList } from './list-envelope.ts';

/*
 * What a review looks at. Before anybody has been there, tasks, fields and folders are all there and empty, as they are
 * set up with the work order.
 */

const TASKS = [
  { key: 'checkin', name: 'Check in' },
  { key: 'uploadfile', name: 'Upload photos before and after' },
  { key: 'closing_notes', name: 'Enter close-out notes' },
  { key: 'checkout', name: 'Check out' },
] as const;
const FIELDS = ['Serial number of the new unit', 'Name of the site contact'] as const;
const FOLDERS = ['Deliverables'] as const;

/** Hours as the platform writes them: decimal, four places. */
export function toWireHours(minutes: number): number {
  return Math.round((minutes / 60) * 10_000) / 10_000;
}

export function toWireTimeLogs(workOrder: WorkOrder) {
  const visits = workOrder.report?.visits ?? [];
  const results = visits.map((visit, index) => toWireTimeLog(workOrder, visit, index));
  const open = results.find((log) => log.status === 'checked_in');
  return {
    ...embeddedList(results, ['add']),
    hours: toWireHours(minutesWorked(workOrder.report)),
    ...(open === undefined ? {} : { open_time_log: open }),
    correlation_id: '',
  };
}

function toWireTimeLog(workOrder: WorkOrder, visit: Visit, index: number) {
  const { zone, assignment, pay } = workOrder;
  const { inMs, outMs, minutesLate } = visit;
  const date = (atMs: number | null) => toWireDate(zone.name, atMs);
  return {
    id: workOrder.id * 10 + index + 1,
    devices: pay.type === 'device' && outMs !== null ? pay.base.units : 0,
    in: { created: date(inMs), distance: 0.1 },
    out: { created: outMs === null ? NO_DATE : date(outMs), distance: outMs === null ? 0 : 0.1 },
    time_zone: { ...zone, offset: zoneOffsetMs(zone.name, inMs) / 3_600_000 },
    verified: workOrder.phase === 'approved',
    was_late: minutesLate > 0,
    status: outMs === null ? ('checked_in' as const) : ('checked_out' as const),
    hours: outMs === null ? 0 : toWireHours(Math.round((outMs - inMs) / 60_000)),
    logged_by: { id: assignment?.providerId ?? 0 },
    actions: [],
  };
}

export function toWireProblems(workOrder: WorkOrder) {
  const reported = (workOrder.report?.problems ?? []).map(({ name, atMs, isResolved }) => ({ name, atMs, isResolved }));
  const noShow = workOrder.isNoShow ? [{ name: 'Provider no-show', atMs: workOrder.startMs, isResolved: false }] : [];
  return {
    ...embeddedList(
      [...noShow, ...reported].map(({ name, atMs, isResolved }, index) => ({
        id: workOrder.id * 10 + index + 1,
        type: { id: index + 1, name },
        comments: name,
        created: toWireDate(workOrder.zone.name, atMs),
        author: { id: workOrder.assignment?.providerId ?? 0 },
        resolved: isResolved,
        actions: isResolved ? [] : ['resolve'],
      })),
      ['add'],
    ),
    types: [],
    correlation_id: '',
  };
}

/** A problem nobody has solved, or a provider who did not come. */
export function hasOpenProblem(workOrder: WorkOrder): boolean {
  return workOrder.isNoShow || (workOrder.report?.problems ?? []).some(({ isResolved }) => !isResolved);
}

export function toWireAttachments(workOrder: WorkOrder) {
  const isThere = workOrder.report?.hasAttachments === true;
  const files = isThere ? [{ id: workOrder.id * 10 + 1, name: 'after.jpg', type: 'image/jpeg', actions: [] }] : [];
  return {
    ...embeddedList(
      FOLDERS.map((name, index) => ({
        id: workOrder.id * 10 + index,
        name,
        type: 'slot',
        task: { id: taskId(workOrder, 1) },
        ...embeddedList(files, ['upload']),
      })),
      ['add'],
    ),
    sum: { unreviewed: workOrder.phase === 'approved' ? 0 : files.length },
    correlation_id: '',
  };
}

export function toWireTasks(workOrder: WorkOrder) {
  return {
    ...embeddedList(
      TASKS.map(({ key, name }, index) => ({
        id: taskId(workOrder, index),
        label: name,
        description: name,
        group: { id: 'onsite', label: 'On site' },
        type: { id: index + 1, key, name },
        created: toWireDate(workOrder.zone.name, workOrder.milestones.createdMs),
        author: { id: 0 },
        status: isTaskDone(workOrder, key) ? 'complete' : 'incomplete',
        alerts: [],
        actions: [],
      })),
      ['add'],
    ),
    correlation_id: '',
  };
}

export function toWireCustomFields(workOrder: WorkOrder) {
  const isFilled = workOrder.report?.hasFields === true;
  const fields = FIELDS.map((name, index) => ({
    id: index + 1,
    name,
    tip: '',
    type: 'text',
    role: 'assigned_provider',
    dependency: { id: 0, value: '', operator: '' },
    options: [],
    flags: ['required'],
    value: isFilled ? `WO ${workOrder.id}` : '',
    category: '',
    order: index + 1,
    actions: [],
  }));
  const group = { id: 1, name: 'Filled in by the provider', role: 'assigned_provider', ...embeddedList(fields) };
  return { ...embeddedList([group]), internal: { id: 0, name: '', value: '', role: '' }, correlation_id: '' };
}

/** What is missing for the work to count as complete; `valid` when nothing is. */
export function toWireCompletion(workOrder: WorkOrder) {
  const { report } = workOrder;
  const missing = [
    ...(report?.hasTasks === true ? [] : ['tasks']),
    ...(report?.hasFields === true ? [] : ['custom_fields']),
    ...(report?.hasAttachments === true ? [] : ['attachments']),
    ...((report?.closingNotes ?? '') === '' ? ['closing_notes'] : []),
  ];
  return { ...embeddedList(missing), status: missing.length === 0 ? 'valid' : 'invalid' };
}

function isTaskDone(workOrder: WorkOrder, key: (typeof TASKS)[number]['key']): boolean {
  const { report } = workOrder;
  if (report === null) return false;
  switch (key) {
    case 'checkin':
      return report.visits.length > 0;
    case 'uploadfile':
      return report.hasTasks && report.hasAttachments;
    case 'closing_notes':
      return report.hasTasks && report.closingNotes !== '';
    case 'checkout':
      return report.hasTasks;
  }
}

function taskId(workOrder: WorkOrder, index: number): number {
  return workOrder.id * 10 + index + 1;
}
