import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { tryLock } from '../../src/store/sqlite/process-lock.ts';
import { examineLedger, readDecisions } from './ledger-file.ts';
import { openDoor } from './rule-files.ts';
import type { SandboxChild } from './sandbox-child.ts';
import { type Environment, openScene, type Scene, SECRETS } from './scene.ts';

let scene: Scene;
/** Where each kind of platform listens. */
const platforms = { sandbox: '', locked: '', html: '', htmlAfterLogin: '', cutting: '', silent: '', nobody: '' };
let settings: Environment;
const servers: Server[] = [];

beforeAll(async () => {
  scene = openScene();
  const theirs = { client_id: 'other', client_secret: 'other', username: 'other', password: 'other' };
  scene.write('their-credentials.json', JSON.stringify(theirs));
  const small = ['--work-orders', '4', '--providers', '10'];
  const [sandbox, locked]: readonly SandboxChild[] = await Promise.all([
    scene.sandbox(...small),
    scene.sandbox(...small, '--credentials', 'their-credentials.json'),
  ]);
  settings = { ...sandbox?.settings, FIELDMARSHAL_RETRY_BASE_DELAY_MS: '0' };
  platforms.sandbox = sandbox?.url ?? '';
  platforms.locked = locked?.url ?? '';
  platforms.html = await listen(createHttpServer((_request, response) => response.end(HTML)));
  platforms.htmlAfterLogin = await listen(
    createHttpServer((request, response) => {
      const isLogin = request.url?.includes('oauth/token') === true;
      response.setHeader('Content-Type', isLogin ? 'application/json' : 'text/html');
      response.end(isLogin ? '{"access_token":"token-of-the-proxy","expires_in":3600}' : HTML);
    }),
  );
  platforms.cutting = await listen(createTcpServer((socket) => socket.on('error', () => undefined).destroy()));
  platforms.silent = await listen(createTcpServer((socket) => socket.on('error', () => undefined)));
  const gone = createTcpServer();
  platforms.nobody = await listen(gone);
  gone.close();
  scene.write('rules/open-door.json', openDoor());
  const first = await scene.run(['run', '--once'], settings);
  expect(first.code, first.stderr).toBe(0);
});

afterAll(async () => {
  for (const server of servers) server.close();
  await scene.close();
});

const HTML = '<!doctype html><html><body><h1>Sign in to the proxy</h1></body></html>';

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  servers.push(server);
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

type Case = {
  readonly name: string;
  /** `run --once` when not given. */
  readonly args?: readonly string[];
  /** In place of, or beside, settings that are right; null takes all of them away. */
  readonly env?: (() => Environment) | null;
  /** The ledger that is there gets a row about it. Left out: nothing changes. */
  readonly isInHistory?: true;
  /** Makes what is bad in the folder that the command runs in; a ledger and rules that are good are there already. */
  readonly prepare?: (folder: string) => void;
  readonly code: 2 | 3 | 4 | 5;
  /** One a line on stderr, in order. */
  readonly says: readonly RegExp[];
};

const ANY_RUN = ['run', '--once'];

const SETTINGS_CASES: readonly Case[] = [
  {
    name: 'no settings at all, listed together',
    env: null,
    code: 2,
    says: ['BASE_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'USERNAME', 'PASSWORD'].map(
      (name) => new RegExp(`^FIELDMARSHAL_${name} FM-C102 is not set — Set it in the environment or in \\.env`),
    ),
  },
  {
    name: 'values that cannot be, listed together',
    env: () => ({ FIELDMARSHAL_CLOCK: 'moon', FIELDMARSHAL_PAGE_SIZE: '1e2' }),
    code: 2,
    says: [
      /^FIELDMARSHAL_CLOCK FM-C103 cannot be "moon" — Write system or server\.$/,
      /^FIELDMARSHAL_PAGE_SIZE FM-C103 cannot be "1e2" — Write a whole number from 1 to 100/,
    ],
  },
  {
    name: 'a variable that is misspelt',
    env: () => ({ FIELDMARSHAL_PASWORD: SECRETS[1] }),
    code: 2,
    says: [/^FIELDMARSHAL_PASWORD FM-C101 is not a setting — Did you mean FIELDMARSHAL_PASSWORD\?$/],
  },
  {
    name: 'a host that is not on the list',
    env: () => ({ FIELDMARSHAL_BASE_URL: 'https://fieldnation.example.com' }),
    code: 2,
    says: [
      /^FIELDMARSHAL_BASE_URL FM-C123 names a host that is not allowed: fieldnation\.example\.com — Write sandbox/,
    ],
  },
  {
    name: 'production without TLS',
    env: () => ({ FIELDMARSHAL_BASE_URL: 'http://api.fieldnation.com' }),
    code: 2,
    says: [/^FIELDMARSHAL_BASE_URL FM-C124 uses http:\/\/ for api\.fieldnation\.com — Write https:/],
  },
  {
    name: 'a password in the address',
    env: () => ({ FIELDMARSHAL_BASE_URL: `https://user:${SECRETS[1]}@api.fieldnation.com` }),
    code: 2,
    says: [/^FIELDMARSHAL_BASE_URL FM-C121 carries a user name or password in the address — Leave out/],
  },
  {
    name: 'the clock of a server that is not on this machine',
    env: () => ({ FIELDMARSHAL_BASE_URL: 'sandbox' }),
    code: 2,
    says: [/^FIELDMARSHAL_CLOCK FM-C105 server time is only for a sandbox on this machine — /],
  },
  {
    name: 'a .env that cannot be read',
    prepare: (folder) => mkdirSync(join(folder, '.env')),
    code: 2,
    says: [/\/\.env FM-C104 cannot be read \(EISDIR.*\) — Make it a text file of NAME=value lines/],
  },
];

const COMMAND_LINE_CASES: readonly Case[] = [
  { name: 'an unknown command', args: ['rnu'], code: 2, says: [/unknown command 'rnu' — Did you mean run\? See: /] },
  {
    name: 'an unknown option',
    args: ['run', '--onec'],
    code: 2,
    says: [/unknown option '--onec' — Did you mean --once\? See: fieldmarshal run --help$/],
  },
  {
    name: 'a password on the command line',
    args: [...ANY_RUN, `--password=${SECRETS[1]}`],
    code: 2,
    says: [/unknown option '--password=\[hidden\]' — /],
  },
  { name: 'run without --once', args: ['run'], code: 2, says: [/^--once FM-C130 is missing — Write run --once/] },
  {
    name: 'an unknown report',
    args: ['report', 'rnus'],
    code: 2,
    says: [/^REPORT FM-C202 is not a report: rnus — Did you mean runs\? `report` alone/],
  },
  {
    name: 'a format that is none',
    args: ['report', 'runs', '--format', 'xml'],
    code: 2,
    says: [/^--format FM-C202 cannot be "xml" — Write table or csv or json or markdown or html\.$/],
  },
  {
    name: 'work orders that are not there, listed together',
    args: [...ANY_RUN, '--only', '999999,4047,888888'],
    code: 2,
    says: [/^--only 999999 FM-C130 is not a work order that .* — Check the id/, /^--only 888888 FM-C130 /],
  },
  {
    name: 'explain of a work order that was never decided',
    args: ['explain', '999999'],
    code: 2,
    says: [/^WORK_ORDER_OR_DECISION FM-C203 is not in this ledger: work order 999999 — Take an id from/],
  },
  {
    name: 'a sandbox with credentials that are none',
    args: ['sandbox', '--credentials', 'rules/open-door.json'],
    code: 2,
    says: [
      /^--credentials FM-C143 cannot be used: rules\/open-door\.json \(client_id is missing\) — Make it a JSON object /,
    ],
  },
];

const RULE_CASES: readonly Case[] = [
  {
    name: 'a rule file that is no JSON',
    prepare: (folder) => writeFileSync(join(folder, 'rules/bad.json'), '{\n  "version": 1,\n  "id": oops\n}\n'),
    code: 2,
    isInHistory: true,
    says: [/^rules\/bad\.json:3:9 FM-R101 oops is no JSON value — Write text in double quotes: "oops"\.$/],
  },
  {
    name: 'a rule file with two mistakes, listed together',
    prepare: (folder) => {
      const text = openDoor().replace('"weight":100', '"weight":"100"').replace('"owner"', '"ownr"');
      writeFileSync(join(folder, 'rules/open-door.json'), text);
    },
    code: 2,
    isInHistory: true,
    says: [/^rules\/open-door\.json:1:\d+ FM-R\d{3} .* — /, /^rules\/open-door\.json:1:\d+ FM-R\d{3} .* — /],
  },
  {
    name: 'a folder without rule files',
    args: [...ANY_RUN, '--rules', 'empty'],
    prepare: (folder) => mkdirSync(join(folder, 'empty')),
    code: 2,
    says: [/\/empty FM-C140 has no rule files — Put a \*\.json rule file there/],
  },
  {
    name: 'a rules folder that is not there',
    args: [...ANY_RUN, '--rules', 'nowhere'],
    code: 2,
    says: [/\/nowhere FM-C140 does not exist — Name the folder of your rule files with --rules/],
  },
  {
    name: 'a rule file that cannot be read',
    prepare: (folder) => mkdirSync(join(folder, 'rules/folder.json')),
    code: 2,
    says: [/\/rules\/folder\.json FM-C140 cannot be read \(EISDIR.*\) — Let this user read it/],
  },
];

const PLATFORM_CASES: readonly Case[] = [
  {
    name: 'a port that nobody listens on',
    env: () => ({ FIELDMARSHAL_BASE_URL: platforms.nobody }),
    code: 4,
    says: [/^logging in: 127\.0\.0\.1:\d+ cannot be reached: the connection was refused\. Check FIELDMARSHAL_BASE_URL/],
  },
  {
    name: 'a server that cuts every connection',
    env: () => ({ FIELDMARSHAL_BASE_URL: platforms.cutting }),
    code: 4,
    says: [/^logging in: 127\.0\.0\.1:\d+ cannot be reached: the connection was cut\. Check FIELDMARSHAL_BASE_URL/],
  },
  {
    name: 'a server that never answers',
    env: () => ({ FIELDMARSHAL_BASE_URL: platforms.silent, FIELDMARSHAL_REQUEST_TIMEOUT_MS: '150' }),
    code: 4,
    says: [/^logging in: 127\.0\.0\.1:\d+ cannot be reached: no complete answer within 150 ms\. Check /],
  },
  {
    name: 'credentials that are wrong',
    env: () => ({ FIELDMARSHAL_BASE_URL: platforms.locked }),
    code: 4,
    says: [/^127\.0\.0\.1:\d+ refused the login \(401: Invalid credentials\)\. Check FIELDMARSHAL_CLIENT_ID, /],
  },
  {
    name: 'a web page where the login should be',
    env: () => ({ FIELDMARSHAL_BASE_URL: platforms.html }),
    code: 4,
    says: [
      /^logging in: the answer of 127\.0\.0\.1:\d+ cannot be used: .*\. Check that FIELDMARSHAL_BASE_URL is the API/,
    ],
  },
  {
    name: 'a web page where the work orders should be',
    env: () => ({ FIELDMARSHAL_BASE_URL: platforms.htmlAfterLogin }),
    code: 4,
    says: [
      /: the answer of 127\.0\.0\.1:\d+ cannot be used: it is text\/html, not JSON\. Check that FIELDMARSHAL_BASE_URL/,
    ],
  },
];

const LEDGER_CASES: readonly Case[] = [
  {
    name: 'a ledger file of garbage',
    args: [...ANY_RUN, '--db', 'bad.db'],
    prepare: (folder) => writeFileSync(join(folder, 'bad.db'), 'neither fish nor fowl\n'.repeat(400)),
    code: 5,
    says: [/^the ledger \S+\/bad\.db is not a database \(SQLITE_NOTADB\)\. Point FIELDMARSHAL_DB at a ledger/],
  },
  {
    name: 'the database of another program',
    args: [...ANY_RUN, '--db', 'bad.db'],
    prepare: makeForeignDatabase,
    code: 5,
    says: [/^not a ledger: \S+\/bad\.db is the database of another program\. Point FIELDMARSHAL_DB at a ledger/],
  },
  {
    name: 'a report from the database of another program',
    args: ['report', 'runs', '--db', 'bad.db'],
    prepare: makeForeignDatabase,
    code: 5,
    says: [/^not a ledger: \S+\/bad\.db is the database of another program\. Point FIELDMARSHAL_DB at a ledger/],
  },
  {
    name: 'a ledger cut short',
    args: [...ANY_RUN, '--db', 'bad.db'],
    prepare: (folder) => {
      copyFileSync(join(folder, 'fieldmarshal.db'), join(folder, 'bad.db'));
      truncateSync(join(folder, 'bad.db'), 16 * 4096);
    },
    code: 5,
    says: [
      /^the ledger \S+\/bad\.db is damaged \(SQLITE_CORRUPT\)\. Keep the file for later, restore the newest backup/,
    ],
  },
  {
    name: 'a folder where the ledger should be',
    args: [...ANY_RUN, '--db', 'rules'],
    code: 5,
    says: [/^not a ledger: \S+\/rules is no file\. Point FIELDMARSHAL_DB at a ledger/],
  },
  {
    name: 'a ledger in a folder that is not there',
    args: [...ANY_RUN, '--db', 'nowhere/ledger.db'],
    code: 5,
    says: [/^the ledger cannot be made: there is no folder \S+\/nowhere\. Make the folder, or point FIELDMARSHAL_DB/],
  },
  {
    name: 'explain from a ledger that is not there',
    args: ['explain', '4047', '--db', 'none.db'],
    code: 5,
    says: [/^there is no ledger at \S+\/none\.db\. Point FIELDMARSHAL_DB at an existing ledger, or make one with/],
  },
];

function makeForeignDatabase(folder: string): void {
  const database = new Database(join(folder, 'bad.db'));
  database.exec("CREATE TABLE invoice (id INTEGER PRIMARY KEY, customer TEXT); INSERT INTO invoice VALUES (1, 'ours')");
  database.close();
}

/** Runs the case in a folder of its own that has a good ledger and good rules. */
async function play(given: Case) {
  const below = given.name.replaceAll(/\W+/g, '-');
  const folder = join(scene.folder, below);
  mkdirSync(join(folder, 'rules'), { recursive: true });
  copyFileSync(join(scene.folder, 'rules/open-door.json'), join(folder, 'rules/open-door.json'));
  copyFileSync(join(scene.folder, 'fieldmarshal.db'), join(folder, 'fieldmarshal.db'));
  given.prepare?.(folder);
  const bytes = (name: string) =>
    readdirSync(folder).includes(name) && readFileSync(join(folder, name)).toString('hex');
  const before = { good: bytes('fieldmarshal.db'), bad: bytes('bad.db') };
  const env = given.env === null ? {} : { ...settings, ...given.env?.() };
  const ended = await scene.run(given.args ?? ANY_RUN, env, below);
  return { folder, ended, before, after: { good: bytes('fieldmarshal.db'), bad: bytes('bad.db') } };
}

// Secrets and stack traces in the output are looked for after every child: see scene.ts.
describe.concurrent('bad input', () => {
  const cases = [...SETTINGS_CASES, ...COMMAND_LINE_CASES, ...RULE_CASES, ...LEDGER_CASES];
  it.each(cases.map((given) => [given.name, given] as const))('%s: says so and changes nothing', async (_, given) => {
    const { ended, before, after } = await play(given);
    expect([ended.code, ended.stdout], ended.stderr).toEqual([given.code, '']);
    expect(ended.stderr.trimEnd().split('\n')).toEqual(given.says.map((text) => expect.stringMatching(text)));
    expect(after.bad).toEqual(before.bad);
    // Which rule files were refused is a part of the ledger's history, and the only thing that is.
    if (given.isInHistory === true) expect(after.good).not.toEqual(before.good);
    else expect(after.good).toEqual(before.good);
  });

  it.each(PLATFORM_CASES.map((given) => [given.name, given] as const))(
    '%s: says so and keeps the ledger',
    async (_, given) => {
      const { ended, folder } = await play(given);
      expect([ended.code, ended.stdout], ended.stderr).toEqual([given.code, '']);
      expect(ended.stderr.trimEnd().split('\n')).toEqual(given.says.map((text) => expect.stringMatching(text)));
      const path = join(folder, 'fieldmarshal.db');
      expect(await readDecisions(path)).toEqual(await readDecisions(join(scene.folder, 'fieldmarshal.db')));
      const { chain, openIntents, runs } = await examineLedger(path);
      expect([chain, openIntents]).toEqual(['intact', []]);
      expect(runs.map(({ end }) => end?.result).toSorted()).toEqual(['done', 'failed']);
    },
  );

  it('another run that is acting: waits as long as allowed, then says so', async () => {
    mkdirSync(join(scene.folder, 'locked'));
    const lock = tryLock(join(scene.folder, 'locked', 'fieldmarshal.db.acting.lock'));
    const env = { ...settings, FIELDMARSHAL_ACTING_LOCK_WAIT_MS: '300' };
    const { code, stdout, stderr } = await scene.run(ANY_RUN, env, 'locked');
    lock?.release();
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Another fieldmarshal is acting on \S+\/locked\/fieldmarshal\.db; waiting up to 0\.3 s$/),
      expect.stringMatching(/ is still acting on \S+\. Wait for it to finish, then run again; nothing was done\.$/),
    ]);
    expect((await scene.run(ANY_RUN, settings, 'locked')).code).toBe(0);
  });

  // Root may write everywhere but into the kernel's own folders.
  it.skipIf(process.platform !== 'linux')('a folder that takes no ledger: says so', async () => {
    const { code, stdout, stderr } = await scene.run([...ANY_RUN, '--db', '/proc/ledger.db'], settings);
    expect([code, stdout]).toEqual([5, '']);
    expect(stderr).toMatch(
      /^the ledger \/proc\/ledger\.db cannot be opened or made \(\w+\)\. Let this user read and write/,
    );
  });

  it('an editor’s lock in the rules folder: is no rule file', async () => {
    mkdirSync(join(scene.folder, 'edited'));
    copyFileSync(join(packageRoot(), 'rules/default.json'), join(scene.folder, 'edited/default.json'));
    symlinkSync('somebody@workstation.1234', join(scene.folder, 'edited/.#default.json'));
    const { code, stdout } = await scene.run(['rules', 'check', 'edited']);
    expect([code, stdout]).toEqual([0, '1 rule file(s), 0 problem(s), 0 warning(s)\n']);
  });
});
