import type { LedgerQuery, LedgerRange } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import type { Question } from './questions.ts';

/** As asked for; what is left out or null is not narrowed. */
export type ReportRange = LedgerRange & Partial<LedgerQuery> & Told;

export type ReportQuery = LedgerQuery & Told;

/** `nowMs`: the moment that the report tells of, where it measures how long something has lasted. */
type Told = { readonly nowMs: number };

/** What a report can be narrowed to, by the flag's name. `time`: --since and --until. */
export type ReportFilter = 'time' | 'rule' | 'client' | 'project' | 'provider';

/** Of a report that every flag narrows. */
export const EVERY_FILTER: readonly ReportFilter[] = ['time', 'rule', 'client', 'project', 'provider'];

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
  /** Each row is a finding: `report` then ends with exit code 1. */
  readonly mustBeEmpty: boolean;
  /** A flag that is not among them is refused, since it would look as if there were nothing else. */
  readonly filters: readonly ReportFilter[];
  /** Numbers of questions.ts. */
  readonly answers: readonly Question[];
  load(reader: LedgerReader, range: ReportRange): Promise<readonly (readonly Cell[])[]>;
};

export function defineReport<Row>(definition: {
  readonly name: string;
  readonly summary: string;
  readonly columns: readonly ReportColumn<Row>[];
  readonly remedy?: string;
  readonly mustBeEmpty?: boolean;
  readonly filters: readonly ReportFilter[];
  readonly answers: readonly Question[];
  readonly load: (reader: LedgerReader, query: ReportQuery) => Promise<readonly Row[]>;
}): Report {
  const { name, summary, columns, remedy = null, mustBeEmpty = false, filters, answers } = definition;
  return {
    name,
    summary,
    columns,
    remedy,
    mustBeEmpty,
    filters,
    answers,
    async load(reader, range) {
      const rows = await definition.load(reader, { ...UNNARROWED, ...range });
      return rows.map((row) => columns.map((column) => column.cell(row)));
    },
  };
}

/** Of everything there is. */
export const UNNARROWED = { ruleFileId: null, clientId: null, projectId: null, providerId: null } as const;

/** `2026-11-22T14:00:03Z`. */
export function writtenTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}
