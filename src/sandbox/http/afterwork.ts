import { approve, cancel, cancelByProvider, completeWork, sendBack, unapprove } from '../market/lifecycle.ts';
import { toWireWorkOrder } from '../wire/work-order.ts';
import { INCOMPLETE_REASONS } from '../world/catalog.ts';
import { asId, findWorkOrder, readBody, type Sandbox, type SandboxApp, type SandboxContext } from './context.ts';
import { cannot, missingParameter } from './errors.ts';

/** What comes after the assignment: the work, its approval, and the ways it can fall through. */
export function serveAfterwork(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.post('/workorders/:id/complete', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    if (workOrder.phase !== 'assigned') throw cannot('complete');
    completeWork(world, workOrder);
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.delete('/workorders/:id/complete', (context) => markIncomplete(sandbox, context));
  app.post('/workorders/:id/approve', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    if (workOrder.phase !== 'work_done') throw cannot('approve');
    approve(world, workOrder);
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.delete('/workorders/:id/approve', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    if (workOrder.phase !== 'approved') throw cannot('unapprove');
    unapprove(world, workOrder);
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.post('/workorders/:id/provider/cancel', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    if (workOrder.phase !== 'assigned') throw cannot('cancel the provider');
    cancelByProvider(world, workOrder);
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.delete('/workorders/:id', async (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const reasonId = asId((await readBody(context))['cancel_reason']);
    if (reasonId === null) throw missingParameter('cancel_reason');
    if (workOrder.phase !== 'open' && workOrder.phase !== 'assigned') throw cannot('cancel');
    cancel(world, workOrder, reasonId);
    return context.json(toWireWorkOrder(world, workOrder));
  });
}

/** `reason` in words and `reason_id`, one of the company's, both in the query and both required. */
function markIncomplete(sandbox: Sandbox, context: SandboxContext): Response {
  const workOrder = findWorkOrder(sandbox, context);
  if (workOrder.phase !== 'work_done') throw cannot('mark incomplete');
  const { reason = '', reason_id: reasonId = '' } = context.req.query();
  if (reason === '') throw missingParameter('reason');
  if (reasonId === '') throw missingParameter('reason_id');
  const known = INCOMPLETE_REASONS.find(({ id }) => id === asId(reasonId));
  if (known === undefined) throw cannot('mark incomplete');
  sendBack(sandbox.world, workOrder, { reason, reasonId: known.id });
  return context.json(toWireWorkOrder(sandbox.world, workOrder));
}
