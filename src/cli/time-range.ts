import { configurationProblem } from '../configuration-problems.ts';
import type { Problem } from '../domain/problem.ts';
import { MOMENT_FORMS, parseMoment } from './moment.ts';

type Range = { readonly sinceMs: number | null; readonly untilMs: number | null };

export type RangeReading = { readonly range: Range; readonly problems: readonly Problem[] };

/** What `--since` and `--until` mean at this moment, and everything that is wrong with them. */
export function readTimeRange(
  { since, until }: { readonly since: string | null; readonly until: string | null },
  nowMs: number,
): RangeReading {
  const read = [readMoment('--since', since, nowMs), readMoment('--until', until, nowMs)] as const;
  const [from, to] = read;
  const problems = read.flatMap((one) => (one.kind === 'problem' ? [one.problem] : []));
  if (from.kind === 'problem' || to.kind === 'problem') return { range: { sinceMs: null, untilMs: null }, problems };
  return { range: { sinceMs: from.atMs, untilMs: to.atMs }, problems: emptyRange(from.atMs, to.atMs) };
}

type Moment =
  | { readonly kind: 'moment'; readonly atMs: number | null }
  | { readonly kind: 'problem'; readonly problem: Problem };

function readMoment(flag: string, text: string | null, nowMs: number): Moment {
  if (text === null) return { kind: 'moment', atMs: null };
  const atMs = parseMoment(text, nowMs);
  if (atMs !== null) return { kind: 'moment', atMs };
  return {
    kind: 'problem',
    problem: mistake(flag, `is not a moment: ${JSON.stringify(text)}`, `Write ${MOMENT_FORMS}.`),
  };
}

/** A range that ends before it begins would only ever show nothing. */
function emptyRange(sinceMs: number | null, untilMs: number | null): readonly Problem[] {
  if (sinceMs === null || untilMs === null || sinceMs < untilMs) return [];
  const [from, to] = [sinceMs, untilMs].map((atMs) => new Date(atMs).toISOString());
  return [mistake('--since', `begins at ${from}, not before --until ${to}`, 'Exchange the two, or leave one out.')];
}

function mistake(where: string, what: string, fix: string): Problem {
  return configurationProblem(where, 'FM-C202', { what, fix });
}
