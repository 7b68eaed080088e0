import { type Column, getTableColumns, getTableName } from 'drizzle-orm';
import type { SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

type Insert = { readonly sql: string; readonly columns: readonly (readonly [string, Column])[] };

const inserts = new WeakMap<SQLiteTable, Insert>();

/**
 * One row by a statement that is prepared once per table, where drizzle would build and prepare one for every row; and null in a
 * JSON column that takes no NULL is JSON's, which drizzle makes SQL's. Returns the row's id, if its table has one.
 */
export function insertRow<Table extends SQLiteTable>(
  { db }: Connection,
  table: Table,
  row: Table['$inferInsert'],
): number {
  const { sql, columns } = insertInto(table);
  const given: { readonly [key: string]: unknown } = row;
  const values = columns.map(([key, column]) => {
    const value = given[key] ?? null;
    return value === null && !column.notNull ? null : column.mapToDriverValue(value);
  });
  return Number(prepared<unknown[]>(db, sql).run(...values).lastInsertRowid);
}

function insertInto(table: SQLiteTable): Insert {
  const known = inserts.get(table);
  if (known !== undefined) return known;
  // SQLite chooses an integer primary key that is not given.
  const columns = Object.entries(getTableColumns(table)).filter(([key]) => key !== 'id');
  const names = columns.map(([, column]) => `"${column.name}"`);
  const sql = `INSERT INTO "${getTableName(table)}" (${names.join()}) VALUES (${names.map(() => '?').join()})`;
  const made = { sql, columns };
  inserts.set(table, made);
  return made;
}
