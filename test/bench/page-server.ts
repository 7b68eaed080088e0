import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSandboxApp } from '../../src/sandbox/server.ts';
import { NOW_MS } from '../support/builders.ts';
import { fillWorld } from './page-world.ts';
import type { PageServerOptions } from './serve-pages.ts';

/*
 * A process of its own: the sandbox's answers, rendered once and sent from memory after that, so that on a machine with
 * two processors the platform is not what is measured. Nothing here changes anything: the time stands still, and what
 * was rendered once is the answer for ever.
 */

const options: PageServerOptions = JSON.parse(process.argv[2] ?? '');
const { app, world } = createSandboxApp({ seed: 7, speed: 0, startAtMs: NOW_MS, workOrders: 2, providers: 1 });
fillWorld({ world }, options);

/** For clients that go by the server's time. */
const DATE = new Date(NOW_MS).toUTCString();
const LOGIN = '/authentication/api/oauth/token';
const login = await app.request(LOGIN, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ grant_type: 'password', client_id: 'a', client_secret: 'b', username: 'c', password: 'd' }),
});
const loginBody = Buffer.from(await login.arrayBuffer());
const { access_token: token } = JSON.parse(loginBody.toString());

type Answer = { readonly status: number; readonly body: Buffer };
const rendered = new Map<string, Answer>();

const server = createServer((request, response) => void answer(request, response));
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}` });
});
process.on('disconnect', () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  request.resume();
  const asked = request.url ?? '/';
  if (asked === LOGIN) return send(response, { status: 200, body: loginBody });
  if (request.method !== 'GET') return send(response, { status: 405, body: Buffer.from('{}') });
  const key = asked.replace(/access_token=[^&]*/, '');
  const known = rendered.get(key) ?? (await render(key));
  if (options.keepsAnswers) rendered.set(key, known);
  send(response, known);
}

async function render(path: string): Promise<Answer> {
  const got = await app.request(`${path}${path.includes('?') ? '&' : '?'}access_token=${token}`);
  return { status: got.status, body: Buffer.from(await got.arrayBuffer()) };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': body.length,
    date: DATE,
  });
  response.end(body);
}
