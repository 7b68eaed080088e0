import { createSandboxApp, type SandboxOptions } from '../../src/sandbox/server.ts';

/** Monday 2026-01-05, 08:00 in Chicago. */
export const START_MS = Date.UTC(2026, 0, 5, 14);
export const PENDING = 'list=find_providers_pending_assignment';
export const LOGIN = { grant_type: 'password', client_id: 'c', client_secret: 's', username: 'u', password: 'p' };

// biome-ignore lint/suspicious/noExplicitAny: bodies of another party's API, looked into by hand in tests
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: any; readonly text: string };

export type TestSandbox = Awaited<ReturnType<typeof openSandbox>>;

/** A sandbox without a socket whose virtual time stands still, logged in. */
export async function openSandbox(options: SandboxOptions = {}) {
  const { app, world, clock } = createSandboxApp({
    seed: 7,
    workOrders: 40,
    providers: 80,
    speed: 0,
    startAtMs: START_MS,
    tokenLifetimeSeconds: 10_000_000,
    ...options,
  });
  const request = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const init =
      body === undefined
        ? { method }
        : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await app.request(path, init);
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : null };
  };
  const login = async (): Promise<string> =>
    (await request('POST', '/authentication/api/oauth/token', LOGIN)).body.access_token;
  const token = await login();
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    request(method, `/api/rest/v2${path}${path.includes('?') ? '&' : '?'}access_token=${token}`, body);
  return {
    app,
    world,
    clock,
    request,
    login,
    call,
    get: (path: string) => call('GET', path),
    advance: (minutes: number) => request('POST', '/_sandbox/clock', { advance_ms: minutes * 60_000 }),
    events: async (kind: string) => (await request('GET', `/_sandbox/events?kind=${kind}`)).body.events,
    /** The first work order of the market, samples aside, that satisfies this. */
    workOrder: (satisfies: (workOrder: ReturnType<typeof world.workOrders.get> & object) => boolean) => {
      const found = [...world.workOrders.values()].find((workOrder) => workOrder.id > 5000 && satisfies(workOrder));
      if (found === undefined) throw new Error('no such work order in this world');
      return found;
    },
    provider: (satisfies: (provider: ReturnType<typeof world.providers.get> & object) => boolean) => {
      const found = [...world.providers.values()].find(
        (provider) => provider.id > 1000 && provider.isRoutable && !provider.isBlocked && satisfies(provider),
      );
      if (found === undefined) throw new Error('no such provider in this world');
      return found;
    },
  };
}

/** Status name of a work order as the API tells it. */
export async function statusName(sandbox: TestSandbox, id: number): Promise<string> {
  return (await sandbox.get(`/workorders/${id}/status`)).body.name;
}
