import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

export type Cell = number | string | Buffer | null;

/** Where rows go: the table, and its columns in the order of the cells. */
export type Into = { readonly table: string; readonly columns: readonly string[] };

/** Of a table that gets a hundred rows at a time: ten in one statement take two thirds of the time of ten statements, more of them no less. */
const AT_ONCE = 10;

/** The cells of all rows, one row after the other. The statements are prepared once, one for each number of rows. */
export function insertRows({ db }: Pick<Connection, 'db'>, into: Into, cells: readonly Cell[]): void {
  const width = into.columns.length;
  const most = AT_ONCE * width;
  for (let at = 0; at < cells.length; at += most) {
    const some = cells.slice(at, at + most);
    prepared<[readonly Cell[]]>(db, statementFor(into, some.length / width)).run(some);
  }
}

const statements = new WeakMap<Into, string[]>();

function statementFor(into: Into, rows: number): string {
  const known = statements.get(into) ?? [];
  statements.set(into, known);
  const statement = known[rows] ?? writeStatement(into, rows);
  known[rows] = statement;
  return statement;
}

function writeStatement({ table, columns }: Into, rows: number): string {
  const row = `(${columns.map(() => '?').join()})`;
  return `INSERT INTO ${table} (${columns.join()}) VALUES ${Array.from({ length: rows }, () => row).join()}`;
}
