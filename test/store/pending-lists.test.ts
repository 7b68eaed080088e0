import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProviderId, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { ToRemember } from '../../src/engine/pending-memory.ts';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import type { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { aDecision, anEffect, assign, begin } from '../contract/ledger-rows.ts';
import { aRow, NOW_MS } from '../support/builders.ts';

const VERSION = '1.2.3';
const TERMS = { actor: 'lead', because: 'asked to', atMs: NOW_MS };

let folder: string;
let store: SqliteStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-pending-'));
  store = openLedger(where());
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function where() {
  return { path: join(folder, 'ledger.db'), migrationsFolder: join(import.meta.dirname, '../../migrations/sqlite') };
}

function aList(order: number, providers: readonly number[], observedAtMs = NOW_MS): ToRemember {
  const rows = providers.map((id) => aRow({ providerId: id, raw: { id, marketplace: true, note: `row of ${id}` } }));
  const list = { workOrderId: workOrderId(order), observedAtMs, rows, quarantined: [] };
  return { shownHash: hashText(`shown ${order}`), changesAtMs: null, list };
}

async function knownOrders(): Promise<readonly number[]> {
  return (await store.pendingMemory(VERSION).heads()).map((head) => head.workOrderId);
}

describe('remembered pending lists', () => {
  it('come back as they were, by work order', async () => {
    const memory = store.pendingMemory(VERSION);
    const lists = [aList(12, [1, 2]), aList(11, [])];
    await memory.remember(lists);
    expect((await memory.heads()).map(({ workOrderId: id, shownHash }) => [id, shownHash])).toEqual([
      [11, hashText('shown 11')],
      [12, hashText('shown 12')],
    ]);
    const ids = [11, 12, 13].map((id) => workOrderId(id));
    expect([...(await memory.recall(ids)).values()]).toEqual([lists[1]?.list, lists[0]?.list]);
    const reader = openLedgerReader(where());
    expect((await reader.pendingMemory(VERSION).recall(ids)).size).toBe(2);
    await reader.close();
  });

  it('of another version, and of work orders no longer open, are not there', async () => {
    await store.pendingMemory('1.2.2').remember([aList(11, [1])]);
    await store.pendingMemory(VERSION).remember([aList(12, [1]), aList(13, [1])]);
    expect(await knownOrders()).toEqual([12, 13]);
    await store.pendingMemory(VERSION).keepOnly([workOrderId(13)]);
    expect(await knownOrders()).toEqual([13]);
  });

  it('are left out once something of ours was tried on the work order, until they are pulled again', async () => {
    await begin(store);
    const memory = store.pendingMemory(VERSION);
    await memory.remember([aList(4047, [557]), aList(12, [1])]);
    const decision = aDecision({ calls: [assign()] });
    await store.recordDecision(decision);
    expect(await knownOrders()).toEqual([12]);
    await memory.remember([aList(4047, [557])]);
    // It is open still.
    expect(await knownOrders()).toEqual([12]);
    await store.recordEffect(anEffect(decision.id, { kind: 'refused' }));
    expect(await knownOrders()).toEqual([12]);
    await memory.remember([aList(4047, [557])]);
    expect(await knownOrders()).toEqual([12, 4047]);
  });

  it('that are damaged are as if they had never been', async () => {
    await store.pendingMemory(VERSION).remember([aList(11, [1]), aList(12, [1])]);
    const db = new Database(where().path);
    db.prepare("UPDATE pending_list SET bytes = CAST(x'00' || bytes AS BLOB) WHERE work_order_id = 11").run();
    db.close();
    const lists = await store.pendingMemory(VERSION).recall([workOrderId(11), workOrderId(12)]);
    expect([...lists.keys()]).toEqual([12]);
  });

  it('go with a provider where they are of another form, which is not read', async () => {
    const memory = store.pendingMemory(VERSION);
    await memory.remember([aList(11, [1]), aList(12, [1])]);
    const db = new Database(where().path);
    db.prepare("UPDATE pending_list SET version = '99 ' || version WHERE work_order_id = 11").run();
    const count = () => db.prepare<[], number>('SELECT work_order_id FROM pending_list').pluck().all();
    await store.eraseProvider(77_123 as ProviderId, { terms: TERMS });
    expect(count()).toEqual([12]);
    db.close();
  });

  it('go with the provider who is in them, and with what is pruned, and leave nothing in the file', async () => {
    const memory = store.pendingMemory(VERSION);
    await memory.remember([aList(11, [1, 77_123]), aList(12, [1]), aList(13, [2], NOW_MS - 1000)]);
    await store.eraseProvider(77_123 as ProviderId, { terms: TERMS });
    await store.close();
    const bytes = readFileSync(where().path);
    store = openLedger(where());
    expect(await knownOrders()).toEqual([12, 13]);
    expect(bytes.includes(aFreshPack(11))).toBe(false);
    await store.prune(NOW_MS, { terms: TERMS });
    await store.close();
    store = openLedger(where());
    expect(await knownOrders()).toEqual([12]);
  });
});

/** What stands in the file of a work order's list: its hash of what was shown. */
function aFreshPack(order: number): Buffer {
  return Buffer.from(hashText(`shown ${order}`), 'hex');
}
