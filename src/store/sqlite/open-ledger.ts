import { statSync } from 'node:fs';
import { LedgerFailure } from '../../engine/ports.ts';
import { findBrokenHead } from './chain.ts';
import { type Connection, openConnection, setPragmas } from './connection.ts';
import { RESTORE_REMEDY, withLedgerFailure } from './ledger-failure.ts';
import { countMigrations, migrate, readFileState, requireKnownVersion } from './migrate.ts';
import { SqliteLedgerReader } from './sqlite-ledger-reader.ts';
import { SqliteStore } from './sqlite-store.ts';

export type LedgerOptions = {
  readonly path: string;
  readonly migrationsFolder: string;
  readonly busyTimeoutMs?: number;
};

export type OpenLedgerOptions = LedgerOptions & {
  /**
   * `auto`: `quick_check` only after an unclean stop, which a log left beside the file tells (a process that still has it
   * open leaves one too). `quick`: always; `none`: never, for what must not wait. Header, schema version and the chain's head
   * are looked at in any case.
   */
  readonly check?: 'auto' | 'quick' | 'none';
};

const BUSY_TIMEOUT_MS = 5_000;

/** For writing; makes the file when there is none and brings an older one up to date. Throws `LedgerFailure`. */
export function openLedger(options: OpenLedgerOptions): SqliteStore {
  const { path, migrationsFolder } = options;
  const known = countMigrations(migrationsFolder);
  const wasUnclean = hasLog(path);
  const connection = openConnection({ path, readonly: false, busyTimeoutMs: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS });
  return closingOnFailure(connection, () => {
    const state = readFileState(connection);
    if (state.kind === 'ledger') requireKnownVersion(path, state.version, known);
    setPragmas(connection);
    if (options.check === 'quick' || (wasUnclean && options.check !== 'none')) quickCheck(connection);
    if (state.kind === 'empty' || state.version < known) migrate(connection, migrationsFolder);
    requireSoundHead(connection);
    return new SqliteStore(connection);
  });
}

/** For reading; never waits for the writer and never makes it wait. Throws `LedgerFailure`, also when there is no such file. */
export function openLedgerReader(options: LedgerOptions): SqliteLedgerReader {
  const connection = openForReading(options);
  return closingOnFailure(connection, () => {
    requireSoundHead(connection);
    return new SqliteLedgerReader(connection);
  });
}

/** The same, for what looks at the ledger whether its head holds or not. */
export function openForReading(options: LedgerOptions): Connection {
  const { path } = options;
  const known = countMigrations(options.migrationsFolder);
  const connection = openConnection({ path, readonly: true, busyTimeoutMs: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS });
  return closingOnFailure(connection, () => {
    const state = readFileState(connection);
    const version = state.kind === 'empty' ? 0 : state.version;
    requireKnownVersion(path, version, known);
    if (version === known) return connection;
    throw new LedgerFailure(
      `the ledger ${path} was written by an older fieldmarshal (schema ${version}, this version needs ${known})`,
      'Nothing that only reads changes a ledger. `fieldmarshal pause --because upgrade` brings it up to date and sends nothing; `fieldmarshal resume` ends the pause. So does `fieldmarshal run --once` without --dry-run, before it dispatches.',
    );
  });
}

function closingOnFailure<Opened>(connection: Connection, open: () => Opened): Opened {
  try {
    return withLedgerFailure(connection.path, open);
  } catch (error) {
    connection.db.close();
    throw error;
  }
}

/** SQLite removes the log when the last connection closes. */
function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function quickCheck({ db, path }: Connection): void {
  const found = db.pragma('quick_check(1)', { simple: true });
  if (found === 'ok') return;
  throw new LedgerFailure(`the ledger ${path} is damaged: ${found}`, RESTORE_REMEDY);
}

function requireSoundHead(connection: Connection): void {
  const broken = findBrokenHead(connection);
  if (broken === null) return;
  throw new LedgerFailure(`the ledger ${connection.path} was changed from outside: ${broken}`, RESTORE_REMEDY);
}
