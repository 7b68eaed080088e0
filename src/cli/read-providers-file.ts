import { providerId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Problem } from '../domain/problem.ts';
import type { DirectoryEntry, ImportedFacts } from '../domain/provider.ts';
import { blankEntry } from '../facts/directory-entry.ts';
import { type CsvPlace, readCsv } from './csv.ts';
import { OperatorMistake } from './exit-codes.ts';
import { type Cell, isEmptyCell, readId } from './provider-cells.ts';
import { isPersonalColumn, PROVIDER_COLUMNS, readPlace } from './provider-columns.ts';

export type ProvidersFile = {
  readonly entries: readonly DirectoryEntry[];
  /** Of rows that were left out. */
  readonly problems: readonly Problem[];
  readonly badRows: number;
  /** Columns with personal data, and others that are not understood: neither is stored. */
  readonly personal: readonly string[];
  readonly ignored: readonly string[];
};

type Row = {
  readonly place: Pick<Problem, 'where' | 'line'>;
  readonly cells: ReadonlyMap<string, Cell>;
  /** Of each cell; empty for JSON, where a whole entry is named. */
  readonly cellPlaces: ReadonlyMap<string, CsvPlace>;
  /** Why it cannot be read at all; null: it can. */
  readonly flaw: string | null;
};

type Told = { readonly path: string; readonly text: string; readonly atMs: number };

/** CSV with a head line, or a JSON array of objects. Throws `OperatorMistake` when nothing of it can be used. */
export function readProvidersFile(told: Told): ProvidersFile {
  const text = told.text.replace(/^\uFEFF/, '');
  const rows = /^\s*[[{]/.test(text) ? jsonRows(told.path, text) : csvRows(told.path, text);
  const names = [...new Set(rows.flatMap(({ cells }) => [...cells.keys()]))];
  const unknown = names.filter((name) => !Object.hasOwn(PROVIDER_COLUMNS, name));
  if (!names.includes('provider_id'))
    throw unusable(
      { where: told.path, line: 1 },
      'has no column provider_id',
      names.some((name) => name.split(/[;\t]/).includes('provider_id'))
        ? 'Write commas between the cells, not semicolons or tabs, and numbers with a point.'
        : `Name the columns in the first line: ${known()}.`,
    );
  const seen = new Map<number, Row['place']>();
  const read = rows.map((row) => readRow(row, told.atMs, seen));
  return {
    entries: read.flatMap(({ entry }) => (entry === null ? [] : [entry])),
    problems: read.flatMap(({ problems }) => problems),
    badRows: read.filter(({ entry }) => entry === null).length,
    personal: unknown.filter(isPersonalColumn),
    ignored: unknown.filter((name) => !isPersonalColumn(name) && name !== 'notes'),
  };
}

function known(): string {
  return Object.keys(PROVIDER_COLUMNS).join(', ');
}

function csvRows(path: string, text: string): readonly Row[] {
  const file = readCsv(text);
  if (file.kind === 'broken')
    throw unusable(
      { where: path, line: file.line },
      file.what,
      'Put quotes around the whole cell, and double those within it.',
    );
  const [head, ...records] = file.records;
  const names = (head?.cells ?? []).map(plainName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw unusable({ where: path, line: 1 }, `has the column "${twice}" twice`, 'Keep one of them.');
  if (records.length === 0)
    throw unusable({ where: path, line: 1 }, 'has no rows', `Write a head line, ${known()}, and rows below it.`);
  return records.map(({ line, cells, places }) => ({
    place: { where: path, line },
    cells: new Map(names.map((name, index) => [name, cells[index] ?? ''])),
    cellPlaces: new Map(
      names.flatMap((name, index) => {
        const cellPlace = places[index];
        return cellPlace === undefined ? [] : [[name, cellPlace] as const];
      }),
    ),
    flaw: cells.length === names.length ? null : `has ${cells.length} cells; the head line has ${names.length}`,
  }));
}

function jsonRows(path: string, text: string): readonly Row[] {
  const json = parse(path, text);
  if (!Array.isArray(json) || json.length === 0)
    throw unusable(
      { where: path, line: null },
      'is no array of providers',
      'Write `[ { "provider_id": 557, "cancel_rate": 2 } ]`.',
    );
  return json.map((item: unknown, index) => {
    const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
    const entries: readonly (readonly [string, JsonValue])[] = isObject ? Object.entries(item) : [];
    return {
      place: { where: `${path} entry ${index + 1}`, line: null },
      cells: new Map(entries.map(([name, cell]) => [plainName(name), cell])),
      cellPlaces: new Map(),
      flaw: isObject ? null : 'is no object',
    };
  });
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw unusable({ where: path, line: null }, `is no JSON: ${why}`, 'Write a JSON array of objects, or CSV.');
  }
}

function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

type ReadRow = { readonly entry: DirectoryEntry | null; readonly problems: readonly Problem[] };

function readRow(row: Row, atMs: number, seen: Map<number, Row['place']>): ReadRow {
  const bad = (what: string, fix: string): ReadRow => ({
    entry: null,
    problems: [{ ...row.place, column: null, ...row.cellPlaces.get('provider_id'), code: 'FM-C171', what, fix }],
  });
  if (row.flaw !== null)
    return bad(
      row.flaw,
      'Give it one value for each column, in an object or between commas; numbers have a point, 4.5 and not 4,5.',
    );
  const id = readId(row.cells.get('provider_id') ?? '');
  if (id.kind === 'flaw') return bad(`provider_id ${id.what}`, id.fix);
  const first = seen.get(id.value);
  if (first !== undefined)
    return bad(
      `provider_id ${id.value} was there before (${first.line === null ? first.where : `line ${first.line}`})`,
      'Keep the row that holds.',
    );
  seen.set(id.value, row.place);
  const said = readValues(row, atMs);
  const entry = { ...blankEntry(providerId(id.value), atMs), imported: said.imported };
  return said.problems.length > 0 ? { entry: null, problems: said.problems } : { entry, problems: [] };
}

function readValues(
  { cells, place, cellPlaces }: Row,
  atMs: number,
): { readonly imported: ImportedFacts; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let imported: ImportedFacts = {};
  const refuse = (name: string, what: string, fix: string) =>
    problems.push({ ...place, column: null, ...cellPlaces.get(name), code: 'FM-C172', what, fix });
  for (const [name, { read }] of Object.entries(PROVIDER_COLUMNS)) {
    const cell = cells.get(name) ?? null;
    if (isEmptyCell(cell)) continue;
    const value = read(cell, atMs);
    if (value.kind === 'flaw') refuse(name, `${name} ${value.what}`, value.fix);
    else imported = { ...imported, ...value.value };
  }
  const [latitude, longitude] = [cells.get('latitude') ?? null, cells.get('longitude') ?? null];
  if (isEmptyCell(latitude) !== isEmptyCell(longitude))
    refuse(
      isEmptyCell(latitude) ? 'latitude' : 'longitude',
      'has only one of latitude and longitude',
      'Write both, or leave both empty.',
    );
  const coordinates = readPlace(latitude, longitude, atMs);
  return { imported: coordinates ? { ...imported, coordinates } : imported, problems };
}

function unusable(place: Row['place'], what: string, fix: string): OperatorMistake {
  return new OperatorMistake([{ ...place, column: null, code: 'FM-C170', what, fix }]);
}
