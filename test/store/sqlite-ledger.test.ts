import { execFile } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { deflateRawSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { factRef } from '../../src/domain/fact.ts';
import { decisionId, sha256, workOrderId } from '../../src/domain/ids.ts';
import { hashJson, toCanonicalJson } from '../../src/domain/json.ts';
import type { ScoredCandidate } from '../../src/domain/scored-slate.ts';
import { LedgerFailure } from '../../src/engine/ports.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { packText, unpackText, unpackWhole } from '../../src/store/sqlite/body-bytes.ts';
import { FIRST_DICTIONARY } from '../../src/store/sqlite/body-dictionary.ts';
import { readCancellations } from '../../src/store/sqlite/cancellations.ts';
import { CHAINED_KINDS, documentOf, hashRow } from '../../src/store/sqlite/chain.ts';
import { closeConnection, openConnection, setPragmas } from '../../src/store/sqlite/connection.ts';
import { decision as decisionTable } from '../../src/store/sqlite/decision-tables.ts';
import { readOpenIntents } from '../../src/store/sqlite/intents.ts';
import { type OpenLedgerOptions, openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { toRecordedDecision } from '../../src/store/sqlite/recorded-decision.ts';
import { readIntentsOf } from '../../src/store/sqlite/recorded-intents.ts';
import { readSnapshot } from '../../src/store/sqlite/snapshot.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { ChainReport } from '../../src/store/sqlite/verify-chain.ts';
import {
  aDecision,
  aDemotion,
  aFullSlate,
  anEffect,
  aRun,
  aRunEnd,
  assign,
  begin,
  RULE_FILE,
  unroute,
} from '../contract/ledger-rows.ts';
import { HOUR_MS, NOW_MS } from '../support/builders.ts';
import { collect } from '../support/collect.ts';
import { plainCandidate, plainResult } from '../support/plain-result.ts';

const migrationsFolder = join(import.meta.dirname, '../../migrations/sqlite');

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-ledger-'));
  path = join(folder, 'ledger.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

function open(options: Partial<OpenLedgerOptions> = {}): SqliteStore {
  return openLedger({ path, migrationsFolder, ...options });
}

async function withStore<Answer>(work: (store: SqliteStore) => Promise<Answer>): Promise<Answer> {
  const store = open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

async function verify(at = path): Promise<ChainReport> {
  const reader = openLedgerReader({ path: at, migrationsFolder });
  try {
    return await reader.verifyChain();
  } finally {
    await reader.close();
  }
}

/** A row in every table that a run writes: two decisions, the first with two intents, of which one was claimed and settled. */
async function fill(): Promise<void> {
  await withStore(async (store) => {
    await begin(store);
    const decision = aDecision({ calls: [unroute(), assign()] });
    await store.recordDecision(decision);
    await store.claimIntent(decision.id, 1, NOW_MS);
    await store.recordEffect(anEffect(decision.id, { kind: 'unknown' }));
    await store.recordEffect(anEffect(decision.id, { n: 2 }));
    await store.recordDecision(aDecision({ seq: 2, calls: [] }));
    await store.closeRun(aRunEnd());
  });
}

/** Anybody's connection: a person with the sqlite3 shell. */
function meddle<Answer>(work: (db: Database.Database) => Answer, at = path): Answer {
  const db = new Database(at);
  try {
    return work(db);
  } finally {
    db.close();
  }
}

/** What somebody does who means it. */
function dropTriggers(db: Database.Database): void {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  for (const name of names) db.exec(`DROP TRIGGER "${name}"`);
}

function count(table: string): number {
  return meddle((db) => db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get() ?? 0);
}

/** One decision with its effect, as a version of fieldmarshal with so many migrations left it. */
async function writeBySchema(version: number) {
  const earlier = join(folder, 'earlier');
  cpSync(migrationsFolder, earlier, { recursive: true });
  const journal = join(earlier, 'meta/_journal.json');
  const { entries, ...rest } = JSON.parse(readFileSync(journal, 'utf8'));
  writeFileSync(journal, JSON.stringify({ ...rest, entries: entries.slice(0, version) }));
  const decision = aDecision({ mode: 'canary' });
  const today = open({ path: join(folder, 'today.db') });
  await begin(today);
  await today.recordDecision(decision);
  await today.recordEffect(anEffect(decision.id));
  await today.close();
  await open({ migrationsFolder: earlier }).close();
  const tables = 'rule_text rule_set run body_key body decision candidate intent effect chain'.split(' ');
  meddle((db) => {
    db.exec(`ATTACH '${join(folder, 'today.db')}' AS today`);
    for (const table of tables) db.exec(`INSERT INTO main."${table}" SELECT * FROM today."${table}"`);
  });
  return decision;
}

function insertDecision(columns: { readonly [column: string]: string }): string {
  return insertLike('decision', 'seq = 2', { id: '99', seq: '9', ...columns });
}

function insertCandidate(columns: { readonly [column: string]: string }): string {
  return insertLike('candidate', 'decision = 1 AND provider_id = 557', { provider_id: '99', ...columns });
}

/** A copy of one row with some columns changed. */
function insertLike(table: string, where: string, columns: { readonly [column: string]: string }): string {
  const set = Object.entries(columns).map(([column, value]) => `${column} = ${value}`);
  return `CREATE TEMP TABLE copied AS SELECT * FROM ${table} WHERE ${where}; UPDATE copied SET ${set.join(', ')};
    INSERT INTO ${table} SELECT * FROM copied`;
}

function failureOf(work: () => unknown): LedgerFailure {
  try {
    work();
  } catch (error) {
    if (error instanceof LedgerFailure) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('append only', () => {
  const tables = [...CHAINED_KINDS, 'rule_text', 'body_key', 'candidate', 'intent', 'chain'] as const;
  const unwritten = ['approval', 'override', 'tombstone'];

  it.each(tables.filter((table) => !unwritten.includes(table)))(
    'refuses UPDATE, DELETE and REPLACE in %s',
    async (table) => {
      await fill();
      await withStore(async (store) => {
        await store.recordDirective({ kind: 'pause', atMs: NOW_MS, actor: 'ana', because: 'storm', untilMs: null });
        await store.endDirectives([1], { atMs: NOW_MS, actor: 'ana', because: 'over' });
        await store.recordRuleEvent(aDemotion());
      });
      meddle((db) => {
        // As any connection is unless it says otherwise: REPLACE then asks no DELETE trigger.
        expect(db.pragma('recursive_triggers', { simple: true })).toBe(0);
        const [column] = db.prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`).all();
        expect(() => db.exec(`UPDATE "${table}" SET "${column?.name}" = "${column?.name}"`)).toThrow(/append-only/);
        expect(() => db.exec(`DELETE FROM "${table}"`)).toThrow(/append-only/);
        expect(() => db.exec(`INSERT OR REPLACE INTO "${table}" SELECT * FROM "${table}"`)).toThrow(
          /append-only|settled|not the next/,
        );
      });
      expect(await verify()).toMatchObject({ kind: 'intact' });
    },
  );

  it.each([
    ['approval', "INSERT INTO approval VALUES (1, 'run', 'run-1', 'approved', 'lead', NULL, 0, '{}')"],
    ['override', "INSERT INTO override VALUES (1, 4047, 1, NULL, 'assigned', 601, 'lead', NULL, 0, '{}')"],
    ['tombstone', "INSERT INTO tombstone VALUES (1, zeroblob(32), 'lead', 'prune', 0)"],
  ])('refuses UPDATE and DELETE in %s', async (table, insert) => {
    await fill();
    meddle((db) => {
      db.exec(insert);
      expect(() => db.exec(`UPDATE "${table}" SET at_ms = 1`)).toThrow(/append-only/);
      expect(() => db.exec(`DELETE FROM "${table}"`)).toThrow(/append-only/);
    });
  });

  it.each([
    ['run', "INSERT OR REPLACE INTO run SELECT 99, run_id, 'sandbox', 'other', 0, 'x', rule_set_hash FROM run"],
    ['run', "INSERT OR REPLACE INTO run SELECT 99, 'other', environment, tick, 0, 'x', rule_set_hash FROM run"],
    ['run_end', "INSERT OR REPLACE INTO run_end SELECT 99, run_id, 0, 'failed', '{}' FROM run_end"],
    ['rule_set', "INSERT OR REPLACE INTO rule_set SELECT 99, hash, '[]', 0 FROM rule_set"],
    [
      'rule_event',
      "INSERT OR REPLACE INTO rule_event SELECT 99, kind, 0, set_hash, before_set_hash, text_hash, rule_file_id, NULL, NULL, '{}' FROM rule_event",
    ],
    ['body_key', 'INSERT OR REPLACE INTO body_key SELECT 99, hash FROM body_key WHERE id = 1'],
    ['body', 'INSERT OR REPLACE INTO body SELECT id, zeroblob(1) FROM body'],
    ['intent', "INSERT OR REPLACE INTO intent SELECT 99, decision, n, 'publish', '{}', 0 FROM intent WHERE n = 1"],
    [
      'chain',
      "INSERT OR REPLACE INTO chain SELECT seq + 1, 'run', 1, row_hash, hash, hash FROM chain ORDER BY seq DESC LIMIT 1",
    ],
  ])('refuses to put a new row of %s in the place of another', async (table, replace) => {
    await fill();
    await withStore((store) => store.recordRuleEvent(aDemotion()));
    meddle((db) => expect(() => db.exec(replace)).toThrow(`INSERT over a row of ${table}`));
    expect(await verify()).toMatchObject({ kind: 'intact' });
  });

  it.each([
    ['effect_kind', "INSERT INTO effect VALUES (99, 2, 1, 'maybe', 'FM-6001', '{}', 0, 'run-1', 'null')"],
    ['run_end_result', "INSERT INTO run_end VALUES (99, 'run-2', 0, 'perhaps', '{}')"],
    ['run_rule_set_hash', "INSERT INTO run VALUES (99, 'x', 'sandbox', 'x', 0, 'x', zeroblob(31))"],
    ['rule_text_hash', "INSERT INTO rule_text VALUES (zeroblob(33), '{}')"],
    ['rule_set_hash', "INSERT INTO rule_set VALUES (99, x'', '[]', 0)"],
    ['body_key_hash', "INSERT INTO body_key VALUES (99, x'00')"],
    ['tombstone_body_hash', "INSERT INTO tombstone VALUES (99, x'00', 'lead', 'prune', 0)"],
    ['override_episode', "INSERT INTO override VALUES (99, 4047, 0, NULL, 'pinned', NULL, NULL, NULL, 0, 'null')"],
    [
      'rule_event_kind',
      "INSERT INTO rule_event VALUES (99, 'lost', 0, NULL, NULL, zeroblob(32), NULL, NULL, NULL, '{}')",
    ],
    [
      'rule_event_rule_file',
      "INSERT INTO rule_event VALUES (99, 'demoted', 0, NULL, NULL, zeroblob(32), NULL, NULL, NULL, '{}')",
    ],
    ['intent_n', "INSERT INTO intent VALUES (99, 1, 0, 'publish', '{}', 0)"],
    ['decision_episode', insertDecision({ episode: '0' })],
    ['decision_seq', insertDecision({ seq: '0' })],
    ['decision_input_hash', insertDecision({ input_hash: "x'00'" })],
    ['decision_rule_file_hash', insertDecision({ rule_file_hash: "x'00'" })],
    ['decision_rule_set_hash', insertDecision({ rule_set_hash: "x'00'" })],
    ['candidate_is_match', insertCandidate({ is_match: '2' })],
    ['candidate_is_eligible', insertCandidate({ is_eligible: '-1' })],
    ['candidate_kind', insertCandidate({ kind: '3' })],
  ])('holds %s, whoever writes', async (name, insert) => {
    await fill();
    meddle((db) => {
      db.pragma('foreign_keys = OFF');
      expect(() => db.exec(insert)).toThrow(`CHECK constraint failed: ${name}`);
    });
  });

  it('takes effects of known runs only', async () => {
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(aDecision());
      const ofNoRun = store.recordEffect(anEffect(aDecision().id, { runId: 'run-9' }));
      await expect(ofNoRun).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
      await store.recordEffect(anEffect(aDecision().id));
    });
  });

  it('keeps the lock of a work order against whoever writes', async () => {
    await fill();
    await withStore(async (store) => {
      await store.recordDecision(aDecision({ seq: 3 }));
      await store.claimIntent(aDecision({ seq: 3 }).id, 1, NOW_MS);
    });
    meddle((db) => {
      const [open] = db.prepare('SELECT intent FROM open_intent WHERE claims = 0').pluck().all();
      for (const insert of ['INSERT', 'INSERT OR REPLACE'])
        expect(() => db.exec(`${insert} INTO claim VALUES (99, ${open}, 1, 0)`)).toThrow(/another intent/);
      expect(() => db.exec('UPDATE open_intent SET claims = 1')).toThrow(/UNIQUE/);
      expect(() => db.exec('DELETE FROM open_intent')).toThrow(/not settled/);
    });
    expect(await verify()).toMatchObject({ kind: 'intact' });
  });

  it('refuses effects and claims after a final effect, whoever writes them', async () => {
    await fill();
    meddle((db) => {
      expect(() =>
        db.exec(
          'INSERT INTO effect SELECT 99, intent, 3, kind, reason_code, reason_detail, at_ms, run_id, saw FROM effect WHERE n = 2',
        ),
      ).toThrow(/settled/);
      expect(() => db.exec('INSERT INTO claim SELECT 99, intent, 2, at_ms FROM claim')).toThrow(/settled/);
      expect(() =>
        db.exec(
          'INSERT INTO effect SELECT 99, 2, 2, kind, reason_code, reason_detail, at_ms, run_id, saw FROM effect WHERE n = 2',
        ),
      ).toThrow(/not the next/);
    });
  });

  it('refuses a link that does not follow the last', async () => {
    await fill();
    meddle((db) => {
      const insert =
        "INSERT INTO chain SELECT seq + ?, 'run', 99, row_hash, coalesce(?, hash), hash FROM chain ORDER BY seq DESC LIMIT 1";
      expect(() => db.prepare(insert).run(2, null)).toThrow(/not the next link/);
      expect(() => db.prepare(insert).run(1, Buffer.alloc(32))).toThrow(/not the next link/);
    });
  });

  it('lets a body go only after a chained tombstone for its hash', async () => {
    await fill();
    const hash = meddle((db) => {
      const found = db.prepare<[], { id: number; hash: Buffer }>('SELECT id, hash FROM body_key LIMIT 1').get();
      expect(() => db.exec('DELETE FROM body')).toThrow(/without a chained tombstone/);
      expect(() => db.exec('UPDATE body SET bytes = zeroblob(1)')).toThrow(/append-only/);
      db.exec("INSERT INTO tombstone VALUES (1, zeroblob(32), 'lead', 'prune', 0)");
      expect(() => db.exec(`DELETE FROM body WHERE id = ${found?.id}`)).toThrow(/without a chained tombstone/);
      return sha256(found?.hash.toString('hex') ?? '');
    });
    const bodies = count('body');
    const erased = await withStore((store) =>
      store.eraseBodies({ hashes: [hash], actor: 'lead', because: 'asked to', atMs: NOW_MS }),
    );
    expect([erased, count('body')]).toEqual([1, bodies - 1]);
  });
});

describe('bodies', () => {
  it('keep what the decision rested on, to the byte', async () => {
    const given = aFullSlate();
    const decision = aDecision({ given });
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(decision);
    });
    const reader = openLedgerReader({ path, migrationsFolder });
    const input = await reader.recordedInput(decision.id);
    await reader.close();
    if (input === null || input === 'erased') throw new Error('the input is not there');
    expect(toCanonicalJson(input.batch)).toBe(toCanonicalJson(decision.batch));
    expect(toCanonicalJson(input.slate)).toBe(toCanonicalJson(given));
    const again = compileRuleFile(RULE_FILE).score(input.slate);
    const textOf = (scored: ScoredCandidate) => toCanonicalJson(plainCandidate(scored));
    expect(again.candidates.map(textOf)).toEqual(decision.candidates.map((ranked) => textOf(ranked.scored)));
  });

  it('are stored once for rows that did not change between two pulls', async () => {
    const sizes = await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(aDecision({ seq: 1, given: aFullSlate(4047, NOW_MS) }));
      const before = count('body');
      await store.recordDecision(aDecision({ seq: 2, given: aFullSlate(4047, NOW_MS + HOUR_MS) }));
      return [before, count('body')];
    });
    expect(sizes).toEqual([6, 6]);
    const reader = openLedgerReader({ path, migrationsFolder });
    const inputs = await Promise.all([
      reader.recordedInput(aDecision({ seq: 1 }).id),
      reader.recordedInput(aDecision({ seq: 2 }).id),
    ]);
    await reader.close();
    expect(inputs).toMatchObject([{ slate: aFullSlate(4047, NOW_MS) }, { slate: aFullSlate(4047, NOW_MS + HOUR_MS) }]);
  });

  it('leave nothing behind in the file when erased, while the chain stays whole', async () => {
    const secret = 'Q7v-unmistakable-secret-of-a-provider';
    const given = aFullSlate();
    const told = {
      ...given,
      candidates: given.candidates.map((candidate) => ({ ...candidate, raw: secret + candidate.providerId })),
    };
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(aDecision({ given: told }));
    });
    const { hashes, bytes } = meddle((db) => {
      const rows = db
        .prepare<[], { hash: Buffer; bytes: Buffer }>(
          'SELECT hash, bytes FROM candidate JOIN body_key ON body_key.id = body JOIN body USING (id)',
        )
        .all();
      return { hashes: rows.map((row) => sha256(row.hash.toString('hex'))), bytes: rows.map((row) => row.bytes) };
    });
    expect(bytes.every((body) => readFileSync(path).includes(body))).toBe(true);
    await withStore((store) => store.eraseBodies({ hashes, actor: 'lead', because: 'asked to', atMs: NOW_MS }));
    expect(bytes.some((body) => readFileSync(path).includes(body))).toBe(false);
    expect(await verify()).toMatchObject({ kind: 'intact', erasedBodies: 4 });
    const reader = openLedgerReader({ path, migrationsFolder });
    expect(await reader.recordedInput(aDecision().id)).toBe('erased');
    expect((await reader.decision(aDecision().id))?.candidates).toHaveLength(4);
    expect(await collect(reader.slates({ sinceMs: null, untilMs: null }))).toMatchObject([
      { batch: aDecision().batch, slates: [{ slate: 'erased', decisions: [{ id: aDecision().id }] }] },
    ]);
    await reader.close();
  });

  it('alone hold the values that criteria looked at, so that evidence goes with them', async () => {
    const decision = aDecision();
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(decision);
    });
    const rows = meddle((db) => db.prepare('SELECT DISTINCT evidence FROM candidate').pluck().all());
    expect(rows).toEqual(['{}']);
    const evidence = async () => {
      const reader = openLedgerReader({ path, migrationsFolder });
      const recorded = await reader.decision(decision.id);
      await reader.close();
      const leaves = recorded?.candidates.find(({ providerId }) => providerId === 557)?.criteria ?? [];
      return leaves.flatMap((criterion) => criterion.evidence.map(({ written: _, ...leaf }) => leaf));
    };
    const known = await evidence();
    expect(known).toMatchObject([
      { fact: 'provider.rating', value: 480, source: 'profile' },
      { fact: 'provider.distance', value: 30_000, source: 'coordinates' },
      { fact: 'provider.certifications', value: ['BICSI', 'CompTIA A+'] },
      { fact: 'work_order.is_remote', value: false, source: 'work_order' },
    ]);
    const hash = meddle((db) =>
      db
        .prepare<[], Buffer>('SELECT hash FROM candidate JOIN body_key ON body_key.id = body WHERE provider_id = 557')
        .pluck()
        .get(),
    );
    const hashes = [sha256(hash?.toString('hex') ?? '')];
    await withStore((store) => store.eraseBodies({ hashes, actor: 'lead', because: 'asked to', atMs: NOW_MS }));
    const erased = { value: null, source: null, observedAtMs: null, isErased: true };
    expect(await evidence()).toEqual([
      { fact: 'provider.rating', ...erased },
      { fact: 'provider.distance', ...erased },
      { fact: 'provider.certifications', ...erased },
      known[3],
    ]);
  });

  it('of earlier releases are read and verified as they were written', async () => {
    await fill();
    const before = await verify();
    const deflated = meddle((db) => {
      const find = db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'body_no_update'").pluck();
      const trigger = find.get() ?? '';
      db.exec('DROP TRIGGER body_no_update');
      const all = db.prepare<[], { id: number; bytes: Buffer }>('SELECT id, bytes FROM body').all();
      const write = db.prepare('UPDATE body SET bytes = ? WHERE id = ?');
      const dictionary = Buffer.from(FIRST_DICTIONARY);
      for (const { id, bytes } of all) {
        const text = unpackText(bytes);
        const bare = deflateRawSync(text, { level: 6, windowBits: 12 });
        const byDictionary = deflateRawSync(text, { level: 3, windowBits: 14, memLevel: 5, dictionary });
        write.run(id % 2 === 0 ? bare : Buffer.concat([Buffer.of(7), byDictionary]), id);
      }
      db.exec(trigger);
      return all.length;
    });
    expect(deflated).toBeGreaterThan(3);
    expect(await verify()).toEqual(before);
    expect(before).toMatchObject({ kind: 'intact' });
  });

  it('are refused where their first byte names a format that nobody knows, some are missing, or some follow behind their end', () => {
    for (const text of [
      '',
      'é'.repeat(50_000),
      JSON.stringify(Array.from({ length: 60_000 }, (_, n) => (n * n) % 99_991)),
    ])
      for (const again of [packText(text), packText(text)]) expect(unpackText(again)).toBe(text);
    const bytes = packText('{"a":1}');
    expect(unpackText(bytes)).toBe('{"a":1}');
    for (const first of [6, 7, 14, 255]) expect(() => unpackText(Buffer.from([first, ...bytes.subarray(1)]))).toThrow();
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => unpackText(bytes.subarray(0, length))).toThrow();
      expect(unpackText(bytes)).toBe('{"a":1}');
    }
    expect(() => unpackWhole(Buffer.from([...bytes, 0]))).toThrow('behind the end');
  });

  it('are not needed for the evidence in rows of a release that kept the values there', async () => {
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(aDecision());
    });
    const before = await verify();
    meddle((db) => {
      dropTriggers(db);
      db.exec(`UPDATE decision SET header = json_set(header, '$.leaves[0].origin', 0, '$.origins', json('[["profile",0],["row",0]]'));
        UPDATE candidate SET evidence = '[470,[30001,1],null,[["BICSI"],0]]', times = '[0]'; DELETE FROM body`);
    });
    expect(before.kind).toBe('intact');
    const connection = openConnection({ path, readonly: true, busyTimeoutMs: 0 });
    const [row] = connection.orm.select().from(decisionTable).all();
    if (row === undefined) throw new Error('the decision is gone');
    const recorded = toRecordedDecision(connection, row, []);
    closeConnection(connection);
    const one = recorded.candidates.find(({ providerId }) => providerId === 557);
    expect(one?.criteria.flatMap(({ evidence }) => evidence.map(({ value, source }) => [value, source]))).toEqual([
      [470, 'profile'],
      [30_001, 'row'],
      [null, null],
      [['BICSI'], 'profile'],
    ]);
  });

  it('alone hold what a review looked at, too', async () => {
    const given = { ...aFullSlate(), candidates: [] };
    const leaf = { written: '= false', verdict: 'match' } as const;
    const unknown = { kind: 'unknown', because: 'nobody said' } as const;
    const evidence = [
      { ...leaf, fact: factRef('work_order.is_remote', null), actual: given.facts['work_order.is_remote'] ?? unknown },
      { ...leaf, fact: factRef('work_order.hours', null), actual: unknown },
    ];
    const criterion = { position: 1, key: 'place', label: 'Place', weight: 0, isRequired: true } as const;
    const review = [{ ...criterion, verdict: 'match', needsPerson: false, evidence }] as const;
    const decision = { ...aDecision({ given, candidates: [], calls: [], outcome: 'hold' }), review };
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(decision);
    });
    const header = meddle((db) => db.prepare<[], string>('SELECT header FROM decision').pluck().get() ?? '');
    expect(JSON.parse(header).review[0].evidence.map((one: object) => 'actual' in one)).toEqual([false, true]);
    const seen = async () => {
      const reader = openLedgerReader({ path, migrationsFolder });
      const recorded = await reader.decision(decision.id);
      await reader.close();
      return recorded?.review;
    };
    expect(await seen()).toEqual(review);
    const hash = meddle((db) =>
      db.prepare<[], Buffer>('SELECT hash FROM decision JOIN body_key ON body_key.id = work_order_body').pluck().get(),
    );
    const hashes = [sha256(hash?.toString('hex') ?? '')];
    await withStore((store) => store.eraseBodies({ hashes, actor: 'lead', because: 'asked to', atMs: NOW_MS }));
    expect((await seen())?.[0]?.evidence.map(({ actual }) => actual)).toEqual([
      { kind: 'unknown', because: 'erased' },
      unknown,
    ]);
  });

  it('stay erased when the platform shows an erased row again, and later decisions have their own', async () => {
    let kept = 0;
    await withStore(async (store) => {
      await begin(store);
      for (const [time, seq] of [1, 2].entries()) {
        await store.recordDecision(aDecision({ seq }));
        const hashes = meddle((db) =>
          db
            .prepare<[], Buffer>('SELECT hash FROM body_key JOIN body USING (id)')
            .pluck()
            .all()
            .map((hash) => sha256(hash.toString('hex'))),
        );
        kept = hashes.length;
        await store.eraseBodies({ hashes, actor: 'lead', because: 'asked to', atMs: NOW_MS });
        expect([count('body'), count('body_key')]).toEqual([0, (time + 1) * kept]);
      }
      await store.recordDecision(aDecision({ seq: 3 }));
      await store.recordDecision(aDecision({ orderId: 4048 }));
      // Work order 4048's own body is new; candidates and batch are stored once for both.
      expect([count('body'), count('body_key')]).toEqual([kept + 1, 3 * kept + 1]);
    });
    expect(await verify()).toMatchObject({ kind: 'intact', erasedBodies: 2 * kept });
    const reader = openLedgerReader({ path, migrationsFolder });
    for (const seq of [1, 2]) expect(await reader.recordedInput(aDecision({ seq }).id)).toBe('erased');
    for (const later of [aDecision({ seq: 3 }), aDecision({ orderId: 4048 })]) {
      expect(await reader.recordedInput(later.id)).toMatchObject({
        slate: { workOrder: later.workOrder },
        batch: later.batch,
      });
      const evidence = (await reader.decision(later.id))?.candidates[0]?.criteria.flatMap((one) => one.evidence);
      expect(evidence?.filter(({ isErased }) => isErased)).toEqual([]);
    }
    await reader.close();
  });

  it('are written so that the process hears what comes in meanwhile', async () => {
    await withStore(async (store) => {
      await begin(store);
      let heard = 0;
      setImmediate(() => {
        heard = count('decision');
      });
      await store.recordDecisions([aDecision({ calls: [] })]);
      expect(heard).toBe(1);
    });
  });

  it('are written anew for what this process has written before, where they were erased or taken back meanwhile', async () => {
    const decision = aDecision({ calls: [] });
    const again = (seq: number) => ({ ...decision, seq, id: decisionId(decision.workOrder.id, 1, seq) });
    await withStore(async (store) => {
      await begin(store);
      await expect(store.recordDecisions([decision, { ...again(2), runId: 'nobody' }])).rejects.toThrow('FOREIGN KEY');
      expect(count('body')).toBe(0);
      await store.recordDecision(decision);
      const kept = count('body');
      const hashes = meddle((db) => db.prepare<[], Buffer>('SELECT hash FROM body_key').pluck().all());
      await store.recordDecision(again(2));
      expect(count('body')).toBe(kept);
      const why = { actor: 'lead', because: 'asked to', atMs: NOW_MS };
      await store.eraseBodies({ hashes: hashes.map((hash) => sha256(hash.toString('hex'))), ...why });
      await store.recordDecision(again(3));
      expect([count('body'), count('body_key')]).toEqual([kept, 2 * kept]);
    });
    expect(await verify()).toMatchObject({ kind: 'intact' });
  });

  it('are not stored when their hash had its tombstone first, whoever stores them', async () => {
    await withStore(async (store) => {
      await begin(store);
      const decision = aDecision();
      const hash = hashJson(decision.batch);
      await store.eraseBodies({ hashes: [hash], actor: 'lead', because: 'asked to', atMs: NOW_MS });
      await store.recordDecision(decision);
      expect([count('body'), count('body_key')]).toEqual([6, 6]);
    });
    meddle((db) => {
      const hash = Buffer.from(hashJson(aDecision().batch), 'hex');
      const id = db.prepare('INSERT INTO body_key (hash) VALUES (?)').run(hash).lastInsertRowid;
      expect(() => db.prepare('INSERT INTO body VALUES (?, zeroblob(1))').run(id)).toThrow(/has a tombstone/);
      expect(() => db.prepare('INSERT OR REPLACE INTO body VALUES (?, zeroblob(1))').run(id)).toThrow(
        /has a tombstone/,
      );
    });
  });
});

describe('chain', () => {
  it('has the hash of the document that is exported, whatever the rows say', async () => {
    const odd = { kind: 'known', value: 'é"\\\u2028\u0001\ud800 \'', source: 'given', observedAtMs: 5 } as const;
    const decision = aDecision();
    const candidates = decision.candidates.map((ranked) => {
      const criteria = ranked.scored.criteria.map((result) => ({
        ...plainResult(result),
        evidence: result.evidence.map((leaf) => ({ ...leaf, actual: odd })),
      }));
      return { ...ranked, scored: { ...ranked.scored, criteria } };
    });
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision({ ...decision, candidates });
    });
    meddle((db) => {
      const document = documentOf({ db }, 'decision', 1);
      expect(JSON.stringify(document)).toContain('\\u0001');
      expect(hashRow({ db }, 'decision', 1)).toBe(hashJson(document));
    });
  });

  it('is whole as written, and names its head', async () => {
    await fill();
    const reader = openLedgerReader({ path, migrationsFolder });
    expect(await verify()).toEqual({ kind: 'intact', links: 8, head: await reader.chainHead(), erasedBodies: 0 });
    await reader.close();
  });

  it.each([
    ['run', "UPDATE run SET engine_version = '9.9.9'", 2],
    ['rule set', 'UPDATE rule_set SET recorded_at_ms = 0', 1],
    ['decision', "UPDATE decision SET outcome = 'hold' WHERE seq = 1", 3],
    ['winner', 'UPDATE decision SET winner_id = 601 WHERE seq = 2', 7],
    ['candidate', 'UPDATE candidate SET points_milli = 1 WHERE provider_id = 601 AND decision = 1', 3],
    ['body of a candidate', 'UPDATE candidate SET body = 1 WHERE provider_id = 557 AND decision = 1', 3],
    ['body key', 'UPDATE body_key SET hash = zeroblob(32) WHERE id = 1', 3],
    ['intent', 'UPDATE intent SET cost_cents = 1 WHERE n = 2', 3],
    ['claim', 'UPDATE claim SET at_ms = 0', 4],
    ['effect', "UPDATE effect SET kind = 'refused' WHERE n = 2", 6],
    ['end of a run', "UPDATE run_end SET result = 'failed'", 8],
    ['link', 'UPDATE chain SET row_hash = zeroblob(32) WHERE seq = 5', 5],
  ])('shows an edited %s', async (_, edit, seq) => {
    await fill();
    const copy = copyAndMeddle(edit);
    expect(await verifyAnyway(copy)).toMatchObject({ kind: 'broken', seq });
    expect(await verify()).toMatchObject({ kind: 'intact' });
  });

  it.each([
    ['a decision', 'DELETE FROM decision WHERE seq = 2', 7],
    ['a candidate', 'DELETE FROM candidate WHERE decision = 1 AND provider_id = 902', 3],
    ['an intent', 'DELETE FROM intent WHERE n = 2', 3],
    ['an effect and its link', 'DELETE FROM effect WHERE n = 1; DELETE FROM chain WHERE seq = 5', 6],
    ['the first link', 'DELETE FROM chain WHERE seq = 1', 2],
    ['a link in the middle', 'DELETE FROM chain WHERE seq = 4', 5],
  ])('shows that %s was deleted', async (_, edit, seq) => {
    await fill();
    expect(await verifyAnyway(copyAndMeddle(edit))).toMatchObject({ kind: 'broken', seq });
  });

  it('shows that two links changed places', async () => {
    await fill();
    const copy = copyAndMeddle(
      'UPDATE chain SET seq = 99 WHERE seq = 4; UPDATE chain SET seq = 4 WHERE seq = 5; UPDATE chain SET seq = 5 WHERE seq = 99',
    );
    expect(await verifyAnyway(copy)).toMatchObject({ kind: 'broken', seq: 4 });
  });

  it.each([
    [
      'a row that nobody chained',
      "INSERT INTO run VALUES (99, 'x', 'sandbox', 'x', 0, 'x', zeroblob(32))",
      'run 99 is not in the chain',
    ],
    ['an edited rule text', "UPDATE rule_text SET text = '{}'", 'not as it was written'],
    ['a missing rule text', 'DELETE FROM rule_text', 'is gone'],
    [
      'an edited body',
      'UPDATE body SET bytes = (SELECT bytes FROM body WHERE id = 2) WHERE id = 1',
      'not as it was written',
    ],
    ['a garbled body', 'UPDATE body SET bytes = zeroblob(9) WHERE id = 1', 'not as it was written'],
    ['a body gone without leave', 'DELETE FROM body WHERE id = 1', 'without a tombstone'],
    ['an open intent that is not listed', 'DELETE FROM open_intent WHERE intent = 2', 'wrong about intent 2'],
    ['a claim that is not counted', 'UPDATE open_intent SET claims = 1 WHERE intent = 2', 'wrong about intent 2'],
    ['a settled intent listed as open', 'INSERT INTO open_intent VALUES (1, 4047, 1, 0)', 'wrong about intent 1'],
  ])('shows %s', async (_, edit, what) => {
    await fill();
    expect(await verifyAnyway(copyAndMeddle(edit))).toMatchObject({
      kind: 'broken',
      seq: null,
      what: expect.stringContaining(what),
    });
  });

  it('does not let a ledger be opened whose last row was changed', async () => {
    await fill();
    const copy = copyAndMeddle("UPDATE run_end SET result = 'failed'");
    for (const opening of [openLedger, openLedgerReader]) {
      const failure = failureOf(() => opening({ path: copy, migrationsFolder }));
      expect(failure.message).toContain('run_end 1 is not as it was written');
      expect(failure.remedy).toContain('backup');
    }
  });

  function copyAndMeddle(edit: string): string {
    const copy = join(folder, 'copy.db');
    copyFileSync(path, copy);
    meddle((db) => {
      db.pragma('foreign_keys = OFF');
      dropTriggers(db);
      db.exec(edit);
    }, copy);
    return copy;
  }

  /** Past the look at the head, which would refuse some of these already: a row appended later hides it. */
  async function verifyAnyway(copy: string): Promise<ChainReport> {
    try {
      return await verify(copy);
    } catch (error) {
      if (!(error instanceof LedgerFailure)) throw error;
    }
    const connection = openConnection({ path: copy, readonly: true, busyTimeoutMs: 0 });
    const { verifyChain } = await import('../../src/store/sqlite/verify-chain.ts');
    try {
      return verifyChain(connection);
    } finally {
      closeConnection(connection);
    }
  }
});

describe('reading', () => {
  it('goes by indexes, so that it takes no longer in an old ledger', async () => {
    await fill();
    const statements: string[] = [];
    const db = new Database(path, { readonly: true, verbose: (statement) => statements.push(String(statement)) });
    const connection = { path, db, orm: drizzle(db) };
    readSnapshot(connection, [workOrderId(4047)], { dayStartMs: NOW_MS, sinceMs: NOW_MS });
    readCancellations(connection, NOW_MS);
    readOpenIntents(connection);
    readIntentsOf(connection, [1, 2]);
    const plans = statements.slice().map((statement) => ({
      statement,
      // The list of open intents is short, and what has no name of a table is a part of the statement itself.
      scans: db
        .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${statement}`)
        .all()
        .flatMap(
          ({ detail }) => /^SCAN (?!open_intent|json_each|touched|assigned|\(|CONSTANT)(.*)/.exec(detail)?.[0] ?? [],
        ),
    }));
    db.close();
    expect(plans.length).toBeGreaterThan(6);
    expect(plans.filter(({ scans }) => scans.length > 0)).toEqual([]);
  });
});

describe('opening', () => {
  it('keeps synchronous at FULL, also in a file that falls back to NORMAL when opened again', async () => {
    await fill();
    const connection = openConnection({ path, readonly: false, busyTimeoutMs: 0 });
    expect(connection.db.pragma('synchronous', { simple: true })).toBe(1);
    setPragmas(connection);
    expect(connection.db.pragma('synchronous', { simple: true })).toBe(2);
    expect(connection.db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(connection.db.pragma('foreign_keys', { simple: true })).toBe(1);
    expect(connection.db.pragma('secure_delete', { simple: true })).toBe(1);
    closeConnection(connection);
  });

  it('leaves no log beside the file when it closes', async () => {
    await fill();
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it('leaves the file of another program as it was', () => {
    meddle((db) => db.exec('CREATE TABLE invoice (id INTEGER)'));
    const before = readFileSync(path);
    const failure = failureOf(() => open());
    expect(failure.message).toContain('database of another program');
    expect(failure.remedy).toContain('FIELDMARSHAL_DB');
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(failureOf(() => openLedgerReader({ path, migrationsFolder })).message).toContain('another program');
  });

  it('refuses what is no database, and leaves it', () => {
    writeFileSync(path, 'id,name\n557,somebody\n'.repeat(100));
    const failure = failureOf(() => open());
    expect(failure.message).toContain('is not a database');
    expect(failure.remedy).toContain('FIELDMARSHAL_DB');
    expect(readFileSync(path, 'utf8')).toContain('557,somebody');
  });

  it('refuses the ledger of a newer version', async () => {
    await fill();
    meddle((db) => db.pragma('user_version = 7'));
    for (const opening of [openLedger, openLedgerReader]) {
      const failure = failureOf(() => opening({ path, migrationsFolder }));
      expect(failure.message).toContain('newer fieldmarshal (schema 7, this version knows 5)');
      expect(failure.remedy).toContain('newer fieldmarshal');
    }
  });

  it('reads no ledger of an older version, and says how to bring it up to date', () => {
    meddle((db) => db.pragma(`application_id = ${0x464d4c44}`));
    const { remedy } = failureOf(() => openLedgerReader({ path, migrationsFolder }));
    expect(remedy).toContain('`fieldmarshal pause --because upgrade` brings it up to date and sends nothing');
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  it.each([1, 2, 3])('brings a ledger of schema %i up to date, with its rows and its chain', async (version) => {
    const decision = await writeBySchema(version);
    expect(() => openLedgerReader({ path, migrationsFolder })).toThrow(`schema ${version}, this version needs `);
    await withStore(async (store) => {
      const { histories } = await store.snapshot([decision.workOrder.id], 0, NOW_MS);
      expect(histories).toMatchObject([{ nextSeq: 2, answers: [], assigned: { providerId: 557 } }]);
      const query = { ruleFileId: RULE_FILE.id, textHash: RULE_FILE.hash, lastActingStage: 1 };
      expect(await store.canaryFigures(query)).toMatchObject({ workOrders: 1, assignments: 1, writes: 1 });
      expect(await store.ruleState()).toEqual({ takenSetHash: null, refused: null, demotions: [] });
      expect(await store.recordRuleEvent(aDemotion())).toBe('recorded');
    });
    expect(await verify()).toMatchObject({ kind: 'intact', links: 5 });
  });

  it('counts and labels at the end of a run what an earlier version recorded', async () => {
    const { workOrder } = await writeBySchema(3);
    const labels = () => meddle((db) => db.prepare('SELECT * FROM work_order_label').all());
    await withStore(async (store) => {
      expect([labels(), count('roll_up')]).toEqual([[], 0]);
      await store.closeRun(aRunEnd());
      const { id, clientId, projectId } = workOrder;
      expect(labels()).toEqual([{ work_order_id: id, client_id: clientId, project_id: projectId }]);
      expect(count('roll_up')).toBe(1);
    });
  });

  it('leaves out of the counts what cannot be counted, and ends the run', async () => {
    await writeBySchema(3);
    meddle((db) => db.exec("DROP TRIGGER decision_no_update; UPDATE decision SET header = 'x'"));
    await withStore(async (store) => {
      expect(await store.closeRun(aRunEnd())).toBeNull();
      expect(meddle((db) => db.prepare('SELECT sets, parity FROM roll_up').all())).toEqual([
        { sets: null, parity: null },
      ]);
    });
  });

  it('makes no ledger where there is no folder, a folder, or nothing may be made', () => {
    expect(failureOf(() => open({ path: join(folder, 'none/ledger.db') })).remedy).toContain('Make the folder');
    expect(failureOf(() => open({ path: folder })).message).toContain('is no file');
  });

  it.runIf(process.platform === 'linux')('says when the folder cannot be written', () => {
    const failure = failureOf(() => open({ path: '/proc/ledger.db' }));
    expect(failure.message).toContain('cannot be opened or made');
    expect(failure.remedy).toContain('read and write the file and its folder');
  });

  it('needs a file for reading', () => {
    const failure = failureOf(() => openLedgerReader({ path, migrationsFolder }));
    expect(failure.message).toContain('there is no ledger');
    expect(existsSync(path)).toBe(false);
  });

  it('says when its migrations are missing', () => {
    expect(failureOf(() => open({ migrationsFolder: folder })).remedy).toBe('Install fieldmarshal again.');
  });

  it('finds damage when asked to look, and after an unclean stop', async () => {
    await fill();
    damage(path, 'candidate');
    const failure = failureOf(() => open({ check: 'quick' }));
    expect(failure.message).toContain('is damaged');
    expect(failure.remedy).toContain('backup');
    await open().close();
    await withStore(async (store) => {
      await store.openRun(aRun({ id: 'run-2' }));
      const crashed = join(folder, 'crashed.db');
      copyFileSync(path, crashed);
      copyFileSync(`${path}-wal`, `${crashed}-wal`);
      expect(failureOf(() => open({ path: crashed })).message).toContain('is damaged');
    });
  });

  it('takes up what a killed process had committed', async () => {
    await withStore(async (store) => {
      await begin(store);
      await store.recordDecision(aDecision());
      const killed = join(folder, 'killed.db');
      copyFileSync(path, killed);
      copyFileSync(`${path}-wal`, `${killed}-wal`);
      const left = open({ path: killed });
      expect(await left.recordDecision(aDecision())).toBe('collision');
      await left.close();
      expect(await verify(killed)).toMatchObject({ kind: 'intact', links: 3 });
    });
  });

  it('says when another process keeps it locked, and goes on once it is free', async () => {
    await withStore(begin);
    const store = open({ busyTimeoutMs: 20 });
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const refused = store.recordDecision(aDecision());
    await expect(refused).rejects.toThrow(LedgerFailure);
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining('locked by another process'),
      remedy: expect.stringContaining('Wait'),
    });
    other.exec('ROLLBACK');
    other.close();
    expect(await store.recordDecision(aDecision())).toBe('recorded');
    await store.close();
  });

  it('cannot be opened while another process has it to itself', async () => {
    await withStore(begin);
    const other = new Database(path);
    other.pragma('locking_mode = EXCLUSIVE');
    other.exec('BEGIN IMMEDIATE');
    expect(failureOf(() => open({ busyTimeoutMs: 20 })).message).toContain('locked by another process');
    other.close();
  });

  it('can be closed twice', async () => {
    const store = open();
    await store.close();
    await store.close();
    await expect(store.openIntents()).rejects.toThrow();
  });

  /** Writes over the root page of a table, which a check finds and opening does not touch. */
  function damage(at: string, table: string): void {
    const root = meddle(
      (db) => db.prepare<[string], number>('SELECT rootpage FROM sqlite_schema WHERE name = ?').pluck().get(table) ?? 0,
      at,
    );
    const pageSize = meddle((db) => Number(db.pragma('page_size', { simple: true })), at);
    const file = openSync(at, 'r+');
    writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, (root - 1) * pageSize);
    closeSync(file);
  }
});

describe('two processes', () => {
  it('start together on a new file and take every place once', async () => {
    const places = 60;
    const script = fileURLToPath(new URL('./write-decisions.ts', import.meta.url));
    const children = [1, 2, 3].map(() =>
      promisify(execFile)(process.execPath, [script, path, migrationsFolder, String(places)]),
    );
    const taken = (await Promise.all(children)).map(({ stdout }) => Number(stdout));
    expect(taken.reduce((sum, n) => sum + n, 0)).toBe(places);
    expect(count('decision')).toBe(places);
    expect(await verify()).toMatchObject({ kind: 'intact', links: places + 2 });
  });
});
