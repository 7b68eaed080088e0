import type { JsonObject, JsonValue } from '../domain/json.ts';

/** Parts of a document that somebody else wrote: each null where it is not there or something else. */

export function objectIn(value: JsonValue | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !isList(value) ? value : null;
}

export function listIn(value: JsonValue | undefined): readonly JsonValue[] | null {
  return value !== undefined && isList(value) ? value : null;
}

export function textIn(value: JsonValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}

export function flagIn(value: JsonValue | undefined): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

/** Also one written as text, as the platform does. */
export function wholeNumberIn(value: JsonValue | undefined): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}

/** Members of the object that are not among `known`. */
export function othersIn(value: JsonObject, known: readonly string[]): readonly string[] {
  return Object.keys(value).filter((key) => !known.includes(key));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
