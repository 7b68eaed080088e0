import type { QuietHours } from '../domain/quiet-hours.ts';
import { type FileReading, type Mistake, quoted, refuse } from './file-reading.ts';
import type { JsonPath } from './json-document.ts';
import { nearestName } from './nearest-name.ts';
import { readPart } from './read-part.ts';
import { DAYS, QUIET_HOURS_SHAPE } from './shapes.ts';

export function readQuietHours(reading: FileReading, path: JsonPath): QuietHours | null {
  const shape = readPart(reading, path, QUIET_HOURS_SHAPE);
  if (shape === null) return null;
  const isZoneKnown = isTimeZone(shape.time_zone) && !isShortName(shape.time_zone);
  if (!isZoneKnown) refuse(reading, [...path, 'time_zone'], unknownZone(shape.time_zone));
  const fromMinute = minuteOfDay(shape.from);
  const toMinute = minuteOfDay(shape.to);
  if (fromMinute >= toMinute) refuse(reading, [...path, 'to'], neverHolds(shape.from, shape.to));
  if (!isZoneKnown || fromMinute >= toMinute) return null;
  return {
    days: DAYS.flatMap((day, number) => (shape.days.includes(day) ? [number] : [])),
    fromMinute,
    toMinute,
    timeZone: shape.time_zone,
    because: shape.because ?? null,
  };
}

function minuteOfDay(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function neverHolds(from: string, to: string): Mistake {
  const what = `The quiet hours go from ${from} to ${to}, and so never hold`;
  const fix =
    from === to
      ? 'Write "from": "00:00" and "to": "24:00" for a whole day.'
      : `Over midnight, write two entries: ${from} to 24:00, and 00:00 to ${to} on the day after.`;
  return { code: 'FM-R604', what, fix };
}

/** Where a short name is most likely meant. To the runtime most of them are other zones, or such as know no summer time. */
const SHORT_NAMES: { readonly [name: string]: string } = {
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  AKST: 'America/Anchorage',
  AKDT: 'America/Anchorage',
  HST: 'Pacific/Honolulu',
  IST: 'Asia/Kolkata',
  BST: 'Europe/London',
  WET: 'Europe/Lisbon',
  CET: 'Europe/Berlin',
  CEST: 'Europe/Berlin',
  MET: 'Europe/Berlin',
  EET: 'Europe/Helsinki',
};

/** Three letters that are a zone by themselves. */
const WHOLE_NAMES = ['UTC', 'GMT', 'UCT', 'PRC', 'ROC', 'ROK'];

function isShortName(zone: string): boolean {
  const plain = zone.toUpperCase();
  return Object.hasOwn(SHORT_NAMES, plain) || (/^[A-Z]{3}$/.test(plain) && !WHOLE_NAMES.includes(plain));
}

function unknownZone(zone: string): Mistake {
  if (isShortName(zone)) {
    const what = `${quoted(zone)} is short for a time of day and no zone of a place, which knows when summer time begins`;
    const likely = SHORT_NAMES[zone.toUpperCase()];
    const fix = `Write an IANA name, ${likely === undefined ? 'for example "America/Chicago"' : `most likely "${likely}"`}.`;
    return { code: 'FM-R602', what, fix };
  }
  const nearest = nearestName(zone, Intl.supportedValuesOf('timeZone'));
  const fix = nearest === null ? 'Write an IANA name, for example "America/Chicago".' : `Did you mean "${nearest}"?`;
  return { code: 'FM-R602', what: `There is no time zone ${quoted(zone)}`, fix };
}

/** Names only: an offset such as "-06:00" is a zone to the runtime, but not one that knows summer time. */
function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}
