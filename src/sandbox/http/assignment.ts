import { assign, unassign } from '../market/lifecycle.ts';
import { statusOf } from '../market/status.ts';
import { toWireUser } from '../wire/user.ts';
import { toWireWorkOrder } from '../wire/work-order.ts';
import type { WorkOrder } from '../world/nouns.ts';
import {
  asBody,
  asId,
  findWorkOrder,
  readBody,
  type Sandbox,
  type SandboxApp,
  type SandboxContext,
} from './context.ts';
import { cannot, conflict, gone, invalidProvider, missingParameter } from './errors.ts';

/** Assign and unassign. */
export function serveAssignment(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.post('/workorders/:id/assignee', async (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const id = asBody((await readBody(context))['user'])['id'];
    if (id === undefined) throw missingParameter('user');
    const provider = world.providers.get(asId(id) ?? 0);
    if (provider === undefined || provider.isBlocked) throw invalidProvider('assign');
    requireAssignable(workOrder);
    // At the pay offered, also when the provider has made a counter-offer; that one is accepted on its own address.
    for (const member of withBundle(sandbox, workOrder)) {
      assign(world, member, { providerId: provider.id, how: 'assign', by: 'api', pay: member.pay });
    }
    return context.json(toWireUser(world, provider));
  });
  app.delete('/workorders/:id/assignee', async (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const body = await readBody(context);
    const id = asBody(body['user'])['id'];
    if (id === undefined) throw missingParameter('user');
    if (body['reason_id'] === undefined) throw missingParameter('reason_id');
    const provider = world.providers.get(asId(id) ?? 0);
    if (provider === undefined || workOrder.assignment?.providerId !== provider.id) throw invalidProvider('unassign');
    if (workOrder.phase !== 'assigned') throw cannot('unassign');
    unassign(world, workOrder, { kind: 'work_order.unassigned' });
    return context.json(toWireUser(world, provider));
  });
  app.post('/workorders/:id/requests/:requestId/accept', (context) => acceptRequest(sandbox, context));
}

/** Accepting a request assigns the provider at the pay asked for. */
function acceptRequest(sandbox: Sandbox, context: SandboxContext): Response {
  const { world } = sandbox;
  const workOrder = findWorkOrder(sandbox, context);
  const requestId = asId(context.req.param('requestId')) ?? 0;
  const request = workOrder.requestsById.get(requestId);
  requireAssignable(workOrder);
  if (request === undefined || request.state !== 'active' || workOrder.requests.get(request.providerId) !== request) {
    throw gone('Request', requestId);
  }
  const { providerId, counter } = request;
  for (const member of withBundle(sandbox, workOrder)) {
    const pay = member === workOrder ? (counter?.pay ?? workOrder.pay) : member.pay;
    assign(world, member, { providerId, how: 'accept_request', by: 'api', pay });
  }
  return context.json(toWireWorkOrder(world, workOrder));
}

function requireAssignable(workOrder: WorkOrder): void {
  if (workOrder.assignment !== null) {
    throw conflict(`Work order ${workOrder.id} is already assigned to provider ${workOrder.assignment.providerId}.`);
  }
  if (workOrder.phase !== 'open') throw conflict(`Work order ${workOrder.id} is ${statusOf(workOrder)}.`);
}

/** A bundle is taken as a whole: the work order and the members that are still open. */
function withBundle(sandbox: Sandbox, workOrder: WorkOrder): readonly WorkOrder[] {
  const { bundleId } = workOrder;
  if (bundleId === null) return [workOrder];
  return [...sandbox.world.workOrders.values()].filter(
    (member) => member === workOrder || (member.bundleId === bundleId && member.phase === 'open'),
  );
}
