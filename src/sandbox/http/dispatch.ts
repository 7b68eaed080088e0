import { closeRoute, openRoute, publish, revertToDraft, unpublish } from '../market/lifecycle.ts';
import { record } from '../market/log.ts';
import { isTakeable, statusOf } from '../market/status.ts';
import { draw, integerBetween } from '../random.ts';
import { toWireApiUser, toWireUser } from '../wire/user.ts';
import { toWireWorkOrder } from '../wire/work-order.ts';
import type { Provider } from '../world/nouns.ts';
import { asBody, asId, type Body, findWorkOrder, readBody, type Sandbox, type SandboxApp } from './context.ts';
import { cannot, conflict, invalidProvider } from './errors.ts';

/** Publish, draft, route and mass-route. */
export function serveDispatch(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.post('/workorders/:id/publish', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    if (workOrder.phase !== 'open') throw cannot('publish');
    publish(world, workOrder, 'api');
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.delete('/workorders/:id/publish', (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    if (statusOf(workOrder) !== 'published') throw cannot('unpublish');
    unpublish(world, workOrder);
    return context.json(toWireWorkOrder(world, workOrder));
  });
  app.delete('/workorders/:id/draft', (context) => {
    const workOrder = findWorkOrder(sandbox, context, 'revert');
    if (!isTakeable(workOrder)) throw cannot('revert');
    revertToDraft(world, workOrder);
    return context.json(toWireWorkOrder(world, workOrder));
  });
  serveRoutes(app, sandbox);
  serveMassRoute(app, sandbox);
}

function serveRoutes(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.post('/workorders/:id/route', async (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const technician = readTechnician(sandbox, await readBody(context));
    // A body without `technician.id` is not understood, so nothing happens; the answer is a 200 all the same.
    if (technician === 'absent') return context.json(toWireApiUser());
    if (technician === null || !technician.isRoutable || technician.isBlocked) throw invalidProvider('route');
    if (workOrder.phase !== 'open') throw conflict(`Work order ${workOrder.id} is ${statusOf(workOrder)}.`);
    openRoute(world, workOrder, technician);
    return context.json(toWireUser(world, technician));
  });
  app.delete('/workorders/:id/route', async (context) => {
    const workOrder = findWorkOrder(sandbox, context);
    const technician = readTechnician(sandbox, await readBody(context));
    if (technician === 'absent') return context.json(toWireApiUser());
    if (technician === null) throw invalidProvider('route');
    if (workOrder.phase !== 'open') throw conflict(`Work order ${workOrder.id} is ${statusOf(workOrder)}.`);
    closeRoute(world, workOrder, technician.id);
    return context.json(toWireUser(world, technician));
  });
}

/** Answers at once with a job id and applies the routes a moment of virtual time later. */
function serveMassRoute(app: SandboxApp, sandbox: Sandbox): void {
  const { world } = sandbox;
  app.post('/workorders/:id/mass-route', async (context) => {
    const workOrder = findWorkOrder(sandbox, context, 'micro');
    const providerIds = readInvited(sandbox, await readBody(context));
    world.lastId.massRoute += 1;
    const massRouteId = world.lastId.massRoute;
    const delayMs = integerBetween(draw(world.seed, 'mass-route', massRouteId), 300, 900);
    const event = { workOrderId: workOrder.id, providerId: 0, massRouteId, providerIds } as const;
    world.queue.add({ kind: 'mass_route', atMs: world.nowMs + delayMs, ...event });
    record(world, 'mass_route.queued', { workOrderId: workOrder.id, job_id: massRouteId, ids: providerIds });
    return context.json({ job_id: massRouteId });
  });
}

/** `absent`: the body names nobody in the place where the platform looks. Null: nobody of that id. */
function readTechnician(sandbox: Sandbox, body: Body): Provider | 'absent' | null {
  const given = asBody(body['technician'])['id'];
  if (given === undefined) return 'absent';
  return sandbox.world.providers.get(asId(given) ?? 0) ?? null;
}

/** `ids`, or the members of `talent_pool_id`; whatever else is in the body is ignored. */
function readInvited(sandbox: Sandbox, body: Body): readonly number[] {
  const ids = body['ids'];
  if (Array.isArray(ids)) return [...new Set(ids.flatMap((id: unknown) => asId(id) ?? []))];
  const poolId = asId(body['talent_pool_id']);
  return [...sandbox.world.providers.values()]
    .filter((provider) => provider.talentPools.some((pool) => pool.id === poolId))
    .map((provider) => provider.id);
}
