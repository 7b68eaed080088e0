import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request as httpRequest } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { runSandbox } from '../../src/cli/sandbox.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { LOGIN, openSandbox, START_MS } from './sandbox-client.ts';

describe('faults over a real socket', () => {
  let sandbox: RunningSandbox;
  let token = '';

  const send = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) =>
    httpRequest(`${sandbox.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  const api = (path: string) => `/api/rest/v2${path}?access_token=${token}`;
  const login = async () =>
    JSON.parse(await (await send('POST', '/authentication/api/oauth/token', LOGIN)).body.text()).access_token;
  const route = () => send('POST', api('/workorders/4047/route'), { technician: { id: 557 } });
  const setFault = (fault: string, more: object = {}) =>
    send('POST', '/_sandbox/faults', { match: { method: 'POST', path: '/route$' }, fault, ...more }).then(({ body }) =>
      body.json(),
    );
  const isRouted = () => sandbox.world.workOrders.get(4047)?.routes.has(557);

  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 7, workOrders: 10, providers: 20, speed: 0, startAtMs: START_MS });
  });
  afterAll(() => sandbox.close());
  beforeEach(async () => {
    await (await send('DELETE', '/_sandbox/faults')).body.text();
    token = await login();
    await (await send('DELETE', api('/workorders/4047/route'), { technician: { id: 557 } })).body.text();
    expect(isRouted()).toBe(false);
  });

  it('429 refuses without effect and says when to come back', async () => {
    await setFault('429', { retry_after_seconds: 3 });
    const answer = await route();
    expect(answer.statusCode).toBe(429);
    expect(answer.headers['retry-after']).toBe('3');
    expect(await answer.body.json()).toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    expect(isRouted()).toBe(false);
  });

  it('500 fails without effect, 500_after with it', async () => {
    await setFault('500');
    expect((await route()).statusCode).toBe(500);
    expect(isRouted()).toBe(false);
    await setFault('500_after');
    expect((await route()).statusCode).toBe(500);
    expect(isRouted()).toBe(true);
  });

  it('html answers a page of something in between', async () => {
    await setFault('html');
    const answer = await route();
    expect(answer.statusCode).toBe(502);
    expect(answer.headers['content-type']).toBe('text/html');
    expect(await answer.body.text()).toContain('<html>');
    expect(isRouted()).toBe(false);
  });

  it('truncate breaks off in the middle of the body, after the effect', async () => {
    await setFault('truncate');
    const answer = await route();
    expect(answer.statusCode).toBe(200);
    await expect(answer.body.text()).rejects.toThrow();
    expect(isRouted()).toBe(true);
  });

  it('lost_response breaks the connection after the effect', async () => {
    await setFault('lost_response');
    await expect(route()).rejects.toThrow();
    expect(isRouted()).toBe(true);
  });

  it('latency lets the effect land after the client gave up', async () => {
    await setFault('latency', { ms: 100 });
    const sent = httpRequest(`${sandbox.url}${api('/workorders/4047/route')}`, {
      method: 'POST',
      body: JSON.stringify({ technician: { id: 557 } }),
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(30),
    });
    await expect(sent).rejects.toThrow();
    expect(isRouted()).toBe(false);
    await expect.poll(isRouted, { timeout: 5000 }).toBe(true);
  });

  it('expire_token ends the token in the middle of the work', async () => {
    await setFault('expire_token');
    const answer = await route();
    expect(answer.statusCode).toBe(400);
    expect(await answer.body.json()).toMatchObject({ message: 'Expired token' });
    token = await login();
    expect((await route()).statusCode).toBe(200);
  });

  it('meets the nth matching request, as many times as said, and counts itself', async () => {
    await setFault('500', { match: { method: 'POST', path: '/route$', nth: 2 }, times: 2 });
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) statuses.push((await route()).statusCode);
    expect(statuses).toEqual([200, 500, 500, 200]);
    const { faults } = JSON.parse(await (await send('GET', '/_sandbox/faults')).body.text());
    expect(faults).toMatchObject([{ fault: '500', seen: 4, fired: 2 }]);
  });

  it('logs the write even when its answer is lost', async () => {
    await setFault('lost_response');
    await route().catch(() => undefined);
    const writes = sandbox.world.log.filter(({ kind }) => kind === 'write');
    expect(writes.at(-1)?.detail).toMatchObject({ method: 'POST', path: '/api/rest/v2/workorders/4047/route' });
  });

  it('refuses faults it does not know', async () => {
    for (const wrong of [{ fault: 'gremlins' }, { fault: '500', match: { path: '(' } }]) {
      expect((await send('POST', '/_sandbox/faults', wrong)).statusCode).toBe(400);
    }
  });

  it('sends virtual time in Date, and only once', async () => {
    const { headers } = await send('GET', '/_sandbox/clock');
    expect(headers['date']).toBe(new Date(START_MS).toUTCString());
  });
});

describe('without a socket', () => {
  it('a lost response rejects and a truncated one cannot be parsed', async () => {
    const sandbox = await openSandbox();
    const fault = (kind: string) =>
      sandbox.request('POST', '/_sandbox/faults', { fault: kind, match: { path: '/route$' } });
    await fault('lost_response');
    await expect(sandbox.call('POST', '/workorders/4047/route', { technician: { id: 557 } })).rejects.toThrow('lost');
    expect((await sandbox.events('write')).at(-1).detail.status).toBe(0);
    await fault('truncate');
    await expect(sandbox.call('POST', '/workorders/4047/route', { technician: { id: 557 } })).rejects.toThrow();
  });
});

describe('the sandbox command', () => {
  const defaults = { port: 0, seed: 7, workOrders: 5, providers: 5, speed: 1, credentials: null };

  /** Collects what is written; `until` resolves with the first text. */
  function sink() {
    const texts: string[] = [];
    let told: (text: string) => void = () => undefined;
    const first = new Promise<string>((resolve) => {
      told = resolve;
    });
    const write = (text: string): void => {
      texts.push(text);
      told(text);
    };
    return { texts, first, write };
  }

  it('prints one JSON line when ready and ends with 0 when asked to stop', async () => {
    const [stdout, stderr, stop] = [sink(), sink(), new AbortController()];
    const ended = runSandbox({ ...defaults, start: '2026-01-05T14:00:00Z' }, { stdout, stderr, signal: stop.signal });
    const { url } = JSON.parse(await stdout.first);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const clock = await (await httpRequest(`${url}/_sandbox/clock`)).body.json();
    expect(clock).toMatchObject({ start_ms: START_MS });
    stop.abort();
    expect(await ended).toBe(0);
    expect(stdout.texts).toHaveLength(1);
    await expect(httpRequest(`${url}/_sandbox/clock`)).rejects.toThrow();
  });

  it('stops on SIGTERM as a process', async () => {
    const script = `import { runSandbox } from ${JSON.stringify(new URL('../../src/cli/sandbox.ts', import.meta.url).href)};
      process.exitCode = await runSandbox(${JSON.stringify(defaults)}, process);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(child.stdout, 'data');
    expect(JSON.parse(String(line)).url).toContain('127.0.0.1');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('takes credentials from a file', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'credentials.json');
    const { grant_type: _grant, ...credentials } = LOGIN;
    writeFileSync(path, JSON.stringify(credentials));
    const [stdout, stderr, stop] = [sink(), sink(), new AbortController()];
    const ended = runSandbox({ ...defaults, credentials: path }, { stdout, stderr, signal: stop.signal });
    const { url } = JSON.parse(await stdout.first);
    const wrong = await httpRequest(`${url}/authentication/api/oauth/token`, {
      method: 'POST',
      body: JSON.stringify({ ...LOGIN, username: 'other' }),
      headers: { 'content-type': 'application/json' },
    });
    expect(wrong.statusCode).toBe(401);
    stop.abort();
    await ended;
  });

  it('begins with faults from a file', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'faults.json');
    writeFileSync(path, JSON.stringify([{ match: { path: '/token$' }, fault: 'html', status: 503 }]));
    const [stdout, stderr, stop] = [sink(), sink(), new AbortController()];
    const ended = runSandbox({ ...defaults, faults: path }, { stdout, stderr, signal: stop.signal });
    const { url } = JSON.parse(await stdout.first);
    const login = await httpRequest(`${url}/authentication/api/oauth/token`, { method: 'POST', body: '{}' });
    expect([login.statusCode, login.headers['content-type']]).toEqual([503, 'text/html']);
    stop.abort();
    await ended;
  });

  /** As an operator would: the whole command line. */
  async function refused(...flags: readonly string[]): Promise<string> {
    const [stdout, stderr] = [sink(), sink()];
    const io = { stdout, stderr: { ...stderr, isTTY: false }, env: {}, cwd: tmpdir() };
    expect(await runCli(['sandbox', ...flags], io)).toBe(2);
    expect(stdout.texts).toEqual([]);
    return stderr.texts.join('');
  }

  it.each([
    ['a credentials file that is not there', ['--credentials', '/no/such/file.json'], /file\.json.*"client_id"/s],
    ['a faults file that is none', ['--faults', import.meta.filename], /--faults.*not JSON.*JSON list/s],
    ['a start that is no time', ['--start', 'tomorrow'], /--start.*tomorrow/s],
  ])('refuses %s with what to do instead, and 2', async (_what, flags, sentence) => {
    expect(await refused(...flags)).toMatch(sentence);
  });

  it('refuses a port that is taken', async () => {
    const running = await startSandbox({ workOrders: 2, providers: 2 });
    const said = await refused('--port', new URL(running.url).port);
    await running.close();
    expect(said).toContain('EADDRINUSE');
  });
});
