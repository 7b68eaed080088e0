import { formatCents } from '../domain/money.ts';
import { REASONS } from '../domain/reason-codes.ts';
import type { RunReport } from '../engine/run-report.ts';
import { counted } from '../report/counted.ts';
import { summariseOutcome } from '../sandbox/market/outcome.ts';
import type { World } from '../sandbox/world/nouns.ts';

export type DayTotals = { readonly reports: readonly RunReport[] };

type Outcome = ReturnType<typeof summariseOutcome>;
type Row = Outcome['results'][number];

/** What the day came to: the market's own account of what was filled, and our account of why the rest was not. */
export function demoSummary(world: World, totals: DayTotals): string {
  const outcome = summariseOutcome(world);
  const opened = outcome.results.filter((row) => row.opened_at !== null);
  const filled = opened.filter((row) => row.provider_id !== null);
  const open = opened.filter(isStillOpen);
  const sum = (of: (summary: RunReport['summary']) => number) =>
    totals.reports.reduce((total, { summary }) => total + of(summary), 0);
  const { median, p90 } = outcome.minutes_to_fill;
  const minutes = (value: number | null) => (value === null ? 'never' : `${value} min`);
  return [
    '',
    `The day: ${counted(totals.reports.length, 'run')}, ${counted(
      sum(({ actions }) => actions),
      'action',
    )}, ${counted(
      sum(({ httpRequests }) => httpRequests),
      'HTTP request',
    )}.`,
    `Filled ${filled.length} of ${opened.length} work orders that opened: ${waysText(filled, totals)}.`,
    ...restOfOpened(opened, filled.length + open.length, open.length),
    ...givenBack(world, opened),
    `Time to fill: median ${minutes(median)}, 90 % within ${minutes(p90)}.`,
    `Spend committed on the platform: ${formatCents(outcome.spend_cents)} for the ${counted(filled.length, 'work order')} filled.`,
    ...ledgerMoney(totals),
    ...(open.length === 0 ? [] : [`Still open at the end of the day: ${open.length}`, ...reasonsOfOpen(open, totals)]),
    '',
  ].join('\n');
}

function isStillOpen({ status }: Row): boolean {
  return status === 'published' || status === 'routed';
}

/** `14 by assign, 5 by route`: who filled them, and by which of our ways. */
function waysText(filled: readonly Row[], totals: DayTotals): string {
  const massRouted = new Set(
    allDecisions(totals).flatMap(({ planned }) =>
      planned.intents.flatMap(({ call }) =>
        call.kind === 'mass_route' ? call.providerIds.map((provider) => `${call.workOrderId}:${provider}`) : [],
      ),
    ),
  );
  const wayOf = (row: Row) => {
    if (row.by === 'colleague') return 'by a colleague';
    if (row.by === 'platform') return 'by the platform itself';
    if (row.how !== 'accept_route') return 'by assign';
    return massRouted.has(`${row.work_order_id}:${row.provider_id}`) ? 'by mass-route' : 'by route';
  };
  const ways = ['by assign', 'by route', 'by mass-route', 'by a colleague', 'by the platform itself'];
  const counts = ways.map((way) => [filled.filter((row) => wayOf(row) === way).length, way] as const);
  return counts.flatMap(([count, way]) => (count > 0 ? [`${count} ${way}`] : [])).join(', ') || 'none';
}

function allDecisions({ reports }: DayTotals): RunReport['decisions'] {
  return reports.flatMap((report) => report.decisions);
}

/** So that filled, still open and the rest add up to all that opened. */
function restOfOpened(opened: readonly Row[], known: number, open: number): readonly string[] {
  const calledOff = opened.filter(({ status }) => status === 'cancelled').length;
  const drafts = opened.length - known - calledOff;
  const parts = [
    `${open} still open`,
    ...(calledOff > 0 ? [`${calledOff} called off`] : []),
    ...(drafts > 0 ? [`${drafts} back in draft, all invitations being over`] : []),
  ];
  const rest = opened.length - known + open;
  return rest === 0 ? [] : [`Of the other ${rest}: ${parts.join(', ')}.`];
}

/** A provider who drops out opens the work order again: it may be assigned twice in a day, or end the day open. */
function givenBack(world: World, opened: readonly Row[]): readonly string[] {
  const back = world.log.filter(({ kind }) => kind === 'work_order.provider_cancelled');
  if (back.length === 0) return [];
  const ids = new Set(back.map((entry) => entry.work_order_id));
  const again = opened.filter((row) => ids.has(row.work_order_id) && row.provider_id !== null).length;
  const which = back.map((entry) => `${entry.work_order_id} by ${entry.provider_id}`).join(', ');
  return [`Given back by the provider after assignment: ${back.length} (${which}); ${again} filled again.`];
}

/** Money by the ledger's measure; the market's is smaller, since it knows which invitations came to nothing. */
function ledgerMoney(totals: DayTotals): readonly string[] {
  const total = totals.reports.reduce((sum, { summary }) => sum + summary.committedCents, 0);
  const invited = totals.reports.reduce((sum, report) => sum + invitedCents(report), 0);
  return [
    `Committed in our ledger (report runs): ${formatCents(total)}, of which ${formatCents(invited)} by invitations:`,
    '  these count in full when they are sent, whether they are accepted or not.',
  ];
}

function invitedCents({ decisions, effects }: RunReport): number {
  const confirmed = new Set(
    effects.flatMap((effect) => (effect.kind === 'confirmed' ? [`${effect.decisionId}/${effect.intentN}`] : [])),
  );
  const intents = decisions.flatMap(({ id, isUnchanged, planned }) =>
    isUnchanged ? [] : planned.intents.filter(({ n }) => confirmed.has(`${id}/${n}`)),
  );
  return intents
    .filter(({ call }) => ['route', 'mass_route', 'mass_route_pool', 'auto_dispatch'].includes(call.kind))
    .reduce((sum, { costCents }) => sum + costCents, 0);
}

/** Why each is still open, by what the last run decided on it. */
function reasonsOfOpen(open: readonly Row[], totals: DayTotals): readonly string[] {
  const last = totals.reports.at(-1)?.decisions ?? [];
  const counts = new Map<string, number>();
  for (const row of open) {
    const planned = last.find(
      (decision) => decision.planned.workOrder.id === row.work_order_id && decision.planned.mode !== 'shadow',
    )?.planned;
    const line =
      planned === undefined
        ? 'opened after the last run'
        : `${planned.outcome.replace('_', '-').padEnd(10)} ${planned.reason.code}  ${REASONS[planned.reason.code].title}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]).map(([line, count]) => `  ${String(count).padStart(3)}  ${line}`);
}
