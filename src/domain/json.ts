import { hash } from 'node:crypto';
import { type Sha256, sha256 } from './ids.ts';
import { createKeySteps, stepTo } from './key-steps.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

/**
 * One text for one value: keys sorted by UTF-16 code unit, no spaces, integers only where the value has integers.
 * What is hashed and what replay compares is always this text.
 */
export function toCanonicalJson(value: JsonValue): string {
  if (isInOrder(value)) return JSON.stringify(value);
  // Half the time of writing by hand, which matters: the ledger hashes a hundred rows of the platform's per decision.
  const sorted = sortKeys(value);
  return sorted === UNSORTABLE ? writeByHand(value) : JSON.stringify(sorted);
}

const steps = createKeySteps();

/** Whether all of it is written in order already, as what is made in order at its source is. */
function isInOrder(value: JsonValue): boolean {
  if (value === null || typeof value !== 'object') return true;
  return isJsonArray(value) ? isInOrderInside(value) : isObjectInOrder(value);
}

function isInOrderInside(list: readonly JsonValue[]): boolean {
  for (let place = 0; place < list.length; place += 1) {
    const item = list[place];
    if (typeof item === 'object' && !isInOrder(item)) return false;
  }
  return true;
}

function isObjectInOrder(value: JsonObject): boolean {
  let at = steps.first;
  for (const key in value) {
    const step = at.last?.key === key ? at.last : stepTo(steps, at, key);
    if (!step.isInOrder) return false;
    at = step;
    const member = value[key];
    if (typeof member === 'object' && !isInOrder(member)) return false;
  }
  return true;
}

/** Some object has a key that no object keeps in the order it is set: `7` comes first wherever it is, `__proto__` is not set at all. */
const UNSORTABLE = Symbol('unsortable');

/** The value itself where all of it is in order, as what is written in order at its source is: then nothing is copied. */
function sortKeys(value: JsonValue): JsonValue | typeof UNSORTABLE {
  if (value === null || typeof value !== 'object') return value;
  return isJsonArray(value) ? sortInside(value) : sortMembers(value);
}

function sortMembers(value: JsonObject): JsonValue | typeof UNSORTABLE {
  const keys = Object.keys(value);
  const isInOrder = areInOrder(keys);
  if (isInOrder === UNSORTABLE) return UNSORTABLE;
  let sorted: { [key: string]: JsonValue } | null = isInOrder ? null : {};
  for (const key of isInOrder ? keys : inOrder(keys)) {
    const member = value[key];
    if (member === undefined) continue;
    const inner = sortKeys(member);
    if (inner === UNSORTABLE) return UNSORTABLE;
    if (sorted === null && inner !== member) sorted = membersBefore(value, keys, key);
    if (sorted !== null) sorted[key] = inner;
  }
  return sorted ?? value;
}

function areInOrder(keys: readonly string[]): boolean | typeof UNSORTABLE {
  let isInOrder = true;
  let before = '';
  for (const key of keys) {
    const first = key.charCodeAt(0);
    if ((first >= DIGIT_0 && first <= DIGIT_9) || key === '__proto__') return UNSORTABLE;
    if (key < before) isInOrder = false;
    before = key;
  }
  return isInOrder;
}

function membersBefore(value: JsonObject, keys: readonly string[], end: string): { [key: string]: JsonValue } {
  const members: { [key: string]: JsonValue } = {};
  for (const key of keys) {
    if (key === end) break;
    const member = value[key];
    if (member !== undefined) members[key] = member;
  }
  return members;
}

function sortInside(list: readonly JsonValue[]): JsonValue | typeof UNSORTABLE {
  let sorted: JsonValue[] | null = null;
  for (let place = 0; place < list.length; place += 1) {
    const item = list[place] ?? null;
    const inner = sortKeys(item);
    if (inner === UNSORTABLE) return UNSORTABLE;
    if (sorted === null && inner !== item) sorted = list.slice(0, place);
    sorted?.push(inner);
  }
  return sorted ?? list;
}

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const MANY_KEYS = 32;

/** In place, by UTF-16 code unit. Few keys, and often in order already, are put in order in a third of `sort`'s time. */
function inOrder(keys: string[]): readonly string[] {
  if (keys.length > MANY_KEYS) return keys.sort();
  for (let at = 1; at < keys.length; at += 1) {
    const key = keys[at] ?? '';
    let to = at;
    for (let before = keys[to - 1]; before !== undefined && before > key; before = keys[to - 1]) {
      keys[to] = before;
      to -= 1;
    }
    keys[to] = key;
  }
  return keys;
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
  return sha256(hash('sha256', text, 'hex'));
}

export function hashJson(value: JsonValue): Sha256 {
  return hashText(toCanonicalJson(value));
}

function isJsonArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
