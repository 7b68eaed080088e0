import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/command.ts';
import { readRulesCommit } from '../../src/cli/rules-commit.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { decisionLine, lineWidth } from '../../src/cli/run-output.ts';
import type { Effect, EffectKind } from '../../src/domain/decision.ts';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import { REASONS, type ReasonCode } from '../../src/domain/reason-codes.ts';
import { packageRoot } from '../../src/package-root.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import { tryLock } from '../../src/store/sqlite/process-lock.ts';
import { aRequestOf } from '../decide/builders.ts';
import { aWorkOrder, HOUR_MS, NOW_MS } from '../support/builders.ts';

const DAY_MS = Date.UTC(2026, 2, 2, 13);

let folder = '';
let sandbox: RunningSandbox;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-run-'));
  sandbox = await startSandbox({ seed: 3, workOrders: 12, providers: 60, speed: 0, startAtMs: DAY_MS });
  sandbox.clock.advance(3 * HOUR_MS);
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

type Given = { readonly env?: CliIo['env']; readonly signal?: AbortSignal; readonly columns?: number };

function settings(db: string): CliIo['env'] {
  return {
    FIELDMARSHAL_BASE_URL: sandbox.url,
    FIELDMARSHAL_CLIENT_ID: 'id',
    FIELDMARSHAL_CLIENT_SECRET: 'a-long-secret',
    FIELDMARSHAL_USERNAME: 'user',
    FIELDMARSHAL_PASSWORD: 'a-long-password',
    FIELDMARSHAL_CLOCK: 'server',
    FIELDMARSHAL_RULES: join(packageRoot(), 'rules'),
    FIELDMARSHAL_DB: db,
  };
}

async function cli(line: string, { env = {}, signal, columns }: Given = {}) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => out.push(text), ...(columns === undefined ? {} : { columns }) },
    stderr: { write: (text) => err.push(text), isTTY: false },
    env,
    cwd: folder,
    ...(signal === undefined ? {} : { signal }),
  });
  return { code, stdout: out.join(''), stderr: err.join('') };
}

describe('run with nothing but a file in shadow', () => {
  const onlyShadow = () => {
    const rules = join(folder, 'only-shadow');
    mkdirSync(rules, { recursive: true });
    const file = JSON.parse(readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8'));
    writeFileSync(join(rules, 'first.json'), JSON.stringify({ ...file, id: 'first', mode: 'shadow' }));
    return { env: { ...settings(join(folder, 'only-shadow.db')), FIELDMARSHAL_RULES: rules } };
  };

  it('counts what the file would do, and does not say of anybody that nobody asked', async () => {
    const { env } = onlyShadow();
    const { code, stdout, stderr } = await cli('run --once --dry-run', { env });
    expect(code).toBe(0);
    expect(stdout).not.toContain('FM-4001');
    expect(stdout).toMatch(/\[shadow\]$/m);
    expect(stderr).not.toContain('FM-R801');
    expect(stdout).not.toMatch(/nobody +→ skip/);
    expect(stdout).toMatch(/^In shadow, so nothing of it is sent: (?=.*\d+ (assign|route|mass-route)).*\.$/m);
  });

  it('is explained by what the file would do, not by there being no other file', async () => {
    const { env } = onlyShadow();
    const { stdout } = await cli('run --once', { env });
    const [, id = ''] = /^(\d+) .*→ (?:assign|route|mass-route) .*shadow\]$/m.exec(stdout) ?? [];
    const card = await cli(`explain ${id}`, { env });
    expect(card.stdout).toMatch(/^In shadow +The rule file only says what it would do: nothing was sent/m);
    expect(card.stdout).toMatch(/^Outcome +(assign|route|mass_route) – /m);
    expect(card.stdout).toMatch(/^Rule file +first \(shadow\)/m);
    expect(card.stdout).toMatch(/^Now: .*no rule file applies/);
  });

  it('is compared with what is in the folder now', async () => {
    const { env } = onlyShadow();
    await cli('run --once', { env });
    const same = await cli('rules diff recorded only-shadow', { env });
    expect([same.code, same.stderr]).toEqual([0, '']);
    const [, hash = ''] =
      /^first \(recorded ([0-9a-f]{12}) \(first\) → only-shadow\/first\.json\): the same$/m.exec(same.stdout) ?? [];
    const byHash = await cli(`rules diff ${hash.slice(0, 8)} ${join(packageRoot(), 'rules/default.json')}`, { env });
    expect(byHash.code).toBe(1);
    expect(byHash.stdout).toMatch(/^ {2}id first → default$/m);
    expect(byHash.stdout).toMatch(/^ {2}mode shadow → enforce; now acts by itself$/m);
    expect((await cli('rules diff 0123456789ab only-shadow', { env })).stderr).toContain(
      '0123456789ab FM-C217 is neither a path nor the hash of a recorded rule file',
    );
  });
});

describe('rule files of a run', () => {
  it('are in the ledger with their commit, and those that were refused as well', async () => {
    const rules = join(folder, 'checkout/rules');
    mkdirSync(rules, { recursive: true });
    const git = (...args: readonly string[]) => execFileSync('git', ['-C', rules, ...args], { stdio: 'pipe' });
    const shipped = readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8');
    // Whom a mass-route invites is nobody's name; whom a route invites is compared with what people did.
    const good = shipped.replace('"enforce"', '"shadow"').replace('"do": "mass_route", "top": 10', '"do": "route"');
    writeFileSync(join(rules, 'first.json'), good);
    const env = { ...settings(join(folder, 'checkout.db')), FIELDMARSHAL_RULES: rules, PATH: process.env['PATH'] };
    expect((await cli('run --once --dry-run', { env })).code).toBe(0);
    git('init', '-q');
    git('add', '.');
    git('-c', 'user.name=ana', '-c', 'user.email=ana@example.com', 'commit', '-qm', 'first');
    expect((await cli('run --once', { env })).code).toBe(0);
    writeFileSync(join(rules, 'first.json'), good.slice(0, 300));
    for (const argv of ['run --once', 'run --once', 'run --once --dry-run'])
      expect((await cli(argv, { env })).code).toBe(2);
    writeFileSync(join(rules, 'first.json'), good);
    writeFileSync(join(rules, 'second.json'), good.replace('"id": "default"', '"id": "other"'));
    expect((await cli('run --once', { env })).code).toBe(0);
    const commit = String(git('rev-parse', 'HEAD')).trim();
    const shown = JSON.parse((await cli('report rules --format json', { env })).stdout);
    expect(shown).toMatchObject([
      { event: 'taken', commit, files: 'default', what: 'default is new, in shadow' },
      {
        event: 'refused',
        commit: `*${commit}`,
        rule_set: null,
        what: expect.stringMatching(/first\.json:\d+:\d+ FM-R/),
      },
      { event: 'taken', commit: `*${commit}`, files: 'other', what: 'other is new, in shadow' },
    ]);
    expect(shown[2].rule_set_before).toBe(shown[0].rule_set);
    const markdown = await cli('report agreement --rule default --format markdown', { env });
    expect(markdown.stdout).toMatch(/^\| rule_file \| mode .*\n\| --- \| --- .*\n\| default \| shadow \| \d+ /);
    const wrong = await cli('report runs --rule default', { env });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/^--rule FM-C250 is not for report runs — /)]);
  });

  it('are taken without their commit where git does not start, or does not end', async () => {
    const hanging = join(folder, 'hanging');
    mkdirSync(hanging);
    // A signal that is ignored stays so for the program put in its place.
    writeFileSync(join(hanging, 'git'), "#!/bin/sh\ntrap '' TERM\nexec sleep 60\n", { mode: 0o755 });
    const env = { PATH: `${hanging}:${process.env['PATH']}` };
    expect(await readRulesCommit(folder, { env }, 50)).toBeNull();
    expect(await readRulesCommit(join(hanging, 'git'), { env }, 50)).toBeNull();
  });

  it('that are refused make no ledger', async () => {
    const rules = join(folder, 'broken-rules');
    mkdirSync(rules, { recursive: true });
    writeFileSync(join(rules, 'first.json'), '{');
    const db = join(folder, 'broken.db');
    expect((await cli('run --once', { env: { ...settings(db), FIELDMARSHAL_RULES: rules } })).code).toBe(2);
    expect(existsSync(db)).toBe(false);
  });
});

function lastJson(stdout: string) {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

describe('run --once --json', () => {
  it('ends with a summary when the platform cannot be reached', async () => {
    const env = {
      ...settings('unreachable.db'),
      FIELDMARSHAL_CLOCK: 'system',
      FIELDMARSHAL_BASE_URL: 'http://127.0.0.1:9',
      FIELDMARSHAL_MAX_READ_ATTEMPTS: '1',
    };
    const { code, stdout, stderr } = await cli('run --once --json', { env });
    expect(code).toBe(4);
    const summary = lastJson(stdout);
    expect(summary).toMatchObject({ type: 'summary', result: 'failed', stopped: { code: 'FM-7005' }, problems: [] });
    expect(summary.run).toEqual(expect.any(String));
    expect(stderr).toContain(summary.stopped.message);
  });

  it('ends with a summary when the login is refused, without any secret in it', async () => {
    const strict = await startSandbox({
      workOrders: 3,
      providers: 5,
      credentials: { clientId: 'id', clientSecret: 'a-long-secret', username: 'user', password: 'another' },
    });
    const env = { ...settings('refused.db'), FIELDMARSHAL_BASE_URL: strict.url };
    const { code, stdout } = await cli('run --once --json', { env });
    await strict.close();
    expect(code).toBe(4);
    expect(lastJson(stdout)).toMatchObject({ type: 'summary', result: 'failed', stopped: { code: 'FM-7005' } });
    expect(stdout).not.toContain('a-long-');
  });

  it('ends with a summary when a limit trips the run, and when settings are missing', async () => {
    const tripped = await cli('run --once --json --max-actions-per-run 0', { env: settings('tripped.db') });
    expect(tripped.code).toBe(3);
    expect(lastJson(tripped.stdout)).toMatchObject({
      type: 'summary',
      result: 'tripped',
      stopped: { code: 'FM-7001' },
    });
    const missing = await cli('run --once --json');
    expect(missing.code).toBe(2);
    expect(lastJson(missing.stdout)).toMatchObject({ run: null, result: 'failed', stopped: { code: 'FM-C102' } });
    expect(lastJson(missing.stdout).problems).toHaveLength(5);
  });
});

describe('run --only', () => {
  const open = () =>
    [...sandbox.world.workOrders.values()].filter(({ phase, isPublished }) => phase === 'open' && isPublished);
  const closed = () => [...sandbox.world.workOrders.values()].find(({ phase }) => phase !== 'open')?.id ?? 0;

  it('leaves out what is no longer open, and goes on with the others', async () => {
    const [first] = open();
    const lines = await cli(`run --once --dry-run --json --only ${closed()},${first?.id}`, {
      env: settings('only.db'),
    });
    expect(lines.code).toBe(0);
    expect(lines.stderr).toMatch(new RegExp(`Work order ${closed()} is left out: it is \\w+( \\w+)?, no longer open`));
    const decided = lines.stdout.trimEnd().split('\n').slice(0, -1);
    expect(decided.map((line) => JSON.parse(line).workOrderId)).toEqual([first?.id]);
  });

  it('is done when none is left', async () => {
    const none = await cli(`run --once --only ${closed()}`, { env: settings('only.db') });
    expect([none.code, none.stdout]).toEqual([0, '']);
    expect(none.stderr).toMatch(/there is nothing to decide\.\n$/);
    const json = await cli(`run --once --json --only ${closed()}`, { env: settings('only.db') });
    expect(JSON.parse(json.stdout)).toMatchObject({ type: 'summary', run: null, result: 'done', decisions: 0 });
  });

  it('stops before anything for an id that nobody can see', async () => {
    const before = sandbox.world.traffic.writes;
    const { code, stderr } = await cli(`run --once --only ${open()[0]?.id},987654`, { env: settings('only.db') });
    expect(code).toBe(2);
    expect(stderr).toContain('--only 987654 FM-C130 is not a work order that this API user can see');
    expect(sandbox.world.traffic.writes).toBe(before);
  });
});

describe('a run that is asked to stop', () => {
  it('stands down what it has not begun, and says why', async () => {
    const before = sandbox.world.log.filter(({ kind }) => kind === 'route.opened').length;
    const { code, stdout } = await cli('run --once --json', {
      env: settings('stopped.db'),
      signal: AbortSignal.abort(),
    });
    expect(code).toBe(3);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-1)).toMatchObject({ result: 'tripped', stopped: { code: 'FM-7007' } });
    const effects = lines.slice(0, -1).flatMap((line) => line.effects);
    expect(effects.length).toBeGreaterThan(0);
    expect(new Set(effects.map(({ reason }) => reason.code))).toEqual(new Set(['FM-6019']));
    expect(sandbox.world.log.filter(({ kind }) => kind === 'route.opened')).toHaveLength(before);
  });

  it('does not wait for another one that is acting', async () => {
    const lock = tryLock(join(folder, 'locked.db.acting.lock'));
    const { code, stderr } = await cli('run --once', { env: settings('locked.db'), signal: AbortSignal.abort() });
    lock?.release();
    expect([code, stderr]).toEqual([3, 'asked to stop while another fieldmarshal was acting. Nothing was done.\n']);
  });
});

describe('the line of a decision', () => {
  type Given = {
    readonly code?: ReasonCode;
    readonly detail?: { readonly [name: string]: string };
    readonly kinds?: readonly EffectKind[];
    readonly width?: number;
    readonly title?: string;
    readonly isHeld?: boolean;
  };
  const line = (given: Given = {}) => {
    const { code = 'FM-1005', kinds = ['confirmed'], width = 120, title = 'ATM card reader replacement' } = given;
    const { isHeld = false, detail = {} } = given;
    const candidates = [1058, 612].map((id, index) => ({
      scored: aRequestOf(id),
      isEligible: true,
      rank: index + 1,
      blockedBy: [],
    }));
    const id = decisionId(workOrderId(5006), 1, 1);
    const effects = kinds.map(
      (kind, index): Effect => ({
        decisionId: id,
        intentN: index + 1,
        n: 1,
        kind,
        reason: { code: 'FM-6001', detail: {} },
        atMs: NOW_MS,
        runId: 'run',
        saw: null,
      }),
    );
    const planned = {
      workOrder: aWorkOrder({ id: 5006, title }),
      episode: 1,
      ruleFileId: 'default',
      ruleFileHash: null,
      mode: 'enforce',
      openedAt: { atMs: NOW_MS, source: 'published' },
      dueStages: [1],
      stage: 1,
      outcome: isHeld ? 'hold' : 'assign',
      reason: { code, detail },
      winner: isHeld ? null : providerId(1058),
      runnerUp: providerId(612),
      marginMilli: isHeld ? null : 10_171,
      costCents: isHeld ? null : 26_000,
      intents: [],
      candidates,
    } as const;
    const slate = { request: 2, routed: 0, bench: 0, eligible: 2 };
    return decisionLine({ planned, id, isUnchanged: isHeld, slate }, effects, width);
  };

  it('says what, on whom, out of how many, at what price, by what lead and why', () => {
    expect(line()).toBe(
      '5006   ATM card reader… 2 req 2 elig          → assign 1058 $260.00 lead 10.2 FM-1005 best eligible request… [confirmed]',
    );
    expect(line({ width: 200 })).toContain('FM-1005 best eligible request by the tie-break [confirmed]');
  });

  it('says what was wanted where a limit or a pause stopped it', () => {
    const detail = { wanted: 'mass-route 10 providers for $1,500.00' };
    const stopped = { isHeld: true, kinds: [] };
    expect(line({ ...stopped, code: 'FM-3010', detail })).toBe(
      '5006   ATM card reader… 2 req 2 elig          → hold FM-3010 wanted: mass-route 10 providers for $1,500.00 [unchanged]',
    );
    expect(line({ ...stopped, code: 'FM-3030', detail })).toContain('wanted: mass-route 10 providers');
  });

  it('counts what came of several writes', () => {
    expect(line({ kinds: ['confirmed', 'confirmed', 'confirmed', 'confirmed'] })).toMatch(/\[4 confirmed\]$/);
    expect(line({ kinds: ['confirmed', 'lost_race'] })).toMatch(/\[1 confirmed, 1 lost race\]$/);
    expect(line({ kinds: [] })).not.toContain('[');
  });

  it('keeps to 120 characters whatever the reason and the title, and to a wider terminal', () => {
    const codes = Object.keys(REASONS).filter((code): code is ReasonCode => code in REASONS);
    fc.assert(
      fc.property(fc.constantFrom(...codes), fc.string({ unit: 'grapheme' }), (code, title) => {
        expect([...line({ code, title })].length).toBeLessThanOrEqual(120);
      }),
    );
    expect([undefined, 80, 120, 180].map(lineWidth)).toEqual([120, 120, 120, 180]);
  });
});

describe('the place of a demo', () => {
  const demo = (dir: string) => cli(`demo --seed 3 --work-orders 4 --providers 10 --dir ${dir}`);

  it('is used again for another demo, and says what the day is and adds up', async () => {
    const first = await demo('again');
    expect([first.code, first.stderr]).toEqual([0, '']);
    const second = await demo('again');
    expect(second).toEqual(first);
    expect(existsSync(join(folder, 'again', 'demo.db'))).toBe(true);
    expect(first.stdout).toMatch(/^Monday 2026-03-02\. Chicago time \(UTC-6; /);
    const [, filled, opened] = /^Filled (\d+) of (\d+) work orders that opened/m.exec(first.stdout) ?? [];
    const others = /^Of the other (\d+): (.*)\.$/m.exec(first.stdout);
    expect(Number(filled) + Number(others?.[1] ?? 0)).toBe(Number(opened));
    const parts = [...(others?.[2] ?? '').matchAll(/\d+/g)].map(Number);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(Number(others?.[1] ?? 0));
    for (const text of first.stdout.split('\n\n')[0]?.split('\n') ?? [])
      expect([...text].length).toBeLessThanOrEqual(120);
  });

  it('is refused when it holds somebody’s ledger, which stays as it is', async () => {
    mkdirSync(join(folder, 'theirs'));
    const path = join(folder, 'theirs', 'demo.db');
    const store = openLedger({ path, migrationsFolder: join(packageRoot(), 'migrations', 'sqlite') });
    await store.bindIdentity({ environment: 'production', companyId: 15 });
    await store.close();
    const before = readFileSync(path);
    const { code, stdout, stderr } = await demo('theirs');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--dir .*theirs FM-C142 holds demo\.db, the ledger of production — Name another --dir/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('is refused when the runs in it are not a demo’s, or another demo is writing', async () => {
    await cli('run --once --dry-run', { env: settings('dry.db') });
    mkdirSync(join(folder, 'own'));
    await cli('run --once --only 4047', { env: settings('own/demo.db') });
    expect((await demo('own')).stderr).toContain('a ledger with runs that no demo made');
    await demo('busy');
    const lock = tryLock(join(folder, 'busy', 'demo.db.acting.lock'));
    const { code, stderr } = await demo('busy');
    lock?.release();
    expect(code).toBe(2);
    expect(stderr).toContain('another demo is writing');
  });

  it('is refused when it holds what is no ledger at all', async () => {
    mkdirSync(join(folder, 'notes'));
    writeFileSync(join(folder, 'notes', 'demo.db'), 'my notes, which are dear to me and long enough for a header');
    const { code, stderr } = await demo('notes');
    expect(code).toBe(2);
    expect(stderr).toContain('not a demo');
    expect(readFileSync(join(folder, 'notes', 'demo.db'), 'utf8')).toMatch(/^my notes/);
  });
});

describe('the sandbox command', () => {
  async function settingsToUse(flags: string): Promise<string> {
    const stop = new AbortController();
    const texts: string[] = [];
    const stderr = {
      isTTY: false,
      write: (text: string) => {
        texts.push(text);
        stop.abort();
      },
    };
    const line = `sandbox --work-orders 3 --providers 5 ${flags}`.trim().split(' ');
    const code = await runCli(line, {
      stdout: { write: () => true },
      stderr,
      env: {},
      cwd: folder,
      signal: stop.signal,
    });
    expect(code).toBe(0);
    return texts.join('');
  }

  it('says which settings to use it with', async () => {
    const plain = await settingsToUse('');
    expect(plain).toMatch(/^FIELDMARSHAL_BASE_URL=http:\/\/127\.0\.0\.1:\d+$/m);
    expect(plain).toMatch(/^FIELDMARSHAL_PASSWORD=any$/m);
    expect(plain).not.toContain('CLOCK');
    expect(await settingsToUse('--speed 60')).toMatch(/^FIELDMARSHAL_CLOCK=server$/m);
  });

  it('shows no secret of a credentials file', async () => {
    const path = join(folder, 'credentials.json');
    writeFileSync(path, '{"client_id":"c","client_secret":"hidden-1","username":"u","password":"hidden-2"}');
    const own = await settingsToUse(`--credentials ${path}`);
    expect(own).toContain(`FIELDMARSHAL_PASSWORD=… # as in ${path}`);
    expect(own).not.toContain('hidden');
  });
});
