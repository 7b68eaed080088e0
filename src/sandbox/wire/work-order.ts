import { actionsOf, shownRequests } from '../market/status.ts';
import { API_USER, COMPANY } from '../world/catalog.ts';
import { correlationId } from '../world/make-provider.ts';
import type { WorkOrder, World } from '../world/nouns.ts';
import { NO_DATE, toWireDate } from './date.ts';
import {
  toWireAttachments,
  toWireCompletion,
  toWireCustomFields,
  toWireProblems,
  toWireTasks,
  toWireTimeLogs,
} from './finished-work.ts';
import { embeddedList } from './list-envelope.ts';
import { toWirePay } from './pay.ts';
import { toWireRoute } from './pending-list.ts';
import { toWireRequest } from './request.ts';
import {
  toWireAssignee,
  toWireBundle,
  toWireLocation,
  toWireMilestones,
  toWirePublishStats,
  toWireSchedule,
  toWireStatus,
} from './work-order-parts.ts';

/** Each top-level key of a work order, built only when it is asked for. */
const COLUMNS: { readonly [key: string]: (world: World, workOrder: WorkOrder) => unknown } = {
  work_order_id: (_world, { id }) => id,
  title: (_world, { title }) => title,
  correlation_id: (world, { id }) => correlationId(world.seed, 'work order', id),
  actions: (_world, workOrder) => actionsOf(workOrder),
  type_of_work: (_world, { kind }) => ({ id: kind.id, name: kind.name }),
  types_of_work: (_world, { kind }) => [{ id: kind.id, name: kind.name, isPrimary: true }],
  service_types: () => [],
  description: (_world, { title }) => ({ html: `<p>${title}</p>`, markdown: title, actions: ['edit'] }),
  closing_notes: (_world, { report }) => report?.closingNotes ?? '',
  w2: () => false,
  allow_counter_offers: (_world, workOrder) => workOrder.allowsCounterOffers,
  is_user_declined: () => false,
  require_gps: () => false,
  require_ontime: () => false,
  company: () => ({ ...COMPANY, photo: '', features: [] }),
  client: (_world, { client }) => client,
  project: (_world, { project }) => project,
  manager: () => ({ ...API_USER, name: 'API User', email: '', phone: '', thumbnail: '' }),
  networks: () => [],
  role: (_world, workOrder) => ({
    role: 'buyer',
    work_order_company_id: COMPANY.id,
    company_id: COMPANY.id,
    client_id: workOrder.client.id,
    project_id: workOrder.project.id,
    assigned_user_id: workOrder.assignment?.providerId ?? 0,
  }),
  status: (_world, workOrder) => toWireStatus(workOrder),
  milestones: (_world, workOrder) => toWireMilestones(workOrder),
  publish_stats: (_world, workOrder) => toWirePublishStats(workOrder),
  requests: (_world, workOrder) => ({
    ...embeddedList(
      shownRequests(workOrder).map((request) => toWireRequest(workOrder, request)),
      ['add', 'counter_offer'],
    ),
    sum: { all: workOrder.requestsById.size },
  }),
  routes: (_world, workOrder) =>
    embeddedList(
      [...workOrder.routes.values()].map((route) => ({
        ...toWireRoute(workOrder, route),
        declined: false,
        assigned: false,
        technician: { id: route.providerId },
      })),
      ['add'],
    ),
  declines: (_world, workOrder) => ({
    ...embeddedList(
      [...workOrder.declines.values()].map(({ id, providerId, createdMs }) => ({
        id,
        created: toWireDate(workOrder.zone.name, createdMs),
        user: { id: providerId },
        actions: ['delete'],
      })),
      ['add'],
    ),
    sum: { all: workOrder.declines.size },
  }),
  assignee: toWireAssignee,
  qualifications: (_world, workOrder) => ({
    actions: ['edit', 'add'],
    selection_rule: { id: workOrder.rule.id, name: '', results: [] },
    correlation_id: '',
  }),
  location: (_world, workOrder) => toWireLocation(workOrder),
  schedule: toWireSchedule,
  eta: (_world, workOrder) => ({
    user: { id: workOrder.assignment?.providerId ?? 0 },
    task: { id: 0 },
    start: NO_DATE,
    end: NO_DATE,
    hour_estimate: workOrder.laborHours,
    notes: '',
    status: { name: 'unconfirmed', updated: NO_DATE },
    mode: 'exact',
    actions: [],
  }),
  pay: (_world, workOrder) => toWirePay(workOrder),
  bundle: toWireBundle,
  tags: () => embeddedList([]),
  custom_fields: (_world, workOrder) => toWireCustomFields(workOrder),
  problems: (_world, workOrder) => toWireProblems(workOrder),
  attachments: (_world, workOrder) => toWireAttachments(workOrder),
  tasks: (_world, workOrder) => toWireTasks(workOrder),
  messages: () => embeddedList([]),
  holds: () => embeddedList([]),
  time_logs: (_world, workOrder) => toWireTimeLogs(workOrder),
  workflow_publish_or_route: () => ({ ...embeddedList([]) }),
  workflow_completion: (_world, workOrder) => toWireCompletion(workOrder),
};

export const ALL_COLUMNS: readonly string[] = Object.keys(COLUMNS);

/** The asked columns of a work order; `id` comes always, and what is not a column is left out without a word. */
export function toWireWorkOrder(world: World, workOrder: WorkOrder, columns: readonly string[] = ALL_COLUMNS) {
  const wire: Record<string, unknown> = { id: workOrder.id };
  for (const column of columns) {
    const build = Object.hasOwn(COLUMNS, column) ? COLUMNS[column] : undefined;
    if (build !== undefined) wire[column] = build(world, workOrder);
  }
  return wire;
}

/** What a list gives when no columns are asked: next to nothing. */
export function toWireStub(workOrder: WorkOrder) {
  return { id: workOrder.id, schedule: { status_id: toWireStatus(workOrder).id } };
}
