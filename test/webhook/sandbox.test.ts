import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { runDaemon } from '../../src/cli/daemon.ts';
import { OperatorMistake } from '../../src/cli/exit-codes.ts';
import { runSandbox } from '../../src/cli/sandbox.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { createLog } from '../../src/log.ts';
import type { Body } from '../../src/sandbox/http/context.ts';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';
import type { WebhookOptions } from '../../src/sandbox/webhooks/sender.ts';
import type { DeliveryResult } from '../../src/webhook/receiver.ts';
import { startWebhookServer } from '../../src/webhook/server.ts';
import { openReader } from '../daemon/platform.ts';
import { ASSIGN, openDoor } from '../e2e/rule-files.ts';
import { until } from '../e2e/scene.ts';

const SECRET = 'shared-by-sandbox-and-receiver';

/** Monday 2026-01-05, 08:00 in Chicago; time moves only when told. */
const WORLD = { seed: 7, workOrders: 40, providers: 120, speed: 0, startAtMs: Date.UTC(2026, 0, 5, 14) };

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function openMarket(webhook: WebhookOptions, more: SandboxOptions = {}) {
  const sandbox = await startSandbox({ ...WORLD, webhook, ...more });
  opened.push(sandbox.close);
  return sandbox;
}

/** Time passes, and everything that the platform tells of it has arrived. */
async function pass(sandbox: RunningSandbox, minutes: number): Promise<void> {
  const body = JSON.stringify({ advance_ms: minutes * 60_000 });
  const headers = { 'content-type': 'application/json' };
  const answer = await request(`${sandbox.url}/_sandbox/clock`, { method: 'POST', body, headers });
  await answer.body.dump();
  await sandbox.webhooks?.flush();
}

/** A receiver alone, and a market that tells it. */
async function openPair(given: Partial<WebhookOptions> & { readonly faults?: readonly Body[] } = {}) {
  const { faults = [], ...webhook } = given;
  const hints: number[] = [];
  const results: DeliveryResult[] = [];
  let turnedAway = 0;
  const server = await startWebhookServer({
    port: 0,
    host: '127.0.0.1',
    trusted: { secrets: [SECRET], allowsMd5: true },
    limits: DEFAULT_LIMITS,
    clock: { wallMs: () => Date.now(), monotonicMs: () => performance.now() },
    log: createLog({ level: 'silent', secrets: [], write: () => undefined }),
    onResult: (result) => results.push(result),
    onHint: (id) => hints.push(id),
    isStopping: () => {
      turnedAway -= 1;
      return turnedAway >= 0;
    },
  });
  opened.push(server.close);
  const sandbox = await openMarket({ url: server.url, secret: SECRET, ...webhook }, { faults });
  const before = sandbox.world.log.length;
  /** Of whom the platform has told something to look at, ascending. */
  const happened = () =>
    sandbox.world.log
      .slice(before)
      .flatMap(({ kind, work_order_id: id }) => (TOLD.includes(kind) ? [id ?? 0] : []))
      .toSorted((a, b) => a - b);
  const turnAway = (times: number) => {
    turnedAway = times;
  };
  return { sandbox, hints: () => hints.toSorted((a, b) => a - b), results, happened, turnAway };
}

const TOLD = [
  'work_order.published',
  'work_order.assigned',
  'work_order.provider_cancelled',
  'work_order.work_done',
  'request.created',
  'request.withdrawn',
  'route.opened',
  'route.declined',
];

describe('the sandbox’s deliveries', () => {
  it('are taken by the receiver in the new form, each once', async () => {
    const { sandbox, hints, results, happened } = await openPair();
    await pass(sandbox, 60);
    expect(new Set(results)).toEqual(new Set(['taken']));
    expect(hints().length).toBeGreaterThan(5);
    expect(hints()).toEqual(happened());
    await sandbox.webhooks?.flush();
    expect(hints()).toEqual(happened());
  });

  it('are taken in the old form, which is the whole work order', async () => {
    const { sandbox, hints, results, happened } = await openPair({ form: 'v2' });
    await pass(sandbox, 60);
    // Two things that happen to one work order at once are told in the same words.
    expect(results).toContain('taken');
    expect(results.filter((result) => result !== 'taken' && result !== 'duplicate')).toEqual([]);
    expect(new Set(hints())).toEqual(new Set(happened()));
  });

  it('come again until they are taken, and count once', async () => {
    const { sandbox, hints, results, happened, turnAway } = await openPair({ retryAfterMs: [1, 1, 1] });
    turnAway(3);
    await pass(sandbox, 60);
    expect(results.filter((result) => result === 'stopping')).toHaveLength(3);
    expect(hints()).toEqual(happened());
  });

  it('are known again, refused or late where they are doubled, forged, late or lost', async () => {
    const faults = [
      { fault: 'webhook_twice', match: { path: '^workorder.requested$', nth: 1 } },
      { fault: 'webhook_forged', match: { path: '^workorder.requested$', nth: 2 } },
      { fault: 'webhook_lost', match: { path: '^workorder.requested$', nth: 3 } },
      { fault: 'webhook_late', match: { path: '^workorder.requested$', nth: 4 }, ms: 5 },
    ];
    const { sandbox, hints, results, happened } = await openPair({ faults });
    await pass(sandbox, 60);
    const count = (wanted: DeliveryResult) => results.filter((result) => result === wanted).length;
    expect([count('duplicate'), count('bad_signature')]).toEqual([1, 1]);
    expect(hints()).toHaveLength(happened().length - 2);
  });

  it('of a whole week have signatures and times that hold', async () => {
    const { sandbox, hints, results, happened } = await openPair();
    await pass(sandbox, 7 * 24 * 60);
    expect(new Set(results)).toEqual(new Set(['taken', 'ignored', 'duplicate']));
    expect(new Set(hints())).toEqual(new Set(happened()));
    expect(hints().length).toBeGreaterThan(50);
  });
});

describe('the command', () => {
  const wrong = async (given: { readonly webhookUrl?: string; readonly webhookSecret?: string }) => {
    const options = { port: 0, seed: 1, workOrders: 2, providers: 2, speed: 0, credentials: null, ...given };
    const sink = { write: () => true };
    const refused = runSandbox(options, { stdout: sink, stderr: sink });
    const mistake = await refused.then(
      () => null,
      (error: unknown) => error,
    );
    if (!(mistake instanceof OperatorMistake)) throw new Error('it was not refused');
    return mistake.problems.map(({ where, code, what }) => `${where} ${code} ${what}`);
  };

  it('tells nobody on other machines, and nobody without a signature', async () => {
    const elsewhere = ['--webhook-url FM-C202 is no http address on this machine'];
    for (const webhookUrl of ['http://example.com/webhook', 'https://127.0.0.1/', 'http://127.0.0.1.example.com/', 'x'])
      expect(await wrong({ webhookUrl, webhookSecret: SECRET })).toEqual(elsewhere);
    expect(await wrong({ webhookSecret: SECRET })).toEqual(elsewhere);
    expect(await wrong({ webhookUrl: 'http://localhost:1/' })).toEqual(['--webhook-secret FM-C202 is missing']);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

type Line = { readonly msg: string; readonly [field: string]: unknown };

/** In a folder of its own, with one rule file; what it logs, and how it is asked to stop. */
function startDaemonIn(folder: string, settings: Readonly<Record<string, string>>) {
  mkdirSync(join(folder, 'rules'));
  writeFileSync(join(folder, 'rules', 'open-door.json'), openDoor({ stages: [ASSIGN] }));
  const stop = new AbortController();
  const lines: Line[] = [];
  const env = {
    FIELDMARSHAL_CLIENT_ID: 'any',
    FIELDMARSHAL_CLIENT_SECRET: 'any',
    FIELDMARSHAL_USERNAME: 'any',
    FIELDMARSHAL_PASSWORD: 'any',
    FIELDMARSHAL_CLOCK: 'server',
    FIELDMARSHAL_DB: 'ledger.db',
    // Once a year, and not within a day.
    FIELDMARSHAL_CRON: `0 0 1 ${((new Date().getUTCMonth() + 6) % 12) + 1} *`,
    FIELDMARSHAL_HEALTH_PORT: '0',
    FIELDMARSHAL_WEBHOOK_SECRET: SECRET,
    FIELDMARSHAL_WEBHOOK_DEBOUNCE_MS: '100',
    ...settings,
  };
  const stderr = { write: (text: string) => lines.push(JSON.parse(text)), isTTY: false };
  const io = { stdout: { write: () => true }, stderr, cwd: folder, signal: stop.signal, env };
  return { ended: runDaemon({ dryRun: false, overrides: {} }, io), lines, stop };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-webhook-'));
  opened.push(async () => rmSync(folder, { recursive: true }));
  return folder;
}

describe('a daemon that is told', () => {
  it('says so when somebody else listens where it would', async () => {
    const { sandbox } = await openPair();
    const port = new URL(sandbox.url).port;
    const { ended } = startDaemonIn(newFolder(), {
      FIELDMARSHAL_BASE_URL: sandbox.url,
      FIELDMARSHAL_WEBHOOK_PORT: port,
    });
    const what = `cannot be used: 127.0.0.1 port ${port} is taken`;
    await expect(ended).rejects.toMatchObject({ problems: [{ code: 'FM-C107', what }] });
  });

  it('assigns who has asked though the schedule is a year away, and looks at nothing else', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/webhook`;
    const few = { workOrders: 12, providers: 60 };
    const sandbox = await openMarket({ url, secret: SECRET, retryAfterMs: [] }, few);
    const folder = newFolder();
    // What happened before it listens, it is not told.
    await pass(sandbox, 30);
    const { ended, lines, stop } = startDaemonIn(folder, {
      FIELDMARSHAL_BASE_URL: sandbox.url,
      FIELDMARSHAL_WEBHOOK_PORT: String(port),
    });
    await until('it listens', () => lines.some(({ msg }) => msg === 'daemon started'));
    expect(lines.find(({ msg }) => msg === 'daemon started')).toMatchObject({ webhook: url });
    const before = sandbox.world.log.length;
    const since = (...kinds: readonly string[]) =>
      sandbox.world.log.slice(before).filter(({ kind }) => kinds.includes(kind));
    while (since('request.created').length === 0) await pass(sandbox, 1);
    const told = new Set(since(...TOLD).map(({ work_order_id: id }) => id));
    const assigned = () => since('work_order.assigned').filter(({ detail }) => detail['by'] === 'api');
    await until('somebody is assigned', () => assigned().length > 0);
    await until('the run is over', () => lines.some(({ result }) => result === 'done'));
    stop.abort();
    expect(await ended).toBe(0);
    expect(assigned().every(({ work_order_id: id }) => told.has(id))).toBe(true);
    const runs = lines.filter(({ result }) => result === 'done');
    expect(new Set(runs.map(({ because }) => because))).toEqual(new Set(['webhook']));
    expect(runs.reduce((sum, { actions }) => sum + Number(actions), 0)).toBe(assigned().length);
    const reader = openReader(folder);
    const ticks = (await reader.runs({ sinceMs: null, untilMs: null })).map(({ tick }) => tick);
    await reader.close();
    expect(ticks).toHaveLength(runs.length);
    for (const tick of ticks) expect(tick).toMatch(/^webhook:[0-9a-f-]{36}$/);
    expect(JSON.stringify(lines)).not.toContain(SECRET);
  });
});
