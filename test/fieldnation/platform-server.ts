import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts';
import type { Clock } from '../../src/engine/ports.ts';
import { connectFieldNation, type FieldNationClient } from '../../src/fieldnation/connect.ts';
import type { RequestLine } from '../../src/fieldnation/transport.ts';

export const TOKEN_PATH = '/authentication/api/oauth/token';
export const API_PATH = '/api/rest/v2';
export const SECRETS = { clientSecret: 'planted-client+secret/ü', password: 'planted pass&word"1' };

export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly query: { readonly [name: string]: string };
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
};

/** JSON with a status, or a function that writes the answer itself. */
export type Reply =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | ((response: ServerResponse) => void);

export type PlatformServer = {
  readonly origin: string;
  /** Requests to the API, oldest first; logins are in `logins`. */
  readonly seen: Seen[];
  readonly logins: Seen[];
  close(): Promise<void>;
};

/** A real HTTP server on a free port. Tokens are `token-0001-of-the-platform`, `token-0002…`, one per login. */
export async function startPlatform(
  answer: (seen: Seen, nth: number) => Reply,
  login: (seen: Seen, nth: number) => Reply = (_seen, nth) => ({ json: loginBody(nth) }),
): Promise<PlatformServer> {
  const seen: Seen[] = [];
  const logins: Seen[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = toSeen(request, Buffer.concat(chunks).toString());
      const isLogin = one.path === TOKEN_PATH;
      const kept = isLogin ? logins : seen;
      kept.push(one);
      sendReply(response, (isLogin ? login : answer)(one, kept.length));
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    logins,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

export function tokenOf(login: number): string {
  return `token-${String(login).padStart(4, '0')}-of-the-platform`;
}

export function loginBody(login: number) {
  return {
    access_token: tokenOf(login),
    expires_in: 3600,
    token_type: 'Bearer',
    scope: 'viewprofile',
    refresh_token: `refresh-${login}-of-the-platform`,
  };
}

function toSeen(request: IncomingMessage, text: string): Seen {
  const url = new URL(request.url ?? '/', 'http://localhost');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? null : JSON.parse(text),
  };
}

function sendReply(response: ServerResponse, reply: Reply): void {
  if (typeof reply === 'function') {
    reply(response);
    return;
  }
  response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
  response.end(JSON.stringify(reply.json));
}

/** Stands where it is put; sleeping moves it on and returns at once. */
export class StandingClock implements Clock {
  now = Date.UTC(2026, 10, 22, 12);
  readonly slept: number[] = [];

  nowMs(): number {
    return this.now;
  }

  async sleep(ms: number): Promise<void> {
    this.slept.push(ms);
    this.now += ms;
  }
}

export type Connected = {
  readonly platform: PlatformServer;
  readonly client: FieldNationClient;
  readonly clock: StandingClock;
  readonly lines: RequestLine[];
};

/** Connects to the server, runs the body, closes both. */
export async function withClient<Result>(
  platform: PlatformServer | Promise<PlatformServer>,
  limits: Partial<Limits>,
  body: (connected: Connected) => Promise<Result>,
): Promise<Result> {
  const server = await platform;
  const clock = new StandingClock();
  const lines: RequestLine[] = [];
  const client = connectTo(server.origin, { limits, clock, lines });
  try {
    return await body({ platform: server, client, clock, lines });
  } finally {
    await client.close();
    await server.close();
  }
}

export function connectTo(
  origin: string,
  parts: { readonly limits: Partial<Limits>; readonly clock: Clock; readonly lines: RequestLine[] },
): FieldNationClient {
  return connectFieldNation({
    apiBaseUrl: `${origin}${API_PATH}`,
    tokenUrl: `${origin}${TOKEN_PATH}`,
    clientId: 'fn00000-client1',
    username: 'api.user',
    ...SECRETS,
    limits: { ...DEFAULT_LIMITS, ...parts.limits } as Limits,
    clock: parts.clock,
    random: () => 0.5,
    onRequest: (line) => parts.lines.push(line),
  });
}
