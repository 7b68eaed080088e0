import Database from 'better-sqlite3';
import type { Connection } from './connection.ts';
import { faultOf, type LedgerFault } from './ledger-fault.ts';
import { readMigrations } from './migrate.ts';

type SchemaRow = { readonly name: string; readonly type: string; readonly sql: string };

const FIX =
  'Somebody changed the tables, or dropped what keeps rows from being changed. What else this finds tells whether rows were changed then. Go on with a copy that `fieldmarshal ledger verify --file BACKUP` finds whole.';

/** The file's tables, indexes and triggers are those that the migrations make: none missing, none changed, none besides. */
export function findSchemaFault(connection: Connection, migrationsFolder: string): LedgerFault | null {
  const found = new Map(readSchema(connection.db).map((row) => [row.name, row]));
  const faults = expectedSchema(migrationsFolder).flatMap(({ name, type, sql }) => {
    const row = found.get(name);
    found.delete(name);
    if (row === undefined) return [`the ${type} ${name} is gone`];
    return row.sql === sql && row.type === type ? [] : [`the ${type} ${name} is not as the migrations made it`];
  });
  const strange = [...found.values()].map(({ type, name }) => `the ${type} ${name} is not of the ledger`);
  const [first, ...others] = [...faults, ...strange];
  if (first === undefined) return null;
  const what = others.length === 0 ? first : `${first}, and ${others.length} more like it`;
  return faultOf(connection, null, { seq: null, what, fix: FIX });
}

const expected = new Map<string, readonly SchemaRow[]>();

function expectedSchema(migrationsFolder: string): readonly SchemaRow[] {
  const known = expected.get(migrationsFolder);
  if (known !== undefined) return known;
  const db = new Database(':memory:');
  try {
    for (const statement of readMigrations(migrationsFolder).flat()) db.exec(statement);
    const made = readSchema(db);
    expected.set(migrationsFolder, made);
    return made;
  } finally {
    db.close();
  }
}

/** Without what SQLite keeps for itself. */
function readSchema(db: Database.Database): readonly SchemaRow[] {
  return db
    .prepare<[], SchemaRow>(
      "SELECT name, type, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
    )
    .all();
}
