import { providerId } from '../domain/ids.ts';
import type { ExcludedProvider } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse } from './file-reading.ts';
import type { JsonPath } from './json-document.ts';
import { readPart } from './read-part.ts';
import { EXCLUSION_SHAPE } from './shapes.ts';

const DAY_MS = 86_400_000;

export function readExclusion(reading: FileReading, path: JsonPath): ExcludedProvider | null {
  const shape = readPart(reading, path, EXCLUSION_SHAPE);
  if (shape === null) return null;
  const { id, until, because } = shape;
  if (until === undefined) return { providerId: providerId(id), untilMs: null, because };
  const dayMs = startOfDayMs(until);
  if (dayMs !== null) return { providerId: providerId(id), untilMs: dayMs + DAY_MS, because };
  const what = `until is ${quoted(until)}, and there is no such day`;
  refuse(reading, [...path, 'until'], {
    code: 'FM-R603',
    what,
    fix: 'Write the last day of the exclusion as "YYYY-MM-DD".',
  });
  return null;
}

/** Midnight UTC; null when the calendar has no such day. */
function startOfDayMs(date: string): number | null {
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(ms)) return null;
  return new Date(ms).toISOString().startsWith(date) ? ms : null;
}
