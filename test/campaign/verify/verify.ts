import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import type { LedgerFault } from '../../../src/store/sqlite/ledger-fault.ts';
import { type LedgerVerification, verifyConnection } from '../../../src/store/sqlite/verify-ledger.ts';
import { writeFullLedger } from '../../support/full-ledger.ts';
import type { Campaign, CampaignFailure } from '../campaign-contract.ts';
import { makeRandom, type Random } from '../simulation/random.ts';
import { plantInSchema, TAMPERINGS, type Tamper, type Tampering, weakenSchema } from './tamper.ts';

const migrationsFolder = join(import.meta.dirname, '../../../migrations/sqlite');
const MAX_FAILURES = 10;

/** Somebody changes a ledger from outside, one way each run; verify has to find it and to name the place. */
export const verifying: Campaign = {
  name: 'verify',
  about: 'edits, deletions, swaps, truncation, new chains: all found and named, none on the untouched ledger',
  runs: 3_000,
  mutants: [],
  needed: [...TAMPERINGS.map(([name]) => name), 'only by a head'],
  perform: async ({ seed, from, runs }) => {
    const image = await fullLedgerImage();
    const counts: { [name: string]: number } = Object.fromEntries(
      ['runs', ...TAMPERINGS.map(([name]) => name), 'only by a head', 'says the same'].map((name) => [name, 0]),
    );
    const failures: CampaignFailure[] = [];
    const { faults, countFault } = verifyImage(image, null);
    const untouched = [...faults, ...(countFault === null ? [] : [countFault])];
    if (untouched.length > 0) failures.push({ run: from, message: `untouched: ${JSON.stringify(untouched)}` });
    for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
      const { sort, tampering, message } = tamperOnce(image, makeRandom(seed, run));
      const add = (name: string) => {
        counts[name] = (counts[name] ?? 0) + 1;
      };
      add('runs');
      add(sort);
      if (tampering.expect === 'head') add('only by a head');
      if (tampering.expect === 'nothing') add('says the same');
      if (message !== null) failures.push({ run, message });
    }
    return { failures, counts };
  },
};

/** The file's bytes, to be opened in memory as often as wanted. */
export async function fullLedgerImage(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-verify-'));
  try {
    const path = join(folder, 'ledger.db');
    await writeFullLedger(path, migrationsFolder);
    const image = readFileSync(path);
    // Not in WAL mode, which memory has none of.
    image[18] = 1;
    image[19] = 1;
    return image;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function tamperOnce(
  image: Buffer,
  random: Random,
): { readonly sort: string; readonly tampering: Tampering; readonly message: string | null } {
  for (;;) {
    const [sort, , tamper] = drawTamper(random);
    const db = new Database(Buffer.from(image));
    try {
      const head = headOf(db);
      const tampering = meddle(db, tamper, random);
      if (tampering === null) continue;
      const alone = verifyOpen(db, null);
      const withHead = verifyOpen(db, head);
      return { sort, tampering, message: complain(tampering, alone, withHead) };
    } finally {
      db.close();
    }
  }
}

function drawTamper(random: Random): (typeof TAMPERINGS)[number] {
  const drawn = random.next() * TAMPERINGS.reduce((sum, [, share]) => sum + share, 0);
  let passed = 0;
  const found = TAMPERINGS.find(([, share]) => {
    passed += share;
    return drawn < passed;
  });
  if (found === undefined) throw new TypeError('nothing was drawn');
  return found;
}

const OF_THE_SCHEMA: ReadonlySet<Tamper> = new Set([weakenSchema, plantInSchema]);

/** As a forger does: away with the triggers, and back with them afterwards. */
function meddle(db: Database.Database, tamper: Tamper, random: Random): Tampering | null {
  db.pragma('foreign_keys = OFF');
  db.pragma('ignore_check_constraints = ON');
  const read = () =>
    db.prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").all();
  const kept = read();
  // Weakening the schema is about what is left of it.
  for (const { name } of kept) db.exec(`DROP TRIGGER "${name}"`);
  for (const { sql } of OF_THE_SCHEMA.has(tamper) ? kept : []) db.exec(sql);
  const done = tamper(db, random);
  for (const { sql } of OF_THE_SCHEMA.has(tamper) ? [] : kept) db.exec(sql);
  return done;
}

function complain(
  { what, expect, named }: Tampering,
  alone: LedgerVerification,
  withHead: LedgerVerification,
): string | null {
  const [first] = alone.faults;
  if (expect === 'nothing')
    return first === undefined ? null : `${what}: found although it says the same: ${first.what}`;
  if (expect === 'counts') {
    const { countFault } = alone;
    if (first !== undefined) return `${what}: no fault of the ledger, and ${first.what}`;
    const isNamed = countFault !== null && placesOf(countFault).some((place) => named.includes(place));
    return isNamed ? null : `${what}: the counts are said to be ${countFault?.what ?? 'right'}`;
  }
  if (withHead.faults.length === 0) return `${what}: not found, not even with a head kept elsewhere`;
  if (expect === 'head') return first === undefined ? null : `${what}: expected to need a head, but ${first.what}`;
  if (first === undefined) return `${what}: not found`;
  if (named.length === 0 || placesOf(first).some((place) => named.includes(place))) return null;
  return `${what}: the first bad row is given as ${placesOf(first).join(' / ')} (${first.what}), not as one of ${named.join(', ')}`;
}

function placesOf({ table, rowId, seq }: LedgerFault): readonly string[] {
  return [...(table === null ? [] : [`${table} ${rowId}`]), ...(seq === null ? [] : [`link ${seq}`])];
}

export function verifyImage(image: Buffer, head: string | null): LedgerVerification {
  const db = new Database(Buffer.from(image));
  try {
    return verifyOpen(db, head);
  } finally {
    db.close();
  }
}

function verifyOpen(db: Database.Database, head: string | null): LedgerVerification {
  return verifyConnection({ path: ':memory:', db, orm: drizzle(db) }, { migrationsFolder, head });
}

function headOf(db: Database.Database): string {
  return db.prepare<[], string>('SELECT lower(hex(hash)) FROM chain ORDER BY seq DESC LIMIT 1').pluck().get() ?? '';
}
