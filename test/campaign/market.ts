import { createAdaptorServer } from '@hono/node-server';
import { createSandboxApp, type SandboxOptions } from '../../src/sandbox/server.ts';
import type { World } from '../../src/sandbox/world/nouns.ts';
import { type Environment, SECRETS } from '../e2e/scene.ts';

export type Arrived = { readonly method: string; readonly path: string };

/** What happens to a request on its way: `handle` lets the platform do it; what is returned is its answer, null none. */
export type Way = (request: Arrived, handle: () => Promise<Response>) => Promise<Response | null>;

/** The sandbox over HTTP on loopback, with its world in reach and a hand on every request. */
export type Market = {
  readonly world: World;
  readonly settings: Environment;
  /** How many requests have arrived, logins included. */
  requests(): number;
  /** Null: every request is handled and answered. */
  setWay(way: Way | null): void;
  advance(minutes: number): void;
  close(): Promise<void>;
};

export async function openMarket(options: SandboxOptions): Promise<Market> {
  const { app, world, clock } = createSandboxApp({ speed: 1, startAtMs: Date.UTC(2026, 0, 5, 14), ...options });
  let way: Way | null = null;
  let requests = 0;
  const server = createAdaptorServer({
    fetch: async (incoming: Request) => {
      requests += 1;
      // Read before the client may die: what has arrived has arrived.
      const body = incoming.method === 'GET' ? null : await incoming.text();
      const request = new Request(incoming.url, { method: incoming.method, headers: incoming.headers, body });
      const handle = async () => app.fetch(request);
      if (way === null) return handle();
      const answer = await way({ method: request.method, path: new URL(request.url).pathname }, handle);
      return answer ?? new Promise<Response>(() => undefined);
    },
    overrideGlobalObjects: false,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    world,
    settings: {
      FIELDMARSHAL_BASE_URL: `http://127.0.0.1:${address.port}`,
      FIELDMARSHAL_CLIENT_ID: 'client',
      FIELDMARSHAL_CLIENT_SECRET: SECRETS[0],
      FIELDMARSHAL_USERNAME: 'dispatch@example.com',
      FIELDMARSHAL_PASSWORD: SECRETS[1],
      FIELDMARSHAL_CLOCK: 'server',
      FIELDMARSHAL_HEALTH_PORT: '0',
    },
    requests: () => requests,
    setWay: (next) => {
      way = next;
    },
    advance: (minutes) => clock.advance(minutes * 60_000),
    close: async () => {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A write of the API, not a login. */
export function isWrite({ method, path }: Arrived): boolean {
  return method !== 'GET' && path.includes('/workorders/');
}
