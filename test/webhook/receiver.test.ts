import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type Limits } from '../../src/domain/limits.ts';
import { createLog } from '../../src/log.ts';
import { rememberDeliveries } from '../../src/webhook/deliveries.ts';
import { EVENTS } from '../../src/webhook/events.ts';
import { createReceiver, type DeliveryResult } from '../../src/webhook/receiver.ts';
import { startWebhookServer, type WebhookServer } from '../../src/webhook/server.ts';
import type { Headers, Secrets } from '../../src/webhook/signature.ts';

const SECRET = 'correct horse battery staple';
const NOW = Date.UTC(2026, 0, 20, 15, 0);
const MINUTE = 60_000;

/** As documented; 15:00 UTC. */
const BODY = JSON.stringify({
  event: { name: 'workorder.requested', params: { status_id: 2, work_order_id: 12345 } },
  timestamp: '2026-01-20T08:59:58-06:00',
  triggered_by_user: { id: 1068 },
  workorder: { id: 12345, title: 'Replace the café’s router' },
});

const ID = '8b1f7f54-6a1d-4b44-9c2e-0d3f8f1f2a11';

function hmac(secret: string, body: string | Uint8Array): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The headers of a good delivery of this body. */
function signed(body: string | Uint8Array = BODY, more: Headers = {}): Headers {
  return {
    'x-fn-signature': hmac(SECRET, body),
    'x-fn-request-timestamp': String(NOW),
    'x-fn-delivery-id': `${ID}:1`,
    ...more,
  };
}

type Given = {
  readonly trusted?: Partial<Secrets>;
  readonly limits?: Partial<Limits>;
};

function openReceiver({ trusted, limits }: Given = {}) {
  let passedMs = 0;
  let isStopping = false;
  const hints: number[] = [];
  const lines: string[] = [];
  const results: DeliveryResult[] = [];
  const log = createLog({ level: 'debug', secrets: [SECRET], write: (line) => lines.push(line) });
  const receiver = createReceiver({
    trusted: { secrets: [SECRET], allowsMd5: false, ...trusted },
    limits: { ...DEFAULT_LIMITS, ...limits },
    clock: { wallMs: () => NOW + passedMs, monotonicMs: () => passedMs },
    log,
    onResult: (result) => results.push(result),
    onHint: (id) => hints.push(id),
    isStopping: () => isStopping,
  });
  return {
    hints,
    lines,
    results,
    receive: (body: string | Uint8Array, headers: Headers) => receiver.receive(Buffer.from(body), headers),
    pass: (ms: number) => {
      passedMs += ms;
    },
    stop: (now: boolean) => {
      isStopping = now;
    },
  };
}

describe('a signature', () => {
  it('is HMAC-SHA256 of the raw body, as openssl and RFC 4231 have it', () => {
    // openssl dgst -sha256 -hmac 'correct horse battery staple' < body
    const byOpenssl = 'f73ac8fae5a447e557b2efa7fa6d84b0f703d6a406e34fc03b8b7523f84852dd';
    const { receive } = openReceiver();
    expect(receive(BODY, signed(BODY, { 'x-fn-signature': `sha256=${byOpenssl}` }))).toBe('taken');
    // RFC 4231, test case 2: no event, and yet signed.
    const rfc = openReceiver({ trusted: { secrets: ['Jefe'] } });
    const digest = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    const headers = signed('', { 'x-fn-signature': `sha256=${digest}` });
    expect(rfc.receive('what do ya want for nothing?', headers)).toBe('ignored');
    expect(rfc.receive('what do ya want for nothing!', headers)).toBe('bad_signature');
  });

  it('of the old form is MD5 of secret and body, and believed only where that is allowed', () => {
    const body = '{"id":12345,"title":"Replace"}';
    // printf '%s' 'correct horse battery staple{"id":12345,"title":"Replace"}' | openssl md5
    const byOpenssl = 'b823112209bc81ef38a1a2861050b2fc';
    const headers = { 'fn-hash': byOpenssl };
    expect(openReceiver().receive(body, headers)).toBe('bad_signature');
    const allowed = openReceiver({ trusted: { allowsMd5: true } });
    expect(allowed.receive(body, headers)).toBe('taken');
    expect(allowed.receive(body, headers)).toBe('duplicate');
    expect(allowed.receive(`${body} `, headers)).toBe('bad_signature');
    expect(allowed.hints).toEqual([12345]);
  });

  it('of the new form alone decides where both are there', () => {
    const { receive } = openReceiver({ trusted: { allowsMd5: true } });
    const good = createHash('md5').update(`${SECRET}${BODY}`).digest('hex');
    expect(receive(BODY, signed(BODY, { 'fn-hash': good, 'x-fn-signature': 'sha256=00' }))).toBe('bad_signature');
  });

  it('is good under any of several secrets, and under no other', () => {
    const { receive } = openReceiver({ trusted: { secrets: ['the one before it, 16+', SECRET] } });
    expect(receive(BODY, signed())).toBe('taken');
    const older = signed(`${BODY} `, { 'x-fn-signature': hmac('the one before it, 16+', `${BODY} `) });
    expect(receive(`${BODY} `, { ...older, 'x-fn-delivery-id': 'another:1' })).toBe('taken');
    expect(receive(BODY, signed(BODY, { 'x-fn-signature': hmac('somebody else’s', BODY) }))).toBe('bad_signature');
  });

  it('is refused when any byte of body, signature or secret is another', () => {
    const bytes = Buffer.from(BODY);
    const signature = hmac(SECRET, bytes);
    const change = (length: number) => fc.tuple(fc.nat(length - 1), fc.integer({ min: 1, max: 255 }));
    const changed = (from: Uint8Array, [at, by]: readonly [number, number]) =>
      Uint8Array.from(from, (byte, index) => (index === at ? byte ^ by : byte));
    const { receive, hints } = openReceiver();
    fc.assert(
      fc.property(change(bytes.length), change(signature.length), change(SECRET.length), (body, sign, secret) => {
        expect(receive(changed(bytes, body), signed(bytes))).toBe('bad_signature');
        const spoilt = Buffer.from(changed(Buffer.from(signature), sign)).toString('latin1');
        expect(receive(bytes, signed(bytes, { 'x-fn-signature': spoilt }))).toBe('bad_signature');
        const other = createHmac('sha256', changed(Buffer.from(SECRET), secret))
          .update(bytes)
          .digest('hex');
        expect(receive(bytes, signed(bytes, { 'x-fn-signature': `sha256=${other}` }))).toBe('bad_signature');
      }),
      { numRuns: 200 },
    );
    expect(hints).toEqual([]);
  });

  it.each([
    undefined,
    '',
    'sha256=',
    hmac(SECRET, BODY).slice(0, -1),
    hmac(SECRET, BODY).toUpperCase(),
    `${hmac(SECRET, BODY)}, ${hmac(SECRET, BODY)}`,
    hmac(SECRET, BODY).slice('sha256='.length),
    `sha256=${'0'.repeat(64)}`,
    [hmac(SECRET, BODY)],
  ])('that is missing or misshapen is refused: %s', (given) => {
    expect(openReceiver().receive(BODY, signed(BODY, { 'x-fn-signature': given }))).toBe('bad_signature');
  });
});

describe('the time of a delivery', () => {
  it.each(['x-fn-request-timestamp', 'x-fn-timestamp'])('is read from %s, and five minutes either way', (name) => {
    const at = (ms: number) =>
      openReceiver().receive(BODY, { 'x-fn-signature': hmac(SECRET, BODY), [name]: String(NOW + ms) });
    expect([-5 * MINUTE, 5 * MINUTE].map(at)).toEqual(['taken', 'taken']);
    expect([-5 * MINUTE - 1, 5 * MINUTE + 1].map(at)).toEqual(['stale', 'stale']);
  });

  it.each([undefined, '', 'now', '1e12', '2026-01-20T15:00:00Z', `${NOW}.5`, `-${NOW}`])(
    'that is no number of milliseconds is refused: %s',
    (given) => {
      expect(openReceiver().receive(BODY, signed(BODY, { 'x-fn-request-timestamp': given }))).toBe('stale');
    },
  );

  it('in the signed body bounds what a new header can do for an old body', () => {
    const { receive, pass } = openReceiver();
    pass(31 * MINUTE);
    expect(receive(BODY, signed(BODY, { 'x-fn-request-timestamp': String(NOW + 31 * MINUTE) }))).toBe('stale');
  });
});

describe('a delivery that comes again', () => {
  it('does nothing, whether the attempt, the id or the time is another', () => {
    const { receive, hints, pass } = openReceiver();
    expect(receive(BODY, signed())).toBe('taken');
    expect(receive(BODY, signed(BODY, { 'x-fn-delivery-id': `${ID}:2` }))).toBe('duplicate');
    expect(receive(BODY, signed(BODY, { 'x-fn-delivery-id': 'made-up:1' }))).toBe('duplicate');
    pass(20 * MINUTE);
    const later = { 'x-fn-delivery-id': `${ID}:7`, 'x-fn-request-timestamp': String(NOW + 20 * MINUTE) };
    expect(receive(BODY, signed(BODY, later))).toBe('duplicate');
    expect(receive(`${BODY}\n`, signed(`${BODY}\n`, later))).toBe('duplicate');
    expect(hints).toEqual([12345]);
  });

  it('counts when it was turned away the first time', () => {
    const { receive, hints, stop } = openReceiver();
    stop(true);
    expect(receive(BODY, signed())).toBe('stopping');
    stop(false);
    expect(receive(BODY, signed(BODY, { 'x-fn-delivery-id': `${ID}:2` }))).toBe('taken');
    expect(hints).toEqual([12345]);
  });

  it('is known for the time it can still be taken in, in bounded memory', () => {
    let nowMs = 0;
    const deliveries = rememberDeliveries({ keepMs: 1000, max: 100, nowMs: () => nowMs });
    expect(deliveries.isKnown(['a'])).toBe(false);
    nowMs = 999;
    expect(deliveries.isKnown(['b', 'a'])).toBe(true);
    nowMs = 1000;
    expect(deliveries.isKnown(['a'])).toBe(false);
    for (let n = 0; n < 10_000; n += 1) deliveries.isKnown([`${n}`, `body ${n}`]);
    expect(deliveries.size()).toBe(100);
    expect(deliveries.isKnown(['9999'])).toBe(true);
    expect(deliveries.isKnown(['1'])).toBe(false);
  });
});

describe('the body of a signed delivery', () => {
  const told = (body: string | Uint8Array) => {
    const { receive, hints } = openReceiver();
    return [receive(body, signed(body)), ...hints];
  };
  const event = (name: string, params: unknown, more = {}) => JSON.stringify({ event: { name, params }, ...more });

  it('names its work order as a number or as text, in either place', () => {
    expect(told(event('workorder.requested', { work_order_id: 7 }))).toEqual(['taken', 7]);
    expect(told(event('workorder.requested', { work_order_id: '7' }))).toEqual(['taken', 7]);
    expect(told(event('workorder.declined', {}, { workorder: { id: 8 } }))).toEqual(['taken', 8]);
  });

  it('wakes nobody for what is not known, not documented or of no consequence', () => {
    for (const name of ['workorder.message_posted', 'workorder.exploded', '__proto__', 'constructor', ''])
      expect(told(event(name, { work_order_id: 7 }))).toEqual(['ignored']);
    for (const id of [0, -1, 1.5, 1e300, null, true, '07', '7 ', '0x7', {}, [7], '9'.repeat(16), '9'.repeat(1000)])
      expect(told(event('workorder.requested', { work_order_id: id }))).toEqual(['ignored']);
    expect([...EVENTS.keys()].every((name) => name.startsWith('workorder.'))).toBe(true);
  });

  it('may be anything at all, however deep or broken', () => {
    const bodies = ['', 'null', '[]', '"x"', '{', '{"event":', '\u0000', '{"__proto__":{"event":{"name":"x"}}}'];
    for (const body of bodies) expect(told(body)).toEqual(['ignored']);
    expect(told(Buffer.from([0xff, 0xfe, 0x7b]))).toEqual(['ignored']);
    const deep = `{"event":{"name":"workorder.requested","params":{"work_order_id":7}},"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`;
    expect(told(deep)).toEqual(['taken', 7]);
    expect(told('['.repeat(500_000))).toEqual(['ignored']);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(told(bytes)).toEqual(['ignored']);
      }),
      { numRuns: 100 },
    );
  });

  it('never comes into the log, and a flood of refused ones is one line a minute', () => {
    const bench = openReceiver();
    const hostile = '{"event":{"name":"\\u001b[2J evil\\nline"}}';
    bench.receive(hostile, signed(hostile));
    for (let n = 0; n < 1000; n += 1)
      bench.receive(hostile, { 'x-fn-signature': 'evil', 'x-fn-delivery-id': 'evil:1' });
    bench.pass(MINUTE);
    bench.receive(hostile, {});
    expect(bench.lines.map((line) => JSON.parse(line)['refused'])).toEqual([
      { bad_signature: 1 },
      { bad_signature: 1000 },
    ]);
    expect(bench.lines.join('')).not.toMatch(/evil/);
    expect(bench.results).toHaveLength(1002);
  });
});

const servers: WebhookServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function openServer(limits: Partial<Limits> = {}) {
  const hints: number[] = [];
  const results: DeliveryResult[] = [];
  let isStopping = false;
  const server = await startWebhookServer({
    port: 0,
    host: '127.0.0.1',
    trusted: { secrets: [SECRET], allowsMd5: false },
    limits: { ...DEFAULT_LIMITS, maxWebhookBodyBytes: 2048, ...limits },
    clock: { wallMs: () => NOW, monotonicMs: () => 0 },
    log: createLog({ level: 'silent', secrets: [], write: () => undefined }),
    onResult: (result) => results.push(result),
    onHint: (id) => hints.push(id),
    isStopping: () => isStopping,
  });
  servers.push(server);
  const call = async (given: {
    readonly method?: string;
    readonly path?: string;
    readonly headers?: Headers;
    readonly body?: string;
  }) => {
    const { method = 'POST', path = '', headers = signed(), body = BODY } = given;
    const url = path === '' ? server.url : new URL(path, server.url);
    const sent = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
    const answer = await request(url, {
      method: method as 'POST',
      headers: Object.fromEntries(sent),
      body: method === 'GET' ? null : body,
    });
    return { status: answer.statusCode, text: await answer.body.text(), allow: answer.headers['allow'] ?? null };
  };
  const stop = () => {
    isStopping = true;
  };
  return { server, hints, results, call, stop };
}

/** What comes back for these bytes until the server hangs up. */
function rawly(url: string, bytes: string): Promise<string> {
  const { port } = new URL(url);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}

describe('the receiver over HTTP', () => {
  it('answers each delivery by what became of it, and says nothing more', async () => {
    const { call, hints, stop } = await openServer();
    expect(await call({})).toEqual({ status: 200, text: '', allow: null });
    expect(await call({})).toMatchObject({ status: 200, text: '' });
    expect(await call({ method: 'PUT', headers: signed(BODY, { 'content-type': 'text/plain' }) })).toMatchObject({
      status: 200,
    });
    expect(await call({ body: '{}', headers: signed('{}', { 'x-fn-delivery-id': 'x:1' }) })).toMatchObject({
      status: 202,
    });
    const forged = await call({ headers: signed(BODY, { 'x-fn-signature': hmac('guess', BODY) }) });
    const old = await call({ headers: signed(BODY, { 'x-fn-request-timestamp': '1' }) });
    expect([forged, old]).toEqual([
      { status: 401, text: '', allow: null },
      { status: 401, text: '', allow: null },
    ]);
    expect(await call({ path: '/' })).toMatchObject({ status: 404 });
    expect(await call({ path: '/webhook/more' })).toMatchObject({ status: 404 });
    expect(await call({ method: 'GET' })).toMatchObject({ status: 405, allow: 'POST, PUT' });
    stop();
    expect(await call({})).toMatchObject({ status: 503 });
    expect(hints).toEqual([12345]);
  });

  it('keeps no more of a body than it may have, whether its length is told or not', async () => {
    const { server, hints, results } = await openServer();
    const headers = Object.entries(signed()).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST /webhook HTTP/1.1\r\nhost: x\r\n${headers.join('')}`;
    expect(await rawly(server.url, `${head}content-length: 2049\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    const chunked = await rawly(server.url, `${head}transfer-encoding: chunked\r\n\r\n${chunk.repeat(3)}0\r\n\r\n`);
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
    expect([hints, results]).toEqual([[], ['too_large', 'too_large']]);
  });

  it('lets go of whoever sends slowly, and outlives bytes that are no request', async () => {
    const { server, call } = await openServer({ webhookRequestTimeoutMs: 100 });
    expect(await rawly(server.url, 'POST /webhook HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nab')).toMatch(/408/);
    expect(await rawly(server.url, '\x16\x03\x01\x02\x00\x01\x00')).toMatch(/400/);
    expect(await call({})).toMatchObject({ status: 200 });
  });
});
