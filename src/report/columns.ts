import type { ReportColumn } from './report.ts';

/** The usual kinds of columns, for rows of one type. */
export type Columns<Row> = {
  /** In the table and everywhere else. */
  column(name: string, doc: string, cell: ReportColumn<Row>['cell']): ReportColumn<Row>;
  /** Everywhere but in the table, which has to fit a screen. */
  wide(name: string, doc: string, cell: ReportColumn<Row>['cell']): ReportColumn<Row>;
  /** In the table, cut to so many characters. */
  cut(name: string, doc: string, terms: CutTerms<Row>): ReportColumn<Row>;
  /** Dollars with two decimals, from cents. */
  money(name: string, doc: string, cents: (row: Row) => number | null): ReportColumn<Row>;
  /** Percent with one decimal, from tenths of a percent. */
  percent(name: string, doc: string, perMille: (row: Row) => number | null | undefined): ReportColumn<Row>;
};

type CutTerms<Row> = { readonly length: number; readonly cell: ReportColumn<Row>['cell'] };

export function columnsOf<Row>(): Columns<Row> {
  function column(name: string, doc: string, cell: ReportColumn<Row>['cell']): ReportColumn<Row> {
    return { name, doc, decimals: null, isInTable: true, tableLength: null, cell };
  }
  return {
    column,
    wide: (name, doc, cell) => ({ ...column(name, doc, cell), isInTable: false }),
    cut: (name, doc, { length, cell }) => ({ ...column(name, doc, cell), tableLength: length }),
    money: (name, doc, cents) => ({ ...column(name, doc, (row) => divided(cents(row), 100)), decimals: 2 }),
    percent: (name, doc, perMille) => ({ ...column(name, doc, (row) => divided(perMille(row), 10)), decimals: 1 }),
  };
}

function divided(value: number | null | undefined, by: number): number | null {
  return value === null || value === undefined ? null : value / by;
}
