import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/command.ts';
import { checkArmed, checkLedger } from '../../src/cli/doctor-local.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { readConfig, readPlatformConfig } from '../../src/config.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { packageRoot } from '../../src/package-root.ts';
import { parseRuleSet } from '../../src/rules/parse-rule-set.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { SETTINGS } from '../../src/settings.ts';
import { tryLock } from '../../src/store/sqlite/process-lock.ts';

let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({
    seed: 7,
    workOrders: 6,
    providers: 30,
    rateLimit: { requests: 500, windowSeconds: 3600 },
  });
});
afterAll(() => sandbox.close());

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fieldmarshal-doctor-'));
});
afterEach(async () => {
  await request(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' }).then(({ body }) => body.dump());
  rmSync(cwd, { recursive: true });
});

const SECRETS = ['secret-of-the-client', 'password-of-the-user'];

function settings(): Record<string, string> {
  return {
    FIELDMARSHAL_BASE_URL: sandbox.url,
    FIELDMARSHAL_CLIENT_ID: 'client',
    FIELDMARSHAL_CLIENT_SECRET: SECRETS[0] ?? '',
    FIELDMARSHAL_USERNAME: 'ops@example.com',
    FIELDMARSHAL_PASSWORD: SECRETS[1] ?? '',
    FIELDMARSHAL_RETRY_BASE_DELAY_MS: '0',
  };
}

async function cli(line: string, env: CliIo['env'] = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text), isTTY: false },
    env,
    cwd,
  });
  const text = out.join('');
  for (const secret of SECRETS) expect(`${text}${err.join('')}`).not.toContain(secret);
  return { code, stdout: text, stderr: err.join('') };
}

type Found = { readonly name: string; readonly result: string; readonly saw: string; readonly todo: string | null };

/** What the doctor found, by check; several lines of one check in order. */
async function examine(env: CliIo['env'] = settings()) {
  const { code, stdout, stderr } = await cli('doctor --json', env);
  expect(stderr).toBe('');
  const { checks, exit }: { checks: readonly Found[]; exit: number } = JSON.parse(stdout);
  expect(exit).toBe(code);
  for (const { result, todo } of checks) {
    if (result === 'warn' || result === 'fail') expect(todo).toMatch(/^[A-Z].*[.?]$/);
    else expect(todo).toBeNull();
  }
  const of = (name: string) => checks.filter((check) => check.name === name);
  return { code, of, bad: checks.filter(({ result }) => result === 'warn' || result === 'fail') };
}

describe('doctor', () => {
  it('finds nothing wrong with a good set-up, and leaves everything as it is', async () => {
    const writes = () => sandbox.world.log.filter(({ kind }) => kind === 'write').length;
    const before = writes();
    const { code, of, bad } = await examine();
    expect([code, bad]).toEqual([0, []]);
    expect(of('reachability')[0]?.saw).toContain('answers');
    expect(of('credentials')[0]?.saw).toMatch(/^logged in as ops@example.com, company \d+$/);
    expect(of('clock skew')[0]?.saw).toMatch(/^this machine is \d s/);
    expect(of('list echo')[0]?.saw).toMatch(/^the lists are those asked for, without filters: \d+ open, \d+ assigned$/);
    expect(of('schema drift')[0]?.saw).toMatch(/^[1-9]\d* rows read, all understood$/);
    expect(of('request budget')[0]?.saw).toMatch(
      /^about \d+ requests of 5000 a run; 288 runs a day make \d+ a day; the platform says \d+ of 500 are left$/,
    );
    expect(of('ledger')[0]?.saw).toContain('the first run makes it');
    expect(of('schedule')[0]?.saw).toMatch(/next at .*; no daemon runs on this ledger$/);
    expect(of('armed')[0]?.saw).toContain('loopback');
    expect(writes()).toBe(before);
    expect(() => statSync(join(cwd, 'fieldmarshal.db'))).toThrow();
  });

  it('shows a line a check in words, and counts them', async () => {
    const { code, stdout } = await cli('doctor', settings());
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok {4}settings {8}loopback at 127\.0\.0\.1:\d+ as ops@example\.com;/m);
    expect(stdout).toMatch(/^\d+ ok, 0 to look at, 0 wrong$/m);
  });

  it('looks at the webhook receiver: its port, its secrets, what it believes and who can reach it', async () => {
    expect((await examine()).of('webhook').map(({ saw }) => saw)).toEqual([expect.stringContaining('not received')]);
    const { port } = new URL(sandbox.url);
    const taken = {
      ...settings(),
      FIELDMARSHAL_WEBHOOK_PORT: port,
      FIELDMARSHAL_WEBHOOK_SECRET: 'a-secret-of-the-webhook,another-secret-of-it',
    };
    const used = await examine(taken);
    expect(used.of('webhook').map(({ result, saw }) => [result, saw])).toEqual([
      ['fail', `127.0.0.1 port ${port} cannot be used (EADDRINUSE)`],
      ['warn', '2 secrets are believed'],
    ]);
    expect(used.code).toBe(1);
    const open = await examine({
      ...taken,
      FIELDMARSHAL_WEBHOOK_HOST: '0.0.0.0',
      FIELDMARSHAL_WEBHOOK_MD5: 'allowed',
      FIELDMARSHAL_WEBHOOK_SECRET: 'a-secret-of-the-webhook',
    });
    expect(open.of('webhook').flatMap(({ result, saw }) => (result === 'warn' ? [saw] : []))).toEqual([
      expect.stringContaining('MD5 is weak'),
      expect.stringContaining('in clear text on 0.0.0.0'),
    ]);
    const lock = tryLock(join(cwd, 'fieldmarshal.db.daemon.lock'));
    expect((await examine(taken)).of('webhook')[0]?.saw).toContain('a daemon runs');
    lock?.release();
    expect((await examine({ ...taken, FIELDMARSHAL_WEBHOOK_SECRET: 'short' })).code).toBe(1);
  });

  it('names every setting that is missing, and looks at what can be looked at', async () => {
    const { code, of } = await examine({});
    expect(code).toBe(1);
    expect(of('settings').map(({ saw }) => saw.split(' ')[0])).toEqual([
      'FIELDMARSHAL_BASE_URL',
      'FIELDMARSHAL_CLIENT_ID',
      'FIELDMARSHAL_CLIENT_SECRET',
      'FIELDMARSHAL_USERNAME',
      'FIELDMARSHAL_PASSWORD',
    ]);
    expect(of('rule files')[0]?.result).toBe('ok');
    expect(of('reachability')).toEqual([]);
  });

  it('says that others may read the password', async () => {
    writeFileSync(join(cwd, '.env'), 'FIELDMARSHAL_DB=x.db\n');
    chmodSync(join(cwd, '.env'), 0o644);
    const { code, bad } = await examine();
    expect([code, bad.map(({ saw }) => saw)]).toEqual([0, ['other users of this machine may read .env']]);
    chmodSync(join(cwd, '.env'), 0o600);
    expect((await examine()).bad).toEqual([]);
  });

  it('says whether production is armed', () => {
    const armed = (env: Record<string, string>) => {
      const given = { ...settings(), FIELDMARSHAL_BASE_URL: 'production', ...env };
      const read = readPlatformConfig({ env: given, cwd, overrides: {} });
      if (read.kind === 'problems') throw new Error('settings');
      return checkArmed(read.config);
    };
    expect(armed({})).toMatchObject({ result: 'warn', todo: 'Set FIELDMARSHAL_ARM=production to let runs act.' });
    expect(armed({ FIELDMARSHAL_ARM: 'production' })).toMatchObject({ result: 'ok' });
  });

  it('shows mistakes in rule files with their place', async () => {
    mkdirSync(join(cwd, 'rules'));
    writeFileSync(join(cwd, 'rules/a.json'), '{\n  "version": 1,\n  "modee": "enforce"\n}\n');
    const { code, of } = await examine();
    expect(code).toBe(1);
    const found = of('rule files').filter(({ result }) => result === 'fail');
    expect(found.map(({ saw, todo }) => `${saw} ${todo}`)).toContainEqual(
      expect.stringMatching(/^rules\/a\.json:3:3 FM-R201 .* Did you mean "mode"\?$/),
    );
  });

  it('refuses a schedule that is none', async () => {
    const { code, of } = await examine({ ...settings(), FIELDMARSHAL_CRON: '61 * * * *' });
    expect([code, of('schedule')[0]?.result]).toEqual([1, 'fail']);
  });

  it('sees the daemon that runs on the ledger', async () => {
    expect((await cli('run --once', settings())).code).toBe(0);
    const lock = tryLock(join(cwd, 'fieldmarshal.db.daemon.lock'));
    const during = await examine();
    lock?.release();
    expect(during.of('schedule')[0]?.saw).toContain(
      'a daemon runs on this ledger, with settings of its own; by those of this shell its health would be at http://127.0.0.1:9464/healthz',
    );
    expect((await examine()).of('schedule')[0]?.saw).toContain('no daemon runs');
  });

  it('looks through the ledger: sound, whose, open writes, last run, requests used', async () => {
    expect((await cli('run --once', settings())).code).toBe(0);
    const { code, of } = await examine();
    expect(code).toBe(0);
    const [file, owner, open, last] = of('ledger').map(({ saw }) => saw);
    expect(file).toMatch(/fieldmarshal\.db is sound; its chain ends in [0-9a-f]{12}$/);
    expect(owner).toMatch(/^it belongs to loopback, company \d+$/);
    expect(open).toBe('every write is settled');
    expect(last).toMatch(/^last run at 20\d\d-.*: done$/);
    expect(of('request budget')[0]?.saw).toMatch(/^the last run used \d+ requests of 5000 a run;/);
  });

  it('ends with 5 for a ledger that is none', async () => {
    writeFileSync(
      join(cwd, 'fieldmarshal.db'),
      'this is not a database, and long enough to have a header of some kind',
    );
    const { code, of } = await examine();
    expect([code, of('ledger')[0]?.result]).toEqual([5, 'fail']);
  });

  it('ends with 5 for the ledger of another environment', async () => {
    expect((await cli('run --once', settings())).code).toBe(0);
    const read = readConfig({ env: {}, cwd, overrides: {} });
    if (read.kind === 'problems') throw new Error('settings');
    const { checks } = await checkLedger(read.config, 'production', Date.now());
    expect(checks[1]).toMatchObject({
      result: 'fail',
      about: 'ledger',
      saw: expect.stringContaining('the settings say production'),
    });
  });

  it('ends with 4 when nobody answers', async () => {
    const { code, of, bad } = await examine({ ...settings(), FIELDMARSHAL_BASE_URL: 'http://127.0.0.1:9' });
    expect([code, bad.map(({ name }) => name)]).toEqual([4, ['reachability']]);
    expect(of('schema drift')[0]?.result).toBe('skipped');
  });

  it('ends with 4 when it can log in and not read', async () => {
    const fault = { match: { method: 'GET', path: '/workorders', nth: 1 }, fault: '500', ms: 0, times: null };
    await request(`${sandbox.url}/_sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify(fault),
      headers: { 'content-type': 'application/json' },
    }).then(({ body }) => body.dump());
    const { code, of, bad } = await examine();
    expect([code, bad.map(({ name }) => name)]).toEqual([4, ['list echo']]);
    expect(of('credentials')[0]?.result).toBe('ok');
  });

  it('ends with 1 when our own limit on requests stops it', async () => {
    const { code, bad } = await examine({ ...settings(), FIELDMARSHAL_MAX_REQUESTS_PER_RUN: '1' });
    expect([code, bad.map(({ name }) => name)]).toEqual([1, ['request budget']]);
  });

  it('tells wrong credentials from an address that does not answer', async () => {
    const strict = await startSandbox({
      workOrders: 3,
      providers: 5,
      credentials: { clientId: 'a', clientSecret: 'b', username: 'c', password: 'd' },
    });
    const { code, of } = await examine({ ...settings(), FIELDMARSHAL_BASE_URL: strict.url });
    await strict.close();
    expect([code, of('reachability')[0]?.result, of('credentials')[0]?.result]).toEqual([4, 'ok', 'fail']);
  });

  it('notices a clock that is off, and a sandbox with a clock of its own', async () => {
    const past = await startSandbox({ workOrders: 3, providers: 5, startAtMs: Date.UTC(2026, 0, 5, 14) });
    const env = { ...settings(), FIELDMARSHAL_BASE_URL: past.url };
    const wrong = await examine(env);
    const right = await examine({ ...env, FIELDMARSHAL_CLOCK: 'server' });
    await past.close();
    expect(wrong.of('clock skew')[0]).toMatchObject({
      result: 'warn',
      todo: expect.stringContaining('FIELDMARSHAL_CLOCK=server'),
    });
    expect(right.of('clock skew')[0]?.saw).toContain('the platform’s own time is used: 2026-01-05T14:');
  });

  it('warns before the requests of a run are used up', async () => {
    const { code, of } = await examine({ ...settings(), FIELDMARSHAL_MAX_REQUESTS_PER_RUN: '9' });
    expect([code, of('request budget')[0]?.result]).toEqual([0, 'warn']);
  });
});

describe('init', () => {
  it('writes a .env for its owner alone, a first rule file in shadow and the schema, and says what next', async () => {
    const { code, stdout, stderr } = await cli('init day/one');
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^wrote day\/one\/\.env\nwrote day\/one\/rules\/first\.json\nwrote day\/one\/rules\/rule-file\.schema\.json\n/,
    );
    expect(stdout.match(/^ {2}.*$/gm)).toEqual([
      '  cd day/one',
      '  fieldmarshal doctor',
      '  fieldmarshal run --once --dry-run',
      '  fieldmarshal daemon',
    ]);
    expect(statSync(join(cwd, 'day/one/.env')).mode & 0o777).toBe(0o600);
    const text = readFileSync(join(cwd, 'day/one/rules/first.json'), 'utf8');
    const parsed = parseRuleSet([{ path: 'first.json', text }], DEFAULT_LIMITS);
    expect(parsed).toMatchObject({ kind: 'ok', set: { files: [{ id: 'first', mode: 'shadow' }] } });
    const schema = readFileSync(join(packageRoot(), 'rules/rule-file.schema.json'), 'utf8');
    expect(readFileSync(join(cwd, 'day/one/rules/rule-file.schema.json'), 'utf8')).toBe(schema);
  });

  it('explains every general setting, and leaves only the login to be filled in', async () => {
    expect((await cli('init')).code).toBe(0);
    const text = readFileSync(join(cwd, '.env'), 'utf8');
    for (const { name, group } of SETTINGS.filter((setting) => setting.group !== 'limit'))
      expect(text, group).toMatch(new RegExp(`^# .+\\n#?${name}=`, 'm'));
    const missing = await cli('run --once');
    expect(missing.code).toBe(2);
    expect(missing.stderr.match(/FM-C102/g)).toHaveLength(4);
    const { FIELDMARSHAL_BASE_URL: _, ...login } = settings();
    expect((await examine({ ...login, FIELDMARSHAL_BASE_URL: sandbox.url })).code).toBe(0);
  });

  it('sends nothing with what it wrote', async () => {
    expect((await cli('init')).code).toBe(0);
    const before = sandbox.world.log.filter(({ kind }) => kind === 'write').length;
    const run = await cli('run --once --json', settings());
    expect(run.code, run.stderr).toBe(0);
    expect(JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '').actions).toBe(0);
    expect(sandbox.world.log.filter(({ kind }) => kind === 'write')).toHaveLength(before);
  });

  it('never writes over a file: all or nothing', async () => {
    mkdirSync(join(cwd, 'rules'));
    writeFileSync(join(cwd, '.env'), 'FIELDMARSHAL_DB=mine.db\n');
    writeFileSync(join(cwd, 'rules/first.json'), '{}');
    const { code, stdout, stderr } = await cli('init');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toEqual([
      '.env FM-C160 is there already — Move it away, or name another folder: fieldmarshal init DIR. Nothing was written.',
      'rules/first.json FM-C160 is there already — Move it away, or name another folder: fieldmarshal init DIR. Nothing was written.',
    ]);
    expect(readFileSync(join(cwd, '.env'), 'utf8')).toBe('FIELDMARSHAL_DB=mine.db\n');
    expect(() => statSync(join(cwd, 'rules/rule-file.schema.json'))).toThrow();
    rmSync(join(cwd, '.env'));
    expect((await cli('init')).code).toBe(2);
    expect(() => statSync(join(cwd, '.env'))).toThrow();
  });
});
