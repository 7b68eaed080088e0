import type Database from 'better-sqlite3';

const statements = new WeakMap<Database.Database, Map<string, Database.Statement>>();

/** The statement of this text, prepared once per connection. Only for texts that are fixed in the code. */
export function prepared<Parameters extends unknown[], Row = unknown>(
  db: Database.Database,
  sql: string,
): Database.Statement<Parameters, Row> {
  const known = statements.get(db)?.get(sql) ?? prepareOnce(db, sql);
  return known as unknown as Database.Statement<Parameters, Row>;
}

function prepareOnce(db: Database.Database, sql: string): Database.Statement {
  const all = statements.get(db) ?? new Map<string, Database.Statement>();
  const statement = db.prepare(sql);
  statements.set(db, all.set(sql, statement));
  return statement;
}
