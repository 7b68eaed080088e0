import Database from 'better-sqlite3';
import type { Connection } from './connection.ts';
import { faultOf, type LedgerFault } from './ledger-fault.ts';
import { readMigrations } from './migrate.ts';

type SchemaRow = { readonly name: string; readonly type: string; readonly table: string; readonly sql: string };

const FIX =
  'Somebody changed the tables, or dropped what keeps rows from being changed. What else this finds tells whether rows were changed then. Go on with a copy that `fieldmarshal ledger verify --file BACKUP` finds whole.';

/** The file's tables, indexes and triggers are those that the migrations make: none missing, none changed, none besides. */
export function findSchemaFault(connection: Connection, migrationsFolder: string): LedgerFault | null {
  const left = [...readSchema(connection.db)];
  const take = (isIt: (row: SchemaRow) => boolean) => {
    const at = left.findIndex(isIt);
    return at === -1 ? null : left.splice(at, 1);
  };
  const changed = expectedSchema(migrationsFolder).filter(
    (wanted) => take((row) => isNamed(row, wanted) && row.sql === wanted.sql && row.table === wanted.table) === null,
  );
  const faults = changed.map((wanted) => {
    const state = take((row) => isNamed(row, wanted)) === null ? 'is gone' : 'is not as the migrations made it';
    return `the ${wanted.type} ${wanted.name} ${state}`;
  });
  const strange = left.map(({ type, name }) => `the ${type} ${name} is not of the ledger`);
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

function isNamed(row: SchemaRow, { name, type }: SchemaRow): boolean {
  return row.name === name && row.type === type;
}

/** Without what SQLite keeps for itself: by what it is, for whoever writes the schema by hand may take any name. */
function readSchema(db: Database.Database): readonly SchemaRow[] {
  return db
    .prepare<[], SchemaRow>(
      `SELECT name, type, tbl_name AS "table", coalesce(sql, '') AS sql FROM sqlite_schema
       WHERE NOT (type = 'index' AND sql IS NULL AND name GLOB 'sqlite_autoindex_*')
         AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))
       ORDER BY type, name`,
    )
    .all();
}

/** Which company and environment the ledger is of stands beside the chain; its runs stand in it. A run that was refused decided nothing. */
export function findIdentityFault(connection: Connection): LedgerFault | null {
  try {
    const found = connection.db
      .prepare<[], { id: number; environment: string; bound: string | null }>(
        `SELECT run.id, run.environment, ledger_identity.environment AS bound
         FROM decision JOIN run ON run.run_id = decision.run_id LEFT JOIN ledger_identity
         WHERE run.environment IS NOT ledger_identity.environment LIMIT 1`,
      )
      .get();
    if (found === undefined) return null;
    const { id, environment, bound } = found;
    const whose = bound === null ? 'is of no environment' : `is of ${bound}`;
    const what = `by ledger_identity the ledger ${whose}, and run ${id} is of ${environment}`;
    return faultOf(connection, { table: 'run', rowId: id }, { seq: null, what });
  } catch (error) {
    const what = `whose ledger it is cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return faultOf(connection, null, { seq: null, what });
  }
}
