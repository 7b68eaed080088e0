import { createHash } from 'node:crypto';
import { type Sha256, sha256 } from './ids.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * One text for one value: keys sorted by UTF-16 code unit, no spaces, integers only where the value has integers.
 * What is hashed and what replay compares is always this text.
 */
export function toCanonicalJson(value: JsonValue): string {
  // Three times faster than writing by hand, which matters: the ledger hashes a hundred rows of the platform's per decision.
  return keepsOrder(value) ? JSON.stringify(sortKeys(value)) : writeByHand(value);
}

/** False for keys that an object does not keep in the order they are set: `7` comes first wherever it is, `__proto__` is not set at all. */
function keepsOrder(value: JsonValue): boolean {
  if (value === null || typeof value !== 'object') return true;
  if (isJsonArray(value)) return value.every(keepsOrder);
  for (const key of Object.keys(value)) {
    const first = key.charCodeAt(0);
    if ((first >= DIGIT_0 && first <= DIGIT_9) || key === '__proto__' || !keepsOrder(value[key] ?? null)) return false;
  }
  return true;
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;

function sortKeys(value: JsonValue): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (isJsonArray(value)) return value.map(sortKeys);
  const sorted: { [key: string]: JsonValue } = {};
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) sorted[key] = sortKeys(member);
  }
  return sorted;
}

function writeByHand(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isJsonArray(value)) return `[${value.map(writeByHand).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member = value[key];
      return member === undefined ? [] : [`${JSON.stringify(key)}:${writeByHand(member)}`];
    });
  return `{${members.join(',')}}`;
}

export function hashText(text: string): Sha256 {
  return sha256(createHash('sha256').update(text, 'utf8').digest('hex'));
}

export function hashJson(value: JsonValue): Sha256 {
  return hashText(toCanonicalJson(value));
}

function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
