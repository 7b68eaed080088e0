import { asBody, asId, type Sandbox, type SandboxContext } from '../http/context.ts';
import { advanceWorld } from '../market/advance.ts';
import { record } from '../market/log.ts';
import type { Fault } from './fault.ts';

/** Handles a request past token, quota, log and faults. */
export type Redo = (request: Request) => Promise<Response>;

/** The request is kept and handled once its time has come, whoever is still waiting for it. */
export async function putOff(
  sandbox: Sandbox,
  context: SandboxContext,
  { fault, redo }: { readonly fault: Fault; readonly redo: Redo },
): Promise<void> {
  const request = await likeIt(context, await context.req.text());
  sandbox.late.push({ atMs: sandbox.world.nowMs + fault.ms, apply: async () => void (await redo(request)) });
}

/** Lets everything happen that is due until then: the market's events, and what was put off, each at its time. */
export async function advanceSandbox(sandbox: Sandbox, untilMs: number): Promise<void> {
  const due = sandbox.late.filter(({ atMs }) => atMs <= untilMs).toSorted((a, b) => a.atMs - b.atMs);
  const waiting = sandbox.late.filter((late) => !due.includes(late));
  sandbox.late.splice(0, sandbox.late.length, ...waiting);
  for (const { atMs, apply } of due) {
    advanceWorld(sandbox.world, atMs);
    record(sandbox.world, 'fault', { fault: 'late effect' });
    await apply();
  }
  advanceWorld(sandbox.world, untilMs);
}

/** Handles another request in place of the one that came, and answers with that. */
export async function restate(
  how: 'ignored' | 'endless_pages' | 'mass_route_half',
  context: SandboxContext,
  redo: Redo,
): Promise<Response> {
  switch (how) {
    case 'ignored':
      return ignored(context, redo);
    case 'endless_pages':
      return endlessPage(context, redo);
    case 'mass_route_half':
      return redo(await likeIt(context, JSON.stringify(halfOf(asBody(JSON.parse(await context.req.text()))))));
  }
}

/** 200 with the work order as it is: what the platform does with a body it does not understand. */
async function ignored(context: SandboxContext, redo: Redo): Promise<Response> {
  const id = /^(.*\/workorders\/\d+)\//.exec(context.req.url)?.[1];
  if (context.req.path.endsWith('/mass-route') || id === undefined) return Response.json({ job_id: 1 });
  return redo(new Request(id));
}

/** The first page again, with other ids and another page to come. */
async function endlessPage(context: SandboxContext, redo: Redo): Promise<Response> {
  const url = new URL(context.req.url);
  const page = asId(url.searchParams.get('page')) ?? 1;
  url.searchParams.set('page', '1');
  const answer = asBody(await (await redo(new Request(url))).json());
  const rows: readonly unknown[] = Array.isArray(answer['results']) ? answer['results'] : [];
  const renamed = rows.map(asBody).map((row) => ({ ...row, id: (asId(row['id']) ?? 0) + (page - 1) * 1_000_000 }));
  const metadata = { ...asBody(answer['metadata']), page, pages: page + 1, total: 1_000_000_000 };
  return Response.json({ ...answer, metadata, results: renamed });
}

function halfOf(body: { readonly [key: string]: unknown }): object {
  const { ids } = body;
  return Array.isArray(ids) ? { ...body, ids: ids.slice(0, Math.ceil(ids.length / 2)) } : body;
}

async function likeIt(context: SandboxContext, body: string): Promise<Request> {
  const { method } = context.req;
  const headers = { 'Content-Type': context.req.header('content-type') ?? 'application/json' };
  return new Request(context.req.url, { method, headers, body: body === '' ? null : body });
}
