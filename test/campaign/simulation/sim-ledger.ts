import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, openConnection } from '../../../src/store/sqlite/connection.ts';
import { SqliteLedgerReader } from '../../../src/store/sqlite/sqlite-ledger-reader.ts';
import { SqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { openThrowAwayLedger } from '../../market/throw-away-ledger.ts';

/** Folder of a campaign's ledgers. An empty one with all its tables is made once and copied for every world. */
export class LedgerFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-simulation-'));
  #empty: Buffer | null = null;

  async newLedger(name: string): Promise<string> {
    const path = join(this.#folder, `${name}.db`);
    if (this.#empty === null) {
      const { store } = openThrowAwayLedger(path);
      await store.close();
      this.#empty = readFileSync(path);
    }
    writeFileSync(path, this.#empty);
    return path;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

export type OpenLedger = {
  readonly connection: Connection;
  readonly store: SqliteStore;
  readonly reader: SqliteLedgerReader;
};

/** As after a start of the process; nothing waits for the disk, since no power is cut here. */
export function openSimLedger(path: string): OpenLedger {
  const connection = openConnection({ path, readonly: false, busyTimeoutMs: 0 });
  connection.db.pragma('synchronous = OFF');
  connection.db.pragma('foreign_keys = ON');
  connection.db.pragma('recursive_triggers = ON');
  return { connection, store: new SqliteStore(connection), reader: new SqliteLedgerReader(connection) };
}

/** Every connection must be closed. */
export function copyLedger(from: string, to: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(`${to}${suffix}`, { force: true });
  copyFileSync(from, to);
}

/** What the file says is claimed for a work order and not settled; null: nothing, or another call. */
export function claimsOf(
  { connection }: OpenLedger,
  workOrderId: number,
  isCall: (call: unknown) => boolean,
): number | null {
  const row = connection.db
    .prepare<[number], { claims: number; call: string }>(
      'SELECT open_intent.claims, intent.call FROM open_intent JOIN intent ON intent.id = open_intent.intent WHERE open_intent.work_order_id = ? AND open_intent.claims > 0',
    )
    .get(workOrderId);
  return row !== undefined && isCall(JSON.parse(row.call)) ? row.claims : null;
}
