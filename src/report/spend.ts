import type { CapOf } from '../analysis/broken-money.ts';
import { moneyByDay, type Spend, sumSpend } from '../analysis/spend.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { readCaps } from './money-caps.ts';
import { defineReport, EVERY_FILTER, type ReportColumn } from './report.ts';

const { column, money, percent } = columnsOf<Spend>();

const COLUMNS: readonly ReportColumn<Spend>[] = [
  column('day_utc', 'The day, from midnight to midnight UTC, which is the day of every limit on money.', ({ dayMs }) =>
    new Date(dayMs).toISOString().slice(0, 10),
  ),
  column('rule_file', 'The rule file; `by hand`: what people did through us; `all`: the day’s sum.', ({ scope }) =>
    scope.kind === 'all' ? 'all' : (scope.ruleFileId ?? 'by hand'),
  ),
  column('assignments', 'Work orders that counted with an assignment at the end of the day.', (row) => row.assignments),
  column(
    'invitations',
    'Work orders that counted with an invitation of that day, which somebody might still accept.',
    (row) => row.invitations,
  ),
  money(
    'committed_usd',
    'What these may cost, counted as the limits count it: a work order once, with its assignment or its dearest invitation.',
    (row) => row.committedCents,
  ),
  money(
    'cap_usd',
    'The limit that held: the file’s max_daily_total_usd, or that of the configuration.',
    (row) => row.capCents,
  ),
  percent('cap_used_percent', 'What is shown here as committed, of that limit.', usedPerMille),
  column('counters', 'Of the assignments, those made by accepting a counter-offer.', (row) => row.counters),
  money('over_base_usd', 'What these cost above what their work orders offered.', (row) => row.overBaseCents),
  money(
    'approved_usd',
    'What approvals sent that day released; assignments had committed it before.',
    (row) => row.approvedCents,
  ),
];

export const spendReport = defineReport({
  name: 'spend',
  summary:
    'Money by day and rule file: committed, above the offered pay, released, and how much of each limit was used; of a provider, what it was bound for: its assignments and its dearest open invitations.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [8],
  remedy:
    'Committed is what stood at the end of each day, unsettled writes and open invitations too: a work order once a day, on two days perhaps twice. All that assignments cost, those that ended too: report provider-share.',
  load: loadSpend,
});

function usedPerMille({ committedCents, capCents }: Spend): number | null {
  return capCents === null || capCents === 0 ? null : Math.floor((committedCents * 1000) / capCents);
}

async function loadSpend(reader: LedgerReader, query: LedgerQuery): Promise<readonly Spend[]> {
  const works = await reader.figures.sentWork(query);
  const money = moneyByDay(works, query);
  const counters = money.filter(({ intent }) => intent.call.kind === 'accept_counter');
  const baseCents = await reader.figures.basePay(counters.map(({ intent }) => intent.decisionRow));
  const capOf = await readCaps(reader, works, new Set(money.map(({ dayMs }) => dayMs)));
  const rows = sumSpend(money, { baseCents, capOf: (dayMs, scope) => capOfScope(capOf, dayMs, scope) });
  return query.ruleFileId === null ? rows : rows.filter(({ scope }) => scope.kind === 'rule');
}

function capOfScope(capOf: CapOf, dayMs: number, scope: Spend['scope']): number | null {
  if (scope.kind === 'all') return capOf(dayMs, null);
  return scope.ruleFileId === null ? null : capOf(dayMs, scope.ruleFileId);
}
