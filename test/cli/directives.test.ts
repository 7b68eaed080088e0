import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { findItem, openItems } from '../../src/cli/tripped-runs.ts';
import { toSkewMs } from '../../src/compose.ts';
import { readPlatformConfig } from '../../src/config.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RunRow } from '../../src/engine/ports.ts';
import { packageRoot } from '../../src/package-root.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';

import { aRun, aRunEnd } from '../contract/ledger-rows.ts';

let folder: string;
let sandbox: RunningSandbox | null = null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-directives-'));
});

afterEach(async () => {
  await sandbox?.close();
  sandbox = null;
  rmSync(folder, { recursive: true, force: true });
});

type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** One command in this process, given by Ana. */
async function cli(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  let out = '';
  let err = '';
  const code = await runCli(words, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: false },
    cwd: folder,
    env: { FIELDMARSHAL_ACTOR: 'ana', ...env },
  });
  return { code, out, err };
}

function say(line: string): Promise<Ended> {
  return cli(line.split(' ').map((word) => word.replaceAll('_', ' ')));
}

/** A sandbox in which several work orders have requests; the environment that reaches it. */
async function withSandbox(): Promise<Readonly<Record<string, string>>> {
  sandbox = await startSandbox({
    seed: 5,
    workOrders: 40,
    providers: 60,
    speed: 1,
    startAtMs: Date.now(),
  });
  return {
    FIELDMARSHAL_BASE_URL: sandbox.url,
    FIELDMARSHAL_CLIENT_ID: 'client',
    FIELDMARSHAL_CLIENT_SECRET: 'guard-secret-1',
    FIELDMARSHAL_USERNAME: 'user',
    FIELDMARSHAL_PASSWORD: 'guard-secret-2',
  };
}

/** The ledger as that of another environment, in whose place it was given. */
function bindTo(environment: string): void {
  const db = new Database(join(folder, 'fieldmarshal.db'));
  db.prepare('UPDATE ledger_identity SET environment = ?').run(environment);
  db.close();
}

function writes(): number {
  return sandbox?.world.log.filter(({ kind }) => kind === 'write').length ?? Number.NaN;
}

describe('pause and resume', () => {
  it('say who, why and until when, and stay in the chain of the ledger', async () => {
    const path = join(folder, 'fieldmarshal.db');
    const paused = await say('pause --because storm --until 2999-01-01');
    expect(paused).toMatchObject({
      code: 0,
      out: `Paused by ana until 2999-01-01T00:00:00.000Z: storm. No process on ${path} sends its next write; runs go on to decide and record. To end it: fieldmarshal resume --because TEXT.\n`,
    });
    expect(paused.err).toContain(`there was no ledger at ${path}`);
    const resumed = await say('resume --because over --by bob');
    expect(resumed).toMatchObject({ code: 0, err: '' });
    expect(resumed.out).toContain('the pause by ana until 2999-01-01T00:00:00.000Z: storm');
    const reader = openLedgerReader({
      path: join(folder, 'fieldmarshal.db'),
      migrationsFolder: join(packageRoot(), 'migrations', 'sqlite'),
    });
    expect(await reader.verifyChain()).toMatchObject({ kind: 'intact', links: 2 });
    expect(await reader.directives()).toMatchObject([{ kind: 'pause', ended: { actor: 'bob', because: 'over' } }]);
    await reader.close();
  });

  it.each([
    ['pause', '--because'],
    ['pause --because ', '--because'],
    ['pause --because x --for 2', '--for'],
    ['pause --because x --for 0h', '--for'],
    ['pause --because x --until yesterday', '--until'],
    ['pause --because x --until 2020-01-01', '--until'],
    ['pause --because x --until 2999-01-01 --for 2h', '--for'],
    [
      'pause --because x --by nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn',
      '--by',
    ],
    ['resume --because x', 'resume'],
    ['exclude add nobody --because x', 'PROVIDER'],
    ['exclude expire 5 --because x', 'provider 5'],
    ['pin expire 5 --because x', 'work order 5'],
    ['pin add 5 0 --because x', 'PROVIDER'],
  ])('refuses %j and names %s', async (line, where) => {
    const { code, err, out } = await cli(line.split(' '));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${where} FM-C180 `);
  });

  it('cannot lift a pause by file or setting, and says which it is', async () => {
    writeFileSync(join(folder, 'fieldmarshal.db.pause'), 'fire drill\nsecond line\n');
    await say('pause --because storm');
    const byFile = await say('resume --because over');
    expect(byFile.code).toBe(3);
    expect(byFile.err).toMatch(
      /has ended, but acting is still paused by the file .*\.pause: fire drill\. .*remove the file/,
    );
    const bySetting = await cli(['resume', '--because', 'x'], { FIELDMARSHAL_PAUSE: 'audit' });
    expect(bySetting.code).toBe(3);
    expect(bySetting.err).toContain('FIELDMARSHAL_PAUSE: audit. resume cannot lift that');
  });

  it('says how to stop all the same when the ledger cannot be written', async () => {
    writeFileSync(join(folder, 'fieldmarshal.db'), 'no ledger at all, and yet a file of some length');
    const { code, out, err } = await say('pause --because storm');
    expect({ code, out }).toEqual({ code: 5, out: '' });
    expect(err).toContain('NOT paused: ');
    expect(err).toContain(`make the file ${join(folder, 'fieldmarshal.db.pause')} with the reason`);
  });

  it('says by which clock it ends where the engine goes by another', async () => {
    const server = { FIELDMARSHAL_CLOCK: 'server' };
    const words = ['pause', '--because', 'storm', '--until', '2999-01-01'];
    expect((await cli(words, server)).err).toContain("when the server's clock shows 2999-01-01T00:00:00.000Z");
    expect((await cli(words.slice(0, 3), server)).err).toBe('');
    expect((await cli(words)).err).toBe('');
  });

  it('does not take "false" for a reason to pause', async () => {
    expect((await cli(['pause', '--because', 'x'], { FIELDMARSHAL_PAUSE: 'false' })).code).toBe(2);
  });

  it('shows in doctor, with what else holds', async () => {
    await say('pause --because storm --for 2h');
    await say('exclude add 7 --because ban');
    const { out } = await cli(['doctor']);
    expect(out).toMatch(
      /warn +acting +acting is paused by ana until .*: storm; nothing is sent; 1 exclusion and 0 pins hold/,
    );
    await say('resume --because over');
    expect((await cli(['doctor'])).out).toMatch(/ok +acting +not paused; 1 exclusion and 0 pins hold/);
  });
});

describe('exclude and pin', () => {
  it('list what holds, and with --all what has been', async () => {
    await say('exclude add 7 --because site_ban');
    await say('exclude add 8 --because late --until 2999-01-01');
    await say('exclude expire 7 --because lifted --by bob');
    const { out } = await say('exclude list');
    expect(out).toMatch(/^provider 8 since \S+ by ana until 2999-01-01T00:00:00.000Z: late\n$/);
    const all = (await say('exclude list --all')).out.split('\n');
    expect(all[0]).toMatch(/^provider 7 .* by ana until further notice: site ban; ended at \S+ by bob: lifted$/);
    expect((await say('pin list')).err).toBe('No work order is pinned in this ledger.\n');
  });

  it('pin a work order to one provider at a time', async () => {
    expect((await say('pin add 4047 557 --because asked_for')).err).toContain('not in the directory yet');
    const second = await say('pin add 4047 558 --because other');
    expect(second.code).toBe(2);
    expect(second.err).toContain('is pinned already, by ana until further notice: asked for');
    await say('pin expire 4047 --because gone');
    expect((await say('pin add 4047 558 --because other --json')).out).toContain('"providerId":558');
    expect((await say('pin list')).out).toMatch(/^work order 4047 to provider 558 since/);
  });
});

describe('approving a tripped run', () => {
  it('does what it wanted, once', async () => {
    const env = await withSandbox();
    const tight = { ...env, FIELDMARSHAL_MAX_ACTIONS_PER_RUN: '0' };
    expect((await cli(['run', '--once'], tight)).code).toBe(3);
    expect((await cli(['run', '--once'], tight)).code).toBe(3);
    const list = (await say('approve list --json')).out.trim().split('\n');
    expect(list).toHaveLength(1);
    const item = JSON.parse(list[0] ?? '');
    expect(item.stopped.code).toBe('FM-7001');
    expect((await say('approve list')).out).toContain(`work order ${item.actions[0].workOrderId}: `);
    await say('pause --because storm');
    expect((await cli(['approve', 'run', item.run], tight)).code).toBe(3);
    await say('resume --because over');
    const dry = await cli(['approve', 'run', item.run, '--dry-run'], tight);
    expect(dry).toMatchObject({ code: 0 });
    expect(writes()).toBe(0);
    const done = await cli(['approve', 'run', item.run.slice(0, 8), '--because', 'backlog'], tight);
    expect(done.code).toBeLessThanOrEqual(1);
    expect(done.out).toMatch(/[1-9]\d* writes? confirmed/);
    expect(writes()).toBeGreaterThan(0);
    const again = await cli(['approve', 'run', item.run], tight);
    expect(again.code).toBe(2);
    expect(again.err).toContain('was approved by ana already');
  });

  it('is refused for a run that is rejected or unknown', async () => {
    const env = await withSandbox();
    const tight = { ...env, FIELDMARSHAL_MAX_ACTIONS_PER_RUN: '0' };
    await cli(['run', '--once'], tight);
    const { run } = JSON.parse((await say('approve list --json')).out);
    expect((await cli(['approve', 'run', 'nothing'], tight)).err).toContain('is no run of this ledger');
    const rejected = await cli(['reject', 'run', run, '--because', 'wrong file']);
    expect(rejected.out).toContain('is rejected by ana: wrong file');
    expect((await cli(['approve', 'run', run], tight)).err).toContain('was rejected by ana already');
    expect((await say('approve list')).err).toBe('No tripped run and no recommendation waits for an answer.\n');
  });
});

describe('recommendations', () => {
  /** The catch-all that ships, which now asks first. */
  async function withRecommendations(): Promise<Readonly<Record<string, string>>> {
    const env = await withSandbox();
    const shipped = JSON.parse(readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8'));
    mkdirSync(join(folder, 'rules'));
    // Assignments first, which name somebody.
    const stages = [{ after_minutes: 0, do: 'assign', withdraw_routes: true }, ...shipped.decision.stages];
    const asks = { ...shipped, id: 'asks', mode: 'recommend', decision: { ...shipped.decision, stages } };
    writeFileSync(join(folder, 'rules/asks.json'), JSON.stringify(asks));
    return { ...env, FIELDMARSHAL_RULES: 'rules' };
  }

  async function waiting(): Promise<
    readonly { readonly decision: string; readonly workOrderId: number; readonly points: number | null }[]
  > {
    const { out } = await say('approve list --json');
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }

  it('wait for a yes, which does them once, or a no', async () => {
    const env = await withRecommendations();
    const ran = await cli(['run', '--once'], env);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.out).toContain('[recommended]');
    expect(ran.out).toMatch(/\d+ decisions recommended, which waits for approval: approve decision \d+\.1\.1 /);
    expect(writes()).toBe(0);
    const found = await waiting();
    const first = found.find(({ points }) => points !== null);
    const second = found.find((item) => item !== first);
    if (first === undefined || second === undefined) throw new Error('fewer than two recommendations');
    expect(first).toMatchObject({
      type: 'recommendation',
      ruleFile: 'asks',
      approvedBy: null,
      points: expect.any(Number),
    });
    const list = await say('approve list');
    expect(list.out).toContain(`decision ${first.decision}: assign provider `);
    expect(list.out).toMatch(/\d+ recommendations, \$[\d,.]+ in all: approve decision/);
    expect((await cli(['explain', first.decision])).out).toContain(`approve decision ${first.decision}`);

    await say('pause --because storm');
    expect(await cli(['approve', 'decision', first.decision], env)).toMatchObject({ code: 3 });
    await say('resume --because over');
    bindTo('sandbox');
    const foreign = await cli(['approve', 'decision', first.decision], env);
    expect(foreign).toMatchObject({ code: 5, err: expect.stringContaining('belongs to sandbox') });
    bindTo('loopback');
    expect(await cli(['approve', 'decision', first.decision, '--dry-run'], env)).toMatchObject({ code: 0 });
    expect(writes()).toBe(0);
    const done = await cli(['approve', 'decision', first.decision, '--because', 'fits'], env);
    expect(done).toMatchObject({ code: 0 });
    expect(done.out).toMatch(/1 action: [1-9] writes? confirmed, 0 refused/);
    const again = await cli(['approve', 'decision', first.decision, second.decision], env);
    expect(again).toMatchObject({ code: 2 });
    expect(again.err).toContain('FM-C248 was approved by ana already');

    const no = await cli(['reject', 'decision', second.decision, '--because', 'not_him']);
    expect(no.out).toMatch(/ is rejected by ana: not_him\. /);
    expect((await cli(['explain', second.decision])).out).toContain('rejected by ana at');
    expect((await waiting()).map(({ decision }) => decision)).not.toContain(second.decision);
  });

  it('are all done with --all, of one rule file or of every one', async () => {
    const env = await withRecommendations();
    await cli(['run', '--once'], env);
    const none = await cli(['approve', 'decision', '--all', '--rule', 'other'], env);
    expect(none).toMatchObject({ code: 0, err: expect.stringContaining('No recommendation waits for an answer.') });
    const count = (await waiting()).length;
    const all = await cli(['approve', 'decision', '--all', '--rule', 'asks'], env);
    expect(all).toMatchObject({ code: 0, out: expect.stringContaining(`${count} actions: `) });
    expect(await waiting()).toEqual([]);
  });

  it('are named as not done when the platform refuses them, which is a finding', async () => {
    const env = await withRecommendations();
    await cli(['run', '--once'], env);
    const first = (await waiting()).find(({ points }) => points !== null);
    if (first === undefined) throw new Error('nobody is recommended');
    sandbox?.faults.add({
      match: { method: 'POST', path: `/workorders/${first.workOrderId}/assignee` },
      fault: 'refuse',
      status: 400,
    });
    const done = await cli(['approve', 'decision', first.decision], env);
    expect(done.out).toMatch(/Not done: work order \d+, .* was approved; now refused FM-6002\./);
    expect(done.code).toBe(1);
  });

  it.each([
    ['names no decision', ['approve', 'decision']],
    ['names decisions, and --all beside them', ['approve', 'decision', '4.1.1', '--all']],
    ['goes with --all', ['approve', 'decision', '4.1.1', '--rule', 'asks']],
  ])('are not approved by a command that %s', async (why, words) => {
    expect(await cli(words)).toMatchObject({ code: 2, err: expect.stringContaining(why) });
  });
});

describe('tripped runs that wait for an answer', () => {
  const HOUR = 3_600_000;
  const limits = { ...DEFAULT_LIMITS };
  const wanted = { actions: [], committedTodayCents: 0, committedTodayByRuleFile: {} };

  function tripped(id: string, startedAtMs: number, code: 'FM-7001' | 'FM-7004' | 'FM-7011' = 'FM-7001'): RunRow {
    const end = aRunEnd();
    const summary = { ...end.summary, wanted, stopped: { code, message: 'too much' } };
    return { ...aRun({ id }), startedAtMs, end: { ...end, runId: id, result: 'tripped', summary } };
  }

  const at = (nowMs: number) => ({ limits, nowMs });

  it('can be approved for a day', () => {
    const runs = { runs: [tripped('run-a', 0)], answers: [] };
    expect(findItem(runs, 'run-a', at(24 * HOUR)).run.id).toBe('run-a');
    expect(() => findItem(runs, 'run-a', at(24 * HOUR + 1))).toThrow('is older than 24 h');
    expect(openItems(runs, { limits }, 24 * HOUR + 1)).toEqual([]);
  });

  it.each(['FM-7004', 'FM-7011'] as const)('cannot be approved when %s stopped them', (code) => {
    const runs = { runs: [tripped('run-a', 0, code)], answers: [] };
    expect(() => findItem(runs, 'run-a', at(HOUR))).toThrow(`was stopped by ${code}, which nobody can approve away`);
    expect(openItems(runs, { limits }, HOUR)).toEqual([]);
  });

  it('are named by the beginning of their id, if that is one run’s', () => {
    const runs = { runs: [tripped('run-a', 0), tripped('run-b', 0)], answers: [] };
    expect(() => findItem(runs, 'run-', at(HOUR))).toThrow('is the beginning of several runs');
    expect(() => findItem(runs, '', at(HOUR))).toThrow('is no run of this ledger');
  });

  it('show once when the next run wants the very same', () => {
    const runs = { runs: [tripped('run-a', 0), tripped('run-b', 1)], answers: [] };
    expect(openItems(runs, { limits }, HOUR).map(({ run }) => run.id)).toEqual(['run-b']);
  });
});

describe('a run under directives', () => {
  it('decides and records but sends nothing while paused, then acts', async () => {
    const env = await withSandbox();
    await say('pause --because storm');
    const paused = await cli(['run', '--once'], env);
    expect(paused.code).toBe(0);
    expect(paused.out).toContain(
      'PAUSED FM-7012: Acting is paused by ana until further notice (storm); nothing is sent.',
    );
    expect(paused.out).toContain('FM-3030');
    expect(writes()).toBe(0);
    const [held] = (await cli(['report', 'decisions', '--format', 'json'])).out.match(/FM-3030/) ?? [];
    expect(held).toBe('FM-3030');
    await say('resume --because over');
    expect((await cli(['run', '--once'], env)).out).not.toContain('PAUSED');
    expect(writes()).toBeGreaterThan(0);
  });

  it('is stopped by the file and by the setting just the same', async () => {
    const env = await withSandbox();
    const bySetting = await cli(['run', '--once'], { ...env, FIELDMARSHAL_PAUSE: 'audit' });
    expect(bySetting.out).toContain('paused by FIELDMARSHAL_PAUSE until further notice (audit)');
    writeFileSync(join(folder, 'stop-here'), '');
    const byFile = await cli(['run', '--once', '--pause-file', 'stop-here'], env);
    expect(byFile.out).toContain('the file gives no reason');
    expect(writes()).toBe(0);
  });

  it('refuses an action by hand while paused, and one with an excluded provider', async () => {
    const env = await withSandbox();
    await cli(['run', '--once', '--pause', 'only looking'], env);
    const decisions = (await cli(['run', '--once', '--dry-run', '--json'], env)).out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const { workOrderId, winner } = decisions.find(
      ({ outcome, actions }) => outcome === 'assign' && actions.length === 1 && actions[0].call.kind === 'assign',
    );
    const assign = ['wo', 'assign', String(workOrderId), '--provider', String(winner), '--yes'];
    await say('pause --because storm');
    const paused = await cli(assign, env);
    expect(paused.out).toBe('');
    expect(paused.code).toBe(3);
    expect(paused.err).toContain('acting is paused by ana until further notice: storm (FM-6021). Nothing was sent.');
    await say('resume --because over');
    await say(`exclude add ${winner} --because ban`);
    const excluded = await cli(assign, env);
    expect(excluded.code).toBe(1);
    expect(excluded.out).toContain(`exclude expire ${winner} --because TEXT`);
    await say(`exclude expire ${winner} --because lifted`);
    await say(`pin add ${workOrderId} 1 --because other`);
    expect((await cli(assign, env)).out).toContain('FM-6023');
    expect(writes()).toBe(0);
    await say(`pin expire ${workOrderId} --because gone`);
    expect((await cli(assign, env)).code).toBe(0);
  });
});

describe('the clock of this machine', () => {
  it.each([
    ['sandbox', 400_000],
    ['production', 400_000],
    ['loopback', null],
  ])('is held against that of %s: %s ms ahead', (baseUrl, expected) => {
    const reading = readPlatformConfig({
      env: {
        FIELDMARSHAL_BASE_URL: baseUrl === 'loopback' ? 'http://127.0.0.1:8080' : baseUrl,
        FIELDMARSHAL_CLIENT_ID: 'client',
        FIELDMARSHAL_CLIENT_SECRET: 'secret',
        FIELDMARSHAL_USERNAME: 'user',
        FIELDMARSHAL_PASSWORD: 'password',
      },
      cwd: folder,
      overrides: {},
    });
    if (reading.kind === 'problems') throw new Error(reading.problems.map(({ what }) => what).join());
    expect(toSkewMs(reading.config, 1_400_000, 1_000_000)).toBe(expected);
    expect(toSkewMs(reading.config, 1_400_000, null)).toBeNull();
  });
});
