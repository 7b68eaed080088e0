/** A zone as the platform names it. */
export type TimeZone = { readonly id: number; readonly name: string; readonly short: string };

const HOUR_MS = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Offset from UTC in ms at that moment. Kept per zone and hour: zones change on the hour in UTC, and asking Intl is slow. */
export function zoneOffsetMs(zone: string, atMs: number): number {
  const key = `${zone} ${Math.floor(atMs / HOUR_MS)}`;
  const kept = offsets.get(key);
  if (kept !== undefined) return kept;
  const offset = askOffsetMs(zone, atMs);
  if (offsets.size > 100_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** `date` is YYYY-MM-DD and `time` HH:MM:SS on a wall clock in that zone. */
export function toLocalTime(zone: string, atMs: number): { readonly date: string; readonly time: string } {
  const text = new Date(atMs + zoneOffsetMs(zone, atMs)).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 19) };
}

/** The moment a wall clock in that zone shows this; `localMs` is the reading as if it were UTC. */
export function fromLocalTime(zone: string, localMs: number): number {
  const guess = localMs - zoneOffsetMs(zone, localMs);
  return localMs - zoneOffsetMs(zone, guess);
}

function askOffsetMs(zone: string, atMs: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const name = format.formatToParts(atMs).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const found = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (found === null) return 0;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return (found[1] === '-' ? -minutes : minutes) * 60_000;
}
