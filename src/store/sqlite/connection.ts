import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { type BetterSQLite3Database, drizzle } from 'drizzle-orm/better-sqlite3';
import { LedgerFailure } from '../../engine/ports.ts';
import { NOT_A_LEDGER_REMEDY, withLedgerFailure } from './ledger-failure.ts';

/** One open database: the driver for hot statements and pragmas, drizzle for the rest. */
export type Connection = {
  readonly path: string;
  readonly db: Database.Database;
  readonly orm: BetterSQLite3Database;
};

export type ConnectionOptions = {
  readonly path: string;
  readonly readonly: boolean;
  /** How long a write waits for another process. */
  readonly busyTimeoutMs: number;
};

const FULL = 2;

/** Opens without changing anything yet: a foreign file must stay as it is. */
export function openConnection(options: ConnectionOptions): Connection {
  const { path } = options;
  requireUsablePath(path, options.readonly);
  return withLedgerFailure(path, () => {
    const db = new Database(path, {
      readonly: options.readonly,
      fileMustExist: options.readonly,
      timeout: options.busyTimeoutMs,
    });
    return { path, db, orm: drizzle(db) };
  });
}

/** Per connection, so at every open; `synchronous` falls back to NORMAL whenever a WAL file is opened again. */
export function setPragmas({ db, path }: Connection): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('secure_delete = ON');
  // Without it, INSERT OR REPLACE would delete a row and fire no trigger.
  db.pragma('recursive_triggers = ON');
  const journalMode = db.pragma('journal_mode', { simple: true });
  const synchronous = db.pragma('synchronous', { simple: true });
  if (journalMode === 'wal' && synchronous === FULL) return;
  throw new LedgerFailure(
    `the ledger is not durable: ${path} has journal_mode ${journalMode} and synchronous ${synchronous}`,
    'Keep the ledger on a local disk, where SQLite can use WAL with synchronous=FULL.',
  );
}

/** Releases the file. The checkpoint lets a reader that is still open leave no log behind that looks like a crash. */
export function closeConnection({ db }: Connection): void {
  if (!db.open) return;
  try {
    if (!db.readonly) db.pragma('wal_checkpoint(TRUNCATE)');
  } finally {
    db.close();
  }
}

/** One write: takes the lock at once, so that what it reads first cannot become stale. */
export function writeAtomically<Result>(connection: Connection, write: () => Result): Result {
  return withLedgerFailure(connection.path, () => connection.db.transaction(write).immediate());
}

/** What is read is of one moment, whatever another process writes meanwhile. */
export function readAtOneMoment<Result>(connection: Connection, read: () => Result): Result {
  return withLedgerFailure(connection.path, () => connection.db.transaction(read).deferred());
}

function requireUsablePath(path: string, mustExist: boolean): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() === true) return;
  if (found !== undefined) throw new LedgerFailure(`not a ledger: ${path} is no file`, NOT_A_LEDGER_REMEDY);
  if (mustExist) {
    throw new LedgerFailure(
      `there is no ledger at ${path}`,
      'Point FIELDMARSHAL_DB at an existing ledger, or make one with `fieldmarshal run --once`.',
    );
  }
  if (statSync(dirname(path), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new LedgerFailure(
      `the ledger cannot be made: there is no folder ${dirname(path)}`,
      'Make the folder, or point FIELDMARSHAL_DB at another place.',
    );
  }
}
