import type { JsonValue } from '../domain/json.ts';
import type { ImportedCredential } from '../domain/provider.ts';

/** What stands in one cell of CSV, or under one key of JSON. */
export type Cell = JsonValue;

export type ReadCell<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  /** `what` goes on after the column's name; `fix` is a whole sentence. */
  | { readonly kind: 'flaw'; readonly what: string; readonly fix: string };

const MAX_ID = 4_294_967_295;

/** Nothing is said: an empty cell, or null. */
export function isEmptyCell(cell: Cell): boolean {
  return cell === null || (typeof cell === 'string' && cell.trim() === '');
}

/** A number within the range, times `scale`, rounded. A percentage may have its sign. */
export function readNumber(cell: Cell, range: NumberRange): ReadCell<number> {
  const text = typeof cell === 'string' ? cell.trim().replace(range.isPercent ? /\s*%$/ : /$^/, '') : cell;
  const isWritten = typeof text === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(text);
  const value = isWritten ? Number(text) : text;
  const { min, max, scale } = range;
  const isRight = typeof value === 'number' && value >= min && value <= max && (scale !== 1 || Number.isInteger(value));
  if (isRight) return { kind: 'value', value: Math.round(value * scale) };
  // What a spreadsheet writes where numbers have a comma.
  if (typeof text === 'string' && scale !== 1 && /^-?\d{1,15},\d{1,15}$/.test(text))
    return flaw(cell, `Write ${text.replace(',', '.')}, with a point.`);
  const kind = scale === 1 ? 'a whole number' : 'a number';
  return flaw(cell, `Write ${kind} from ${min} to ${max}, or leave it empty when it is not known.`);
}

export type NumberRange = {
  readonly min: number;
  readonly max: number;
  readonly scale: number;
  readonly isPercent?: true;
};

const FLAGS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  ...['yes', 'y', 'true', '1', 1, true].map((word) => [word, true] as const),
  ...['no', 'n', 'false', '0', 0, false].map((word) => [word, false] as const),
]);

export function readFlag(cell: Cell): ReadCell<boolean> {
  const value = FLAGS.get(typeof cell === 'string' ? cell.trim().toLowerCase() : cell);
  return value === undefined ? flaw(cell, 'Write yes or no, or leave it empty when it is not known.') : got(value);
}

export function readId(cell: Cell): ReadCell<number> {
  const read = readNumber(cell, { min: 1, max: MAX_ID, scale: 1 });
  return read.kind === 'value' ? read : flaw(cell, 'Write the number the platform has for it.');
}

/** Ascending, each once; `none` is an empty list. */
export function readIds(cell: Cell): ReadCell<readonly number[]> {
  const read = (itemsOf(cell) ?? ['']).map(readId);
  const ids = read.flatMap((item) => (item.kind === 'value' ? [item.value] : []));
  if (ids.length < read.length) return flaw(cell, 'Write ids with semicolons between them, `9921; 9922`, or none.');
  return got([...new Set(ids)].sort((a, b) => a - b));
}

/** Each an id, a name, or both as `12=CompTIA A+`. */
export function readCredentials(cell: Cell): ReadCell<readonly ImportedCredential[]> {
  const read = (itemsOf(cell) ?? ['']).map(toCredential);
  const held = read.filter((item) => item !== null);
  if (held.length === read.length) return got(held);
  return flaw(cell, 'Write ids, names, or both as `12=CompTIA A+`, with semicolons between them, or none.');
}

function toCredential(item: Cell): ImportedCredential | null {
  const [, id, name] = /^(?:([1-9]\d{0,9})\s*(?:=|$))?\s*(.*)$/.exec(String(item).trim()) ?? [];
  if (typeof item === 'object' || typeof item === 'boolean' || (id === undefined && !name)) return null;
  const credential = { id: id === undefined ? null : Number(id), name: name || null };
  return credential.id !== null && credential.id > MAX_ID ? null : credential;
}

/** Null: neither text nor a list. */
function itemsOf(cell: Cell): readonly Cell[] | null {
  if (Array.isArray(cell)) return cell;
  if (typeof cell === 'number') return [cell];
  if (typeof cell !== 'string') return null;
  return cell.trim().toLowerCase() === 'none' ? [] : cell.split(';').map((item) => item.trim());
}

function got<Value>(value: Value): ReadCell<Value> {
  return { kind: 'value', value };
}

function flaw(cell: Cell, fix: string): { readonly kind: 'flaw'; readonly what: string; readonly fix: string } {
  return { kind: 'flaw', what: `cannot be ${JSON.stringify(cell).slice(0, 60)}`, fix };
}
