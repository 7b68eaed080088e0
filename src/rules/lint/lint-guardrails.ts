import type { QuietHours } from '../../domain/quiet-hours.ts';
import type { Guardrails, ReviewFile, RuleFile } from '../../domain/rule-file.ts';
import { DAYS } from '../shapes.ts';
import { type LintReading, warnOnce } from './lint-reading.ts';

/** What a file forbids or limits without effect, or for ever. `nowMs`: exclusions that were over by then. */
export function lintGuardrails(reading: LintReading, { guardrails }: RuleFile, nowMs: number): void {
  lintQuietHours(reading, guardrails.quietHours);
  lintLimits(reading, guardrails);
  const { pay } = guardrails;
  tellNothing(reading, ['max_actions_per_run'], { limit: guardrails.maxActionsPerRun, so: NO_ACTION });
  tellNothing(reading, ['max_share_of_open_percent'], { limit: guardrails.maxShareOfOpenPercent, so: NO_ACTION });
  tellNothing(reading, ['pay', 'max_total_usd'], { limit: pay.maxTotalCents, so: NO_MONEY });
  tellNothing(reading, ['pay', 'max_daily_total_usd'], { limit: pay.maxDailyTotalCents, so: NO_MONEY });
  for (const [place, { providerId, untilMs }] of guardrails.excludeProviders.entries()) {
    if (untilMs === null || untilMs > nowMs) continue;
    const what = `The exclusion of provider ${providerId} is over`;
    const fix = 'Delete the entry, or write a later day.';
    warnOnce(reading, ['guardrails', 'exclude_providers', place, 'until'], { code: 'FM-R827', what, fix });
  }
}

/** The same of what reviews have. */
export function lintNoReviews(reading: LintReading, guardrails: ReviewFile['guardrails']): void {
  tellNothing(reading, ['max_actions_per_run'], { limit: guardrails.maxActionsPerRun, so: NO_ACTION });
  const so = 'so no work that costs anything is ever approved';
  tellNothing(reading, ['max_daily_approved_usd'], { limit: guardrails.maxDailyApprovedCents, so });
}

const NO_ACTION = 'so the file never acts';
const NO_MONEY = 'so no work order that pays anything is ever given to anybody';

/** A limit of zero, by somebody who means none. */
function tellNothing(
  reading: LintReading,
  below: readonly string[],
  { limit, so }: { readonly limit: number | null; readonly so: string },
): void {
  if (limit !== 0) return;
  const what = `${below.at(-1)} is 0, ${so}`;
  const fix = 'Delete it if there is to be no limit, or set "mode": "shadow" for a file that only watches.';
  warnOnce(reading, ['guardrails', ...below], { code: 'FM-R832', what, fix });
}

const DAY_MINUTES = 1_440;

/** Of one time zone: others shift against each other with the seasons. */
export function lintQuietHours(reading: LintReading, all: readonly QuietHours[]): void {
  const path = ['guardrails', 'quiet_hours'];
  for (const [place, hours] of all.entries()) {
    const covering = all.find(
      (other, at) => at !== place && covers(other, hours) && (at < place || !covers(hours, other)),
    );
    if (covering === undefined) continue;
    const what = `These quiet hours lie within those of entry ${all.indexOf(covering) + 1}`;
    warnOnce(reading, [...path, place], { code: 'FM-R826', what, fix: 'Delete the entry.' });
  }
  const zone = all
    .map(({ timeZone }) => timeZone)
    .find((timeZone) => isAlways(all.filter((one) => one.timeZone === timeZone)));
  if (zone === undefined) return;
  const what = 'The quiet hours together cover the whole week, so the file never acts';
  warnOnce(reading, path, { code: 'FM-R825', what, fix: 'Leave some hours out, or set "mode": "off".' });
}

function covers(outer: QuietHours, inner: QuietHours): boolean {
  return (
    outer.timeZone === inner.timeZone &&
    inner.days.every((day) => outer.days.includes(day)) &&
    outer.fromMinute <= inner.fromMinute &&
    inner.toMinute <= outer.toMinute
  );
}

function isAlways(all: readonly QuietHours[]): boolean {
  return DAYS.every((_, day) => {
    const own = all.filter(({ days }) => days.includes(day)).sort((a, b) => a.fromMinute - b.fromMinute);
    const quietUntil = own.reduce(
      (until, { fromMinute, toMinute }) => (fromMinute > until ? until : Math.max(until, toMinute)),
      0,
    );
    return quietUntil >= DAY_MINUTES;
  });
}

function lintLimits(reading: LintReading, { perProvider, pay }: Guardrails): void {
  const { perDay, per7Days, forbidOverlap, travelBufferMinutes } = perProvider;
  const { maxTotalCents, maxDailyTotalCents, acceptCounters, maxCounterOverBasePercent } = pay;
  const tell = (part: string, key: string, said: { readonly what: string; readonly fix: string }) =>
    warnOnce(reading, ['guardrails', part, key], { code: 'FM-R828', ...said });
  if (perDay !== null && per7Days !== null && perDay > per7Days) {
    const what = `${perDay} work orders a day are never reached, since seven days together allow ${per7Days}`;
    tell('per_provider', 'per_day', { what, fix: `Write at most ${per7Days}, or raise per_7_days.` });
  }
  if (!forbidOverlap && travelBufferMinutes > 0) {
    const what = 'Time to travel is kept only where overlaps are forbidden';
    tell('per_provider', 'travel_buffer_minutes', { what, fix: 'Delete it, or write "overlap": "forbid".' });
  }
  if (maxTotalCents !== null && maxDailyTotalCents !== null && maxTotalCents > maxDailyTotalCents) {
    const what = 'One work order may cost more than a whole day, so the limit of the day decides alone';
    tell('pay', 'max_total_usd', { what, fix: 'Write at most max_daily_total_usd, or raise that.' });
  }
  if (!acceptCounters && maxCounterOverBasePercent !== null) {
    const what = 'Counter-offers are not accepted, so it does not matter how far one is above the pay';
    tell('pay', 'max_counter_over_base_percent', { what, fix: 'Delete it, or write "accept_counters": true.' });
  }
}
