import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ConfigInput, processEnvironment, readConfig, readPlatformConfig, readSecrets } from '../../src/config.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import { createLog } from '../../src/log.ts';
import { packageRoot } from '../../src/package-root.ts';
import { createScrubber } from '../../src/scrub.ts';
import { LIMIT_RANGES, limitNames, SETTINGS, settingFlag, settingsTable } from '../../src/settings.ts';

const LOGIN = {
  FIELDMARSHAL_BASE_URL: 'sandbox',
  FIELDMARSHAL_CLIENT_ID: 'id',
  FIELDMARSHAL_CLIENT_SECRET: ' spaced secret ',
  FIELDMARSHAL_USERNAME: 'ops@example.com',
  FIELDMARSHAL_PASSWORD: 'pa$$word',
};

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'fieldmarshal-config-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function config(given: Partial<ConfigInput> = {}) {
  const read = readConfig({ env: {}, cwd, overrides: {}, ...given });
  if (read.kind === 'problems') throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.config;
}

function platform(env: ConfigInput['env']) {
  const read = readPlatformConfig({ env, cwd, overrides: {} });
  if (read.kind === 'problems') throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.config.platform;
}

function problems(given: Partial<ConfigInput> = {}, read: typeof readConfig = readConfig): readonly string[] {
  const result = read({ env: {}, cwd, overrides: {}, ...given });
  return result.kind === 'problems' ? result.problems.map(formatProblem) : [];
}

describe('reading the settings', () => {
  it('has defaults for everything but address and login', () => {
    expect(config()).toEqual({
      databasePath: join(cwd, 'fieldmarshal.db'),
      rulesPath: join(packageRoot(), 'rules'),
      arm: null,
      pause: { because: null, path: join(cwd, 'fieldmarshal.db.pause') },
      actor: expect.any(String),
      clock: 'system',
      logLevel: 'warn',
      limits: DEFAULT_LIMITS,
      cron: '*/5 * * * *',
      retentionDays: null,
      healthPort: 9464,
      notify: { webhookUrl: null, mail: null, repeatMs: 4 * 3_600_000 },
      webhook: { port: 0, host: '127.0.0.1', secrets: [], allowsMd5: false },
    });
  });

  it('takes ./rules before the rule files that ship, if it is a folder', () => {
    writeFileSync(join(cwd, 'rules'), '');
    expect(config().rulesPath).toBe(join(packageRoot(), 'rules'));
    rmSync(join(cwd, 'rules'));
    mkdirSync(join(cwd, 'rules'));
    expect(config().rulesPath).toBe(join(cwd, 'rules'));
  });

  it('lets a flag win over the environment, and that over .env', () => {
    writeFileSync(join(cwd, '.env'), 'FIELDMARSHAL_DB=from-dotenv.db\n# a comment\nFIELDMARSHAL_LOG_LEVEL="info"\n');
    const env = { FIELDMARSHAL_DB: 'from-env.db' };
    expect(config().databasePath).toBe(join(cwd, 'from-dotenv.db'));
    expect(config({ env }).databasePath).toBe(join(cwd, 'from-env.db'));
    expect(config({ env, overrides: { FIELDMARSHAL_DB: '/flag.db' } }).databasePath).toBe('/flag.db');
    expect(config({ env }).logLevel).toBe('info');
  });

  it('takes a command’s own default only where nothing is given', () => {
    const defaults = { FIELDMARSHAL_LOG_LEVEL: 'info' };
    expect(config({ defaults }).logLevel).toBe('info');
    expect(config({ defaults, env: { FIELDMARSHAL_LOG_LEVEL: 'error' } }).logLevel).toBe('error');
  });

  it('counts an empty setting as not given', () => {
    writeFileSync(join(cwd, '.env'), 'FIELDMARSHAL_DB=from-dotenv.db\n');
    expect(config({ env: { FIELDMARSHAL_DB: ' ' } }).databasePath).toBe(join(cwd, 'from-dotenv.db'));
  });

  it('reads every limit within its range and refuses it beyond', () => {
    for (const setting of SETTINGS.filter(({ group }) => group === 'limit')) {
      for (const good of [setting.min, setting.max])
        expect(problems({ env: { [setting.name]: `${good}` } })).toEqual([]);
      for (const bad of [`${setting.min - 1}`, `${setting.max + 1}`, '1.5', '1e3', '1_000', 'many', '0x10', '∞']) {
        const [problem, ...others] = problems({ env: { [setting.name]: bad } });
        expect(problem).toMatch(new RegExp(`^${setting.name} FM-C103 cannot be .* whole number from`));
        expect(others).toEqual([]);
      }
    }
    expect(config({ env: { FIELDMARSHAL_MAX_ACTIONS_PER_RUN: ' 7 ' } }).limits.maxActionsPerRun).toBe(7);
  });

  it('has every default within its range', () => {
    expect(limitNames().toSorted()).toEqual(Object.keys(DEFAULT_LIMITS).toSorted());
    for (const name of limitNames()) {
      const [min, max] = LIMIT_RANGES[name];
      expect(DEFAULT_LIMITS[name], name).toBeGreaterThanOrEqual(min);
      expect(DEFAULT_LIMITS[name], name).toBeLessThanOrEqual(max);
    }
  });

  it('names everything that is wrong at once, with the place it was written in', () => {
    writeFileSync(join(cwd, '.env'), 'FIELDMARSHAL_PAGE_SIZE=500\nFIELDMARSHAL_DBB=x\n');
    const env = { FIELDMARSHAL_ARM: 'yes', FIELDMARSHAL_WHATEVER_ELSE: '1', PATH: '/bin' };
    expect(problems({ env, overrides: { FIELDMARSHAL_CLOCK: 'sundial' } })).toEqual([
      'FIELDMARSHAL_WHATEVER_ELSE FM-C101 is not a setting — Remove it; see the table of settings in the README.',
      'FIELDMARSHAL_DBB FM-C101 is not a setting — Did you mean FIELDMARSHAL_DB?',
      'FIELDMARSHAL_ARM FM-C103 cannot be "yes" — Write production.',
      '--clock FM-C103 cannot be "sundial" — Write system or server.',
      '.env FIELDMARSHAL_PAGE_SIZE FM-C103 cannot be "500" — Write a whole number from 1 to 100, without separators.',
    ]);
  });

  it('says so when .env cannot be read', () => {
    mkdirSync(join(cwd, '.env'));
    expect(problems()[0]).toContain('/.env FM-C104 cannot be read (EISDIR');
  });

  it('reads the process’s own environment when asked for it', () => {
    expect(processEnvironment()['PATH']).toBe(process.env['PATH']);
  });
});

describe('reading address and login', () => {
  it('resolves the address and keeps white space that belongs to a secret', () => {
    expect(platform(LOGIN)).toMatchObject({
      hosts: { environment: 'sandbox' },
      clientId: 'id',
      clientSecret: ' spaced secret ',
      username: 'ops@example.com',
      password: 'pa$$word',
    });
  });

  it('asks for all five at once, and points at the sandbox', () => {
    const found = problems({}, readPlatformConfig);
    expect(found.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
      Object.keys(LOGIN).map((name) => `${name} FM-C102`),
    );
    expect(found[0]).toContain('Start "fieldmarshal sandbox"');
    expect(found[2]).toBe('FIELDMARSHAL_CLIENT_SECRET FM-C102 is not set — Set it in the environment or in .env.');
    expect(found[3]).toContain('or give --username');
  });

  it('refuses a host that is not Field Nation’s together with everything else', () => {
    const env = { ...LOGIN, FIELDMARSHAL_BASE_URL: 'https://evil.example', FIELDMARSHAL_PASSWORD: '' };
    const found = problems({ env }, readPlatformConfig);
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^FIELDMARSHAL_PASSWORD FM-C102/);
    expect(found[1]).toMatch(/^FIELDMARSHAL_BASE_URL FM-C123/);
  });

  it.each([
    ['prodution', 'production'],
    ['Sandbx', 'sandbox'],
  ])('guess what address was meant by %s', (written, meant) => {
    const [found = ''] = problems({ env: { ...LOGIN, FIELDMARSHAL_BASE_URL: written } }, readPlatformConfig);
    expect(found).toContain(`— Did you mean ${meant}? Write sandbox, production`);
    expect(problems({ env: { ...LOGIN, FIELDMARSHAL_BASE_URL: 'example.com' } }, readPlatformConfig)[0]).not.toContain(
      'Did you mean',
    );
  });

  it('takes the server’s time only from this machine', () => {
    const env = { ...LOGIN, FIELDMARSHAL_CLOCK: 'server' };
    expect(problems({ env }, readPlatformConfig)).toEqual([
      'FIELDMARSHAL_CLOCK FM-C105 server time is only for a sandbox on this machine — Remove it, or point FIELDMARSHAL_BASE_URL at 127.0.0.1.',
    ]);
    expect(problems({ env: { ...env, FIELDMARSHAL_BASE_URL: 'http://127.0.0.1:8787' } }, readPlatformConfig)).toEqual(
      [],
    );
  });

  it('never shows a secret in a problem', () => {
    const env = {
      ...LOGIN,
      FIELDMARSHAL_BASE_URL: 'https://user:hunter2-secret@evil.example',
      FIELDMARSHAL_CLOCK: 'x',
    };
    expect(problems({ env }, readPlatformConfig).join()).not.toMatch(/hunter2|pa\$\$word|spaced secret/);
  });

  it('knows the secrets of environment and .env', () => {
    writeFileSync(join(cwd, '.env'), 'FIELDMARSHAL_PASSWORD=from-dotenv\n');
    expect(readSecrets({ cwd, env: { FIELDMARSHAL_CLIENT_SECRET: 'from-env' } })).toEqual(['from-env', 'from-dotenv']);
  });
});

describe('the settings of the webhook receiver', () => {
  const PORT = { FIELDMARSHAL_WEBHOOK_PORT: '8465' };

  it('take secrets from a list and from a file, and show none of them', () => {
    writeFileSync(join(cwd, 'secrets'), 'the new secret, with a comma\r\n\n  another-long-secret \n');
    const env = {
      ...PORT,
      FIELDMARSHAL_WEBHOOK_SECRET: 'a-secret-from-the-environment, the-one-before-that',
      FIELDMARSHAL_WEBHOOK_SECRET_FILE: 'secrets',
      FIELDMARSHAL_WEBHOOK_MD5: 'allowed',
    };
    const secrets = [
      'a-secret-from-the-environment',
      'the-one-before-that',
      'the new secret, with a comma',
      'another-long-secret',
    ];
    expect(config({ env }).webhook).toEqual({ port: 8465, host: '127.0.0.1', secrets, allowsMd5: true });
    expect(readSecrets({ cwd, env })).toEqual(expect.arrayContaining(secrets));
  });

  it('are refused without a secret, with a short one, an unreadable file or a name for a host', () => {
    expect(problems({ env: PORT })).toEqual([expect.stringMatching(/^FIELDMARSHAL_WEBHOOK_PORT FM-C108 /)]);
    const short = { ...PORT, FIELDMARSHAL_WEBHOOK_SECRET: 'long-enough-to-be-one,hunter2' };
    expect(problems({ env: short })).toEqual([expect.stringMatching(/^FIELDMARSHAL_WEBHOOK_SECRET FM-C109 /)]);
    expect(problems({ env: short }).join()).not.toMatch(/hunter2|long-enough/);
    const gone = { ...PORT, FIELDMARSHAL_WEBHOOK_SECRET_FILE: 'nowhere', FIELDMARSHAL_WEBHOOK_HOST: 'localhost' };
    expect(problems({ env: gone })).toEqual([
      expect.stringMatching(/^FIELDMARSHAL_WEBHOOK_HOST FM-C109 is no IP address/),
      expect.stringMatching(/^FIELDMARSHAL_WEBHOOK_SECRET_FILE FM-C109 cannot be read \(ENOENT\)/),
    ]);
  });
});

describe('the table of settings', () => {
  it('gives no secret a flag and every other setting one of its own', () => {
    const flags = SETTINGS.flatMap((setting) => settingFlag(setting) ?? []);
    expect(new Set(flags).size).toBe(flags.length);
    expect(SETTINGS.filter((setting) => settingFlag(setting) === null).map(({ name }) => name)).toEqual([
      'FIELDMARSHAL_CLIENT_SECRET',
      'FIELDMARSHAL_PASSWORD',
      'FIELDMARSHAL_WEBHOOK_SECRET',
      'FIELDMARSHAL_NOTIFY_WEBHOOK',
      'FIELDMARSHAL_NOTIFY_SMTP',
    ]);
  });

  it('lists every general setting with flag, default and meaning', () => {
    const lines = settingsTable().split('\n');
    expect(lines).toHaveLength(2 + SETTINGS.filter(({ group }) => group !== 'limit').length);
    expect(lines[7]).toBe(
      '| `FIELDMARSHAL_DB` | `--db` | ./fieldmarshal.db | The ledger, a SQLite file. Made when it is not there. |',
    );
  });
});

describe('the log', () => {
  const SECRETS = ['pa$$w"ord & more', 'client+secret/42==', 'ключ-секрет'];

  function logged(write: (log: ReturnType<typeof createLog>) => void, level: 'debug' | 'warn' = 'debug'): string {
    const lines: string[] = [];
    write(createLog({ level, secrets: SECRETS, write: (line) => lines.push(line) }));
    return lines.join('');
  }

  it('leaks no planted secret, whatever it comes in', () => {
    const text = logged((log) => {
      for (const secret of SECRETS) {
        log.info({ password: secret }, 'by field');
        log.info({ deep: { list: [{ whatever: secret }] } }, 'deep');
        log.info(`in a sentence: ${secret}`);
        log.warn({ err: new Error(`in an error: ${secret}`, { cause: new Error(`cause ${secret}`) }) }, 'error');
        log.info({ url: `https://x/?a=1&access_token=${encodeURIComponent(secret)}&b=2` }, 'in a url');
        log.info({ body: JSON.stringify({ client_secret: secret }) }, 'JSON in JSON');
        log.info({ form: new URLSearchParams({ q: secret }).toString() }, 'in a form');
        log.info({ header: `Basic ${Buffer.from(secret).toString('base64')}` }, 'basic');
        log.debug({ [secret]: 1 }, 'as a key');
      }
    });
    expect(text.split('\n')).toHaveLength(9 * SECRETS.length + 1);
    for (const secret of SECRETS) {
      const spellings = [
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString('base64'),
        new URLSearchParams({ q: secret }).toString().slice(2),
      ];
      for (const spelling of spellings) expect(text.includes(spelling), spelling).toBe(false);
    }
  });

  it('hides what is secret by its name, though nobody told of it', () => {
    const text = logged((log) => {
      log.info({ url: '/x?access_token=abcdef123456&page=2' }, 'GET');
      log.info({ body: '{"access_token": "abcdef123456", "expires_in": 3600}' }, 'answer');
      log.info({ refresh_token: 'abcdef123456' }, 'field');
      log.info('Authorization: Bearer abcdef123456');
      log.info(`Authorization: Basic ${btoa('somebody:abcdef123456')}`);
    });
    expect(text).not.toContain('abcdef123456');
    expect(text).not.toContain(btoa('somebody:abcdef123456'));
    expect(text).toContain('page=2');
    expect(text).toContain('3600');
  });

  it.each([
    'Basic installation of a router',
    'basic troubleshooting',
    'Basic Point-of-sale/register',
    'BASIC MAINTENANCE',
  ])('leaves the title %j alone', (title) => {
    expect(JSON.parse(logged((log) => log.info({ title }, 'seen'))).title).toBe(title);
  });

  it('stays one JSON object a line, with level in words and time in ISO', () => {
    const lines = logged((log) => {
      log.warn({ workOrderId: 4047, note: SECRETS[0] }, 'held');
      log.info({ access_token: 'abcdef123456' }, 'x');
    });
    const [first, second] = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({ level: 'warn', workOrderId: 4047, msg: 'held' });
    expect(first.time).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(second.access_token).toBe('[hidden]');
  });

  it('writes nothing below its level', () => {
    expect(logged((log) => log.info('quiet'), 'warn')).toBe('');
  });

  it('does not tear words apart for a secret of three letters', () => {
    expect(createScrubber(['the']).scrub('the other one')).toBe('the other one');
  });
});
