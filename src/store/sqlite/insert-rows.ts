import type { Connection } from './connection.ts';
import { prepared } from './prepared.ts';

export type Cell = number | string | Buffer | null;

/** Where rows go: the table, and its columns in the order of the cells. */
export type Into = { readonly table: string; readonly columns: readonly string[] };

/** Of a table that gets a hundred rows at a time: so many in one statement take two thirds of the time of as many statements, more of them no less. */
const AT_ONCE = 25;

/** In their order. The statements are prepared once, one for each number of rows. */
export function insertRows({ db }: Pick<Connection, 'db'>, into: Into, rows: readonly (readonly Cell[])[]): void {
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    const end = Math.min(at + AT_ONCE, rows.length);
    prepared<[readonly Cell[]]>(db, statementFor(into, end - at)).run(cellsOf(rows, at, end));
  }
}

function cellsOf(rows: readonly (readonly Cell[])[], from: number, end: number): readonly Cell[] {
  const width = rows[from]?.length ?? 0;
  const cells = new Array<Cell>((end - from) * width);
  for (let n = from; n < end; n += 1) {
    const row = rows[n] ?? [];
    const at = (n - from) * width;
    for (let place = 0; place < width; place += 1) cells[at + place] = row[place] ?? null;
  }
  return cells;
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
