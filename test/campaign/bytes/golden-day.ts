import { DEFAULT_LIMITS } from '../../../src/domain/limits.ts';
import type { RuleFile } from '../../../src/domain/rule-file.ts';
import { PlatformUnavailable } from '../../../src/engine/ports.ts';
import { runOnce } from '../../../src/engine/run-once.ts';
import { connectFieldNation } from '../../../src/fieldnation/connect.ts';
import { createSandboxApp } from '../../../src/sandbox/server.ts';
import { ASSIGN, aFileThat, ruleSetOf } from '../../engine/world.ts';
import { type Handler, HandlerDispatcher } from '../../market/handler-dispatcher.ts';
import { NOW_MS } from '../../support/builders.ts';

const ORDER = 4047;
const PROVIDER = 557;
const ORIGIN = 'http://127.0.0.1:1';
const LOGIN = { grant_type: 'password', client_id: 'c', client_secret: 's', username: 'u', password: 'p' };
const FILES: readonly RuleFile[] = [aFileThat([ASSIGN])];

/** What the platform answered, by what was asked. */
export type GoldenBody = { readonly asked: string; readonly text: string };

/** Every body that one run reads: one work order, one provider who has asked for it, nobody else to be taken instead. */
export async function recordDay(): Promise<readonly GoldenBody[]> {
  const { app, world } = createSandboxApp({ seed: 7, speed: 0, startAtMs: NOW_MS, workOrders: 2, providers: 1 });
  for (const id of world.workOrders.keys()) if (id !== ORDER) world.workOrders.delete(id);
  const order = world.workOrders.get(ORDER);
  const provider = world.providers.get(PROVIDER);
  if (order === undefined || provider === undefined) throw new Error('the sandbox has no samples');
  world.providers.set(PROVIDER, { ...provider, rating: { hundredths: 480, count: 20 } });
  order.routes.clear();
  order.requests.clear();
  const post = { method: 'POST', headers: { 'content-type': 'application/json' } };
  const login = await app.request('/authentication/api/oauth/token', { ...post, body: JSON.stringify(LOGIN) });
  const { access_token: token } = (await login.json()) as { readonly access_token: string };
  const asked = `/api/rest/v2/workorders/${ORDER}/requests?acting_user_id=${PROVIDER}&access_token=${token}`;
  const answer = await app.request(asked, { ...post, body: '{}' });
  if (answer.status !== 200) throw new Error(`asking answered ${answer.status}`);
  const bodies = new Map<string, string>();
  await decide(async (request) => {
    const said = await app.fetch(request);
    bodies.set(keyOf(request), await said.clone().text());
    return said;
  });
  return [...bodies].map(([key, text]) => ({ asked: key, text }));
}

/** The same day with one body replaced: what would be done, or why nothing. */
export function decideOn(bodies: readonly GoldenBody[], spoilt: GoldenBody): Promise<string> {
  const texts = new Map([...bodies, spoilt].map(({ asked, text }) => [asked, text]));
  return decide((request) => {
    const text = texts.get(keyOf(request));
    if (text === undefined) return Response.json({ message: 'Not found', trace: [] }, { status: 404 });
    return new Response(text, { headers: { 'content-type': 'application/json' } });
  });
}

function keyOf(request: Request): string {
  const { pathname, searchParams } = new URL(request.url);
  const list = searchParams.get('list');
  return `${request.method} ${pathname}${list === null ? '' : ` ${list}`}`;
}

/** A dry run of the real engine and client: `assign 557 15000` for what it would do. */
async function decide(handle: Handler): Promise<string> {
  const clock = {
    nowMs: () => NOW_MS,
    sleep: async () => undefined,
  };
  const limits = { ...DEFAULT_LIMITS, maxPagesPerList: 4 };
  const client = connectFieldNation({
    apiBaseUrl: `${ORIGIN}/api/rest/v2`,
    tokenUrl: `${ORIGIN}/authentication/api/oauth/token`,
    clientId: 'c',
    clientSecret: 's',
    username: 'u',
    password: 'p',
    limits,
    clock,
    random: () => 0.5,
    dispatcher: new HandlerDispatcher(handle),
  });
  const observer = { onDecision: () => undefined, onEffect: () => undefined, onReconciled: () => undefined };
  const deps = {
    source: client,
    target: client,
    store: null,
    view: null,
    clock,
    limits,
    ruleSet: ruleSetOf(FILES),
    observer,
  };
  try {
    const report = await runOnce(
      { ...deps, environment: 'loopback', engineVersion: '0.0.0-bytes', isStopping: () => false },
      { id: 'bytes', tick: 'manual:bytes', isDryRun: true, only: null },
    );
    if (report.summary.stopped !== null) return `stopped ${report.summary.stopped.code}`;
    const would = report.decisions.map(({ planned }) =>
      planned.intents.length === 0 ? 'nothing' : JSON.stringify(planned.intents),
    );
    return would.length === 0 ? 'nothing' : would.join();
  } catch (error) {
    if (error instanceof PlatformUnavailable) return `aborted ${error.kind}`;
    throw error;
  }
}
