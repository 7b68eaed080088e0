import { createTask, validateDetailed } from 'node-cron';

/** The moments a cron expression names, in UTC: summer time neither repeats nor skips any. */
export interface Schedule {
  readonly expression: string;
  /** The next moments strictly after this one, ascending. */
  slotsAfter(epochMs: number, count: number): readonly number[];
  /** The latest moment not after `epochMs` and strictly after `afterMs`; null when there is none. */
  latestSlot(epochMs: number, afterMs: number): number | null;
}

export type ScheduleReading =
  | { readonly kind: 'schedule'; readonly schedule: Schedule }
  | { readonly kind: 'wrong'; readonly what: string; readonly fix: string };

const DAY_MS = 86_400_000;

/** Every day of every kind comes round within it, but for 29 February on a given weekday. */
const SEARCHED_DAYS = 8 * 366;

export const CRON_ZONE = 'Etc/UTC';

/** Five fields (minute, hour, day, month, weekday), or six with seconds before them. `nowMs` is where the search starts. */
export function readSchedule(expression: string, nowMs: number): ScheduleReading {
  const { errors, fields } = validateDetailed(expression);
  if (fields === undefined || errors.length > 0) {
    const found = errors.map(({ field, message }) => `${field}: ${message}`).join('; ');
    return { kind: 'wrong', what: `is no cron expression (${found})`, fix: FIX };
  }
  const schedule = toSchedule(expression, timesOfDay(fields));
  if (schedule.slotsAfter(nowMs, 1).length > 0) return { kind: 'schedule', schedule };
  return { kind: 'wrong', what: 'names no moment in the next eight years', fix: FIX };
}

const FIX = 'Write minute, hour, day of month, month and weekday in UTC, such as "*/5 * * * *" for every five minutes.';

type Fields = NonNullable<ReturnType<typeof validateDetailed>['fields']>;

/** Milliseconds after midnight, ascending. */
function timesOfDay({ hour, minute, second }: Fields): readonly number[] {
  const ascending = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  const [hours, minutes, seconds] = [ascending(hour), ascending(minute), ascending(second)];
  return hours.flatMap((h) => minutes.flatMap((m) => seconds.map((s) => ((h * 60 + m) * 60 + s) * 1000)));
}

function toSchedule(expression: string, times: readonly number[]): Schedule {
  // Days are asked of the library, which knows L, W and # too; the times within a day are the same on each.
  const task = createTask(expression, () => undefined, { timezone: CRON_ZONE });
  const [firstTime = 0] = times;
  const isNamed = (day: number) => task.match(new Date(day * DAY_MS + firstTime));
  return {
    expression,
    slotsAfter: (epochMs, count) => {
      const slots: number[] = [];
      const today = Math.floor(epochMs / DAY_MS);
      for (let day = today; day <= today + SEARCHED_DAYS && slots.length < count; day += 1) {
        if (!isNamed(day)) continue;
        const from = firstAfter(times, epochMs - day * DAY_MS);
        slots.push(...times.slice(from, from + count - slots.length).map((time) => day * DAY_MS + time));
      }
      return slots;
    },
    latestSlot: (epochMs, afterMs) => {
      const today = Math.floor(epochMs / DAY_MS);
      const oldest = Math.max(Math.floor(afterMs / DAY_MS), today - SEARCHED_DAYS);
      for (let day = today; day >= oldest; day -= 1) {
        const time = times[firstAfter(times, epochMs - day * DAY_MS) - 1];
        if (time === undefined || !isNamed(day)) continue;
        const slot = day * DAY_MS + time;
        return slot > afterMs ? slot : null;
      }
      return null;
    },
  };
}

/** Index of the first time later than this one; the length when there is none. */
function firstAfter(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((times[middle] ?? 0) > ms) high = middle;
    else low = middle + 1;
  }
  return low;
}
