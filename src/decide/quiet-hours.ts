import type { QuietHours } from '../domain/quiet-hours.ts';

const DAY_NAMES = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** The first of the quiet hours that holds at this moment; null: none does. */
export function findQuietHours(all: readonly QuietHours[], nowMs: number): QuietHours | null {
  return all.find((hours) => isWithin(hours, localTime(hours.timeZone, nowMs))) ?? null;
}

/** Why it is quiet: the file's own words, else the hours themselves. */
export function describeQuietHours(hours: QuietHours): string {
  if (hours.because !== null) return hours.because;
  const days = hours.days.map((day) => DAY_NAMES[day]).join(', ');
  return `quiet ${days} ${clockText(hours.fromMinute)}–${clockText(hours.toMinute)} ${hours.timeZone}`;
}

type LocalTime = { readonly day: number; readonly minute: number };

/** Hours that end before they begin run past midnight and belong to the day on which they begin. */
function isWithin({ days, fromMinute, toMinute }: QuietHours, { day, minute }: LocalTime): boolean {
  const startsToday = days.includes(day);
  if (fromMinute <= toMinute) return startsToday && minute >= fromMinute && minute < toMinute;
  return (startsToday && minute >= fromMinute) || (days.includes((day + 6) % 7) && minute < toMinute);
}

/** Locale and zone are given, so nothing of the machine's own settings comes in. */
function localTime(timeZone: string, nowMs: number): LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  const parts = new Map(format.formatToParts(nowMs).map((part) => [part.type, part.value]));
  return {
    day: DAY_NAMES.indexOf(parts.get('weekday') ?? ''),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}

function clockText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
