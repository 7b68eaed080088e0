import { createHash } from 'node:crypto';
import { type Sha256, sha256 } from './ids.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * One text for one value: keys sorted by UTF-16 code unit, no spaces, integers only where the value has integers.
 * What is hashed and what replay compares is always this text.
 */
export function toCanonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isJsonArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member = value[key];
      return member === undefined ? [] : [`${JSON.stringify(key)}:${toCanonicalJson(member)}`];
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
