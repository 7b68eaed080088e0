import { customType } from 'drizzle-orm/sqlite-core';
import { type Sha256, sha256 } from '../../domain/ids.ts';
import { type JsonValue, toCanonicalJson } from '../../domain/json.ts';

/** A SHA-256 as 32 bytes: half the room of hex. `hex(hash)` shows it in a query. */
export const hashColumn = customType<{ data: Sha256; driverData: Buffer }>({
  dataType: () => 'blob',
  toDriver: hashToBytes,
  fromDriver: hashFromBytes,
});

/** Canonical JSON text, so that one value has one text and one row hash. */
export function jsonColumn<Value extends JsonValue>(name: string) {
  return customType<{ data: Value; driverData: string }>({
    dataType: () => 'text',
    toDriver: toCanonicalJson,
    fromDriver: (text) => JSON.parse(text) as Value,
  })(name);
}

export function hashToBytes(hash: Sha256): Buffer {
  return Buffer.from(hash, 'hex');
}

export function hashFromBytes(bytes: Buffer): Sha256 {
  return sha256(bytes.toString('hex'));
}
