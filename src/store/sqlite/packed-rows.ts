import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { JsonValue } from '../../domain/json.ts';
import type { PendingRow } from '../../domain/provider.ts';
import type { PendingList } from '../../engine/ports.ts';

/*
 * The rows of a pending list as bytes: 4 bytes (little endian) with the length of the first part, the rows without `raw`, and
 * `raw` of each, which is three quarters of them and read only where a row is written down. Each part is JSON in zstd.
 */

/** Goes up with every change of this form. */
export const ROWS_FORM = 2;

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
  const plain = zstdCompressSync(JSON.stringify(rows.map(({ raw: _raw, ...row }) => row)), FAST);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(plain.length);
  return Buffer.concat([length, plain, zstdCompressSync(JSON.stringify(rows.map(({ raw }) => raw)), FAST)]);
}

/** Throws where these are no such bytes. */
export function unpackRows(bytes: Buffer): readonly PendingRow[] {
  const end = LENGTH_BYTES + bytes.readUInt32LE();
  let raws: readonly JsonValue[] | null = null;
  const rawOf = (place: number) => {
    raws ??= parse<readonly JsonValue[]>(bytes.subarray(end));
    return raws[place] ?? null;
  };
  return parse<readonly Omit<PendingRow, 'raw'>[]>(bytes.subarray(LENGTH_BYTES, end)).map((row, place) => ({
    ...row,
    get raw() {
      return rawOf(place);
    },
  }));
}

function parse<Value>(bytes: Buffer): Value {
  return JSON.parse(zstdDecompressSync(bytes).toString('utf8')) as Value;
}
