import { readMigrationFiles } from 'drizzle-orm/migrator';
import { LedgerFailure } from '../../engine/ports.ts';
import { type Connection, writeAtomically } from './connection.ts';
import { NOT_A_LEDGER_REMEDY, withLedgerFailure } from './ledger-failure.ts';

/** `FMLD`, in the file's header: says that a SQLite file is ours. */
const APPLICATION_ID = 0x464d4c44;

/** Empty: a file to make a ledger in. `version`: how many migrations it has seen. */
export type LedgerFileState = { readonly kind: 'empty' } | { readonly kind: 'ledger'; readonly version: number };

/** Looks at the header before anything is changed; throws when the file is no database, or another program's. */
export function readFileState({ db, path }: Connection): LedgerFileState {
  return withLedgerFailure(path, () => {
    const applicationId = db.pragma('application_id', { simple: true });
    const version = Number(db.pragma('user_version', { simple: true }));
    if (applicationId === APPLICATION_ID) return { kind: 'ledger', version };
    const { tables } = db.prepare<[], { tables: number }>('SELECT count(*) AS tables FROM sqlite_schema').get() ?? {
      tables: 0,
    };
    if (applicationId === 0 && version === 0 && tables === 0) return { kind: 'empty' };
    throw new LedgerFailure(`not a ledger: ${path} is the database of another program`, NOT_A_LEDGER_REMEDY);
  });
}

/** How many migrations this version of fieldmarshal has. */
export function countMigrations(migrationsFolder: string): number {
  return readMigrations(migrationsFolder).length;
}

/**
 * Applies what is missing, all or nothing. drizzle's own runner looks at what is applied before it begins its transaction,
 * so two processes that start together on a new file would both make the tables; here the lock comes first.
 */
export function migrate(connection: Connection, migrationsFolder: string): void {
  const migrations = readMigrations(migrationsFolder);
  const { db } = connection;
  writeAtomically(connection, () => {
    const state = readFileState(connection);
    if (state.kind === 'ledger') requireKnownVersion(connection.path, state.version, migrations.length);
    for (const statements of migrations.slice(state.kind === 'empty' ? 0 : state.version)) {
      for (const statement of statements) db.exec(statement);
    }
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${migrations.length}`);
  });
}

export function requireKnownVersion(path: string, version: number, known: number): void {
  if (version <= known) return;
  throw new LedgerFailure(
    `the ledger ${path} was written by a newer fieldmarshal (schema ${version}, this version knows ${known})`,
    'Use the newer fieldmarshal, or a ledger of this version.',
  );
}

/** The statements of each, in order. */
export function readMigrations(migrationsFolder: string): readonly (readonly string[])[] {
  try {
    return readMigrationFiles({ migrationsFolder }).map((migration) => migration.sql);
  } catch (cause) {
    throw new LedgerFailure(
      `the ledger's migrations cannot be read: ${migrationsFolder}`,
      'Install fieldmarshal again.',
      { cause },
    );
  }
}
