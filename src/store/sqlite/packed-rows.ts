import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { JsonValue } from '../../domain/json.ts';
import type { PendingRow, PlatformEvaluation } from '../../domain/provider.ts';
import type { PendingList } from '../../engine/ports.ts';

/*
 * The rows of a pending list as bytes: 4 bytes (little endian) with the length of the first part, the rows without `raw`, and
 * `raw` of each, which is three quarters of them and read only where a row is written down. Each part is JSON in zstd. The
 * platform's verdicts, most of both, are the same in row after row: each stands there once, rows have their places.
 */

/** Goes up with every change of this form. */
export const ROWS_FORM = 3;

const LENGTH_BYTES = 4;
const FAST = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** Of lists whose rows are read from bytes. */
const packedLists = new WeakMap<PendingList, () => Buffer>();

/** The list without rows, which are read from the bytes whenever somebody asks for them. */
export function unpackedLater(list: Omit<PendingList, 'rows'>, read: () => Buffer): PendingList {
  const { workOrderId, observedAtMs, quarantined } = list;
  const later: PendingList = {
    workOrderId,
    observedAtMs,
    quarantined,
    get rows() {
      return unpackRows(read());
    },
  };
  packedLists.set(later, read);
  return later;
}

export function packRows(list: PendingList): Buffer {
  return packedLists.get(list)?.() ?? pack(list.rows);
}

function pack(rows: readonly PendingRow[]): Buffer {
  const [verdicts, criteria] = [createParts(), createParts()];
  const plain = rows.map(({ raw: _raw, platform, ...row }) => ({
    ...row,
    platform: platform === null ? null : { ...platform, verdicts: platform.verdicts.map(verdicts.placeOf) },
  }));
  const raws = rows.map(({ raw }): PackedRaw => {
    const rule = ruleIn(raw);
    if (rule === null || !isMembers(raw)) return { raw, criterion: null };
    // Left in its place among the members, whose order is kept.
    const without = { ...raw, selection_rule: { ...rule, criterion: null } };
    return { raw: without, criterion: rule.criterion.map(criteria.placeOf) };
  });
  const first = compress({ parts: verdicts.all, rows: plain });
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(first.length);
  return Buffer.concat([length, first, compress({ parts: criteria.all, rows: raws })]);
}

function compress(value: object): Buffer {
  return zstdCompressSync(JSON.stringify(value), FAST);
}

type PackedRow = Omit<PendingRow, 'raw' | 'platform'> & {
  readonly platform: (Omit<PlatformEvaluation, 'verdicts'> & { verdicts: readonly unknown[] }) | null;
};

/** `criterion`: places of what stands in its `selection_rule`, where there is null instead; null: it is whole. */
type PackedRaw = { readonly raw: JsonValue; readonly criterion: readonly number[] | null };

type Packed<Row> = { readonly parts: readonly unknown[]; readonly rows: readonly Row[] };

/** Throws where these are no such bytes. */
export function unpackRows(bytes: Buffer): readonly PendingRow[] {
  const end = LENGTH_BYTES + bytes.readUInt32LE();
  let raws: readonly JsonValue[] | null = null;
  const rawOf = (place: number) => {
    raws ??= unpackRaws(bytes.subarray(end));
    return raws[place] ?? null;
  };
  const { parts, rows } = parse<Packed<PackedRow>>(bytes.subarray(LENGTH_BYTES, end));
  return rows.map((row, place) => {
    if (row.platform !== null) row.platform.verdicts = partsAt(row.platform.verdicts, parts);
    return {
      ...(row as Omit<PendingRow, 'raw'>),
      get raw() {
        return rawOf(place);
      },
    };
  });
}

function unpackRaws(bytes: Buffer): readonly JsonValue[] {
  const { parts, rows } = parse<Packed<PackedRaw>>(bytes);
  return rows.map(({ raw, criterion }) => {
    const rule = criterion === null || !isMembers(raw) ? null : raw['selection_rule'];
    if (criterion !== null && isMembers(rule)) Object.assign(rule, { criterion: partsAt(criterion, parts) });
    return raw;
  });
}

function partsAt(places: readonly unknown[], parts: readonly unknown[]): readonly unknown[] {
  return places.map((place) => parts[Number(place)]);
}

type Parts = { readonly all: readonly object[]; readonly placeOf: (part: object) => number };

/** Each part once, be it one object or several that say the same. */
function createParts(): Parts {
  const all: object[] = [];
  const places = new Map<object | string, number>();
  const placeOf = (part: object) => {
    const known = places.get(part);
    if (known !== undefined) return known;
    const text = JSON.stringify(part);
    const place = places.get(text) ?? all.push(part) - 1;
    places.set(text, place).set(part, place);
    return place;
  };
  return { all, placeOf };
}

/** The platform's evaluation in a row as received; null: it has no list of criteria. */
function ruleIn(raw: JsonValue): (Members & { readonly criterion: readonly object[] }) | null {
  const rule = isMembers(raw) ? raw['selection_rule'] : null;
  if (!isMembers(rule)) return null;
  const { criterion } = rule;
  return Array.isArray(criterion) && criterion.every(isMembers) ? { ...rule, criterion } : null;
}

type Members = { readonly [key: string]: JsonValue };

function isMembers(value: JsonValue | undefined): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse<Value>(bytes: Buffer): Value {
  return JSON.parse(zstdDecompressSync(bytes).toString('utf8')) as Value;
}
