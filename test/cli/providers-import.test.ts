import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readCsv } from '../../src/cli/csv.ts';
import { PROVIDER_COLUMNS, providerColumnTable } from '../../src/cli/provider-columns.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { DirectoryEntry } from '../../src/domain/provider.ts';
import { openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';

const ROOT = join(import.meta.dirname, '../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-import-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Said = { readonly code: number; readonly out: string; readonly err: string };

async function importFile(name: string, text: string | Uint8Array, ...flags: readonly string[]): Promise<Said> {
  writeFileSync(join(folder, name), text);
  return importPath(name, ...flags);
}

async function importPath(...words: readonly string[]): Promise<Said> {
  let out = '';
  let err = '';
  const code = await runCli(['providers', 'import', ...words], {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: false },
    cwd: folder,
    env: {},
  });
  return { code, out, err };
}

async function directory(): Promise<readonly DirectoryEntry[]> {
  const path = join(folder, 'fieldmarshal.db');
  const reader = openLedgerReader({ path, migrationsFolder: join(ROOT, 'migrations/sqlite') });
  return reader.readDirectory().finally(() => reader.close());
}

/** What was imported of each provider, without ages. */
async function values(): Promise<Readonly<Record<number, object>>> {
  const entries = await directory();
  return Object.fromEntries(
    entries.map(({ providerId, imported }) => [
      providerId,
      Object.fromEntries(Object.entries(imported).map(([name, said]) => [name, said.value])),
    ]),
  );
}

const FULL = `provider_id,rating,rating_count,cancel_rate,block_rate,completed_overall,completed_for_us,latitude,longitude,groups,certifications,licenses,background_check,drug_test,w2,blocked
557,4.8,31,2.5%,0,120,3,41.8781,-87.6298,9922; 9921;9921,12=CompTIA A+;7;BICSI,none,yes,No,0,false`;

const FULL_VALUES = {
  ratingHundredths: 480,
  ratingCount: 31,
  cancelRateBasisPoints: 250,
  blockRateBasisPoints: 0,
  completedOverall: 120,
  completedForUs: 3,
  coordinates: { latitudeE6: 41_878_100, longitudeE6: -87_629_800 },
  groups: [9921, 9922],
  certifications: [
    { id: 12, name: 'CompTIA A+' },
    { id: 7, name: null },
    { id: null, name: 'BICSI' },
  ],
  licenses: [],
  hasBackgroundCheck: true,
  hasDrugTest: false,
  isW2: false,
  isBlocked: false,
};

describe('providers import', () => {
  it('stores every column of CSV in its unit, with its age', async () => {
    const before = Date.now();
    const { code, out } = await importFile('p.csv', FULL);
    expect(out).toBe('1 provider(s) imported (1 new, 0 known before), 0 row(s) left out\n');
    expect(code).toBe(0);
    expect(await values()).toEqual({ 557: FULL_VALUES });
    const [entry] = await directory();
    expect(entry).toMatchObject({ flags: null, profile: null, verdicts: [], pools: null });
    for (const said of Object.values(entry?.imported ?? {})) expect(said.observedAtMs).toBeGreaterThanOrEqual(before);
  });

  it('stores the same from JSON', async () => {
    const one = {
      provider_id: 557,
      rating: 4.8,
      rating_count: 31,
      cancel_rate: 2.5,
      block_rate: '0',
      completed_overall: 120,
      completed_for_us: 3,
      latitude: 41.8781,
      longitude: -87.6298,
      groups: [9922, 9921],
      certifications: ['12=CompTIA A+', 7, 'BICSI'],
      licenses: [],
      background_check: true,
      drug_test: 'no',
      w2: 0,
      blocked: false,
    };
    expect((await importFile('p.json', JSON.stringify([one]))).code).toBe(0);
    expect(await values()).toEqual({ 557: FULL_VALUES });
  });

  it('adds up: what a later file leaves empty stays', async () => {
    await importFile('a.csv', 'provider_id,cancel_rate,blocked\n557,2,yes\n');
    const { out } = await importFile('b.csv', 'Provider ID,Cancel-Rate,blocked\r\n557,3,\r\n558,,no\r\n');
    expect(out).toContain('2 provider(s) imported (1 new, 1 known before)');
    expect(await values()).toEqual({
      557: { cancelRateBasisPoints: 300, isBlocked: true },
      558: { isBlocked: false },
    });
  });

  it('reports every mistake of a bad row with its line, keeps the good rows, and ends with 1', async () => {
    const text =
      'provider_id,rating,blocked,latitude,longitude,groups\n556,"4\n",no,,,\n557,6,maybe,1,,x\n556,,,,,\n0,,,,,\n9,1\n558,,,,,none\n';
    const { code, out } = await importFile('p.csv', text);
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n')).toEqual([
      'p.csv:4:5 FM-C172 rating cannot be "6" — Write a number from 1 to 5, or leave it empty when it is not known.',
      'p.csv:4:16 FM-C172 groups cannot be "x" — Write ids with semicolons between them, `9921; 9922`, or none.',
      'p.csv:4:7 FM-C172 blocked cannot be "maybe" — Write yes or no, or leave it empty when it is not known.',
      'p.csv:4:15 FM-C172 has only one of latitude and longitude — Write both, or leave both empty.',
      'p.csv:5:1 FM-C171 provider_id 556 was there before (line 2) — Keep the row that holds.',
      'p.csv:6:1 FM-C171 provider_id cannot be "0" — Write the number the platform has for it.',
      'p.csv:7:1 FM-C171 has 2 cells; the head line has 6 — Give it one value for each column, in an object or between commas; numbers have a point, 4.5 and not 4,5.',
      '2 provider(s) imported (2 new, 0 known before), 4 row(s) left out',
    ]);
    expect(await values()).toEqual({ 556: { ratingHundredths: 400, isBlocked: false }, 558: { groups: [] } });
  });

  it('points at the cell, also after one with line breaks, and asks for a point where a number has a comma', async () => {
    const text = 'notes,provider_id,rating,latitude,longitude\n"ä,\n""b""",557,"4,5","41,88","-87,63"\nx,558,4,5,,\n';
    const { code, out } = await importFile('p.csv', text);
    expect(code).toBe(1);
    expect(out.trimEnd().split('\n').slice(0, 4)).toEqual([
      'p.csv:3:12 FM-C172 rating cannot be "4,5" — Write 4.5, with a point.',
      'p.csv:3:18 FM-C172 latitude cannot be "41,88" — Write 41.88, with a point.',
      'p.csv:3:26 FM-C172 longitude cannot be "-87,63" — Write -87.63, with a point.',
      expect.stringMatching(/^p\.csv:4:3 FM-C171 has 6 cells.* 4\.5 and not 4,5\.$/),
    ]);
  });

  it('names the entry of JSON that is bad', async () => {
    const text = JSON.stringify([{ provider_id: 1, w2: [] }, 7, { provider_id: 1 }, { provider_id: 2, licenses: {} }]);
    const { code, out } = await importFile('p.json', text);
    expect(code).toBe(1);
    const places = out.split('\n').map((line) => line.split(' — ')[0]);
    expect(places.slice(0, 4)).toEqual([
      'p.json entry 1 FM-C172 w2 cannot be []',
      'p.json entry 2 FM-C171 is no object',
      'p.json entry 3 FM-C171 provider_id 1 was there before (p.json entry 1)',
      'p.json entry 4 FM-C172 licenses cannot be {}',
    ]);
  });

  it('never stores who somebody is, and says what it left out', async () => {
    const text =
      'provider_id,First Name,email,Phone,home_address,notes,cancelrate\n557,Planted,planted@example.com,555-0100,1 Planted St,planted,3\n';
    const { code, err } = await importFile('p.csv', text);
    expect(code).toBe(0);
    expect(err).toContain('personal data is never stored; dropped: first_name, email, phone, home_address\n');
    expect(err).toContain('not understood and left out: cancelrate;');
    expect(readFileSync(join(folder, 'fieldmarshal.db')).toString('latin1')).not.toMatch(/planted|555-0100/i);
  });

  it('checks without storing when asked to, with or without a ledger', async () => {
    const dry = await importFile('p.csv', 'provider_id,w2\n557,yes\n558,x\n', '--dry-run');
    expect(dry.code).toBe(1);
    expect(dry.out).toContain('1 provider(s) would be imported (1 new, 0 known before), 1 row(s) left out');
    expect(existsSync(join(folder, 'fieldmarshal.db'))).toBe(false);
    await importPath('p.csv');
    const again = await importFile('q.csv', 'provider_id,w2\n557,no\n', '--dry-run', '--json');
    expect(JSON.parse(again.out)).toEqual({
      type: 'providers_import',
      isDryRun: true,
      read: 1,
      added: 0,
      updated: 1,
      bad: 0,
      dropped: [],
      problems: [],
    });
    expect(await values()).toEqual({ 557: { isW2: true } });
  });

  it.each<readonly [string, string | Uint8Array, RegExp]>([
    ['with semicolons', 'provider_id;rating\n557;4,5\n', /p:1:1 FM-C170 has no column provider_id — Write commas/],
    ['without provider_id', 'id;rating\n557;4\n', /p:1:1 FM-C170 has no column provider_id — Name the columns/],
    ['with a column twice', 'provider_id,Provider-ID\n1,2\n', /has the column "provider_id" twice/],
    ['without rows', 'provider_id\n\n', /has no rows/],
    ['that is empty', '', /has no rows/],
    [
      'with a quote never closed',
      'provider_id,rating\n1,"4\n2,5\n',
      /p:2:1 FM-C170 opens a quote that is never closed/,
    ],
    ['with a quote within a cell', 'provider_id,w2\n1,a"b\n', /p:2:1 .*has a quote in a cell/],
    ['with text after a quote', 'provider_id,w2\n1,"a"b\n', /goes on after the closing quote/],
    ['that is broken JSON', '[{', /is no JSON/],
    ['that is an object', '{"provider_id":1}', /is no array of providers/],
    ['that is not UTF-8', new Uint8Array([0x70, 0xff]), /is not UTF-8/],
  ])('refuses a file %s, and stores nothing', async (_, text, message) => {
    const { code, err } = await importFile('p', text);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'fieldmarshal.db'))).toBe(false);
  });

  it('refuses a file that is not there', async () => {
    expect(await importPath('nowhere.csv')).toMatchObject({ code: 2, err: expect.stringContaining('is no file') });
  });
});

describe('readCsv', () => {
  it('reads back whatever was quoted', () => {
    const cells = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é') }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 5 }), fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',') + end).join('');
        const file = readCsv(text);
        expect(file.kind === 'records' && file.records.map((record) => record.cells)).toEqual(rows);
      }),
    );
  });

  it('says where each record and each cell begins, and does without a last line break', () => {
    const at = (...places: [number, number][]) => places.map(([line, column]) => ({ line, column }));
    expect(readCsv('a,b\n\n"x\ny",\nc,')).toEqual({
      kind: 'records',
      records: [
        { line: 1, cells: ['a', 'b'], places: at([1, 1], [1, 3]) },
        { line: 3, cells: ['x\ny', ''], places: at([3, 1], [4, 4]) },
        { line: 5, cells: ['c', ''], places: at([5, 1], [5, 3]) },
      ],
    });
  });
});

describe('docs/providers-import.md', () => {
  it('has every column, as the code describes it', () => {
    const page = readFileSync(join(ROOT, 'docs/providers-import.md'), 'utf8');
    expect(page).toContain(providerColumnTable());
    expect(FULL.split('\n')[0]?.split(',')).toEqual(Object.keys(PROVIDER_COLUMNS));
  });

  it('shows an example that is imported whole', async () => {
    const page = readFileSync(join(ROOT, 'docs/providers-import.md'), 'utf8');
    const example = /```\n(provider_id[\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect((await importFile('p.csv', example)).out).toContain('2 provider(s) imported (2 new');
  });
});
