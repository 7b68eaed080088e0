import { draw } from '../random.ts';
import { fromLocalTime } from '../time-zone.ts';
import { WEEK } from './figures.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** When a work order of the week is opened: on a day and hour at which offices work, mostly. */
export function opensAtMs(
  given: { readonly seed: number; readonly id: number; readonly startMs: number },
  week: { readonly days: number; readonly zone: string },
): number {
  const unit = (about: string): number => draw(given.seed, 'opening', given.id, about);
  const firstDay = Math.floor(given.startMs / DAY_MS) * DAY_MS;
  const days = Array.from({ length: week.days }, (_, index) => firstDay + index * DAY_MS);
  const weights = days.map((dayMs) => WEEK.weekdayWeights[new Date(dayMs).getUTCDay()] ?? 0);
  const total = weights.reduce<number>((sum, weight) => sum + weight, 0);
  let left = unit('day') * total;
  const index = weights.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
  const hours = unit('out of hours') < WEEK.outOfHoursShare ? [0, 24] : WEEK.officeHours;
  const [from = 0, to = 24] = hours;
  const localMs = (days[index] ?? firstDay) + Math.round((from + unit('hour') * (to - from)) * 60) * MINUTE_MS;
  const atMs = fromLocalTime(week.zone, localMs);
  // The first day begins when the world does.
  return atMs >= given.startMs ? atMs : given.startMs + Math.round(unit('hour') * 6 * HOUR_MS);
}
