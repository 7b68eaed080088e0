import { readInlineRule } from '../market/inline-rule.ts';
import { closeRoute, openRoute, publish, revertToDraft, unpublish } from '../market/lifecycle.ts';
import { record } from '../market/log.ts';
import { rank } from '../market/ranking.ts';
import { isTakeable, statusOf } from '../market/status.ts';
import { draw, integerBetween } from '../random.ts';
import { toWireApiUser, toWireUser } from '../wire/user.ts';
import { toWireWorkOrder } from '../wire/work-order.ts';
import type { Provider, WorkOrder } from '../world/nouns.ts';
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
    const body = await readBody(context);
    const technician = readTechnician(sandbox, body);
    // A body without `technician.id` is not understood, so nothing happens; the answer is a 200 all the same.
    if (technician === 'absent') return context.json(toWireApiUser());
    if (technician === null || !technician.isRoutable || technician.isBlocked) throw invalidProvider('route');
    if (workOrder.phase !== 'open') throw conflict(`Work order ${workOrder.id} is ${statusOf(workOrder)}.`);
    // A rule sent along keeps out whoever misses it; that is no error, only nobody is invited.
    if (meetsRule(sandbox, workOrder, { provider: technician, body })) {
      openRoute(world, workOrder, { provider: technician, by: 'api' });
    }
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
    const body = await readBody(context);
    const invited = readInvited(sandbox, body);
    const providerIds = invited.filter((id) => {
      const provider = world.providers.get(id);
      return provider === undefined || meetsRule(sandbox, workOrder, { provider, body });
    });
    const unwanted = invited.filter((id) => !providerIds.includes(id));
    world.lastId.massRoute += 1;
    const massRouteId = world.lastId.massRoute;
    const delayMs = integerBetween(draw(world.seed, 'mass-route', massRouteId), 300, 900);
    const event = { workOrderId: workOrder.id, providerId: 0, massRouteId, providerIds, unwanted } as const;
    world.queue.add({ kind: 'mass_route', atMs: world.nowMs + delayMs, ...event });
    record(world, 'mass_route.queued', { workOrderId: workOrder.id, job_id: massRouteId, ids: invited });
    return context.json({ job_id: massRouteId });
  });
}

/** `absent`: the body names nobody in the place where the platform looks. Null: nobody of that id. */
function readTechnician(sandbox: Sandbox, body: Body): Provider | 'absent' | null {
  const given = asBody(body['technician'])['id'];
  if (given === undefined) return 'absent';
  return sandbox.world.providers.get(asId(given) ?? 0) ?? null;
}

function meetsRule(
  sandbox: Sandbox,
  workOrder: WorkOrder,
  given: { readonly provider: Provider; readonly body: Body },
): boolean {
  const rule = readInlineRule(given.body['selection_rule']);
  return rule === null || rank(given.provider, workOrder, { rule, nowMs: sandbox.world.nowMs }).isMatch;
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
