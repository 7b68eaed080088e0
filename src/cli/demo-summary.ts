import { formatCents } from '../domain/money.ts';
import { REASONS } from '../domain/reason-codes.ts';
import type { RunReport } from '../engine/run-once.ts';
import { summariseOutcome } from '../sandbox/market/outcome.ts';
import type { World } from '../sandbox/world/nouns.ts';

export type DayTotals = { readonly reports: readonly RunReport[] };

/** What the day came to: the market's own account of what was filled, and our account of why the rest was not. */
export function demoSummary(world: World, totals: DayTotals): string {
  const outcome = summariseOutcome(world);
  const byRoute = filledByInvitation(outcome.results, totals);
  const last = totals.reports.at(-1);
  const minutes = (value: number | null) => (value === null ? 'never' : `${value} min`);
  const actions = totals.reports.reduce((sum, report) => sum + report.summary.actions, 0);
  const requests = last?.summary.httpRequests ?? 0;
  return [
    '',
    `The day: ${totals.reports.length} runs, ${actions} actions, ${requests} HTTP requests.`,
    `Filled ${outcome.filled} of ${outcome.ever_open} work orders that opened: ${outcome.by_how.assign + outcome.by_how.accept_request} by assign, ${byRoute.route} by route, ${byRoute.massRoute} by mass-route.`,
    `Time to fill: median ${minutes(outcome.minutes_to_fill.median)}, 90 % within ${minutes(outcome.minutes_to_fill.p90)}.`,
    `Spend committed: ${formatCents(outcome.spend_cents)}.`,
    'Still open at the end of the day:',
    ...reasonsOfOpen(last),
    '',
  ].join('\n');
}

/** Which invitation of ours led to each accepted route. */
function filledByInvitation(
  results: ReturnType<typeof summariseOutcome>['results'],
  totals: DayTotals,
): { readonly route: number; readonly massRoute: number } {
  const massRouted = new Set(
    totals.reports.flatMap((report) =>
      report.decisions.flatMap(({ planned }) =>
        planned.intents.flatMap(({ call }) =>
          call.kind === 'mass_route' ? call.providerIds.map((provider) => `${call.workOrderId}:${provider}`) : [],
        ),
      ),
    ),
  );
  const accepted = results.filter((row) => row.how === 'accept_route');
  const massRoute = accepted.filter((row) => massRouted.has(`${row.work_order_id}:${row.provider_id}`)).length;
  return { route: accepted.length - massRoute, massRoute };
}

function reasonsOfOpen(last: RunReport | undefined): readonly string[] {
  const reasons = Object.entries(last?.summary.byReason ?? {}).toSorted((a, b) => b[1] - a[1]);
  const open = new Map(last?.decisions.map(({ planned }) => [planned.reason.code, planned.outcome] as const));
  return reasons.flatMap(([code, count]) => {
    const reason = Object.entries(REASONS).find(([known]) => known === code);
    const outcome = [...open].find(([known]) => known === code)?.[1];
    if (reason === undefined || outcome === undefined || !['wait', 'hold', 'skip'].includes(outcome)) return [];
    return [`  ${String(count).padStart(3)}  ${outcome.padEnd(5)} ${code}  ${reason[1].title}`];
  });
}
