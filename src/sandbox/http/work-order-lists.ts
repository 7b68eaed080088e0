import { type StatusName, statusOf } from '../market/status.ts';
import { hasOpenProblem } from '../wire/finished-work.ts';
import { cutPage, pageMetadata, readPaging } from '../wire/list-envelope.ts';
import { toWireStub, toWireWorkOrder } from '../wire/work-order.ts';
import { API_USER } from '../world/catalog.ts';
import type { WorkOrder } from '../world/nouns.ts';
import { actingUserId, type Sandbox, type SandboxApp, type SandboxContext } from './context.ts';

type WorkOrderList = { readonly label: string; readonly holds: readonly StatusName[] };

const LISTS: { readonly [name: string]: WorkOrderList } = {
  workorders_in_flight: { label: 'In-Flight', holds: ['published', 'routed', 'assigned', 'work_done'] },
  workorders_draft: { label: 'Draft', holds: ['draft'] },
  workorders_published_routed: { label: 'Published / Routed', holds: ['published', 'routed'] },
  workorders_assigned: { label: 'Assigned', holds: ['assigned'] },
  workorders_problem: { label: 'Issue', holds: [] },
  workorders_work_done: { label: 'Done', holds: ['work_done'] },
  workorders_approved: { label: 'Approved', holds: ['approved'] },
  workorders_all: {
    label: 'All',
    holds: ['draft', 'published', 'routed', 'assigned', 'work_done', 'approved', 'cancelled'],
  },
};

/** Held by what was reported, whatever the status. */
const PROBLEM_LIST = 'workorders_problem';

/** What a provider sees; not among the buyer's saved lists. */
const PROVIDER_LISTS: { readonly [name: string]: (workOrder: WorkOrder, providerId: number) => boolean } = {
  workorders_available: (workOrder) => statusOf(workOrder) === 'published',
  workorders_routed: (workOrder, providerId) => workOrder.phase === 'open' && workOrder.routes.has(providerId),
};

/** Filters that are understood; others leave no echo, which is how a caller finds out. */
const FILTERS: { readonly [name: string]: (workOrder: WorkOrder, wanted: readonly string[]) => boolean } = {
  work_order_id: (workOrder, wanted) => wanted.includes(String(workOrder.id)),
  state: (workOrder, wanted) => workOrder.place !== null && wanted.includes(workOrder.place.state),
  type_of_work: ({ kind }, wanted) => wanted.includes(kind.name) || wanted.includes(String(kind.id)),
  auto_assign: (workOrder, wanted) => wanted.includes(String(workOrder.wasAutoDispatched)),
  requests: (workOrder, wanted) => wanted.includes(String(workOrder.requests.size > 0)),
};

const SORTS: { readonly [name: string]: (workOrder: WorkOrder) => number } = {
  id: (workOrder) => workOrder.id,
  schedule: (workOrder) => workOrder.startMs,
  created_date: (workOrder) => workOrder.milestones.createdMs,
};

export function serveWorkOrderLists(app: SandboxApp, sandbox: Sandbox): void {
  app.get('/workorders/lists', (context) =>
    context.json(
      Object.entries(LISTS).map(([id, list]) => ({
        id,
        label: list.label,
        count: membersOf(sandbox, id, API_USER.id).length,
        default: id === 'workorders_all',
        sort: '',
        order: 'asc',
        columns: '',
      })),
    ),
  );
  app.get('/workorders', (context) => context.json(answerList(sandbox, context)));
}

function answerList(sandbox: Sandbox, context: SandboxContext) {
  const { world } = sandbox;
  const list = chooseList(sandbox, context);
  const filters = readFilters(context);
  const sort = context.req.query('sort') ?? '';
  const order = context.req.query('order') === 'desc' ? 'desc' : 'asc';
  const columns = context.req.query('columns') ?? '';
  const asked = columns.split(',').filter((column) => column !== '');
  const found = membersOf(sandbox, list, actingUserId(context)).filter((workOrder) =>
    filters.every(({ name, wanted }) => FILTERS[name]?.(workOrder, wanted) ?? true),
  );
  const key = SORTS[sort] ?? SORTS['id'] ?? ((workOrder: WorkOrder) => workOrder.id);
  const sorted = found.toSorted(
    (one, other) => (key(one) - key(other) || one.id - other.id) * (order === 'desc' ? -1 : 1),
  );
  const paging = readPaging((name) => context.req.query(name));
  return {
    results: cutPage(sorted, paging).map((workOrder) =>
      asked.length === 0 ? toWireStub(workOrder) : toWireWorkOrder(world, workOrder, asked),
    ),
    metadata: {
      ...pageMetadata(sorted.length, paging),
      sort,
      order,
      list,
      columns,
      view: context.req.query('view') ?? 'list',
      available_filters: [],
      available_columns: [],
    },
    lists: Object.entries(LISTS).map(([id, { label }]) => ({
      label,
      count: membersOf(sandbox, id, API_USER.id).length,
      selected: id === list,
    })),
    saved_filters: [],
    ...Object.fromEntries(
      filters.flatMap(({ name, text }) => [
        [`f_${name}`, text],
        [`fs_${name}`, true],
      ]),
    ),
    actions: ['create', 'import', 'publish', 'revert', 'cancel', 'dispatch', 'message', 'approve', 'auto_assign'],
    user_id: API_USER.id,
  };
}

/** Without `list` the caller gets the list looked at last; a list given is remembered unless `sticky=false`. */
function chooseList(sandbox: Sandbox, context: SandboxContext): string {
  const asked = context.req.query('list');
  if (asked === undefined || asked === '') return sandbox.sticky.list;
  const list = asked in LISTS || asked in PROVIDER_LISTS ? asked : 'workorders_all';
  if (context.req.query('sticky') !== 'false') sandbox.sticky.list = list;
  return list;
}

function readFilters(context: SandboxContext) {
  return Object.keys(FILTERS).flatMap((name) => {
    const text = context.req.query(`f_${name}`);
    return text === undefined || text === ''
      ? []
      : [{ name, text, wanted: text.split(',').map((part) => part.trim()) }];
  });
}

function membersOf(sandbox: Sandbox, list: string, userId: number): readonly WorkOrder[] {
  const all = [...sandbox.world.workOrders.values()];
  const ofProvider = PROVIDER_LISTS[list];
  if (ofProvider !== undefined) return all.filter((workOrder) => ofProvider(workOrder, userId));
  if (list === PROBLEM_LIST) return all.filter(hasOpenProblem);
  const holds = LISTS[list]?.holds ?? [];
  return all.filter((workOrder) => holds.includes(statusOf(workOrder)));
}
