import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import { type Connection, openConnection } from '../../src/store/sqlite/connection.ts';
import { migrate } from '../../src/store/sqlite/migrate.ts';
import { SqliteLedgerReader } from '../../src/store/sqlite/sqlite-ledger-reader.ts';
import { SqliteStore } from '../../src/store/sqlite/sqlite-store.ts';

export type ThrowAwayLedger = { readonly store: SqliteStore; readonly reader: SqliteLedgerReader };

/**
 * A new ledger that a power cut may take: the same tables, triggers and statements as any other, but nothing waits for the
 * disk. What dispatches real work opens its ledger with `openLedger`, which refuses anything less than FULL.
 */
export function openThrowAwayLedger(path: string): ThrowAwayLedger {
  const connection = openConnection({ path, readonly: false, busyTimeoutMs: 0 });
  setCarelessPragmas(connection);
  migrate(connection, join(packageRoot(), 'migrations', 'sqlite'));
  return { store: new SqliteStore(connection), reader: new SqliteLedgerReader(connection) };
}

function setCarelessPragmas({ db }: Connection): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  db.pragma('foreign_keys = ON');
  db.pragma('recursive_triggers = ON');
}
