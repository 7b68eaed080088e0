import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import Database from 'better-sqlite3';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CliIo } from '../../src/cli/command.ts';
import { CLEAR_LINE, guardIo } from '../../src/cli/guarded-io.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { packageRoot } from '../../src/package-root.ts';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { inflateBody } from '../../src/store/sqlite/body.ts';

/** Each with characters that JSON, URLs and forms write otherwise; the core is in every spelling but Base64. */
const CORES = ['CANARYsecret7Kq', 'CANARYpass9Xw', 'CANARYtoken4Zt'] as const;
const SECRET = `${CORES[0]}"/+é&x`;
const PASSWORD = `p%1 ${CORES[1]}\\n=`;
const TOKEN = `${CORES[2]}0123456789abcdef`;
const PLANTED = [SECRET, PASSWORD, TOKEN, encodeURIComponent(SECRET), JSON.stringify(PASSWORD)];

/** Who somebody is and how to reach them: needed for no decision, so kept nowhere. */
const PERSON = {
  first_name: 'PERSONfirst8Q',
  last_name: 'PERSONlast5J',
  full_name: 'PERSONfirst8Q PERSONlast5J',
  nickname: 'PERSONnick2W',
  email: 'personmail7z@example.net',
  phone: '+1-555-7391824',
  cell: '+1-555-4628193',
  address1: '12 PERSONstreet3',
  company_name: 'PERSONfirm6K',
  avatar: 'https://example.net/PERSONface4.png',
  notes: 'ask for PERSONnote9',
} as const;
const PERSONAL = /PERSON\w+|personmail7z|7391824|4628193/;

/** Steers a terminal: colours, a moved cursor, a title, the same with one byte, a turned direction, a bell. */
const HOSTILE = '\u001b[31mred\u001b[2J\u001b]0;owned\u0007\u009b1mC1\u202egnp\r\u0008';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const STEERS = /[\u0000-\u0008\u000b-\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\r(?!\n)/;

const DAY_MS = Date.UTC(2026, 2, 2, 13);
const HOUR_MS = 3_600_000;
let folder = '';
let sandbox: RunningSandbox;
/** The sandbox, with secrets and control characters planted in whatever it answers. */
let platform: { readonly url: string; breaks: ((path: string, method: string) => object | null) | null; close(): void };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-planted-'));
  sandbox = await startSandbox({ seed: 3, workOrders: 12, providers: 60, speed: 0, startAtMs: DAY_MS });
  sandbox.clock.advance(3 * HOUR_MS);
  platform = await openPlanting(sandbox.url);
});
afterAll(async () => {
  platform.close();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

async function openPlanting(target: string): Promise<typeof platform> {
  const dispatcher = new Agent({ pipelining: 0 });
  let real = '';
  const self: { breaks: ((path: string, method: string) => object | null) | null } = { breaks: null };
  const server = createServer(async (incoming, outgoing) => {
    const url = new URL((incoming.url ?? '/').replaceAll(TOKEN, real), target);
    const body = await text(incoming);
    const method = incoming.method === 'POST' || incoming.method === 'DELETE' ? incoming.method : 'GET';
    const headers = { 'X-Echo': encodeURIComponent(PLANTED.join(' ')), 'Content-Type': 'application/json' };
    const broken = self.breaks?.(url.pathname, method) ?? null;
    if (broken !== null) {
      outgoing.writeHead(500, headers).end(JSON.stringify(broken));
      return;
    }
    const sent = body === '' ? {} : { body, headers: { 'content-type': 'application/json' } };
    const answer = await request(url, { method, dispatcher, ...sent });
    // The platform invites a moment after it has answered, and its clock here stands still.
    if (url.pathname.endsWith('/mass-route')) sandbox.clock.advance(2000);
    const json = JSON.parse(await answer.body.text());
    if (typeof json.access_token === 'string') {
      real = json.access_token;
      json.access_token = TOKEN;
    } else plant(json);
    outgoing.setHeader('Date', answer.headers['date'] ?? '');
    outgoing.writeHead(answer.statusCode, headers).end(JSON.stringify(json));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()));
  return Object.assign(self, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
}

/** Into every text people write, and as members and lists of their own into every object. */
function plant(json: unknown): void {
  if (Array.isArray(json)) for (const item of json) plant(item);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return;
  const members = json as Record<string, unknown>;
  for (const [key, value] of Object.entries(members)) {
    const isFree = ['title', 'notes', 'description', 'message', 'display', 'first_name'].includes(key);
    if (isFree && typeof value === 'string') members[key] = `${value}${HOSTILE} ${PLANTED.join(' ')}`;
    plant(value);
    // A user's own name; other things are called by theirs.
    if (
      ['user', 'author', 'assignee', 'contact', 'manager'].includes(key) &&
      typeof value === 'object' &&
      value !== null
    )
      Object.assign(value, { name: PERSON.full_name });
  }
  Object.assign(members, PERSON, { contacts: [{ ...PERSON }], manager: { ...PERSON } });
  members['leak'] = [[PLANTED], { deep: { deeper: PLANTED.join('|') } }];
}

type Said = { readonly code: number; readonly stdout: string; readonly stderr: string };
const everything: string[] = [];

async function cli(line: string, env: CliIo['env'] = {}): Promise<Said> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCli(line.split(' '), {
    stdout: { write: (written) => out.push(written) },
    stderr: { write: (written) => err.push(written), isTTY: false },
    env: {
      FIELDMARSHAL_BASE_URL: platform.url,
      FIELDMARSHAL_CLIENT_ID: 'id',
      FIELDMARSHAL_CLIENT_SECRET: SECRET,
      FIELDMARSHAL_USERNAME: 'user',
      FIELDMARSHAL_PASSWORD: PASSWORD,
      FIELDMARSHAL_CLOCK: 'server',
      FIELDMARSHAL_RULES: join(packageRoot(), 'rules'),
      FIELDMARSHAL_DB: 'planted.db',
      FIELDMARSHAL_LOG_LEVEL: 'debug',
      FIELDMARSHAL_RETRY_BASE_DELAY_MS: '0',
      FIELDMARSHAL_CONFIRM_PAUSE_MS: '0',
      ...env,
    },
    cwd: folder,
  });
  everything.push(out.join(''), err.join(''));
  return { code, stdout: out.join(''), stderr: err.join('') };
}

function leaksOf(said: string): readonly string[] {
  const base64 = [SECRET, PASSWORD, TOKEN].map((secret) => Buffer.from(secret).toString('base64'));
  return [...CORES, ...base64].filter((core) => said.includes(core));
}

/** The bytes of every file of a ledger, and each of its bodies unfolded. */
function ledgerText(name: string): string {
  const files = readdirSync(folder).filter((file) => file.startsWith(name));
  const db = new Database(join(folder, name), { readonly: true });
  const bodies = db.prepare<[], Buffer>('SELECT bytes FROM body').pluck().all().map(inflateBody);
  db.close();
  return [...files.map((file) => readFileSync(join(folder, file), 'latin1')), ...bodies].join('\n');
}

describe('secrets and terminal codes that the platform sends back', () => {
  it('do not come out of any command, nor steer a terminal, nor enter the ledger', async () => {
    const run = await cli('run --once --json');
    expect(run.code, run.stderr).toBe(0);
    const decided = run.stdout
      .trimEnd()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(decided.length).toBeGreaterThan(3);
    const { work_order: order, decision } = decided[0];
    const lines = [
      'run --once',
      'run --once --dry-run',
      'run --once --dry-run --json',
      `explain ${order}`,
      `explain ${decision} --json`,
      'report runs',
      'report decisions --format json',
      'report decisions --format csv',
      'report decisions',
      'doctor',
      'doctor --json',
      `wo route ${order} --provider 1 --dry-run`,
      `wo publish ${order} --yes --json`,
      'pause --because test',
    ];
    for (const line of lines) {
      const said = await cli(line);
      expect({ line, leaks: leaksOf(said.stdout + said.stderr) }).toEqual({ line, leaks: [] });
      expect({ line, steers: STEERS.exec(said.stdout + said.stderr)?.[0] }).toEqual({ line, steers: undefined });
    }
    const ledger = ledgerText('planted.db');
    expect(ledger).toContain('[redacted]');
    expect(leaksOf(ledger)).toEqual([]);
    // Nor who anybody is: no name, mail address, telephone number, street or note of a person.
    expect(PERSONAL.exec(ledger)).toBeNull();
    expect(PERSONAL.exec(everything.join(''))).toBeNull();
  });

  it.each([
    ['message', { message: `${HOSTILE} ${PLANTED.join(' ')}` }],
    [
      'detail, code and pointers',
      {
        title: 'No',
        detail: PLANTED.join(),
        code: SECRET,
        errors: [{ detail: TOKEN, pointer: PASSWORD, code: TOKEN }],
      },
    ],
    ['trace', { trace: [{ args: [{ message: `access_token=${TOKEN} password=${PASSWORD}` }] }] }],
    ['OAuth error', { error: SECRET, error_description: `client_secret=${SECRET}` }],
    ['a shape never seen', { deep: [[{ deeper: PLANTED }]] }],
  ])('do not come out of errors that carry them in %s', async (_place, body) => {
    // At the login no token has been had: what nobody knows cannot be told from other text.
    const breaks = [
      () => body,
      (path: string) => (path.includes('/oauth/') ? null : body),
      (path: string, method: string) => (method === 'GET' || path.includes('/oauth/') ? null : body),
    ];
    for (const [at, broken] of breaks.entries()) {
      platform.breaks = broken;
      const db = `errors-${at}.db`;
      const known = (leaks: readonly string[]) => leaks.filter((core) => at > 0 || core !== CORES[2]);
      for (const line of ['run --once', 'run --once --json', 'run --once --debug', 'doctor --json']) {
        const { stdout, stderr } = await cli(line, { FIELDMARSHAL_DB: db });
        expect({ line, at, leaks: known(leaksOf(stdout + stderr)) }).toEqual({ line, at, leaks: [] });
        expect({ line, at, steers: STEERS.exec(stdout + stderr)?.[0] }).toEqual({ line, at, steers: undefined });
      }
      expect({ at, leaks: known(leaksOf(ledgerText(db))) }).toEqual({ at, leaks: [] });
    }
    platform.breaks = null;
  });

  it('would be found', () => {
    const said = everything.join('');
    expect(said).toContain('[redacted]');
    expect(leaksOf(`${said}${SECRET}`)).toContain(CORES[0]);
    expect(STEERS.test(HOSTILE)).toBe(true);
    for (const value of Object.values(PERSON)) expect(value).toMatch(PERSONAL);
  });
});

describe('what commands write', () => {
  it('keeps the line that progress takes back, at the front and nowhere else, and line breaks', () => {
    const said: string[] = [];
    const sink = { write: (written: string) => said.push(written) };
    const io = guardIo({ stdout: sink, stderr: { ...sink, isTTY: true }, env: {}, cwd: folder });
    io.stderr.write(`${CLEAR_LINE}3 decided ${CLEAR_LINE}`);
    io.stdout.write('a,b\r\n\tc\u009bd\n');
    io.stdout.write(JSON.stringify({ title: '\u009b1m\u202e' }));
    expect(said).toEqual([
      `${CLEAR_LINE}3 decided \\u000d\\u001b[2K`,
      'a,b\r\n\tc\\u009bd\n',
      '{"title":"\\u009b1m\\u202e"}',
    ]);
    expect(JSON.parse(said[2] ?? '')).toEqual({ title: '\u009b1m\u202e' });
  });
});
