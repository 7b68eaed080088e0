import type { LedgerReader } from '../engine/ports.ts';

/** Both ends in epoch milliseconds; null: open. `untilMs` is the first moment that no longer counts. */
export type ReportRange = {
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  /** Only of this rule file, where a report `takesRule`; left out or null: of all. */
  readonly ruleFileId?: string | null;
};

/** Null: nothing to say. */
export type Cell = string | number | null;

export type ReportColumn<Row> = {
  /** Snake case, with the unit last: head of the table, of the CSV, key of the JSON. */
  readonly name: string;
  /** What it is, for `report --list`. */
  readonly doc: string;
  /** Decimals of a number in table and CSV; null: as it is. */
  readonly decimals: number | null;
  /** False: left out of the table, which has to fit a screen; CSV and JSON have every column. */
  readonly isInTable: boolean;
  /** The most characters of it that the table shows; null: all of them. */
  readonly tableLength: number | null;
  readonly cell: (row: Row) => Cell;
};

/** A report with its rows already turned into cells, so that every format can show every report. */
export type Report = {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly columns: readonly Omit<ReportColumn<never>, 'cell'>[];
  /** What to do about what it shows, in whole sentences; null: nothing. */
  readonly remedy: string | null;
  /** Whether it can be of one rule file. */
  readonly takesRule: boolean;
  load(reader: LedgerReader, range: ReportRange): Promise<readonly (readonly Cell[])[]>;
};

export function defineReport<Row>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly columns: readonly ReportColumn<Row>[];
  readonly remedy?: string;
  readonly takesRule?: boolean;
  readonly load: (reader: LedgerReader, range: ReportRange) => Promise<readonly Row[]>;
}): Report {
  const { name, summary, columns, remedy = null, takesRule = false } = definition;
  return {
    name,
    summary,
    columns,
    remedy,
    takesRule,
    async load(reader, range) {
      const rows = await definition.load(reader, range);
      return rows.map((row) => columns.map((column) => column.cell(row)));
    },
  };
}

/** `2026-11-22T14:00:03Z`. */
export function writtenTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
