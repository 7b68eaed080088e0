import { stringify } from 'csv-stringify/sync';
import { alignColumns } from './align.ts';
import { printable } from './printable.ts';
import type { Cell, Report } from './report.ts';
import { type SectionTable, sectionsAsPage } from './section.ts';
import { cutText, lengthOf } from './wrap.ts';

export const FORMATS = ['table', 'csv', 'json', 'markdown', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/**
 * A report's rows as text, with a line break at the end. `columns`: how wide the terminal is, to which the table's last text
 * is cut; null: there is none, and everything is shown.
 */
export function formatReport(
  report: Report,
  rows: readonly (readonly Cell[])[],
  shown: { readonly format: Format; readonly columns: number | null },
): string {
  switch (shown.format) {
    case 'table':
      return formatTable(report, rows, shown.columns);
    case 'csv':
      return formatCsv(report, rows);
    case 'json':
      return formatJson(report, rows);
    case 'markdown':
      return formatMarkdown(report, rows);
    case 'html':
      return formatPage(report, rows);
  }
}

function formatTable(report: Report, rows: readonly (readonly Cell[])[], columns: number | null): string {
  const shown = report.columns.flatMap((column, index) => (column.isInTable ? [{ ...column, index }] : []));
  const isNumeric = (index: number) => rows.some((row) => typeof row[index] === 'number');
  const heads = shown.map(({ name }) => name);
  const lines = rows.map((row) =>
    shown.map(({ index, decimals, tableLength }) => {
      const written = writtenCell(row[index] ?? null, decimals);
      return tableLength === null ? written : cutText(written, tableLength);
    }),
  );
  const alignments = shown.map(({ index }) => (isNumeric(index) ? 'right' : 'left'));
  const aligned = alignColumns([heads, ...lines], alignments);
  const isCut = columns !== null && alignments.at(-1) === 'left';
  const least = lengthOf(aligned[0] ?? '');
  return [...aligned.map((line) => (isCut ? cutText(line, Math.max(least, columns)) : line)), ''].join('\n');
}

/** Every column. Numbers stay numbers; texts cannot become formulas when a spreadsheet opens them. */
function formatCsv(report: Report, rows: readonly (readonly Cell[])[]): string {
  const decimals = report.columns.map((column) => column.decimals);
  let text = stringify([report.columns.map(({ name }) => name)]);
  for (let from = 0; from < rows.length; from += CSV_BLOCK) {
    const lines = rows
      .slice(from, from + CSV_BLOCK)
      .map((row) =>
        row.map((cell, index) =>
          typeof cell === 'string' ? guardFormula(printable(cell)) : writtenCell(cell, decimals[index] ?? null),
        ),
      );
    text += stringify(lines);
  }
  return text;
}

/** Rows turned into text at a time, so that of very many no more than the text itself is held twice. */
const CSV_BLOCK = 500;

/** The columns of the table, in full. */
function formatMarkdown(report: Report, rows: readonly (readonly Cell[])[]): string {
  const shown = report.columns.flatMap((column, index) => (column.isInTable ? [{ ...column, index }] : []));
  const isNumeric = (index: number) => rows.some((row) => typeof row[index] === 'number');
  const lines = [
    shown.map(({ name }) => name),
    shown.map(({ index }) => (isNumeric(index) ? '---:' : '---')),
    ...rows.map((row) => shown.map(({ index, decimals }) => inMarkdown(writtenCell(row[index] ?? null, decimals)))),
  ];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** Text from outside neither ends a cell nor becomes a link, a tag or an emphasis. */
function inMarkdown(text: string): string {
  return printable(text).replace(/[\\|`*_[\]<>]/g, '\\$&');
}

/** The columns of the table, in full, as a page that needs nothing else. */
function formatPage(report: Report, rows: readonly (readonly Cell[])[]): string {
  const remedy = rows.length > 0 && report.remedy !== null ? [report.remedy] : [];
  const none = rows.length === 0 ? ['Nothing in this ledger for what was asked.'] : [];
  const sentences = [report.summary, ...none, ...remedy];
  return sectionsAsPage([{ title: report.name, sentences, table: tableOfReport(report, rows) }]);
}

/** The columns of a report's table, in full. */
export function tableOfReport(report: Report, rows: readonly (readonly Cell[])[]): SectionTable {
  const shown = report.columns.flatMap((column, index) => (column.isInTable ? [{ ...column, index }] : []));
  const isNumeric = (index: number) => rows.some((row) => typeof row[index] === 'number');
  return {
    columns: shown.map(({ name, index }) => ({ name, alignment: isNumeric(index) ? 'right' : 'left' }) as const),
    rows: rows.map((row) => shown.map(({ index, decimals }) => writtenCell(row[index] ?? null, decimals))),
  };
}

function formatJson(report: Report, rows: readonly (readonly Cell[])[]): string {
  const objects = rows.map((row) =>
    Object.fromEntries(report.columns.map(({ name }, index) => [name, row[index] ?? null])),
  );
  return `${JSON.stringify(objects, null, 2)}\n`;
}

/** A text that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP advises. */
export function guardFormula(text: string): string {
  return /^\s*[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

function writtenCell(cell: Cell, decimals: number | null): string {
  if (cell === null) return '';
  return typeof cell === 'number' && decimals !== null ? cell.toFixed(decimals) : String(cell);
}
