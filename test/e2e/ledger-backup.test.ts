import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineLedger, intentEnds, readDecisions } from './ledger-file.ts';
import { ASSIGN, openDoor, ROUTE } from './rule-files.ts';
import type { SandboxChild } from './sandbox-child.ts';
import { openScene, type Scene, until } from './scene.ts';

let scene: Scene;
beforeAll(() => {
  scene = openScene();
  scene.write('rules/open-door.json', openDoor({ stages: [ASSIGN, ROUTE] }));
  scene.write('idle/open-door.json', openDoor({ mode: 'shadow' }));
});
afterAll(() => scene.close());

async function openMarket(): Promise<SandboxChild> {
  const sandbox = await scene.sandbox('--seed', '7', '--work-orders', '12', '--providers', '60');
  await sandbox.advance(240);
  return sandbox;
}

describe.concurrent('ledger backup', () => {
  it('copies the ledger while a daemon is acting on it, and checks the copy', async () => {
    const market = await openMarket();
    const slow = { method: 'POST', path: '/(assignee|route|accept)$', fault: 'latency', ms: 400, times: null } as const;
    await market.addFault(slow);
    const env = {
      ...market.settings,
      FIELDMARSHAL_DB: 'live.db',
      FIELDMARSHAL_CRON: '* * * * * *',
      FIELDMARSHAL_HEALTH_PORT: '0',
    };
    const daemon = scene.start(['daemon'], env);
    await until('a write is under way', async () => (await market.writes()).length >= 1);
    const { code, stdout, stderr } = await scene.run(['ledger', 'backup', 'live-copy.db', '--db', 'live.db', '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const said = JSON.parse(stdout);
    const copy = join(scene.folder, 'live-copy.db');
    expect(said).toMatchObject({ type: 'ledger_backup', file: copy, bytes: statSync(copy).size, erasedBodies: 0 });
    expect(said.links).toBeGreaterThan(3);
    expect(readdirSync(scene.folder).filter((name) => name.startsWith('live-copy'))).toEqual(['live-copy.db']);

    daemon.process.kill('SIGTERM');
    expect((await daemon.ended).code).toBe(0);
    // What was acted on while the copy was made is in the copy as open, or not at all, and the ledger goes on from its end.
    const examined = await examineLedger(copy);
    expect(examined.chain).toBe('intact');
    const links = new Database(join(scene.folder, 'live.db'), { readonly: true });
    const then = links.prepare<[number], string>('SELECT lower(hex(hash)) FROM chain WHERE seq = ?').pluck();
    expect(then.get(said.links)).toBe(said.head);
    const verified = await scene.run(['ledger', 'verify', '--file', 'live.db', '--head', said.head]);
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringContaining(`The head given is link ${said.links}:`),
    ]);
    links.close();
  });

  it('never replaces a file, and names what is wrong', async () => {
    const market = await openMarket();
    const first = await scene.run(['run', '--once', '--rules', 'idle', '--db', 'quiet.db'], market.settings);
    expect(first.code, first.stderr).toBe(0);
    const backUp = (to: string, db = 'quiet.db') => scene.run(['ledger', 'backup', to, '--db', db]);
    const done = await backUp('one.db');
    expect([done.code, done.stderr]).toEqual([0, '']);
    expect(done.stdout).toMatch(
      /quiet\.db is copied to \S+one\.db \(\d+ bytes\); its chain of \d+ links .* [0-9a-f]{64}$/m,
    );
    const again = await backUp('one.db');
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(again.stderr).toMatch(/one\.db FM-C144 is there already — Name a file that does not exist yet/);
    expect((await backUp('nowhere/one.db')).stderr).toMatch(/FM-C144 cannot be made: there is no folder \S+nowhere — /);

    // The name itself fits; with what the copy has behind it until it is checked it does not.
    const unwritable = await backUp(`${'x'.repeat(250)}.db`);
    expect([unwritable.code, unwritable.stdout]).toEqual([5, '']);
    expect(unwritable.stderr).toMatch(
      /^the copy \S+\.partial cannot be written \(SQLITE_CANTOPEN\)\. No backup was made\. /,
    );

    const none = await backUp('two.db', 'none.db');
    expect([none.code, none.stderr]).toEqual([5, expect.stringMatching(/^there is no ledger at \S+none\.db\. /)]);
    copyFileSync(join(scene.folder, 'quiet.db'), join(scene.folder, 'bad.db'));
    const file = new Database(join(scene.folder, 'bad.db'));
    file.exec("DROP TRIGGER run_no_update; UPDATE run SET engine_version = '9.9.9'");
    file.close();
    const bad = await backUp('three.db', 'bad.db');
    expect([bad.code, bad.stdout]).toEqual([5, '']);
    expect(bad.stderr).toMatch(
      /the copy does not hold: run 1 is not as it was written \(run \S+\)\. No backup was made\. /,
    );
    expect(['two.db', 'three.db'].filter((name) => existsSync(join(scene.folder, name)))).toEqual([]);
  });
});

describe.concurrent('a backup that is restored', () => {
  it('does nothing twice: what was assigned and routed since then is found on the platform', async () => {
    const market = await openMarket();
    const run = (db: string, rules = 'rules') =>
      scene.run(['run', '--once', '--json', '--rules', rules, '--db', db], market.settings);
    await run('old.db', 'idle');
    const saved = await scene.run(['ledger', 'backup', 'saved.db', '--db', 'old.db']);
    expect(saved.code, saved.stderr).toBe(0);
    const since = await run('old.db');
    expect(since.code, since.stderr).toBe(0);
    const writes = await market.writes();
    expect(writes.length).toBeGreaterThan(2);
    expect(new Set(writes.map(({ action }) => action))).toEqual(new Set(['assign', 'route', 'accept_counter']));

    // The quiet time passes, as docs/daemon.md asks for, and the copy is used under a name of its own.
    await market.advance(3);
    const restored = await run('saved.db');
    expect(restored.code, restored.stderr).toBe(0);
    const repeated = (await market.writes()).slice(writes.length).map(({ workOrderId }) => workOrderId);
    expect(repeated.filter((id) => writes.some(({ workOrderId }) => workOrderId === id))).toEqual([]);
    expect(await examineLedger(join(scene.folder, 'saved.db'))).toMatchObject({ chain: 'intact', openIntents: [] });
  });

  it('with a write on its way in it settles that by reading before anything is sent', async () => {
    const market = await openMarket();
    const path = '/(assignee|accept|route)$';
    await market.addFault({ method: 'POST', path, fault: 'lost_response' });
    await market.addFault({ method: 'GET', path: '/assignee$', nth: 2, fault: 'latency', ms: 600_000 });
    const child = scene.start(['run', '--once', '--db', 'cut.db'], market.settings);
    await until('one was sent', async () => (await market.writes()).length === 1);
    const saved = await scene.run(['ledger', 'backup', 'cut-saved.db', '--db', 'cut.db']);
    expect(saved.code, saved.stderr).toBe(0);
    child.process.kill('SIGKILL');
    await child.ended;
    await market.clearFaults();
    const [sent] = await market.writes();
    const restored = await scene.run(['run', '--once', '--db', 'cut-saved.db'], market.settings);
    expect(restored.stderr).toMatch(/^Settled from an earlier run: decision \S+ step 1: confirmed$/m);
    expect((await market.writes()).filter(({ workOrderId }) => workOrderId === sent?.workOrderId)).toHaveLength(1);
    const decisions = await readDecisions(join(scene.folder, 'cut-saved.db'));
    const ofOrder = decisions.filter(({ workOrderId }) => workOrderId === sent?.workOrderId);
    expect(intentEnds(ofOrder)).toEqual([expect.stringMatching(/ confirmed FM-6001$/)]);
  });
});

describe.concurrent('beside a daemon that is acting', () => {
  it('run and wo wait as long as they may, then say who stands in the way and do nothing', async () => {
    const market = await openMarket();
    await market.addFault({ method: 'POST', path: '/(assignee|route|accept)$', fault: 'latency', ms: 600_000 });
    const env = {
      ...market.settings,
      FIELDMARSHAL_DB: 'busy.db',
      FIELDMARSHAL_HEALTH_PORT: '0',
      FIELDMARSHAL_REQUEST_TIMEOUT_MS: '600000',
    };
    const daemon = scene.start(['daemon', '--cron', '* * * * * *'], env);
    await until('a write is under way', async () => (await market.writes()).length === 1);
    const impatient = { ...env, FIELDMARSHAL_ACTING_LOCK_WAIT_MS: '250' };
    const [held] = await market.writes();
    const open = (await readDecisions(join(scene.folder, 'busy.db'))).find(
      ({ workOrderId, intents }) => workOrderId !== held?.workOrderId && intents.length > 0,
    );
    const provider = String(open?.winner);
    const wo = ['wo', open?.outcome ?? '', String(open?.workOrderId), '--provider', provider, '--yes'];
    const beside = await Promise.all([scene.run(['run', '--once'], impatient), scene.run(wo, impatient)]);
    for (const { code, stdout, stderr } of beside) {
      expect([code, stdout], stderr).toEqual([3, '']);
      expect(stderr).toMatch(/^Another fieldmarshal is acting on \S+busy\.db; waiting up to 0\.25 s$/m);
      expect(stderr).toMatch(/^another fieldmarshal is still acting on \S+busy\.db\. .*\.$/m);
    }
    expect(await market.writes()).toHaveLength(1);
    daemon.process.kill('SIGKILL');
    await daemon.ended;
  });
});
