import { lorenzCurve, topPerMille } from '../analysis/concentration.ts';
import type { DayOutcome, Fill } from '../domain/fill.ts';
import { counted } from './counted.ts';
import { cellsOf, type Digest } from './digest.ts';
import { plotHtml } from './plot.ts';
import { barsPlot } from './plot-bars.ts';
import { columnsPlot } from './plot-columns.ts';
import { lorenzPlot } from './plot-lorenz.ts';

/** Outcomes as a reader of the digest tells them apart. */
const PARTS = ['acted', 'wait', 'hold', 'skip'] as const;

/** The most columns that a phone shows apart. */
const MOST_DAYS = 31;

/** Day, then how many decisions of each part, the last days where there are many; days without a decision are not in it. */
export function decisionsByDay(outcomes: readonly DayOutcome[]) {
  const days = Map.groupBy(outcomes, ({ dayMs }) => dayMs);
  return [...days].slice(-MOST_DAYS).map(([dayMs, own]) => {
    const of = (part: (typeof PARTS)[number]) =>
      own
        .filter(({ outcome }) => (isIdle(outcome) ? outcome : 'acted') === part)
        .reduce((sum, { decisions }) => sum + decisions, 0);
    return { day: dayText(dayMs), counts: PARTS.map(of) };
  });
}

function isIdle(outcome: string): boolean {
  return outcome === 'wait' || outcome === 'hold' || outcome === 'skip';
}

export const DECISION_HEADS = ['day', 'acted', 'waits', 'held for a person', 'skipped'] as const;

export function decisionsPlot({ outcomes }: Digest): string {
  const days = decisionsByDay(outcomes);
  const sums = PARTS.map((_, part) => days.reduce((sum, { counts }) => sum + (counts[part] ?? 0), 0));
  const told = sums.map((sum, part) => `${DECISION_HEADS[part + 1]} ${sum}`);
  return plotHtml(
    columnsPlot({
      id: 'decisions',
      title: 'Decisions by day and outcome',
      description: `Live decisions of ${counted(days.length, 'day')} (UTC): ${told.join(', ')}. A work order counts each time it was decided on anew.`,
      parts: DECISION_HEADS.slice(1),
      columns: days.map(({ day, counts }) => ({
        label: day.slice(5),
        values: counts,
        written: String(counts.reduce((sum, count) => sum + count, 0)),
        limit: null,
      })),
      write: String,
    }),
  );
}

/** Money committed of each day against the limit of the configuration; empty: nothing was. */
export function spendPlot(digest: Digest): string {
  const scopes = cellsOf(digest, 'spend', 'rule_file');
  const cells = ['day_utc', 'committed_usd', 'cap_usd'].map((name) => cellsOf(digest, 'spend', name));
  const rows = scopes.flatMap((scope, row) => (scope === 'all' ? [cells.map((column) => column[row] ?? null)] : []));
  const days = rows.slice(-MOST_DAYS).map(([day, committed, cap]) => ({
    day: String(day),
    usd: typeof committed === 'number' ? committed : 0,
    cap: typeof cap === 'number' ? cap : null,
  }));
  if (days.length === 0) return '';
  const capped = days.filter(({ cap }) => cap !== null);
  const over = capped.filter(({ usd, cap }) => usd >= (cap ?? 0)).length;
  const limit =
    capped.length === 0
      ? 'no limit of all files together is known of these days'
      : `the limit of a day (dashed) was reached on ${over}`;
  return plotHtml(
    columnsPlot({
      id: 'spend',
      title: 'Money committed by day, against the limit',
      description: `Committed on ${counted(days.length, 'day')}, ${usdText(days.reduce((sum, { usd }) => sum + usd, 0))} in all; ${limit}.`,
      parts: ['committed'],
      columns: days.map(({ day, usd, cap }) => ({
        label: day.slice(5),
        values: [usd],
        written: usdText(usd),
        limit: cap,
      })),
      write: usdText,
    }),
  );
}

function usdText(usd: number): string {
  return `$${Math.round(usd)}`;
}

/** Of the live rule file with the most decisions: of different files the criteria differ. Empty: no slate. */
export function attritionPlot(digest: Digest): string {
  const [files, decided, steps, passed, decisions] = ['rule_file', 'decided', 'step', 'passed', 'decisions'].map(
    (name) => cellsOf(digest, 'attrition', name),
  );
  const live = (decided ?? []).flatMap((how, row) =>
    how === 'live' ? [{ row, file: files?.[row], decisions: Number(decisions?.[row] ?? 0) }] : [],
  );
  const [most] = live.toSorted((a, b) => b.decisions - a.decisions || a.row - b.row);
  if (most === undefined) return '';
  const bars = live
    .filter(({ file }) => file === most.file)
    .map(({ row }) => {
      const left = Number(passed?.[row] ?? 0);
      return { label: String(steps?.[row]), value: left, written: String(left) };
    });
  const description = `Candidates of ${counted(most.decisions, 'decision')} by ${most.file}: ${bars[0]?.written} on the slates, ${bars.at(-1)?.written} eligible in the end. The bars say how many are left after each step.`;
  return plotHtml(barsPlot({ id: 'attrition', title: 'How slates shrank', description, bars, shape: 'funnel' }));
}

const HOUR_MS = 3_600_000;

/** Upper bounds in hours; the last has none. */
const FILL_BINS = [
  { label: 'within 30 min', untilMs: HOUR_MS / 2 },
  { label: '30 min to 1 h', untilMs: HOUR_MS },
  { label: '1 h to 2 h', untilMs: 2 * HOUR_MS },
  { label: '2 h to 4 h', untilMs: 4 * HOUR_MS },
  { label: '4 h to 8 h', untilMs: 8 * HOUR_MS },
  { label: '8 h to 24 h', untilMs: 24 * HOUR_MS },
  { label: 'later', untilMs: Number.POSITIVE_INFINITY },
] as const;

/** How many were filled within which time of opening; the counts add up to the fills. */
export function fillTimes(
  fills: readonly Pick<Fill, 'openedAtMs' | 'filledAtMs'>[],
): readonly { readonly label: string; readonly count: number }[] {
  const times = fills.map(({ openedAtMs, filledAtMs }) => Math.max(0, filledAtMs - openedAtMs));
  return FILL_BINS.map(({ label, untilMs }, bin) => {
    const fromMs = bin === 0 ? 0 : (FILL_BINS[bin - 1]?.untilMs ?? 0);
    return { label, count: times.filter((ms) => ms >= fromMs && ms < untilMs).length };
  });
}

export function fillTimesPlot({ fills }: Digest): string {
  if (fills.length === 0) return '';
  const bars = fillTimes(fills).map(({ label, count }) => ({ label, value: count, written: String(count) }));
  const description = `From opening to being filled, ${counted(fills.length, 'work order')}.`;
  return plotHtml(barsPlot({ id: 'fill-times', title: 'Time to fill', description, bars, shape: 'bars' }));
}

/** Fills of each provider, the busiest first. */
export function fillsByProvider(fills: readonly Fill[]): readonly (readonly [number, number])[] {
  const byProvider = Map.groupBy(fills, ({ providerId }) => providerId);
  return [...byProvider]
    .map(([provider, own]) => [provider, own.length] as const)
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
}

export function concentrationPlot({ fills }: Digest): string {
  const shares = fillsByProvider(fills);
  const counts = shares.map(([, count]) => count);
  const busiest = topPerMille(counts, Math.max(1, Math.floor(counts.length / 10)));
  if (busiest === null) return '';
  const description = `${counted(fills.length, 'work order')} went to ${counted(shares.length, 'provider')}; the busiest tenth of them (at least one) got ${busiest / 10} %. Providers who got nothing are not in it.`;
  return plotHtml(
    lorenzPlot({ id: 'concentration', title: 'Who gets the work', description, points: lorenzCurve(counts) }),
  );
}

function dayText(dayMs: number): string {
  return new Date(dayMs).toISOString().slice(0, 10);
}
