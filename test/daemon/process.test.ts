import { createServer } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDoor } from '../e2e/rule-files.ts';
import type { SandboxChild } from '../e2e/sandbox-child.ts';
import { type Child, openScene, type Scene, until } from '../e2e/scene.ts';

let scene: Scene;
let sandbox: SandboxChild;
beforeAll(async () => {
  scene = openScene();
  scene.write('rules/open-door.json', openDoor());
  sandbox = await scene.sandbox('--seed', '7', '--work-orders', '12', '--providers', '60');
  await sandbox.advance(240);
});
afterAll(() => scene.close());

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function linesOf(child: Child): readonly { readonly msg: string; readonly [field: string]: unknown }[] {
  return child
    .stderr()
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

const runsOf = (child: Child) => linesOf(child).filter(({ result }) => result !== undefined);

async function get(url: string) {
  const answer = await request(url);
  return { code: answer.statusCode, text: await answer.body.text() };
}

describe('fieldmarshal daemon', () => {
  it('runs every second, answers about itself, shares its ledger, and stops after the action under way', async () => {
    const port = await freePort();
    const settings = { ...sandbox.settings, FIELDMARSHAL_DB: 'daemon.db' };
    const daemon = scene.start(['daemon'], {
      ...settings,
      FIELDMARSHAL_CRON: '* * * * * *',
      FIELDMARSHAL_HEALTH_PORT: String(port),
    });
    await until('it made two runs', () => runsOf(daemon).length >= 2 || daemon.process.exitCode !== null);
    expect(linesOf(daemon)[0]).toMatchObject({ msg: 'daemon started', environment: 'loopback', dryRunBecause: null });

    const second = await scene.run(['daemon'], settings);
    expect([second.code, second.stdout]).toEqual([3, '']);
    expect(second.stderr).toMatch(/^another fieldmarshal daemon runs on .*daemon\.db\. Stop that one first/);

    const byHand = await scene.run(['run', '--once', '--json'], settings);
    expect(byHand.code, byHand.stderr).toBe(0);

    const health = await get(`http://127.0.0.1:${port}/healthz`);
    expect([health.code, JSON.parse(health.text).status]).toEqual([200, 'ok']);
    const metrics = await get(`http://127.0.0.1:${port}/metrics`);
    expect(metrics.text).toMatch(/^fieldmarshal_runs_total\{result="done"\} [1-9]/m);
    expect(metrics.text).toMatch(/^process_resident_memory_bytes /m);

    daemon.process.kill('SIGTERM');
    const ended = await daemon.ended;
    expect([ended.code, ended.signal, ended.stdout]).toEqual([0, null, '']);
    expect(linesOf(daemon).at(-1)?.msg).toBe('stopped');
    const ticks = runsOf(daemon).map(({ tick }) => tick);
    expect(new Set(ticks).size).toBe(ticks.length);
    const results = runsOf(daemon).map(({ result }) => result);
    // The signal may have come while one was under way.
    expect(new Set(results.slice(0, -1))).toEqual(new Set(['done']));
    expect(results.at(-1)).toMatch(/^(done|stopped)$/);
  });

  it('finishes the action under way on SIGTERM and begins no other; the next start decides the rest', async () => {
    const market = await scene.sandbox('--seed', '5', '--work-orders', '12', '--providers', '60');
    await market.advance(240);
    await market.addFault({
      method: 'POST',
      path: '/(assignee|route|accept)$',
      fault: 'latency',
      ms: 1500,
      times: null,
    });
    const env = {
      ...market.settings,
      FIELDMARSHAL_DB: 'drained.db',
      FIELDMARSHAL_CRON: '* * * * * *',
      FIELDMARSHAL_HEALTH_PORT: '0',
    };
    const daemon = scene.start(['daemon'], env);
    await until('a write is under way', async () => (await market.writes()).length === 1);
    daemon.process.kill('SIGTERM');
    const ended = await daemon.ended;
    expect(ended.code, ended.stderr).toBe(0);
    expect(await market.writes()).toHaveLength(1);
    expect(runsOf(daemon).at(-1)).toMatchObject({ result: 'stopped', stopped: 'FM-7007', effects: { confirmed: 1 } });
    await market.clearFaults();
    const next = await scene.run(['run', '--once', '--json'], env);
    expect(next.code, next.stderr).toBe(0);
    expect((await market.writes()).length).toBeGreaterThan(1);
  });

  it('exits at once on a second signal, and the next start settles by reading', async () => {
    const market = await scene.sandbox('--seed', '5', '--work-orders', '12', '--providers', '60');
    await market.advance(240);
    await market.addFault({ method: 'POST', path: '/(assignee|route|accept)$', fault: 'latency', ms: 20_000 });
    const env = {
      ...market.settings,
      FIELDMARSHAL_DB: 'cut.db',
      FIELDMARSHAL_CRON: '* * * * * *',
      FIELDMARSHAL_HEALTH_PORT: '0',
    };
    const daemon = scene.start(['daemon'], env);
    await until('a write is under way', async () => (await market.writes()).length === 1);
    daemon.process.kill('SIGTERM');
    await until('it heard', () => daemon.stderr().includes('asked to stop'));
    daemon.process.kill('SIGTERM');
    expect((await daemon.ended).code).toBe(143);
    const next = await scene.run(['run', '--once', '--json'], env);
    expect(next.code, next.stderr).toBe(0);
    const [cut] = await market.writes();
    const touched = (await market.writes()).filter(({ workOrderId }) => workOrderId === cut?.workOrderId);
    expect(touched).toHaveLength(1);
  });

  it('writes nothing but JSON lines to its log, warnings about rule files too', async () => {
    const remote = { all: [{ fact: 'work_order.is_remote', operator: 'equal', value: true }] };
    scene.write('partial/only.json', JSON.stringify({ ...JSON.parse(openDoor()), applies_to: remote }));
    const env = { ...sandbox.settings, FIELDMARSHAL_DB: 'partial.db', FIELDMARSHAL_RULES: 'partial' };
    const daemon = scene.start(['daemon', '--dry-run'], { ...env, FIELDMARSHAL_HEALTH_PORT: '0' });
    await until('it made a run', () => daemon.stderr().includes('"result"') || daemon.process.exitCode !== null);
    daemon.process.kill('SIGINT');
    expect((await daemon.ended).code).toBe(0);
    expect(linesOf(daemon).map(({ msg }) => msg.replace(/ FM-R801 .*/, ' FM-R801'))).toEqual([
      'warning: partial FM-R801',
      'daemon started',
      'dry run done; nothing was sent or recorded',
      'stopped',
    ]);
  });

  it.each([
    [{ FIELDMARSHAL_CRON: '61 * * * *' }, /^FIELDMARSHAL_CRON FM-C106 is no cron expression \(minute: .*\*\/5/],
    [{ FIELDMARSHAL_RULES: 'nowhere' }, /nowhere FM-C140 does not exist/],
    [{ FIELDMARSHAL_HEALTH_PORT: '70000' }, /^FIELDMARSHAL_HEALTH_PORT FM-C103 /],
  ])('refuses what it cannot run with before it does anything: %o', async (env, message) => {
    const { code, stdout, stderr } = await scene.run(['daemon'], {
      ...sandbox.settings,
      FIELDMARSHAL_DB: 'refused.db',
      ...env,
    });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
  });
});
