import { z } from 'zod';
import { isNothing } from './scalars.ts';

const NAIVE_UTC = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|\+00:?00)?)?$/;

/** Epoch milliseconds of the platform's UTC text, which has no zone mark and sometimes no time; null when it is no date. */
export function parseUtc(text: string): number | null {
  const plain = parsePlain(text);
  if (plain !== null) return plain;
  const found = NAIVE_UTC.exec(text.trim());
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1)
    .map((part) => Number(part ?? 0));
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(ms);
  const isSame =
    back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isSame ? ms : null;
}

/** `2026-11-23 13:55:07` and `2026-11-23`, as nearly all are written; null: look closer. */
function parsePlain(text: string): number | null {
  const isWhole = text.length === 19 && text[10] === ' ' && text[13] === ':' && text[16] === ':';
  if (!(isWhole || text.length === 10) || text[4] !== '-' || text[7] !== '-') return null;
  const year = pair(text, 0) * 100 + pair(text, 2);
  const month = pair(text, 5);
  const day = pair(text, 8);
  // Every month has 28 days; before 1000 Date.UTC has rules of its own.
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28)) return null;
  if (!isWhole) return Date.UTC(year, month - 1, day);
  const hour = pair(text, 11);
  const minute = pair(text, 14);
  const second = pair(text, 17);
  return hour < 24 && minute < 60 && second < 60 ? Date.UTC(year, month - 1, day, hour, minute, second) : null;
}

/** NaN where there are no two digits. Five hundred dates a page: a pair of numbers made as a list would be half a page of garbage. */
function pair(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** zod asks for a key that only has a transform, unless something stands in for it. */
const mayBeMissing = z.preprocess((value) => value ?? null, z.unknown());

type Moment = { readonly atMs: number | null; readonly localDate: string | null };

/** `{utc, local}` or bare text → epoch milliseconds. Missing, empty and `0000-00-00` are null, as the platform means them. */
export const wireDate = mayBeMissing.transform((value, ctx): number | null => {
  const ms = readDate(value);
  if (ms !== 'broken') return ms;
  ctx.addIssue({ code: 'custom', message: 'not a UTC date' });
  return z.NEVER;
});

/** The same with the `YYYY-MM-DD` of its `local` part, which is null when there is none. */
export const wireMoment = mayBeMissing.transform((value, ctx): Moment => {
  const atMs = readDate(value);
  if (atMs !== 'broken') return { atMs, localDate: localDateOf(value) };
  ctx.addIssue({ code: 'custom', message: 'not a UTC date' });
  return z.NEVER;
});

/** `broken`: it says something, and not a date. */
export function readDate(value: unknown): number | null | 'broken' {
  const text = typeof value === 'object' && value !== null && 'utc' in value ? value.utc : value;
  if (isNothing(text) || (typeof value === 'object' && value === text)) return null;
  if (typeof text !== 'string') return 'broken';
  // Most are dates, and year 0 is none of those.
  return parseUtc(text) ?? (/^\s*$|^0000-00-00/.test(text) ? null : 'broken');
}

function localDateOf(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || !('local' in value)) return null;
  const { local } = value;
  if (typeof local !== 'object' || local === null || !('date' in local) || typeof local.date !== 'string') return null;
  return /^\d{4}-\d{2}-\d{2}$/.test(local.date) && parseUtc(local.date) !== null ? local.date : null;
}
