import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retentionOf } from '../../src/cli/retention.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { ToRemember } from '../../src/engine/pending-memory.ts';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { tryLock } from '../../src/store/sqlite/process-lock.ts';
import { aDecision, aFullSlate, anEffect, aRunEnd, assign, begin, RULE_FILE } from '../contract/ledger-rows.ts';
import { aDirectoryEntry, HOUR_MS, NOW_MS } from '../support/builders.ts';

const migrationsFolder = join(import.meta.dirname, '../../migrations/sqlite');
const DAY_MS = 24 * HOUR_MS;
const SECRET = 'Q7v-unmistakable';

let folder: string;
let path: string;

/** Three decisions: of long ago, of long ago and never settled, and of a day ago; the first and last share a provider's row. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-erase-'));
  path = join(folder, 'fieldmarshal.db');
  const store = openLedger({ path, migrationsFolder });
  await begin(store);
  await store.bindIdentity({ environment: 'sandbox', companyId: 15 });
  const old = aDecision({ orderId: 1, given: told(1), decidedAtMs: NOW_MS - 400 * DAY_MS });
  await store.recordDecision(old);
  await store.claimIntent(old.id, 1, NOW_MS);
  await store.recordEffect(anEffect(old.id));
  await store.recordDecision({
    ...aDecision({ orderId: 2, given: told(2), decidedAtMs: NOW_MS - 390 * DAY_MS, calls: [assign(2)] }),
    batch: 'two',
  });
  await store.recordDecision({
    ...aDecision({ orderId: 3, given: told(3, 733), decidedAtMs: NOW_MS - DAY_MS, calls: [] }),
    batch: 'three',
  });
  await store.closeRun(aRunEnd());
  await store.saveDirectory([aDirectoryEntry({ providerId: 557 })]);
  await store.close();
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Every row says of which work order it is, but that of `shared`, which is the same on all of them. */
function told(orderId: number, shared = 733) {
  const slate = aFullSlate(orderId);
  return {
    ...slate,
    workOrder: { ...slate.workOrder, raw: `${SECRET}-order-${orderId}` },
    candidates: slate.candidates.map((one) => ({
      ...one,
      raw: one.providerId === shared ? `${SECRET}-${shared}-of-all` : `${SECRET}-${one.providerId}-of-${orderId}`,
    })),
  };
}

async function cli(...words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(words, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: false },
    cwd: folder,
    env: { FIELDMARSHAL_ACTOR: 'ana', FIELDMARSHAL_ACTING_LOCK_WAIT_MS: '0' },
  });
  return { code, out, err };
}

function query<Row>(sql: string): readonly Row[] {
  const db = new Database(path, { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

type Body = { readonly decision: number; readonly provider: number; readonly bytes: Buffer };

function bodies(): readonly Body[] {
  return query<Body>(
    'SELECT decision, provider_id AS provider, bytes FROM candidate JOIN body ON body.id = candidate.body',
  );
}

function isOnDisk(bytes: Buffer): boolean {
  return ['', '-wal', '-shm'].some((end) => existsSync(path + end) && readFileSync(path + end).includes(bytes));
}

const PAST = new Date(NOW_MS - 300 * DAY_MS).toISOString();

describe('ledger prune', () => {
  it('erases what only old and settled decisions rest on, so that no byte of it is left in the file', async () => {
    const was = bodies();
    const dry = await cli('ledger', 'prune', '--before', PAST, '--dry-run');
    expect([dry.code, bodies().length]).toEqual([0, was.length]);
    // Of the first decision: three rows of its own, its work order and its batch. Row 733 is of all; the second is not settled.
    expect(dry.out).toContain('Would erase 5 bodies');
    expect(dry.out).toContain('of 2 decisions before');
    const { code, out } = await cli('ledger', 'prune', '--before', PAST, '--because', 'a year is enough');
    expect([code, out]).toEqual([0, expect.stringContaining('Erased 5 bodies')]);
    const gone = was.filter((one) => one.decision === 1 && one.provider !== 733);
    expect(gone.map(({ bytes }) => isOnDisk(bytes))).toEqual([false, false, false]);
    expect(bodies()).toHaveLength(was.length - 3);
    expect(query('SELECT DISTINCT actor, because FROM tombstone')).toEqual([
      { actor: 'ana', because: 'a year is enough' },
    ]);
    const verified = await cli('ledger', 'verify');
    expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('5 by ana')]);
    const reader = openLedgerReader({ path, migrationsFolder });
    expect(await reader.recordedInput(aDecision({ orderId: 1 }).id)).toBe('erased');
    expect(await reader.recordedInput(aDecision({ orderId: 2 }).id)).toMatchObject({ slate: told(2) });
    expect(await reader.recordedInput(aDecision({ orderId: 3 }).id)).toMatchObject({ slate: told(3) });
    await reader.close();
    const explained = await cli('explain', '1.1.1');
    expect([explained.code, explained.out]).toEqual([0, expect.stringContaining('erased')]);
    const again = await cli('ledger', 'prune', '--before', PAST, '--json');
    expect(JSON.parse(again.out)).toMatchObject({ type: 'pruned', bodies: 0, cleaned: { log: 'empty' } });
  });

  it('leaves a canary’s limit on pay as it was', async () => {
    const store = openLedger({ path, migrationsFolder });
    const canary = aDecision({ orderId: 4, given: told(4), decidedAtMs: NOW_MS - 400 * DAY_MS, calls: [assign(4)] });
    await store.recordDecision({ ...canary, mode: 'canary', batch: 'four' });
    await store.claimIntent(canary.id, 1, NOW_MS);
    await store.recordEffect(anEffect(canary.id));
    const asked = { ruleFileId: RULE_FILE.id, textHash: RULE_FILE.hash, lastActingStage: null };
    const before = await store.canaryFigures(asked);
    expect(before).toMatchObject({ assignments: 1, priced: 1 });
    await store.prune(NOW_MS, { terms: { actor: 'ana', because: 'all', atMs: NOW_MS } });
    expect(await store.canaryFigures(asked)).toEqual(before);
    await store.close();
    const reader = openLedgerReader({ path, migrationsFolder });
    expect(await reader.recordedInput(canary.id)).toBe('erased');
    await reader.close();
  });

  it.each([
    [['--before', '2999-01-01'], 'is yet to come'],
    [['--before', 'spring'], 'is no moment'],
    [[], 'is missing'],
  ])('refuses %j', async (words, what) => {
    const { code, err } = await cli('ledger', 'prune', ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(what)]);
  });

  it('waits for no run that is under way', async () => {
    const lock = tryLock(`${path}.acting.lock`);
    const { code } = await cli('ledger', 'prune', '--before', PAST);
    lock?.release();
    expect([code, query('SELECT * FROM tombstone')]).toEqual([3, []]);
  });

  it('says when a reader keeps the old pages, and cleans up when asked again', async () => {
    const [one] = bodies();
    const reader = new Database(path, { readonly: true });
    reader.exec('BEGIN');
    reader.prepare('SELECT count(*) FROM chain').get();
    const held = await cli('ledger', 'prune', '--before', PAST);
    expect([held.code, held.out]).toEqual([0, expect.stringContaining('NOT YET gone from the disk')]);
    reader.close();
    expect((await cli('ledger', 'prune', '--before', PAST)).out).not.toContain('NOT YET');
    expect(isOnDisk(one?.bytes ?? Buffer.alloc(0))).toBe(false);
  });
});

describe('ledger erase-provider', () => {
  it('erases all rows of the provider and the directory’s, and nobody else’s', async () => {
    const was = bodies();
    const rows = [{ providerId: 557, platform: null, raw: null }] as unknown as ToRemember['list']['rows'];
    const store = openLedger({ path, migrationsFolder });
    await store.pendingMemory('1.0.0').remember([
      {
        list: { workOrderId: workOrderId(12), observedAtMs: NOW_MS, rows, quarantined: [] },
        shownHash: hashText('12'),
        changesAtMs: null,
      },
    ]);
    await store.close();
    const words = ['ledger', 'erase-provider', '557', '--because', 'request DSR-12'];
    const dry = await cli(...words, '--dry-run');
    expect([dry.code, dry.out]).toEqual([
      0,
      expect.stringContaining(
        'Would erase 3 bodies (raw rows and facts, 1 kB) and the row of the directory of provider 557.',
      ),
    ]);
    expect(dry.out).toContain('Would forget 1 remembered pending list; the next run reads them anew.');
    expect(query('SELECT work_order_id FROM pending_list')).toHaveLength(1);
    const { code, out } = await cli(...words);
    expect([code, out]).toEqual([0, expect.stringContaining('Erased 3 bodies')]);
    expect(out).toContain('Forgot 1 remembered pending list');
    expect(query('SELECT work_order_id FROM pending_list')).toEqual([]);
    expect(out).toContain('The number 557 stays on 3 slates');
    expect(out).not.toContain('NOT erased');
    const of557 = was.filter(({ provider }) => provider === 557);
    expect(of557.map(({ bytes }) => isOnDisk(bytes))).toEqual([false, false, false]);
    expect(bodies().map(({ provider }) => provider)).toEqual(
      was.flatMap(({ provider }) => (provider === 557 ? [] : [provider])),
    );
    expect(query('SELECT * FROM provider')).toEqual([]);
    expect((await cli('ledger', 'verify')).code).toBe(0);
    expect(JSON.parse((await cli(...words, '--json')).out)).toMatchObject({
      bodies: 0,
      isInDirectory: false,
      pendingLists: 0,
    });
  });

  it('counts rows of an earlier release, whose values it cannot take out', async () => {
    const db = new Database(path);
    db.exec(
      `DROP TRIGGER candidate_no_update; UPDATE candidate SET evidence = '[480]' WHERE provider_id = 557 AND decision = 1`,
    );
    db.close();
    const { out } = await cli('ledger', 'erase-provider', '557', '--because', 'asked', '--dry-run');
    expect(out).toContain('NOT erased: 1 row written by an earlier release keeps the values');
  });

  it.each([
    [['x', '--because', 'asked'], 'is no number of a provider'],
    [['557'], '--because'],
  ])('refuses %j', async (words, what) => {
    const { code, err } = await cli('ledger', 'erase-provider', ...words);
    expect([code, err]).toEqual([2, expect.stringContaining(what)]);
  });
});

describe('the retention of a daemon', () => {
  it('erases once a day what is older, and says so', async () => {
    const lines: unknown[] = [];
    let nowMs = NOW_MS;
    const settings = { databasePath: path, retentionDays: 300 };
    const heed = retentionOf(
      settings,
      { nowMs: () => nowMs },
      { warn: () => undefined, info: (...line: unknown[]) => lines.push(line) },
    );
    await heed();
    await heed();
    expect(lines).toEqual([
      [
        { bodies: 5, because: 'retention of 300 days (FIELDMARSHAL_RETENTION_DAYS)' },
        expect.stringContaining('raw rows and facts of decisions before'),
      ],
    ]);
    expect(query('SELECT DISTINCT actor FROM tombstone')).toEqual([{ actor: 'daemon' }]);
    // The day after, the write that was open has been settled.
    const store = openLedger({ path, migrationsFolder });
    await store.recordEffect(anEffect(aDecision({ orderId: 2 }).id));
    await store.close();
    await heed();
    expect(lines).toHaveLength(1);
    nowMs += DAY_MS;
    await heed();
    expect(lines).toHaveLength(2);
    expect((await cli('ledger', 'verify')).code).toBe(0);
  });

  it('is none unless it is set', async () => {
    const settings = { databasePath: path, retentionDays: null };
    await retentionOf(settings, { nowMs: () => NOW_MS }, { warn: () => undefined, info: () => undefined })();
    expect(query('SELECT * FROM tombstone')).toEqual([]);
  });
});
