import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/command.ts';
import { noticeBookPath } from '../../src/cli/notice-book-file.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { noticesOfRun } from '../../src/cli/run-notices.ts';
import { createTeller } from '../../src/cli/teller.ts';
import type { Stage } from '../../src/domain/rule-file.ts';
import type { DecisionStore } from '../../src/engine/ports.ts';
import { packageRoot } from '../../src/package-root.ts';
import { readOpenHolds } from '../../src/report/holds.ts';
import { UNNARROWED } from '../../src/report/report.ts';
import {
  ASSIGN,
  aFileThat,
  ask,
  assignByHand,
  cancelAssignment,
  closeWorlds,
  hookStore,
  later,
  MINUTE_MS,
  once,
  openReader,
  openWorld,
  orderOf,
  run,
  type World,
} from '../engine/world.ts';

afterEach(closeWorlds);

const HOLD: Stage = { n: 2, afterMinutes: 0, do: 'hold' };

async function noticesAfter(world: World, plan: Parameters<typeof run>[1] = {}) {
  const report = await run(world, plan);
  const [open, undone] = [await world.store.openIntents(), await world.store.readCancellations(0)];
  return noticesOfRun({ report, open, undone, holds: [], nowMs: world.clock.nowMs() });
}

async function aWorldWhere1And2Ask(limits = {}): Promise<World> {
  const world = await openWorld({ limits });
  await ask(world, 11, 1);
  await ask(world, 11, 2);
  return world;
}

describe('what people are told of a run', () => {
  it('is nothing when all went as decided', async () => {
    expect(await noticesAfter(await aWorldWhere1And2Ask())).toEqual([]);
  });

  it('is a lost race, with the decision to look at', async () => {
    const world = await aWorldWhere1And2Ask();
    const hook = once('recordDecision', 'after', () => assignByHand(world, 11, 3));
    expect(await noticesAfter(world, { store: hookStore(world.store, hook) })).toEqual([
      {
        code: 'FM-6003',
        subject: 'decision 11.1.1 step 1',
        sentence: 'Work order 11: Somebody else is assigned: provider 3.',
        remedy: 'Nothing to do: a person or an accepted route was faster.',
        command: 'fieldmarshal explain 11.1.1',
      },
    ]);
  });

  it('is an assignment of ours that somebody undid, once', async () => {
    const world = await aWorldWhere1And2Ask();
    await run(world);
    await cancelAssignment(world, 11, 1);
    later(world, 10 * MINUTE_MS);
    expect(await noticesAfter(world)).toMatchObject([
      { code: 'FM-8002', subject: 'episode 11.1', command: 'fieldmarshal explain 11' },
    ]);
    later(world, 10 * MINUTE_MS);
    expect(await noticesAfter(world)).toEqual([]);
  });

  it('is a write of which nobody knows what became, for as long as it is so', async () => {
    const world = await aWorldWhere1And2Ask();
    const target = { send: async () => ({ kind: 'unclear', message: 'timeout' }) as const };
    const told = [{ code: 'FM-6010', subject: 'decision 11.1.1 step 1', command: 'fieldmarshal report open-intents' }];
    expect(await noticesAfter(world, { target })).toMatchObject(told);
    expect(await noticesAfter(world)).toMatchObject(told);
  });

  it('is a trip-wire, with the command that lets the run; and no pause, which somebody wanted', async () => {
    const world = await aWorldWhere1And2Ask({ maxActionsPerRun: 0 });
    const [notice] = await noticesAfter(world);
    expect(notice).toMatchObject({ code: 'FM-7001', subject: 'runs' });
    expect(notice?.command).toMatch(/^fieldmarshal approve run run-\d+$/);
    const calm = await aWorldWhere1And2Ask();
    const pause = { source: 'file', actor: 'ann', because: 'storm', untilMs: null } as const;
    let isPaused = false;
    const hook = once('recordDecision', 'after', () => {
      isPaused = true;
    });
    const paused = { outsidePause: () => (isPaused ? pause : null), store: hookStore(calm.store, hook) };
    expect(await noticesAfter(calm, paused)).toEqual([]);
    expect(isPaused).toBe(true);
  });

  it('is a hold that nobody has looked at by its deadline, and only one that a person could still help', async () => {
    const world = await openWorld();
    const report = await run(world, { files: [aFileThat([{ ...ASSIGN, afterMinutes: 0 }, HOLD])] });
    const reader = openReader(world);
    const noticesAt = async (nowMs: number) => {
      const holds = await readOpenHolds(reader, { ...UNNARROWED, sinceMs: null, untilMs: null, nowMs });
      return noticesOfRun({ report, open: [], undone: [], holds, nowMs });
    };
    const startMs = orderOf(world, 11).startMs;
    expect(await noticesAt(world.clock.nowMs())).toEqual([]);
    expect(await noticesAt(world.clock.nowMs() + 5 * 60 * MINUTE_MS)).toMatchObject([
      {
        code: 'FM-8001',
        subject: 'work order 11',
        sentence: expect.stringMatching(/^Work order 11 has waited for a person for 5 h, past its deadline\. /),
        command: 'fieldmarshal explain 11.1.1',
      },
    ]);
    expect(await noticesAt(startMs + 30 * 24 * 60 * MINUTE_MS)).toEqual([]);
    await reader.close();
  });

  it('is nothing of a dry run', async () => {
    const world = await aWorldWhere1And2Ask({ maxActionsPerRun: 0 });
    expect(await noticesAfter(world, { isDryRun: true })).toEqual([]);
  });
});

describe('a run whose platform is gone', () => {
  let [folder, address, status] = ['', '', 200];
  const bodies: string[] = [];
  const hook = createServer(async (incoming, answer) => {
    bodies.push(await text(incoming));
    answer.writeHead(status).end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/services/T0KEN`;
  });
  afterAll(async () => {
    hook.closeAllConnections();
    await new Promise((resolve) => hook.close(resolve));
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-notify-'));
    bodies.length = 0;
    status = 200;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function env(): CliIo['env'] {
    return {
      // Nothing listens there.
      FIELDMARSHAL_BASE_URL: 'http://127.0.0.1:9',
      FIELDMARSHAL_CLIENT_ID: 'id',
      FIELDMARSHAL_CLIENT_SECRET: 'a-long-secret',
      FIELDMARSHAL_USERNAME: 'user',
      FIELDMARSHAL_PASSWORD: 'a-long-password',
      FIELDMARSHAL_MAX_READ_ATTEMPTS: '1',
      FIELDMARSHAL_RULES: join(packageRoot(), 'rules'),
      FIELDMARSHAL_DB: join(folder, 'ledger.db'),
      FIELDMARSHAL_NOTIFY_WEBHOOK: address,
    };
  }

  async function cli(line: string, more: CliIo['env'] = {}) {
    const [out, err]: [string[], string[]] = [[], []];
    const code = await runCli(line.split(' '), {
      stdout: { write: (written) => out.push(written) },
      stderr: { write: (written) => err.push(written), isTTY: false },
      env: { ...env(), ...more },
      cwd: folder,
    });
    return { code, stdout: out.join(''), stderr: err.join('') };
  }

  it('tells it once, and not at every run', async () => {
    expect((await cli('run --once')).code).toBe(4);
    expect((await cli('run --once')).code).toBe(4);
    expect(bodies).toHaveLength(1);
    expect(JSON.parse(bodies[0] ?? '').text).toContain('FM-7005 platform unavailable (1)');
    expect((await cli('run --once --dry-run')).code).toBe(4);
    expect(bodies).toHaveLength(1);
  });

  it('goes on when nobody can be told, says so without the address, and tells it with the next', async () => {
    status = 404;
    const failed = await cli('run --once');
    expect(failed.code).toBe(4);
    expect(failed.stderr).toContain('Nobody was told by webhook of 1 thing(s): the webhook answered 404.');
    expect(failed.stderr).not.toContain('T0KEN');
    status = 200;
    await cli('run --once');
    expect(bodies).toHaveLength(2);
    expect(readFileSync(noticeBookPath(join(folder, 'ledger.db')), 'utf8')).not.toContain('T0KEN');
  });

  it('tells twice rather than never where what was told cannot be read', async () => {
    await cli('run --once');
    writeFileSync(noticeBookPath(join(folder, 'ledger.db')), '{"webhook FM-7005 platform": 7, "other": null}');
    await cli('run --once');
    expect(bodies).toHaveLength(2);
  });

  it('tells of rule files that are refused', async () => {
    writeFileSync(join(folder, 'broken.json'), '{');
    expect((await cli('run --once', { FIELDMARSHAL_RULES: folder })).code).toBe(2);
    expect(JSON.parse(bodies[0] ?? '').text).toContain('FM-8003 rule files refused (1)');
  });

  it('never fails what it tells of, and shows nothing secret', async () => {
    const warned: string[] = [];
    const teller = createTeller({
      config: {
        databasePath: join(folder, 'ledger.db'),
        notify: { webhookUrl: address, mail: null, repeatMs: 60_000 },
      },
      environment: 'loopback',
      nowMs: () => 0,
      secrets: ['s3cret-password'],
      warn: (sentence) => warned.push(sentence),
    });
    const world = await aWorldWhere1And2Ask();
    const report = await run(world);
    const store = { ...world.store, openIntents: () => Promise.reject(new Error('the disk is gone')) } as DecisionStore;
    await teller.noteRun(report, store);
    expect(warned).toEqual(['What needs a person could not be told: the disk is gone.']);
    teller.noteFailure(new Error('login with s3cret-password and "password":"another one" failed'));
    await teller.send();
    expect(JSON.parse(bodies[0] ?? '').text).toContain('FM-8004');
    expect(bodies[0]).not.toMatch(/s3cret|another one/);
  });

  it('tells of a ledger that does not verify', async () => {
    await cli('run --once');
    expect((await cli('ledger verify')).code).toBe(0);
    const db = new Database(join(folder, 'ledger.db'));
    db.exec('DROP TRIGGER run_no_update');
    db.exec("UPDATE run SET engine_version = '9.9.9'");
    db.close();
    bodies.length = 0;
    expect((await cli('ledger verify')).code).toBe(5);
    expect(JSON.parse(bodies[0] ?? '').text).toContain('FM-8005 the ledger does not verify (1)');
  });

  it('sends a test message, and says what came of it', async () => {
    expect(await cli('notify test')).toMatchObject({ code: 0, stdout: 'webhook: sent; look whether it has arrived\n' });
    expect(JSON.parse(bodies[0] ?? '').text).toContain('A test message');
    status = 403;
    expect(await cli('notify test --json')).toMatchObject({
      code: 1,
      stdout: '{"channels":[{"channel":"webhook","failure":"the webhook answered 403"}]}\n',
    });
    const nobody = await cli('notify test', { FIELDMARSHAL_NOTIFY_WEBHOOK: '' });
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('FM-C299')]);
  });

  it.each([
    ['FIELDMARSHAL_NOTIFY_WEBHOOK', 'http://hooks.example.org/T0KEN', 'FM-C295'],
    ['FIELDMARSHAL_NOTIFY_WEBHOOK', 'hooks.example.org/T0KEN', 'FM-C295'],
    ['FIELDMARSHAL_NOTIFY_SMTP', 'https://user:T0KEN@host', 'FM-C296'],
    ['FIELDMARSHAL_NOTIFY_SMTP', 'smtp://user:T0KEN@host', 'FM-C298'],
    ['FIELDMARSHAL_NOTIFY_TO', 'not an address', 'FM-C297'],
    ['FIELDMARSHAL_NOTIFY_FROM', 'a@example.org', 'FM-C298'],
  ])('refuses %s %s with %s, and never shows what may be secret', async (name, value, code) => {
    const refused = await cli('notify test', { [name]: value });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(code)]);
    expect(refused.stderr).not.toContain('T0KEN');
  });
});
