import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { CHAINED_KINDS } from '../../src/store/sqlite/chain.ts';
import { BESIDE_THE_LEDGER } from '../../src/store/sqlite/verify-ledger.ts';
import { makeRandom } from '../campaign/simulation/random.ts';
import { fullLedgerImage, tamperOnce, verifyImage } from '../campaign/verify/verify.ts';
import { writeFullLedger } from '../support/full-ledger.ts';

const migrationsFolder = join(import.meta.dirname, '../../migrations/sqlite');

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-ledger-cli-'));
  await writeFullLedger(join(folder, 'fieldmarshal.db'), migrationsFolder);
});
afterAll(() => rmSync(folder, { recursive: true }));

type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** One command in this process, given by Ana. */
async function cli(words: readonly string[]): Promise<Ended> {
  let out = '';
  let err = '';
  const code = await runCli(words, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: false },
    cwd: folder,
    env: { FIELDMARSHAL_ACTOR: 'ana' },
  });
  return { code, out, err };
}

/** A copy that somebody changed; the name of its file. */
function meddled(name: string, sql: string): string {
  const path = join(folder, name);
  copyFileSync(join(folder, 'fieldmarshal.db'), path);
  const db = new Database(path);
  db.pragma('foreign_keys = OFF');
  const triggers = db.prepare<[], { name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
  );
  const kept = triggers.all();
  for (const trigger of kept) db.exec(`DROP TRIGGER "${trigger.name}"`);
  db.exec(sql);
  for (const trigger of kept) db.exec(trigger.sql);
  db.close();
  return name;
}

async function headOf(db: string): Promise<{ readonly links: number; readonly head: string }> {
  return JSON.parse((await cli(['ledger', 'verify', '--json', '--file', db])).out);
}

describe('ledger verify', () => {
  it('finds nothing in a ledger nobody touched, and says what only a head can tell', async () => {
    const { code, out, err } = await cli(['ledger', 'verify']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('is whole: every row is as it was written');
    expect(out).toMatch(/Head: link \d+, [0-9a-f]{64}\n/);
    expect(out).toContain('erased, each with its tombstone in the chain:\n  1 by lead,');
    expect(out).toContain('too old');
    expect(out).toContain('Not known: whether links were cut off at the end');
    expect(out).toContain('Not covered, for no decision rests on it: ledger_identity, provider');
  });

  it('covers every table there is, or names it as not covered', () => {
    const db = new Database(join(folder, 'fieldmarshal.db'), { readonly: true });
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
      .pluck()
      .all();
    db.close();
    const withDecisions = ['candidate', 'intent', 'body', 'body_key', 'rule_text', 'open_intent', 'chain'];
    expect(tables.toSorted()).toEqual([...CHAINED_KINDS, ...withDecisions, ...BESIDE_THE_LEDGER].toSorted());
  });

  it('takes a head or its first twelve digits, and says how much has come since', async () => {
    const { links, head } = await headOf('fieldmarshal.db');
    const now = await cli(['ledger', 'verify', '--head', head]);
    expect([now.code, now.out]).toEqual([0, expect.stringContaining(`is link ${links}: nothing has come since.`)]);
    const db = new Database(join(folder, 'fieldmarshal.db'), { readonly: true });
    const earlier = db.prepare<[], string>('SELECT lower(hex(hash)) FROM chain WHERE seq = 5').pluck().get() ?? '';
    db.close();
    const then = await cli(['ledger', 'verify', '--head', earlier.slice(0, 12).toUpperCase(), '--json']);
    expect(then.code).toBe(0);
    expect(JSON.parse(then.out)).toMatchObject({ isWhole: true, anchor: { seq: 5, since: links - 5 }, faults: [] });
  });

  it.each(['abc', 'not a hash of any kind', 'g'.repeat(64)])('refuses %s as a head', async (given) => {
    const { code, err } = await cli(['ledger', 'verify', '--head', given]);
    expect([code, err]).toEqual([2, expect.stringContaining('FM-C280')]);
  });

  it('names the first row that was changed, whose it is, and what to do', async () => {
    const file = meddled(
      'edited.db',
      "UPDATE effect SET kind = 'refused' WHERE id = 2; UPDATE run_end SET result = 'failed'",
    );
    const { code, out } = await cli(['ledger', 'verify', '--file', file]);
    expect(code).toBe(5);
    expect(out).toContain('edited.db is NOT as it was written.');
    expect(out).toMatch(
      /First: at link \d+, effect 2 is not as it was written \(decision 4047\.1\.1, write 1\)\.\n {2}Somebody/,
    );
  });

  it.each([
    ['sets', `sets = '[[1]]'`, 'another number of candidates by what stopped them'],
    ['parity', `parity = 'x'`, 'another comparison with the platform'],
    ['time', 'decided_at_ms = 1', 'another time'],
  ])('finds counts for reports that are not what decisions give, and counts anew: %s', async (name, set, what) => {
    const last = '(SELECT max(decision) FROM roll_up)';
    const file = meddled(`counts-${name}.db`, `UPDATE roll_up SET ${set} WHERE decision = ${last}`);
    const found = await cli(['ledger', 'verify', '--file', file]);
    expect([found.code, found.out]).toEqual([1, expect.stringContaining('is whole: every row is as it was written')]);
    expect(found.out).toContain(
      `But reports may be wrong: the counts for reports have ${what} than the decision gives (`,
    );
    const rebuilt = await cli(['ledger', 'rebuild-counts', '--db', file, '--json']);
    expect([rebuilt.code, JSON.parse(rebuilt.out)]).toEqual([0, expect.objectContaining({ type: 'counts_rebuilt' })]);
    const { countFault, isWhole } = JSON.parse((await cli(['ledger', 'verify', '--file', file, '--json'])).out);
    expect({ countFault, isWhole }).toEqual({ countFault: null, isWhole: true });
  });

  it('finds a decision that reports leave out', async () => {
    const file = meddled('left-out.db', 'DELETE FROM roll_up WHERE decision = (SELECT max(decision) FROM roll_up) - 1');
    const { code, out } = await cli(['ledger', 'verify', '--file', file]);
    expect([code, out]).toEqual([1, expect.stringContaining('the counts for reports leave it out (decision ')]);
  });

  it('shows with a head that the end was cut off, though what is left is whole', async () => {
    const { head } = await headOf('fieldmarshal.db');
    const file = meddled(
      'cut.db',
      `DELETE FROM decision WHERE work_order_id = 4051; DELETE FROM candidate WHERE decision NOT IN (SELECT id FROM decision);
       DELETE FROM open_intent WHERE work_order_id = 4051; DELETE FROM intent WHERE decision NOT IN (SELECT id FROM decision);
       DELETE FROM roll_up WHERE work_order_id = 4051; DELETE FROM chain WHERE seq = (SELECT max(seq) FROM chain);
       DELETE FROM body WHERE id IN (SELECT id FROM body_key EXCEPT SELECT body FROM candidate EXCEPT SELECT work_order_body FROM decision EXCEPT SELECT batch_body FROM decision);
       DELETE FROM body_key WHERE id IN (SELECT id FROM body_key EXCEPT SELECT body FROM candidate EXCEPT SELECT work_order_body FROM decision EXCEPT SELECT batch_body FROM decision)`,
    );
    expect((await cli(['ledger', 'verify', '--file', file])).code).toBe(0);
    const { code, out } = await cli(['ledger', 'verify', '--file', file, '--head', head]);
    expect(code).toBe(5);
    expect(out).toContain('is not among its');
    expect(out).toContain('cut off before it, or written anew');
  });

  it('finds a trigger that was planted under a name of SQLite’s own', async () => {
    const file = meddled('planted.db', '');
    const db = new Database(join(folder, file));
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    const plant = db.prepare(
      "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', ?, 'directive', 0, ?)",
    );
    plant.run('sqlite_evil', 'CREATE TRIGGER sqlite_evil BEFORE INSERT ON directive BEGIN DELETE FROM pin; END');
    db.pragma('writable_schema = RESET');
    db.close();
    const { code, out } = await cli(['ledger', 'verify', '--file', file]);
    expect([code, out]).toEqual([5, expect.stringContaining('the trigger sqlite_evil is not of the ledger')]);
  });

  it.each([
    ["UPDATE ledger_identity SET environment = 'production'", 'the ledger is of production, and run 1 is of'],
    ['DELETE FROM ledger_identity', 'the ledger is of no environment, and run 1 is of'],
  ])('finds that the ledger was made somebody else’s: %s', async (sql, what) => {
    const file = meddled(`identity-${sql.length}.db`, sql);
    const { code, out } = await cli(['ledger', 'verify', '--file', file]);
    expect([code, out]).toEqual([5, expect.stringContaining(what)]);
  });

  it('notices that the file no longer refuses changes', async () => {
    const file = meddled('weak.db', '');
    const db = new Database(join(folder, file));
    db.exec('DROP TRIGGER decision_no_update; DROP TRIGGER effect_no_delete');
    db.close();
    const { code, out } = await cli(['ledger', 'verify', '--file', file]);
    expect(code).toBe(5);
    expect(out).toContain('First: the trigger decision_no_update is gone, and 1 more like it.');
  });

  it('finds whatever a forger changes, and nothing in what nobody did', async () => {
    const image = await fullLedgerImage();
    expect(verifyImage(image, null).faults).toEqual([]);
    const messages = Array.from({ length: 60 }, (_, run) => tamperOnce(image, makeRandom('npm test', run)).message);
    expect(messages.filter((message) => message !== null)).toEqual([]);
  });
});

describe('ledger export', () => {
  const script = join(import.meta.dirname, '../../docs/verify-export.mjs');

  /** What an auditor has: the file, the script of docs/ledger.md, and no fieldmarshal. */
  async function check(lines: readonly string[], ...head: readonly string[]): Promise<{ code: number; said: string }> {
    const file = join(folder, `${Math.random()}.jsonl`);
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [script, file, ...head]);
      return { code: 0, said: stdout };
    } catch (error) {
      if (error instanceof Error && 'stderr' in error && 'code' in error)
        return { code: Number(error.code), said: String(error.stderr) };
      throw error;
    }
  }

  async function exported(...words: readonly string[]): Promise<readonly string[]> {
    const { code, out } = await cli(['ledger', 'export', ...words]);
    expect(code).toBe(0);
    return out.trimEnd().split('\n');
  }

  it('is checked without our code, head and all', async () => {
    const { links, head } = await headOf('fieldmarshal.db');
    const lines = await exported();
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ type: 'ledger', format: 1, firstLink: 1, lastLink: links });
    expect(lines.filter((line) => JSON.parse(line).type === 'link')).toHaveLength(links);
    expect(await check(lines)).toEqual({
      code: 0,
      said: `whole: links 1 to ${links}, the last ${head}, 1 bodies erased\n`,
    });
    expect((await check(lines, head.slice(0, 12))).code).toBe(0);
    expect((await check(lines, head.toUpperCase())).code).toBe(0);
    for (const none of ['', 'abc', 'g'.repeat(64)])
      expect(await check(lines, none)).toMatchObject({ code: 1, said: expect.stringContaining('HEAD is at least') });
    expect(await check(lines, 'ab'.repeat(32))).toMatchObject({ code: 1, said: expect.stringContaining('cut off') });
  });

  it('is refused when anything in it was changed', async () => {
    const lines = await exported();
    const at = (type: string, more = '') =>
      lines.findIndex((line) => JSON.parse(line).type === type && line.includes(more));
    const edited = (place: number, from: string, to: string) => {
      const line = lines[place] ?? '';
      expect(line).toContain(from);
      return lines.with(place, line.replace(from, to));
    };
    const without = (place: number) => lines.toSpliced(place, 1);
    const one = at('link', '"kind":"effect"');
    const forgeries = [
      edited(at('body', 'raw'), 'raw', 'row'),
      edited(at('rule_text'), 'default', 'defaulted'),
      edited(one, 'unknown', 'refused'),
      edited(at('link', '"kind":"decision"'), 'assign', 'asside'),
      without(one),
      // Line 1 is in no hash: it cannot make a part of the whole, to be asked for less.
      lines.with(at('body', 'raw'), (lines[at('body', 'raw')] ?? '').replace(/"text":".*"/, '"text":null')),
      edited(0, '"ledgerLinks":', '"ledgerLinks":9').with(
        at('body', 'raw'),
        (lines[at('body', 'raw')] ?? '').replace(/"text":".*"/, '"text":null'),
      ),
      edited(0, '"ledgerHead":"', '"ledgerHead":"00'),
      without(at('body', 'raw')),
      without(at('rule_text')),
      without(lines.length - 1),
      lines.with(one, lines[one + 1] ?? '').with(one + 1, lines[one] ?? ''),
    ];
    const codes = await Promise.all(forgeries.map(async (forged) => (await check(forged)).code));
    expect(codes).toEqual(forgeries.map(() => 1));
  });

  it('of a time has the links between its first row and its last, and can be checked alone', async () => {
    const lines = await exported('--since', '2020-01-01', '--until', '2100-01-01');
    expect(lines).toEqual(await exported());
    const started = JSON.parse(lines.findLast((line) => line.includes('"kind":"run"')) ?? '').row[4];
    const late = await exported('--since', new Date(started).toISOString());
    const first = JSON.parse(late[0] ?? '');
    expect(first.firstLink).toBeGreaterThan(5);
    expect((await check(late)).said).toMatch(
      new RegExp(
        `^part of a ledger of ${first.ledgerLinks} links, 0 .*: links ${first.firstLink} to ${first.lastLink},`,
      ),
    );
    expect((await check(await exported('--since', '2999-01-01'))).code).toBe(0);
  });

  it('goes into a new file or folder, and replaces nothing', async () => {
    const first = await cli(['ledger', 'export', '--out', 'out.jsonl']);
    expect([first.code, first.out, first.err]).toEqual([
      0,
      '',
      expect.stringMatching(/\d+ links of .* exported to .*out\.jsonl\n/),
    ]);
    expect(readFileSync(join(folder, 'out.jsonl'), 'utf8').trimEnd().split('\n')).toEqual(await exported());
    const again = await cli(['ledger', 'export', '--out', 'out.jsonl']);
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('FM-C281')]);
    expect((await cli(['ledger', 'export', '--out', '.'])).code).toBe(0);
    expect(readdirSync(folder).filter((name) => /^ledger-\d+T\d+Z\.jsonl$/.test(name))).toHaveLength(1);
  });
});
