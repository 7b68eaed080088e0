import { Hono } from 'hono';
import { isAlreadySent } from '../faults/cut.ts';
import { type Fault, meetFault, WEBHOOK_FAULTS } from '../faults/fault.ts';
import { playFault } from '../faults/play-fault.ts';
import { advanceSandbox, type Redo } from '../faults/redo.ts';
import { advanceWorld } from '../market/advance.ts';
import { record } from '../market/log.ts';
import { serveAfterwork } from './afterwork.ts';
import { serveAssignment } from './assignment.ts';
import { requireToken, serveTokens, spendQuota } from './authentication.ts';
import { serveAutoDispatch } from './auto-dispatch.ts';
import { serveCompany } from './company.ts';
import type { Sandbox, SandboxApp, SandboxContext, SandboxEnv } from './context.ts';
import { serveControl } from './control.ts';
import { serveDispatch } from './dispatch.ts';
import { serveDispatchSettings } from './dispatch-settings.ts';
import { ApiRefusal, notFound, toErrorResponse } from './errors.ts';
import { serveProviderSide } from './provider-side.ts';
import { serveTalentPools } from './talent-pools.ts';
import { serveWorkOrderLists } from './work-order-lists.ts';
import { serveWorkOrders } from './work-orders.ts';

const API = '/api/rest/v2';

/** The whole server: time first, then the write log, faults, token and quota, then the addressed resource. */
export function buildApp(sandbox: Sandbox): SandboxApp {
  const app = new Hono<SandboxEnv>();
  const redo: Redo = async (request) => app.fetch(request, { isRedone: true });
  app.use(async (context, next) => {
    if (!isRedone(context)) await advanceSandbox(sandbox, sandbox.clock.nowMs());
    await next();
    context.res.headers.set('Date', new Date(sandbox.world.nowMs).toUTCString());
  });
  serveControl(app, sandbox);
  app.use(`${API}/*`, async (context, next) => {
    if (isRedone(context)) return next();
    const isWrite = context.req.method !== 'GET' && context.req.method !== 'HEAD';
    sandbox.world.traffic[isWrite ? 'writes' : 'reads'] += 1;
    const entry = isWrite ? await recordWrite(sandbox, context) : null;
    await next();
    if (entry !== null && !isAlreadySent(context.res)) entry.detail['status'] = context.res.status;
  });
  app.use('*', async (context, next) => {
    const fault = isRedone(context) ? null : meetFault(faultsOfRequests(sandbox), context.req, sandbox.world.seed);
    if (fault === null) return next();
    const spoiled = await playFault(sandbox, context, { fault, next, redo });
    if (spoiled === null) return;
    // Without this the framework keeps the handler's answer, or mixes its headers in.
    context.res = undefined;
    context.res = spoiled;
  });
  serveTokens(app, sandbox);
  app.route(API, buildApi(sandbox));
  app.notFound((context) => refuse(sandbox, notFound(`No such address: ${context.req.method} ${context.req.path}`)));
  app.onError((error) => {
    if (error instanceof ApiRefusal) return refuse(sandbox, error);
    throw error;
  });
  return app;
}

function buildApi(sandbox: Sandbox): SandboxApp {
  const api: SandboxApp = new Hono<SandboxEnv>();
  api.use(async (context, next) => {
    if (isRedone(context)) return next();
    // Time may have passed since the request arrived, behind a latency fault.
    advanceWorld(sandbox.world, sandbox.clock.nowMs());
    requireToken(sandbox, context);
    const headers = spendQuota(sandbox);
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
  serveProviderSide(api, sandbox);
  serveWorkOrderLists(api, sandbox);
  serveWorkOrders(api, sandbox);
  serveDispatch(api, sandbox);
  serveAutoDispatch(api, sandbox);
  serveAssignment(api, sandbox);
  serveAfterwork(api, sandbox);
  serveTalentPools(api, sandbox);
  if (sandbox.settings.hasDispatchSettings) serveDispatchSettings(api, sandbox);
  serveCompany(api, sandbox);
  return api;
}

function faultsOfRequests({ faults }: Sandbox): readonly Fault[] {
  return faults.list.filter(({ fault }) => !WEBHOOK_FAULTS.some((kind) => kind === fault));
}

function isRedone(context: SandboxContext): boolean {
  return context.env?.isRedone === true;
}

/** Every write received is in the log when it arrives; its status is filled in when it is answered, 0 when the answer was lost. */
async function recordWrite(sandbox: Sandbox, context: SandboxContext) {
  const text = await context.req.text();
  const { access_token: _secret, ...query } = context.req.query();
  return record(sandbox.world, 'write', {
    method: context.req.method,
    path: context.req.path,
    query,
    body: text,
    status: 0,
  });
}

function refuse(sandbox: Sandbox, error: ApiRefusal): Response {
  return toErrorResponse(error.refusal, sandbox.settings.errorFormat, sandbox.world.nowMs);
}
