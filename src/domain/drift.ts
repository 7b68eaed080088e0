import type { Limits } from './limits.ts';
import { dayOf, type ParityDay, type ParitySum, sumParity } from './parity.ts';

/** Our verdicts and Field Nation's have come apart on one criterion of one rule file. */
export type Drift = Pick<ParityDay, 'ruleFileId' | 'key' | 'example'> & {
  readonly recent: ParitySum;
  readonly before: ParitySum;
};

export type DriftLimits = Pick<Limits, 'driftMinCompared' | 'driftOverPercent'>;

/** The week that is looked at, today included, and the four before it. Whole weeks, so that week-ends weigh the same in both. */
const RECENT_DAYS = 7;
const BEFORE_DAYS = 28;

/** How far back `findDrift` looks. */
export const DRIFT_DAYS = RECENT_DAYS + BEFORE_DAYS;

/**
 * Standard errors that a share must have moved beside the percent points of the limit: chance alone moves so far once in
 * 30,000 looks, and every run looks. Of 4,000 simulated years of balanced streams (5 to 50 candidates a day, of whom both differ on
 * none to half), 8 raised an alarm.
 */
const STANDARD_ERRORS = 4;

/**
 * Where the share of candidates on whom both differ is higher in the last week than in the four before it, by more than
 * `driftOverPercent` points and than chance explains. Only upwards: that both agree more again is no reason to look.
 * By rule file and criterion, so that a new file with limits of its own is nobody's drift. `days` need not be sorted.
 */
export function findDrift(days: readonly ParityDay[], nowMs: number, limits: DriftLimits): readonly Drift[] {
  const today = dayOf(nowMs);
  const groups = Map.groupBy(days, ({ ruleFileId, key }) => `${ruleFileId} ${key}`);
  return [...groups.values()].flatMap((group) => {
    const recentDays = group.filter(({ day }) => day <= today && day > today - RECENT_DAYS);
    const beforeDays = group.filter(({ day }) => day <= today - RECENT_DAYS && day > today - DRIFT_DAYS);
    const [recent, before] = [sumParity(recentDays), sumParity(beforeDays)];
    const example =
      recentDays.toSorted((a, b) => a.day - b.day).findLast((one) => one.example !== null)?.example ?? null;
    const { ruleFileId = '', key = '' } = group[0] ?? {};
    return isDrift(recent, before, limits) ? [{ ruleFileId, key, example, recent, before }] : [];
  });
}

function isDrift(recent: ParitySum, before: ParitySum, { driftMinCompared, driftOverPercent }: DriftLimits): boolean {
  if (recent.compared < driftMinCompared || before.compared < driftMinCompared) return false;
  const rise = recent.differ / recent.compared - before.differ / before.compared;
  return rise * 100 >= driftOverPercent && rise >= STANDARD_ERRORS * standardError(recent, before);
}

/** Of the difference of two shares, if both were one (pooled). */
function standardError(a: ParitySum, b: ParitySum): number {
  const share = (a.differ + b.differ) / (a.compared + b.compared);
  return Math.sqrt(share * (1 - share) * (1 / a.compared + 1 / b.compared));
}

/** From this share on a criterion counts as differing, for the day since when: less is noise of rounding and of age. */
const DIFFERS_PERCENT = 10;

/** The first day of the last stretch of days on all of which the two differed much; null: on the last day compared they did not. */
export function differsSinceDay(days: readonly ParityDay[]): number | null {
  const sorted = days.filter((day) => sumParity([day]).compared > 0).toSorted((a, b) => a.day - b.day);
  const last = sorted.findLastIndex((day) => {
    const { compared, differ } = sumParity([day]);
    return differ * 100 < DIFFERS_PERCENT * compared;
  });
  return sorted[last + 1]?.day ?? null;
}
