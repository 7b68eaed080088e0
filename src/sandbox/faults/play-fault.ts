import { setTimeout as sleep } from 'node:timers/promises';
import { expireTokens } from '../http/authentication.ts';
import type { Sandbox, SandboxContext } from '../http/context.ts';
import { rateLimited, toErrorResponse } from '../http/errors.ts';
import { record } from '../market/log.ts';
import { alreadySent, cutConnection } from './cut.ts';
import type { Fault, FaultKind } from './fault.ts';
import { MARKET_FAULTS, moveMarket } from './move-market.ts';
import { putOff, type Redo, restate } from './redo.ts';
import { refusalOf } from './refusal.ts';
import { ANSWER_FAULTS, spoilAnswer } from './spoil-answer.ts';

export type Play = {
  readonly fault: Fault;
  /** Handles the request as it came. */
  readonly next: () => Promise<void>;
  /** Handles a request like it once more, past token, quota, log and faults. */
  readonly redo: Redo;
};

/** Runs the request with the fault around it. What it gives replaces the handler's answer; null: that one stands. */
export async function playFault(sandbox: Sandbox, context: SandboxContext, play: Play): Promise<Response | null> {
  const { fault, next } = play;
  record(sandbox.world, 'fault', { fault: fault.fault, method: context.req.method, path: context.req.path });
  if (isOneOf(MARKET_FAULTS, fault)) {
    moveMarket(sandbox.world, context, fault);
    await next();
    return null;
  }
  if (isOneOf(ANSWER_FAULTS, fault)) {
    await next();
    return context.res.ok ? spoilAnswer(context.res, fault) : null;
  }
  if (isOneOf(ANSWERS_INSTEAD, fault)) return insteadOf(sandbox, fault);
  return around(sandbox, context, play);
}

/** The effect happens, at another time or otherwise than asked, or its answer is lost. */
async function around(sandbox: Sandbox, context: SandboxContext, play: Play): Promise<Response | null> {
  const { fault, next } = play;
  switch (fault.fault) {
    case 'latency':
      await sleep(fault.ms);
      await next();
      return null;
    case 'expire_token':
      expireTokens(sandbox);
      await next();
      return null;
    case 'truncate':
      await next();
      return truncated(context);
    case '500_after':
      await next();
      return serverError();
    case 'lost_response':
      await next();
      return cutConnection(context);
    case 'late':
      await putOff(sandbox, context, play);
      return fault.status === null
        ? cutConnection(context)
        : Response.json({ message: 'Accepted' }, { status: fault.status });
    case 'ignored':
    case 'endless_pages':
    case 'mass_route_half':
      return restate(fault.fault, context, play.redo);
    default:
      throw new Error(`nothing plays the fault ${fault.fault}`);
  }
}

const ANSWERS_INSTEAD = ['429', '500', 'refuse', 'html', 'redirect'] as const satisfies readonly FaultKind[];

/** Answers that come without anything having happened. */
function insteadOf(sandbox: Sandbox, fault: Fault & { readonly fault: (typeof ANSWERS_INSTEAD)[number] }): Response {
  const { errorFormat } = sandbox.settings;
  const { nowMs } = sandbox.world;
  switch (fault.fault) {
    case '429':
      return toErrorResponse(rateLimited(fault.retry_after_seconds).refusal, errorFormat, nowMs);
    case '500':
      return serverError();
    case 'refuse':
      return toErrorResponse(refusalOf(fault), errorFormat, nowMs);
    case 'html':
      return new Response(HTML_PAGE, { status: fault.status ?? 502, headers: { 'Content-Type': 'text/html' } });
    case 'redirect':
      return new Response(null, { status: 302, headers: { Location: fault.location } });
  }
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

function isOneOf<Kind extends Fault['fault']>(
  kinds: readonly Kind[],
  fault: Fault,
): fault is Fault & { readonly fault: Kind } {
  return kinds.some((kind) => kind === fault.fault);
}
