/** One record of a CSV file, and the line it begins on, from 1. */
export type CsvRecord = {
  readonly line: number;
  readonly cells: readonly string[];
  /** Where each cell begins, in the order of `cells`. */
  readonly places: readonly CsvPlace[];
};

/** Both from 1; columns in characters. */
export type CsvPlace = { readonly line: number; readonly column: number };

export type CsvFile =
  | { readonly kind: 'records'; readonly records: readonly CsvRecord[] }
  /** From this line on nothing can be trusted. */
  | { readonly kind: 'broken'; readonly line: number; readonly what: string };

/** A quoted cell, or one without quotes, and what ends it. */
const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** Strict RFC 4180: commas, quotes doubled within quotes, lines that end in LF or CRLF. Empty lines are left out. */
export function readCsv(text: string): CsvFile {
  const records: CsvRecord[] = [];
  let [cells, places]: [string[], CsvPlace[]] = [[], []];
  let [line, recordLine, lineAt, at] = [1, 1, 0, 0];
  while (at < text.length || cells.length > 0) {
    CELL.lastIndex = at;
    const found = CELL.exec(text);
    if (found === null) return { kind: 'broken', line, what: flawAt(text, at) };
    const [whole, quoted, plain = '', end = ''] = found;
    cells.push(quoted?.replaceAll('""', '"') ?? plain);
    places.push({ line, column: [...text.slice(lineAt, at)].length + 1 });
    line += whole.split('\n').length - 1;
    if (whole.includes('\n')) lineAt = at + whole.lastIndexOf('\n') + 1;
    at += whole.length;
    if (end === ',') continue;
    if (cells.length > 1 || cells[0] !== '' || quoted !== undefined) records.push({ line: recordLine, cells, places });
    [cells, places] = [[], []];
    recordLine = line;
  }
  return { kind: 'records', records };
}

function flawAt(text: string, at: number): string {
  if (text[at] !== '"') return 'has a quote in a cell that does not begin with one';
  return /"((?:[^"]|"")*)"/y.test(text.slice(at))
    ? 'goes on after the closing quote of a cell'
    : 'opens a quote that is never closed';
}
