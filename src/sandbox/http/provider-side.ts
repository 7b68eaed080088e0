import { assign, decline } from '../market/lifecycle.ts';
import { record } from '../market/log.ts';
import { addRequest } from '../market/requests.ts';
import { statusOf } from '../market/status.ts';
import { toWireWorkOrder } from '../wire/work-order.ts';
import type { Pay, Provider } from '../world/nouns.ts';
import {
  actingProvider,
  asBody,
  asId,
  type Body,
  findWorkOrder,
  readBody,
  type Sandbox,
  type SandboxApp,
} from './context.ts';
import { cannot, conflict, gone, invalidProvider, invalidWorkOrder } from './errors.ts';

/** What providers do, with `acting_user_id`; and the buyer's side of requests and declines. */
export function serveProviderSide(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.post('/workorders/mass-accept', async (context) => {
    const eta = (await readBody(context))['eta'];
    const items = Array.isArray(eta) ? eta.map(asBody) : [];
    for (const item of items) acceptRoute(sandbox, item, actingProvider(sandbox, context));
    return context.json({ results: items.map((item) => ({ work_order_id: asId(item['work_order_id']) })) });
  });
  app.post('/workorders/:id/requests', async (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const provider = actingProvider(sandbox, context);
    if (provider === null || provider.isBlocked) throw invalidProvider('assign');
    if (statusOf(workOrder) !== 'published') throw cannot('request');
    const hidden = workOrder.requests.get(provider.id);
    if (hidden?.state === 'hidden') hidden.state = 'active';
    else {
      const body = await readBody(context);
      addRequest(world, workOrder, { provider, attempt: 1, counter: readCounter(body), notes: asText(body['notes']) });
    }
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.delete('/workorders/:id/requests/:requestId', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const requestId = asId(context.req.param('requestId')) ?? 0;
    const request = workOrder.requestsById.get(requestId);
    if (request === undefined || request.state === 'taken') throw gone('Request', requestId);
    request.state = 'hidden';
    record(world, 'request.hidden', {
      workOrderId: workOrder.id,
      providerId: request.providerId,
      request_id: requestId,
    });
    return context.json({});
  });
  app.post('/workorders/:id/declines', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const provider = actingProvider(sandbox, context);
    if (provider === null) throw invalidProvider('assign');
    if (workOrder.phase !== 'open') throw cannot('decline');
    decline(world, workOrder, provider.id);
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.delete('/workorders/:id/declines/:userId', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    workOrder.declines.delete(asId(context.req.param('userId')) ?? 0);
    return context.json(toWireWorkOrder(world, workOrder));
  });
}

/** The first to accept is assigned; whoever comes later is told so. */
function acceptRoute(sandbox: Sandbox, item: Body, acting: Provider | null): void {
  const { world } = sandbox;
  const workOrder = world.workOrders.get(asId(item['work_order_id']) ?? 0);
  if (workOrder === undefined) throw invalidWorkOrder('core');
  const provider = world.providers.get(asId(asBody(item['user'])['id']) ?? 0) ?? acting;
  if (provider === null) throw invalidProvider('assign');
  if (workOrder.phase !== 'open') throw conflict(`Work order ${workOrder.id} is ${statusOf(workOrder)}.`);
  const route = workOrder.routes.get(provider.id);
  if (route === undefined) throw conflict(`Work order ${workOrder.id} is not routed to provider ${provider.id}.`);
  assign(world, workOrder, { providerId: provider.id, how: 'accept_route', by: route.by, pay: workOrder.pay });
}

/** Null: a plain request. A counter-offer without understandable pay counts as plain, too. */
function readCounter(body: Body): { readonly pay: Pay; readonly notes: string } | null {
  if (body['counter'] !== true) return null;
  const pay = asBody(body['pay']);
  const type = (['fixed', 'hourly', 'device', 'blended'] as const).find((known) => known === pay['type']);
  if (type === undefined) return null;
  const notes = asText(body['counter_notes']);
  return { pay: { type, base: readRate(pay['base']), additional: readRate(pay['additional']) }, notes };
}

function readRate(value: unknown): Pay['base'] {
  const { amount, units } = { amount: Number(asBody(value)['amount']), units: Number(asBody(value)['units']) };
  return { cents: Math.round((Number.isFinite(amount) ? amount : 0) * 100), units: Number.isFinite(units) ? units : 0 };
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
