import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageVersion } from '../../src/package-root.ts';
import { openHoldingProxy } from './holding-proxy.ts';
import { intentEnds, readDecisions } from './ledger-file.ts';
import { ASSIGN, openDoor, ROUTE } from './rule-files.ts';
import type { ReceivedWrite, SandboxChild } from './sandbox-child.ts';
import { type Ended, openScene, type Scene, until } from './scene.ts';

let scene: Scene;
beforeAll(() => {
  scene = openScene();
  scene.write('one-step/open-door.json', openDoor({ stages: [ASSIGN, ROUTE] }));
});
afterAll(() => scene.close());

/** Lines of NDJSON: every decision, then the summary. */
function readRunJson({ stdout }: Ended) {
  const lines = stdout.trimEnd().split('\n');
  const objects = lines.map((line) => JSON.parse(line));
  return { decisions: objects.slice(0, -1), summary: objects.at(-1) };
}

/** A market some hours old with work to hand out, and the rule files to do it. */
async function openMarket(flags: readonly string[] = []): Promise<SandboxChild> {
  const sandbox = await scene.sandbox('--seed', '7', '--work-orders', '12', '--providers', '60', ...flags);
  await sandbox.advance(240);
  return sandbox;
}

function countByWorkOrder(writes: readonly ReceivedWrite[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { workOrderId } of writes) counts.set(workOrderId, (counts.get(workOrderId) ?? 0) + 1);
  return counts;
}

// Concurrent: every describe has its own market and ledgers, and most of a child's time is spent starting.
describe.concurrent('help and version', () => {
  it.each([
    '',
    'demo',
    'sandbox',
    'run',
    'rules check',
    'rules fmt',
    'rules docs',
    'rules diff',
    'rules test',
    'rules schema',
    'rules export',
    'rules import',
    'which-rule',
    'backtest',
    'frontier',
    'explain',
    'replay',
    'override',
    'report',
    'ledger verify',
    'ledger rebuild-counts',
  ])('of "%s" go to stdout', async (command) => {
    const { code, stdout, stderr } = await scene.run([...command.split(' ').filter(Boolean), '--help']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`fieldmarshal ${command === '' ? 'COMMAND' : command}`);
    expect(stdout).toMatch(/^Exit codes/m);
  });

  it('are the version of the package', async () => {
    expect(await scene.run(['--version'])).toEqual({
      code: 0,
      signal: null,
      stdout: `${packageVersion()}\n`,
      stderr: '',
    });
  });
});

describe.concurrent('sandbox', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('says in one line where it is, and ends with 0 on %s', async (signal) => {
    const sandbox = await scene.sandbox('--work-orders', '3', '--providers', '5');
    expect(await sandbox.events('write')).toEqual([]);
    expect(await sandbox.stop(signal)).toEqual({
      code: 0,
      signal: null,
      stdout: `${JSON.stringify({ url: sandbox.url })}\n`,
      stderr: expect.stringContaining(`\nFIELDMARSHAL_BASE_URL=${sandbox.url}\n`),
    });
  });

  it('stops while an answer is still due', async () => {
    const sandbox = await scene.sandbox('--work-orders', '3', '--providers', '5');
    const hanging = await sandbox.addFault({ method: 'POST', path: 'oauth/token', fault: 'latency', ms: 600_000 });
    const run = scene.start(['run', '--once'], {
      ...sandbox.settings,
      FIELDMARSHAL_DB: 'stopped.db',
      FIELDMARSHAL_MAX_READ_ATTEMPTS: '1',
    });
    await until('the login hangs', async () => (await hanging.fired()) === 1);
    expect((await sandbox.stop()).code).toBe(0);
    const { code, stderr } = await run.ended;
    expect(code, stderr).toBe(4);
  });
});

describe.concurrent('demo', () => {
  it('dispatches a day, explains a decision, and leaves a ledger that its own hints read', async () => {
    const { code, stdout, stderr } = await scene.run([
      ...['demo', '--seed', '3', '--work-orders', '12', '--providers', '90', '--dir', 'day'],
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Filled [1-9]\d* of \d+ work orders that opened/m);
    expect(stdout).toMatch(/^Why (\S+)\? \(fieldmarshal explain \1\)$/m);
    const hints = [...stdout.matchAll(/^ {2}npm run -s fieldmarshal -- (.*)$/gm)].map(([, hint = '']) => hint);
    expect(hints.length).toBeGreaterThanOrEqual(2);
    for (const hint of hints) {
      const followed = await scene.run(hint.split(' '));
      expect([followed.code, followed.stderr], hint).toEqual([0, '']);
    }
  });
});

describe.concurrent('run --once', () => {
  let sandbox: SandboxChild;
  beforeAll(async () => {
    sandbox = await openMarket();
  });

  const run = (flags: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    scene.run(['run', '--once', '--rules', 'one-step', ...flags], { ...sandbox.settings, ...env });

  it('--dry-run shows what it would do, sends nothing and makes no ledger', { concurrent: false }, async () => {
    const { code, stdout, stderr } = await run(['--dry-run', '--db', 'dry.db']);
    expect([code, stderr]).toEqual([0, 'DRY RUN: asked for by --dry-run\n']);
    expect(stdout).toMatch(/→ assign /);
    expect(await sandbox.writes()).toEqual([]);
    expect(readdirSync(scene.folder).filter((name) => name.startsWith('dry.db'))).toEqual([]);
  });

  it('--only decides and acts on the named work orders alone, and a dry run then leaves the ledger as it is', {
    concurrent: false,
  }, async () => {
    const planned = readRunJson(await run(['--dry-run', '--json'])).decisions;
    const ids = planned.filter(({ actions }) => actions.length > 0).map(({ workOrderId }) => workOrderId);
    const [one, two, three] = ids;
    const ended = await run(['--json', '--only', `${one},${two}`, '--only', three, '--db', 'only.db']);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    expect(readRunJson(ended).decisions.map(({ workOrderId }) => workOrderId)).toEqual([one, two, three]);
    const before = await sandbox.writes();
    expect(before.length).toBeGreaterThan(0);
    expect(before.filter(({ workOrderId }) => ![one, two, three].includes(workOrderId))).toEqual([]);

    const ledger = readFileSync(join(scene.folder, 'only.db'));
    const dry = readRunJson(await run(['--dry-run', '--json', '--db', 'only.db']));
    expect(dry.summary).toMatchObject({ type: 'summary', dryRun: 'asked for by --dry-run', result: 'done' });
    expect(dry.summary.effects).toMatchObject({ confirmed: 0, refused: 0, unknown: 0 });
    expect(dry.decisions.some(({ actions }) => actions.length > 0)).toBe(true);
    expect(await sandbox.writes()).toEqual(before);
    expect(readFileSync(join(scene.folder, 'only.db')).equals(ledger)).toBe(true);
  });

  it('--json prints decisions, the summary last, and nothing else', { concurrent: false }, async () => {
    const ended = await run(['--json']);
    expect([ended.code, ended.stderr]).toEqual([0, '']);
    const { decisions, summary } = readRunJson(ended);
    expect(decisions.map(({ type }) => type)).toEqual(decisions.map(() => 'decision'));
    expect(decisions.map(({ workOrderId }) => workOrderId)).toEqual(
      decisions.map(({ workOrderId }) => workOrderId).toSorted((a, b) => a - b),
    );
    expect(summary).toMatchObject({ type: 'summary', result: 'done', dryRun: null, environment: 'loopback' });
    expect(summary.openWorkOrders).toBe(decisions.length);
    const sent = decisions.flatMap(({ effects }) => effects);
    expect(sent.length).toBeGreaterThan(0);
    expect(summary.effects.confirmed).toBe(sent.filter(({ kind }) => kind === 'confirmed').length);
    for (const { reason } of decisions) expect(reason.sentence).not.toContain('{');
  });

  it('in text has a line a decision and a summary', { concurrent: false }, async () => {
    const { code, stdout, stderr } = await run([]);
    expect([code, stderr]).toEqual([0, '']);
    const [lines = '', summary = ''] = stdout.split('\n\n');
    for (const line of lines.split('\n'))
      expect(line).toMatch(/^\d{4} +.+ → (wait|hold|assign|route|skip)\b.* FM-\d{4} /);
    expect(summary).toMatch(/^\d+ open work orders, \d+ decisions( \(.*\))?: .*\n\d+ actions: /);
  });

  it('takes settings from flags before the environment before .env', async () => {
    const { FIELDMARSHAL_CLIENT_ID: _, ...others } = sandbox.settings;
    const rules = join(scene.folder, 'one-step');
    scene.write('layers/.env', 'FIELDMARSHAL_CLIENT_ID=c\nFIELDMARSHAL_DB=dotenv.db\nFIELDMARSHAL_RULES=nowhere\n');
    const env = { ...others, FIELDMARSHAL_DB: 'environment.db', FIELDMARSHAL_RULES: 'nowhere-else' };
    const { code, stderr } = await scene.run(['run', '--once', '--only', '4047', '--rules', rules], env, 'layers');
    expect([code, stderr]).toEqual([0, '']);
    const made = readdirSync(join(scene.folder, 'layers')).filter((name) => name.endsWith('.db'));
    expect(made).toEqual(['environment.db']);
  });

  it('logs every request at debug level, without what is secret', async () => {
    const flags = ['--dry-run', '--json', '--log-level', 'debug', '--only', '4047', '--db', 'debug.db'];
    const { code, stdout, stderr } = await run(flags);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split('\n')).toHaveLength(2);
    const [, ...log] = stderr.trimEnd().split('\n');
    const paths = log.map((line) => JSON.parse(line).path);
    expect(paths.length).toBeGreaterThan(4);
    expect(paths).toContain('/authentication/api/oauth/token');
  });

  it('finishes its writes when nobody reads its output', async () => {
    const market = await openMarket(['--seed', '5']);
    const child = scene.start(['run', '--once', '--rules', 'one-step', '--db', 'unread.db'], market.settings);
    child.process.stdout.destroy();
    child.process.stderr.destroy();
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    const ends = intentEnds(await readDecisions(join(scene.folder, 'unread.db')));
    expect(ends.length).toBeGreaterThan(1);
    expect(ends.filter((end) => !end.includes(' confirmed '))).toEqual([]);
    expect(await market.writes()).toHaveLength(ends.length);
  });
});

describe.concurrent('a second run', () => {
  it('at once acts on nothing that the first acted on', async () => {
    const sandbox = await openMarket();
    const once = ['run', '--once', '--json', '--rules', 'one-step', '--db', 'twice.db'];
    const first = readRunJson(await scene.run(once, sandbox.settings));
    const writes = await sandbox.writes();
    expect(writes.length).toBeGreaterThan(1);
    expect(writes).toHaveLength(first.summary.actions);
    const second = readRunJson(await scene.run(once, sandbox.settings));
    expect(second.summary).toMatchObject({ actions: 0, result: 'done' });
    expect(await sandbox.writes()).toEqual(writes);
    const third = readRunJson(await scene.run(once, sandbox.settings));
    expect(third.summary.unchanged).toBe(third.decisions.length);
  });

  it('at the same moment on one new ledger waits for the first, and assigns nothing twice', async () => {
    const sandbox = await openMarket();
    // Whoever is first is held until the other has found the lock taken.
    const way = await openHoldingProxy(sandbox.url, /\/(assignee|accept|route)$/);
    const env = { ...sandbox.settings, FIELDMARSHAL_BASE_URL: way.url };
    const once = ['run', '--once', '--json', '--rules', 'one-step', '--db', 'shared.db'];
    const children = [scene.start(once, env), scene.start(once, env)];
    const isWaiting = (stderr: string) => stderr.includes('Another fieldmarshal is acting on');
    await until('one of them waits', () => children.some((child) => isWaiting(child.stderr())));
    way.release();
    const both = await Promise.all(children.map(({ ended }) => ended));
    way.close();
    expect(
      both.map(({ code }) => code),
      both.map(({ stderr }) => stderr).join(''),
    ).toEqual([0, 0]);
    expect(both.filter(({ stderr }) => isWaiting(stderr))).toHaveLength(1);
    const counts = countByWorkOrder(await sandbox.writes());
    expect(counts.size).toBeGreaterThan(1);
    expect([...counts.values()].filter((count) => count > 1)).toEqual([]);
    const actions = both.map((ended) => readRunJson(ended).summary.actions);
    expect(actions.toSorted((a, b) => a - b)).toEqual([0, counts.size]);
  });

  it('meanwhile with a ledger of its own never makes a second assignment', async () => {
    const sandbox = await openMarket();
    const [mine, theirs] = ['mine.db', 'theirs.db'];
    const run = (db: string, env = {}) =>
      scene.run(['run', '--once', '--rules', 'one-step', '--db', db], { ...sandbox.settings, ...env });
    // The first has seen that the work order is free, and its write is on the way, when the other assigns it.
    const way = await openHoldingProxy(sandbox.url, /\/(assignee|accept)$/);
    const slow = run(mine, { FIELDMARSHAL_BASE_URL: way.url, FIELDMARSHAL_REQUEST_TIMEOUT_MS: '120000' });
    await way.arrived;
    const fast = await run(theirs);
    way.release();
    const ends = [await slow, fast];
    way.close();
    expect(
      ends.map(({ code }) => code),
      ends.map(({ stderr }) => stderr).join(''),
    ).toEqual([0, 0]);
    const binding = (await sandbox.writes()).filter(({ action }) => action === 'assign' || action === 'accept_counter');
    const contested = [...countByWorkOrder(binding)].filter(([, count]) => count === 2).map(([id]) => id);
    expect(contested).toHaveLength(1);
    const assigned = (await sandbox.events('work_order.assigned')).map(({ work_order_id: id }) => id);
    expect(assigned).toContain(contested[0]);
    expect(new Set(assigned).size).toBe(assigned.length);
    const ledgers = await Promise.all([mine, theirs].map((db) => readDecisions(join(scene.folder, db))));
    // Both had chosen the same provider: the later one is refused, reads, and finds its wish come true.
    for (const decisions of ledgers) {
      const ofOrder = decisions.filter(({ workOrderId }) => contested.includes(workOrderId));
      expect(intentEnds(ofOrder)).toEqual([expect.stringMatching(/ confirmed FM-6001$/)]);
    }
  });
});

describe.concurrent('rules', () => {
  it('check finds nothing wrong with the files that ship', async () => {
    const { code, stdout, stderr } = await scene.run(['rules', 'check']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[4-9] rule file\(s\), 0 problem\(s\), 0 warning\(s\)\n$/);
  });

  it('check names file, line and column of every problem, and ends with 1', async () => {
    scene.write('wrong/a.json', '{\n  "version": 1,\n  "id": oops\n}\n');
    scene.write('wrong/b.json', openDoor().replace('"weight":100', '"weight":"100"'));
    const { code, stdout, stderr } = await scene.run(['rules', 'check', 'wrong']);
    expect([code, stderr]).toEqual([1, '']);
    // Without the lines of the file that are shown below each.
    const lines = stdout.split('\n').filter((line) => line !== '' && !/^[ \d]{5} \| /.test(line));
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^wrong\/a\.json:3:9 FM-R\d{3} .* — .*\.$/);
    expect(lines[1]).toMatch(/^wrong\/b\.json:1:\d+ FM-R\d{3} .* — .*\.$/);
    expect(lines[2]).toBe('2 rule file(s), 2 problem(s), 0 warning(s)');
    const json = await scene.run(['rules', 'check', 'wrong', '--format', 'json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      files: ['wrong/a.json', 'wrong/b.json'],
      problems: [{ where: 'wrong/a.json', line: 3, column: 9 }, { where: 'wrong/b.json' }],
    });
  });

  it('schema prints the JSON schema that ships', async () => {
    const { code, stdout, stderr } = await scene.run(['rules', 'schema']);
    expect([code, stderr]).toEqual([0, '']);
    const shipped = readFileSync(join(import.meta.dirname, '../../rules/rule-file.schema.json'), 'utf8');
    expect(JSON.parse(stdout)).toEqual(JSON.parse(shipped));
  });
});

describe.concurrent('looking into a ledger', () => {
  let assigned: { readonly id: string; readonly workOrderId: number; readonly winner: number };
  beforeAll(async () => {
    const sandbox = await openMarket();
    const flags = ['run', '--once', '--json', '--rules', 'one-step', '--db', 'looked-into.db'];
    const { decisions } = readRunJson(await scene.run(flags, sandbox.settings));
    assigned = decisions.find(({ outcome }) => outcome === 'assign');
  });

  const look = (...args: readonly string[]) => scene.run([...args, '--db', 'looked-into.db']);

  it('explain shows the same decision by work order and by decision id', async () => {
    const byWorkOrder = await look('explain', String(assigned.workOrderId));
    expect([byWorkOrder.code, byWorkOrder.stderr]).toEqual([0, '']);
    const head = `Now: work order ${assigned.workOrderId}: assigned to provider ${assigned.winner}, confirmed at `;
    expect(byWorkOrder.stdout.slice(0, head.length)).toBe(head);
    expect(byWorkOrder.stdout).toContain(`\nDecision ${assigned.id}, work order ${assigned.workOrderId}: `);
    expect(byWorkOrder.stdout).toContain(`provider ${assigned.winner}`);
    expect(byWorkOrder.stdout).toContain('confirmed: ');
    expect((await look('explain', assigned.id)).stdout).toBe(byWorkOrder.stdout);
  });

  it('explain --json prints the recorded decision as one object', async () => {
    const { code, stdout, stderr } = await look('explain', assigned.id, '--json');
    expect([code, stderr]).toEqual([0, '']);
    const decision = JSON.parse(stdout);
    const { id, workOrderId, winner } = assigned;
    expect(decision).toMatchObject({ id, workOrderId, winner, outcome: 'assign', ruleFileId: 'open-door' });
    expect(decision.candidates.length).toBeGreaterThan(0);
  });

  it.each(['runs', 'decisions'])('report %s has the same rows as table, CSV and JSON', async (report) => {
    const since = ['--since', '2026-01-01'];
    const json = await look('report', report, ...since, '--format', 'json');
    const csv = await look('report', report, ...since, '--format', 'csv');
    const table = await look('report', report);
    for (const ended of [json, csv, table]) expect([ended.code, ended.stderr]).toEqual([0, '']);
    const rows = JSON.parse(json.stdout);
    expect(rows.length).toBeGreaterThan(0);
    for (const text of [csv.stdout, table.stdout]) expect(text.trimEnd().split('\n')).toHaveLength(rows.length + 1);
    expect(csv.stdout.split('\n')[0]).toBe(Object.keys(rows[0]).join(','));
    const later = await look('report', report, '--since', '2199-01-01', '--format', 'json');
    expect(later).toMatchObject({ code: 0, stdout: '[]\n', stderr: `No ${report} in this ledger for what you ask.\n` });
  });

  it('report --list needs no ledger', async () => {
    const { code, stdout, stderr } = await scene.run(['report', '--list', '--db', 'none.db']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^runs: /m);
    expect(stdout).toMatch(/^decisions: /m);
  });
});
