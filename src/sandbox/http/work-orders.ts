import { shownRequests } from '../market/status.ts';
import { cutPage, pageMetadata, readPaging } from '../wire/list-envelope.ts';
import { toWirePendingList, toWirePendingRow } from '../wire/pending-list.ts';
import { toWireRequest } from '../wire/request.ts';
import { ALL_COLUMNS, toWireWorkOrder } from '../wire/work-order.ts';
import { asId, findWorkOrder, type Sandbox, type SandboxApp, type SandboxContext } from './context.ts';
import { gone, invalidProvider, missingParameter } from './errors.ts';

/** Parts of a work order that have an address of their own. */
const PARTS = [
  'status',
  'assignee',
  'milestones',
  'location',
  'schedule',
  'pay',
  'eta',
  'qualifications',
  'time_logs',
  'problems',
  'attachments',
  'tasks',
  'custom_fields',
] as const;

export function serveWorkOrders(app: SandboxApp, sandbox: Sandbox): void {
  app.get('/workorders/:id', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const columns = (context.req.query('columns') ?? '').split(',').filter((column) => column !== '');
    return context.json(toWireWorkOrder(sandbox.world, workOrder, columns.length === 0 ? ALL_COLUMNS : columns));
  });
  for (const part of PARTS) {
    app.get(`/workorders/:id/${part}`, (context) => {
      const workOrder = findWorkOrder(sandbox, context);
      return context.json(toWireWorkOrder(sandbox.world, workOrder, [part])[part] ?? {});
    });
  }
  app.get('/workorders/:id/providers', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const list = context.req.query('list') ?? '';
    if (list === '') throw missingParameter('list');
    const paging = readPaging((name) => context.req.query(name));
    return context.json(toWirePendingList(sandbox.world, workOrder, { list, paging }));
  });
  app.get('/workorders/:id/providers/:userId', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const provider = sandbox.world.providers.get(asId(context.req.param('userId')) ?? 0);
    if (provider === undefined) throw invalidProvider('assign');
    return context.json([toWirePendingRow(sandbox.world, workOrder, provider)]);
  });
  app.get('/workorders/:id/requests', (context) => context.json(answerRequests(sandbox, context)));
  app.get('/workorders/:id/requests/:requestId', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const id = asId(context.req.param('requestId')) ?? 0;
    const request = workOrder.requestsById.get(id);
    if (request === undefined || request.state === 'hidden') throw gone('Request', id);
    return context.json(toWireRequest(workOrder, request));
  });
}

function answerRequests(sandbox: Sandbox, context: SandboxContext) {
  const workOrder = findWorkOrder(sandbox, context);
  const requests = shownRequests(workOrder);
  const paging = readPaging((name) => context.req.query(name));
  return {
    metadata: { ...pageMetadata(requests.length, paging), list: '', sort: '', order: 'asc' },
    actions: ['add', 'counter_offer'],
    results: cutPage(requests, paging).map((request) => toWireRequest(workOrder, request)),
    sum: { all: workOrder.requestsById.size },
  };
}
