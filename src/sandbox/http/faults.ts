import { setTimeout as sleep } from 'node:timers/promises';
import { assign } from '../market/lifecycle.ts';
import { record } from '../market/log.ts';
import { expireTokens } from './authentication.ts';
import { asBody, asId, type Body, type Sandbox, type SandboxContext } from './context.ts';
import { rateLimited, toErrorResponse } from './errors.ts';

/*
 * Faults that can be switched on over /_sandbox/faults. `500`, `429` and `html` answer instead of the handler;
 * `500_after`, `truncate` and `lost_response` let the effect happen and spoil the answer; `latency` comes before the
 * handler, so an effect can land after the client gave up; `expire_token` ends every token before the request is looked at;
 * `provider_accepts` lets an invited provider take the work order just before the request is handled.
 */
export const FAULT_KINDS = [
  'latency',
  '429',
  '500',
  '500_after',
  'truncate',
  'html',
  'lost_response',
  'expire_token',
  'provider_accepts',
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

export type Fault = {
  readonly id: number;
  readonly match: { readonly method: string | null; readonly path: string; readonly nth: number };
  readonly fault: FaultKind;
  /** How many matching requests in a row it spoils, from the nth on; null: every one. */
  readonly times: number | null;
  /** Wall time of `latency`. */
  readonly ms: number;
  readonly retry_after_seconds: number;
  /** Status of the `html` page. */
  readonly status: number;
  /** Who accepts under `provider_accepts`; null: the first invited. */
  readonly provider_id: number | null;
  seen: number;
  fired: number;
};

/** Thrown where there is no socket to cut: what a client sees as a connection that broke. */
export class LostResponse extends Error {
  override readonly name = 'LostResponse';
}

/** The fault that a control request describes, or what is wrong with it. */
export function parseFault(body: Body, id: number): Fault | string {
  const match = asBody(body['match']);
  const kind = FAULT_KINDS.find((known) => known === body['fault']);
  if (kind === undefined) return `fault must be one of ${FAULT_KINDS.join(', ')}`;
  const path = typeof match['path'] === 'string' ? match['path'] : '';
  try {
    new RegExp(path);
  } catch {
    return `match.path is not a regular expression: ${path}`;
  }
  const method = typeof match['method'] === 'string' ? match['method'].toUpperCase() : null;
  return {
    id,
    match: { method, path, nth: asId(match['nth']) ?? 1 },
    fault: kind,
    times: body['times'] === null ? null : (asId(body['times']) ?? 1),
    ms: asId(body['ms']) ?? 1000,
    retry_after_seconds: asId(body['retry_after_seconds']) ?? 60,
    status: asId(body['status']) ?? 502,
    provider_id: asId(body['provider_id']),
    seen: 0,
    fired: 0,
  };
}

/** The first fault that this request meets; every fault counts the requests it matches. */
export function meetFault(faults: readonly Fault[], context: SandboxContext): Fault | null {
  const met = faults.filter((fault) => {
    if (fault.match.method !== null && fault.match.method !== context.req.method) return false;
    if (!new RegExp(fault.match.path).test(context.req.path)) return false;
    fault.seen += 1;
    return fault.seen >= fault.match.nth && (fault.times === null || fault.fired < fault.times);
  })[0];
  if (met === undefined) return null;
  met.fired += 1;
  return met;
}

/** Runs the request with the fault around it. What it gives replaces the handler's answer; null: that one stands. */
export async function playFault(
  sandbox: Sandbox,
  context: SandboxContext,
  play: { readonly fault: Fault; readonly next: () => Promise<void> },
): Promise<Response | null> {
  const { fault, next } = play;
  record(sandbox.world, 'fault', { fault: fault.fault, method: context.req.method, path: context.req.path });
  switch (fault.fault) {
    case 'latency':
      await sleep(fault.ms);
      await next();
      return null;
    case 'expire_token':
      expireTokens(sandbox);
      await next();
      return null;
    case 'provider_accepts':
      acceptFirst(sandbox, context, fault.provider_id);
      await next();
      return null;
    case '429':
      return toErrorResponse(
        rateLimited(fault.retry_after_seconds).refusal,
        sandbox.settings.errorFormat,
        sandbox.world.nowMs,
      );
    case '500':
      return serverError();
    case '500_after':
      await next();
      return serverError();
    case 'html':
      return new Response(HTML_PAGE, { status: fault.status, headers: { 'Content-Type': 'text/html' } });
    case 'truncate':
      await next();
      return truncated(context);
    case 'lost_response':
      await next();
      context.env?.outgoing?.destroy();
      if (context.env?.outgoing === undefined) throw new LostResponse('the answer was lost on the way');
      return alreadySent();
  }
}

/** Between the caller's reading and writing: the route is accepted. Nobody invited, or too late: nothing happens. */
function acceptFirst(sandbox: Sandbox, context: SandboxContext, providerId: number | null): void {
  const id = /\/workorders\/(\d+)/.exec(context.req.path)?.[1];
  const workOrder = sandbox.world.workOrders.get(Number(id));
  const route = [...(workOrder?.routes.values() ?? [])].find(
    (live) => providerId === null || live.providerId === providerId,
  );
  if (workOrder === undefined || route === undefined || workOrder.phase !== 'open') return;
  const terms = { providerId: route.providerId, pay: workOrder.pay };
  assign(sandbox.world, workOrder, { ...terms, how: 'accept_route', by: route.by });
}

const HTML_PAGE = '<html><head><title>502 Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>';

function serverError(): Response {
  return Response.json({ message: 'Internal Server Error', trace: [], extra: [] }, { status: 500 });
}

/** Half of the body under the whole length; then the connection ends. */
async function truncated(context: SandboxContext): Promise<Response> {
  const whole = Buffer.from(await context.res.clone().arrayBuffer());
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  const outgoing = context.env?.outgoing;
  const headers = { 'Content-Type': 'application/json', 'Content-Length': String(whole.length) };
  if (outgoing === undefined) return new Response(half, { status: context.res.status, headers });
  outgoing.writeHead(context.res.status, headers);
  await new Promise<void>((resolve) => outgoing.write(half, () => resolve()));
  outgoing.destroy();
  return alreadySent();
}

/** Tells the server adapter that the answer has been dealt with. */
const ALREADY_SENT = 'x-hono-already-sent';

function alreadySent(): Response {
  return new Response(null, { headers: { [ALREADY_SENT]: 'true' } });
}

/** True: the answer was lost or cut on purpose. */
export function isAlreadySent(response: Response): boolean {
  return response.headers.has(ALREADY_SENT);
}
