import type { Fact, FactType, FactValue } from '../domain/fact.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import type { WorkOrderFact, WorkOrderFactInput } from './definition.ts';
import { known, unknown } from './reading.ts';

const YES_NO: FactType = { kind: 'boolean' };
const ID: FactType = { kind: 'number', unit: 'id' };

/** What rule files can ask of the work order itself, in `applies_to` and in conditions. */
export const WORK_ORDER_FACTS: readonly WorkOrderFact[] = [
  workOrderFact({
    name: 'work_order.id',
    type: ID,
    doc: 'The work order id. Always known.',
    isAlwaysKnown: true,
    example: 4047,
    pick: (workOrder) => workOrder.id,
  }),
  workOrderFact({
    name: 'work_order.title',
    type: { kind: 'text', values: null },
    doc: 'The title, as written. Always known.',
    isAlwaysKnown: true,
    example: 'ATM repair',
    pick: (workOrder) => workOrder.title,
  }),
  workOrderFact({
    name: 'work_order.status',
    type: {
      kind: 'text',
      values: ['draft', 'published', 'routed', 'assigned', 'work_done', 'approved', 'paid', 'cancelled'],
    },
    doc: 'Where the work order stands on the platform. Always known.',
    isAlwaysKnown: true,
    example: 'published',
    pick: (workOrder) => workOrder.status,
  }),
  workOrderFact({
    name: 'work_order.is_routed',
    type: YES_NO,
    doc: 'Whether at least one invitation (route) is open. Always known.',
    isAlwaysKnown: true,
    example: false,
    pick: (workOrder) => workOrder.isRouted,
  }),
  workOrderFact({
    name: 'work_order.is_remote',
    type: YES_NO,
    doc: 'Whether the work is done remotely, without a work address. Always known.',
    isAlwaysKnown: true,
    example: false,
    pick: (workOrder) => workOrder.isRemote,
  }),
  workOrderFact({
    name: 'work_order.is_bundled',
    type: YES_NO,
    doc: 'Whether the work order is part of a bundle. Always known; bundled work orders are held for a person whatever the file says.',
    isAlwaysKnown: true,
    example: false,
    pick: (workOrder) => workOrder.bundleId !== null,
  }),
  workOrderFact({
    name: 'work_order.types_of_work',
    type: { kind: 'texts' },
    doc: 'Names of the kinds of work, exactly as the platform writes them. Unknown when the work order names none.',
    example: 'Automated Teller Machine (ATM)',
    pick: ({ typesOfWork }) => (typesOfWork.length === 0 ? null : typesOfWork.map((type) => type.name)),
    because: 'The work order names no kind of work.',
  }),
  workOrderFact({
    name: 'work_order.types_of_work_ids',
    type: { kind: 'numbers' },
    doc: "The platform's ids of the kinds of work. Unknown when the work order names none.",
    example: 62,
    pick: ({ typesOfWork }) => (typesOfWork.length === 0 ? null : typesOfWork.map((type) => type.id)),
    because: 'The work order names no kind of work.',
  }),
  workOrderFact({
    name: 'work_order.pay_kind',
    type: { kind: 'text', values: ['fixed', 'hourly', 'device', 'blended'] },
    doc: 'How the work is paid. Unknown when the work order carries no pay.',
    example: 'fixed',
    pick: ({ pay }) => (pay.kind === 'none' ? null : pay.kind),
    because: 'The work order carries no pay.',
  }),
  workOrderFact({
    name: 'work_order.pay_total',
    type: { kind: 'number', unit: 'usd' },
    doc: 'The most the labour can cost, in US dollars: rate times hours for hourly pay. Unknown when the work order carries no pay.',
    example: 250,
    pick: ({ pay }) => (pay.kind === 'none' ? null : pay.maxCents),
    because: 'The work order carries no pay.',
  }),
  workOrderFact({
    name: 'work_order.company_id',
    type: ID,
    doc: 'Id of the company that owns the work order. Unknown when the platform does not say.',
    example: 15,
    pick: (workOrder) => workOrder.companyId,
    because: 'The platform does not say which company owns the work order.',
  }),
  workOrderFact({
    name: 'work_order.client_id',
    type: ID,
    doc: 'Id of the client the work is for. Unknown when the work order has no client.',
    example: 310,
    pick: (workOrder) => workOrder.clientId,
    because: 'The work order has no client.',
  }),
  workOrderFact({
    name: 'work_order.project_id',
    type: ID,
    doc: 'Id of the project. Unknown when the work order is in no project.',
    example: 88,
    pick: (workOrder) => workOrder.projectId,
    because: 'The work order is in no project.',
  }),
  workOrderFact({
    name: 'work_order.local_date',
    type: { kind: 'text', values: null },
    doc: "Date on which the work starts, YYYY-MM-DD, in the work order's own time zone. Unknown when the schedule is open.",
    example: '2026-11-30',
    pick: (workOrder) => workOrder.schedule.localDate,
    because: 'The work order has no start date.',
  }),
  workOrderFact({
    name: 'work_order.estimated_hours',
    type: { kind: 'number', unit: 'hours' },
    doc: 'Estimated labour in hours. Unknown when the work order does not say.',
    example: 2.5,
    pick: (workOrder) => workOrder.schedule.estimatedMinutes,
    because: 'The work order gives no estimate of hours.',
  }),
  {
    name: 'work_order.hours_until_start',
    scope: 'work_order',
    type: { kind: 'number', unit: 'hours' },
    params: null,
    sources: ['work_order'],
    doc: 'Hours from now until the service window starts; below zero once it has started. Unknown when the schedule is open.',
    example: 24,
    isAgeing: true,
    read: readUntilStart,
  },
];

function readUntilStart({ workOrder, takenAtMs }: WorkOrderFactInput): Fact {
  const startMs = workOrder.schedule.startMs;
  if (startMs === null) return unknown('The work order has no start time.');
  return known(Math.floor((startMs - takenAtMs) / 60_000), 'work_order', takenAtMs);
}

type Field = Pick<WorkOrderFact, 'name' | 'type' | 'doc' | 'example' | 'isAlwaysKnown'> & {
  readonly pick: (workOrder: WorkOrder) => FactValue | null;
  /** Why nobody knows; left out where the field is always there. */
  readonly because?: string;
};

function workOrderFact({ pick, because, ...field }: Field): WorkOrderFact {
  return {
    ...field,
    scope: 'work_order',
    params: null,
    sources: ['work_order'],
    read: ({ workOrder, takenAtMs }) => {
      const value = pick(workOrder);
      return value === null ? unknown(because ?? '') : known(value, 'work_order', takenAtMs);
    },
  };
}
