import { stringify } from 'csv-stringify/sync';
import { alignColumns } from './align.ts';
import { printable } from './printable.ts';
import type { Cell, Report } from './report.ts';

export const FORMATS = ['table', 'csv', 'json'] as const;
export type Format = (typeof FORMATS)[number];

/** A report's rows as text, with a line break at the end. */
export function formatReport(report: Report, rows: readonly (readonly Cell[])[], format: Format): string {
  switch (format) {
    case 'table':
      return formatTable(report, rows);
    case 'csv':
      return formatCsv(report, rows);
    case 'json':
      return formatJson(report, rows);
  }
}

function formatTable(report: Report, rows: readonly (readonly Cell[])[]): string {
  const shown = report.columns.flatMap((column, index) => (column.isInTable ? [{ ...column, index }] : []));
  const isNumeric = (index: number) => rows.some((row) => typeof row[index] === 'number');
  const heads = shown.map(({ name }) => name);
  const lines = rows.map((row) => shown.map(({ index, decimals }) => writtenCell(row[index] ?? null, decimals)));
  const alignments = shown.map(({ index }) => (isNumeric(index) ? 'right' : 'left'));
  return [...alignColumns([heads, ...lines], alignments), ''].join('\n');
}

/** Every column. Numbers stay numbers; texts cannot become formulas when a spreadsheet opens them. */
function formatCsv(report: Report, rows: readonly (readonly Cell[])[]): string {
  const lines = rows.map((row) =>
    row.map((cell, index) => {
      const written = writtenCell(cell, report.columns[index]?.decimals ?? null);
      return typeof cell === 'string' ? guardFormula(printable(written)) : written;
    }),
  );
  return stringify([report.columns.map(({ name }) => name), ...lines]);
}

function formatJson(report: Report, rows: readonly (readonly Cell[])[]): string {
  const objects = rows.map((row) =>
    Object.fromEntries(report.columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** A text that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises. */
export function guardFormula(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

function writtenCell(cell: Cell, decimals: number | null): string {
  if (cell === null) return '';
  return typeof cell === 'number' && decimals !== null ? cell.toFixed(decimals) : String(cell);
}
