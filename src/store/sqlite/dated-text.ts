import { type JsonValue, toCanonicalJson } from '../../domain/json.ts';
import { createKeySteps, type KeySteps, stepTo } from '../../domain/key-steps.ts';

/** Canonical JSON that counts times instead of telling them. */
export type DatedText = {
  readonly text: string;
  /** Latest first; the text holds places in this list. */
  readonly times: readonly number[];
};

/** Written so far: texts between times, the time behind each, and the text behind the last. */
type Written = { readonly texts: string[]; readonly times: number[]; text: string };

const steps: KeySteps = createKeySteps();

/** With places for every `observedAtMs`. */
export function writeDated(value: JsonValue): DatedText {
  return writeInOrder(value) ?? writeInAnyOrder(value);
}

/** In one walk. Null: its keys are not in canonical order. */
function writeInOrder(value: JsonValue): DatedText | null {
  const written: Written = { texts: [], times: [], text: '' };
  if (!write(value, written)) return null;
  const times = [...new Set(written.times)].sort((a, b) => b - a);
  let text = '';
  for (let n = 0; n < written.times.length; n += 1) {
    text += written.texts[n];
    text += times.indexOf(written.times[n] ?? 0);
  }
  return { text: text + written.text, times };
}

/** False: see `writeInOrder`. */
function write(value: JsonValue | undefined, written: Written): boolean {
  switch (typeof value) {
    case 'string':
      written.text += quoted(value);
      return true;
    case 'number':
      written.text += Number.isFinite(value) ? `${value}` : 'null';
      return true;
    case 'boolean':
      written.text += value ? 'true' : 'false';
      return true;
    case 'object':
      if (value === null) {
        written.text += 'null';
        return true;
      }
      return isList(value) ? writeList(value, written) : writeMembers(value, written);
    default:
      return false;
  }
}

function writeList(list: readonly JsonValue[], written: Written): boolean {
  written.text += '[';
  for (let n = 0; n < list.length; n += 1) {
    if (n > 0) written.text += ',';
    if (!write(list[n], written)) return false;
  }
  written.text += ']';
  return true;
}

function writeMembers(members: { readonly [key: string]: JsonValue }, written: Written): boolean {
  let at = steps.first;
  for (const key in members) {
    const step = at.last?.key === key ? at.last : stepTo(steps, at, key);
    if (!step.isInOrder) return false;
    at = step;
    written.text += step.before;
    const member = members[key];
    if (key === 'observedAtMs' && typeof member === 'number') {
      written.texts.push(written.text);
      written.times.push(member);
      written.text = '';
    } else if (!write(member, written)) return false;
  }
  written.text += at === steps.first ? '{}' : '}';
  return true;
}

/** Names and sentences that come again and again. */
const quotes = new Map<string, string>();
const MOST_QUOTES = 4_096;
const MAX_QUOTED_LENGTH = 200;

function quoted(text: string): string {
  const known = quotes.get(text);
  if (known !== undefined) return known;
  const quote = JSON.stringify(text);
  if (text.length > MAX_QUOTED_LENGTH) return quote;
  if (quotes.size >= MOST_QUOTES) quotes.clear();
  // A part of a string keeps the whole of it alive.
  quotes.set(Buffer.from(text).toString(), quote);
  return quote;
}

function writeInAnyOrder(value: JsonValue): DatedText {
  const seen = new Set<number>();
  collectTimes(value, seen);
  const times = [...seen].sort((a, b) => b - a);
  return { text: toCanonicalJson(mapTimes(value, (time) => times.indexOf(time))), times };
}

function collectTimes(value: JsonValue, seen: Set<number>): void {
  if (value === null || typeof value !== 'object') return;
  if (isList(value)) {
    for (const item of value) collectTimes(item, seen);
    return;
  }
  for (const key of Object.keys(value)) {
    const member = value[key] ?? null;
    if (key === 'observedAtMs' && typeof member === 'number') seen.add(member);
    else collectTimes(member, seen);
  }
}

/** With another number in place of every `observedAtMs`. */
export function mapTimes(value: JsonValue, map: (time: number) => number): JsonValue {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map((item) => mapTimes(item, map));
  const mapped: { [key: string]: JsonValue } = {};
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== undefined)
      mapped[key] = key === 'observedAtMs' && typeof member === 'number' ? map(member) : mapTimes(member, map);
  }
  return mapped;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
