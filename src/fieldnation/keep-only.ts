import type { JsonValue } from '../domain/json.ts';
import { parseUtc } from './wire/date.ts';
import { isWord } from './wire/scalars.ts';

/**
 * Which parts of the platform's JSON may stay: a leaf that takes what it knows, a list of one shape, or an object of
 * named members. Whatever has no place in it is left out, so a key that the platform adds tomorrow is not kept by accident.
 */
export type Keep = Leaf | readonly [Keep] | { readonly [key: string]: Keep };

/** Undefined: not kept. */
type Leaf = (value: JsonValue) => JsonValue | undefined;

type Members = { readonly [key: string]: JsonValue };

export function keepOnly(value: JsonValue, keep: Keep): JsonValue | undefined {
  if (typeof keep === 'function') return keep(value);
  if (isNone(value)) return value;
  if (isList(keep)) return isJsonList(value) ? keepItems(value, keep[0]) : undefined;
  return isMembers(value) ? keepMembers(value, keep) : undefined;
}

function keepItems(items: readonly JsonValue[], keep: Keep): JsonValue {
  const all: JsonValue[] = [];
  for (const item of items) {
    const kept = keepOnly(item, keep);
    if (kept !== undefined) all.push(kept);
  }
  return all;
}

/** In the order of canonical JSON, whatever order they came in: the ledger then copies nothing to sort it. */
function keepMembers(value: Members, keep: { readonly [key: string]: Keep }): JsonValue {
  const members: { [key: string]: JsonValue } = {};
  for (const [key, shape] of shapesOf(keep)) {
    const member = Object.hasOwn(value, key) ? value[key] : undefined;
    const kept = member === undefined ? undefined : keepOnly(member, shape);
    if (kept !== undefined) members[key] = kept;
  }
  return members;
}

const shapes = new WeakMap<object, readonly (readonly [string, Keep])[]>();

function shapesOf(keep: { readonly [key: string]: Keep }): readonly (readonly [string, Keep])[] {
  const known = shapes.get(keep);
  if (known !== undefined) return known;
  const made = Object.entries(keep).sort(([a], [b]) => (a < b ? -1 : 1));
  shapes.set(keep, made);
  return made;
}

/** Numbers, flags, and the platform's ways to say "none"; a number may come as text. */
export function figure(value: JsonValue): JsonValue | undefined {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === '') return value;
  return typeof value === 'string' && /^-?\d{1,12}(?:\.\d{1,6})?$/.test(value) ? value : undefined;
}

/** One of the platform's own words: a mode, a code, an action. */
export function word(value: JsonValue): JsonValue | undefined {
  return value === null || value === '' || isWord(value) ? value : undefined;
}

/** Text that people at the buyer write and dispatchers read: titles, names of kinds of work and of criteria. */
export function label(value: JsonValue): JsonValue | undefined {
  return typeof value === 'string' || value === null ? value : undefined;
}

/** `18%`. */
export function share(value: JsonValue): JsonValue | undefined {
  return typeof value === 'string' && /^\d{1,3}%$/.test(value) ? value : undefined;
}

/** An IANA name, or a short one. */
export function zoneName(value: JsonValue): JsonValue | undefined {
  return value === '' || (typeof value === 'string' && /^[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*$/.test(value))
    ? value
    : undefined;
}

/** `{utc, local{date, time}}` or bare text. */
export function moment(value: JsonValue): JsonValue | undefined {
  return keepOnly(value, typeof value === 'string' ? dateText : DATE_PARTS);
}

/** Whether such a text may stand where a date, or a time of day, belongs. */
export function keptText(kind: 'date' | 'time', text: string): boolean {
  if (text === '') return true;
  if (kind === 'time') return /^\d{1,2}:\d{2}(?::\d{2})?$/.test(text);
  return text.startsWith('0000-00-00') || parseUtc(text) !== null;
}

function dateText(value: JsonValue): JsonValue | undefined {
  return value === null || (typeof value === 'string' && keptText('date', value)) ? value : undefined;
}

/** What a date is made of. */
const DATE_PARTS: Keep = { utc: dateText, local: { date: dateText, time } };

function time(value: JsonValue): JsonValue | undefined {
  return typeof value === 'string' && keptText('time', value) ? value : undefined;
}

/** What stands for an empty object or list. */
function isNone(value: JsonValue): boolean {
  return value === null || value === false || value === 0 || value === '';
}

function isList(keep: Keep): keep is readonly [Keep] {
  return Array.isArray(keep);
}

function isJsonList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isMembers(value: JsonValue): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
