import { known, unknown } from '../criteria/reading.ts';
import type { Fact, FactRef, Facts, FactValue } from '../domain/fact.ts';
import { workOrderId } from '../domain/ids.ts';
import type { FinishedWork, Pay, Schedule, TypeOfWork, WorkOrder, WorkOrderStatus } from '../domain/work-order.ts';
import { workOrderFacts } from '../facts/work-order-facts.ts';
import type { StatedFact, StatedWorkOrder } from '../rules/rule-test.ts';

/** What a work order of a test is where the test does not say. */
const USUAL = { id: 1, title: 'A work order', companyId: 1, payCents: 10_000 } as const;
/** What the platform can offer to do with one. */
const EVERY_ACTION = ['publish', 'unpublish', 'route', 'approve', 'incomplete'];
const DONE: readonly WorkOrderStatus[] = ['work_done', 'approved', 'paid'];

/** What the work order's own fields follow from, beside what the test says of it. */
export type StatedOrder = {
  readonly said: StatedWorkOrder;
  readonly status: WorkOrderStatus;
  readonly openMinutes: number;
  /** Somebody of the test is invited. */
  readonly isInvited: boolean;
};

/** The work order that a test describes, as if it had been pulled. */
export function statedWorkOrder({ said, status, openMinutes, isInvited }: StatedOrder): WorkOrder {
  const value = valuesOf(said.facts);
  const openedMs = said.atMs - openMinutes * 60_000;
  const given = textOf(value('work_order.status'));
  const stands = STATUSES.find((one) => one === given) ?? said.status ?? status;
  return {
    id: workOrderId(numberOf(value('work_order.id')) ?? USUAL.id),
    title: textOf(value('work_order.title')) ?? USUAL.title,
    status: stands,
    isRouted: value('work_order.is_routed') === true || isInvited,
    actions: said.actions ?? EVERY_ACTION,
    typesOfWork: typesOfWork(value),
    isRemote: value('work_order.is_remote') === true,
    companyId:
      value('work_order.company_id') === null ? null : (numberOf(value('work_order.company_id')) ?? USUAL.companyId),
    clientId: numberOf(value('work_order.client_id')),
    projectId: numberOf(value('work_order.project_id')),
    coordinates: null,
    schedule: scheduleOf(said, value),
    pay: payOf(said, value),
    bundleId: value('work_order.is_bundled') === true ? 1 : null,
    assigneeId: null,
    createdMs: openedMs,
    publishedMs: stands === 'draft' ? null : openedMs,
    routedMs: null,
    publishStats: null,
    declines: said.declinedBy.map((providerId) => ({ providerId, createdMs: null })),
    work: DONE.includes(stands) ? finishedWork(value) : null,
    raw: null,
  };
}

const STATUSES: readonly WorkOrderStatus[] = [
  'draft',
  'published',
  'routed',
  'assigned',
  'work_done',
  'approved',
  'paid',
  'cancelled',
];

/** The facts that a file asks for, read from the work order as in a run, except where the test states them. */
export function statedOrderFacts(workOrder: WorkOrder, said: StatedWorkOrder, refs: readonly FactRef[]): Facts {
  return { ...workOrderFacts(workOrder, refs, said.atMs), ...toFacts(said.facts, said.atMs) };
}

/** Stated facts as facts; one that is stated as null is unknown. */
export function toFacts(stated: readonly StatedFact[], atMs: number): Facts {
  return Object.fromEntries(stated.map(({ ref, value }) => [ref.key, toFact(value, atMs)]));
}

function toFact(value: FactValue | null, atMs: number): Fact {
  return value === null ? unknown('The test says that it is not known.') : known(value, 'given', atMs);
}

/** By fact name; undefined: not stated. */
type Values = (name: string) => FactValue | null | undefined;

function valuesOf(facts: readonly StatedFact[]): Values {
  const byName = new Map(facts.map(({ ref, value }) => [ref.name, value]));
  return (name) => byName.get(name);
}

/** The first named is the primary one. */
function typesOfWork(value: Values): readonly TypeOfWork[] {
  const names = listOf(value('work_order.types_of_work')).map(String);
  const ids = listOf(value('work_order.types_of_work_ids')).map(Number);
  const count = Math.max(names.length, ids.length);
  return Array.from({ length: count }, (_, place) => {
    return { id: ids[place] ?? place + 1, name: names[place] ?? `Kind of work ${ids[place]}`, isPrimary: place === 0 };
  });
}

function scheduleOf({ atMs }: StatedWorkOrder, value: Values): Schedule {
  const untilStart = numberOf(value('work_order.hours_until_start'));
  const minutes = numberOf(value('work_order.estimated_hours'));
  const startMs = untilStart === null ? null : atMs + untilStart * 60_000;
  return {
    startMs,
    endMs: startMs === null || minutes === null ? null : startMs + minutes * 60_000,
    localDate: textOf(value('work_order.local_date')) ?? (startMs === null ? null : dateOf(startMs)),
    timeZone: null,
    estimatedMinutes: minutes,
  };
}

/** `YYYY-MM-DD` in UTC: a test says nothing of time zones unless it states the local date. */
export function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function payOf({ payCents }: StatedWorkOrder, value: Values): Pay {
  const stated = payCents === undefined ? value('work_order.pay_total') : payCents;
  if (stated === null) return { kind: 'none', maxCents: 0 };
  const kind = PAY_KINDS.find((one) => one === value('work_order.pay_kind')) ?? 'fixed';
  return { kind, maxCents: numberOf(stated) ?? USUAL.payCents };
}

const PAY_KINDS = ['fixed', 'hourly', 'device', 'blended'] as const;

function finishedWork(value: Values): FinishedWork {
  const notes = value('work_order.has_closing_notes');
  return {
    reportedMinutes: numberOf(value('work_order.hours_worked')),
    problemsOpen: numberOf(value('work_order.problems_open')),
    tasksOpen: numberOf(value('work_order.tasks_open')),
    attachmentsCount: numberOf(value('work_order.deliverables')),
    hasClosingNotes: typeof notes === 'boolean' ? notes : null,
    approvedPayCents: numberOf(value('work_order.pay_to_release')),
  };
}

function numberOf(value: FactValue | null | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

function textOf(value: FactValue | null | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function listOf(value: FactValue | null | undefined): readonly (number | string)[] {
  return typeof value === 'object' && value !== null ? value : [];
}
