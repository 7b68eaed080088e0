import { type SQL, sql } from 'drizzle-orm';
import { type AnySQLiteColumn, type CheckBuilder, check, customType } from 'drizzle-orm/sqlite-core';
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

/** `CHECK`s of one table, by the name of the rule; the table's name goes before it. */
export function checks(table: string, rules: { readonly [name: string]: SQL }): CheckBuilder[] {
  return Object.entries(rules).map(([name, rule]) => check(`${table}_${name}`, rule));
}

export function isHash(column: AnySQLiteColumn): SQL {
  return sql`length(${column}) = 32`;
}

export function isFlag(column: AnySQLiteColumn): SQL {
  return sql`${column} IN (0, 1)`;
}

/** A number that counts from 1. */
export function isOrdinal(column: AnySQLiteColumn): SQL {
  return sql`${column} >= 1`;
}

export function isOneOf(column: AnySQLiteColumn, values: readonly string[]): SQL {
  return sql`${column} IN (${sql.raw(values.map((value) => `'${value}'`).join(', '))})`;
}

export function hashToBytes(hash: Sha256): Buffer {
  return Buffer.from(hash, 'hex');
}

export function hashFromBytes(bytes: Buffer): Sha256 {
  return sha256(bytes.toString('hex'));
}
