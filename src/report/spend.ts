import { readRecordedBatch } from '../analysis/recorded-batch.ts';
import { readRecordedFiles } from '../analysis/recorded-rule-files.ts';
import { DAY_MS, dayOf, moneyByDay, type Spend, type SpendTerms, sumSpend } from '../analysis/spend.ts';
import type { SentIntent, SentWork } from '../domain/sent-work.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
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
    'Money by day and rule file: committed, above the offered pay, released, and how much of each limit was used; of a provider, what he was bound for.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [8],
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
  const days = new Set(money.map(({ dayMs }) => dayMs));
  const capOf = await readCaps(reader, lastDecided(works, days));
  const rows = sumSpend(money, { baseCents, capOf });
  return query.ruleFileId === null ? rows : rows.filter(({ scope }) => scope.kind === 'rule');
}

type LastDecided = ReadonlyMap<string, SentIntent>;

/** By day and rule file, and by day alone, the last dispatch decision of a file that was to send something. */
function lastDecided(works: readonly SentWork[], days: ReadonlySet<number>): LastDecided {
  const last = new Map<string, SentIntent>();
  for (const intent of works.flatMap(({ intents }) => intents)) {
    const dayMs = dayOf(intent.decidedAtMs);
    if (intent.ruleFileId === null || !days.has(dayMs) || isReview(intent)) continue;
    for (const key of [keyOf(dayMs, intent.ruleFileId), keyOf(dayMs, null)]) {
      const known = last.get(key);
      if (known === undefined || known.decidedAtMs <= intent.decidedAtMs) last.set(key, intent);
    }
  }
  return last;
}

function keyOf(dayMs: number, ruleFileId: string | null): string {
  return `${dayMs / DAY_MS} ${ruleFileId ?? ''}`;
}

function isReview({ call }: SentIntent): boolean {
  return call.kind === 'approve' || call.kind === 'incomplete';
}

/** Of a file by its text, of all by what the run recorded of the configuration: one body a day. */
async function readCaps(reader: LedgerReader, last: LastDecided): Promise<SpendTerms['capOf']> {
  const hashes = [...last.values()].map(({ ruleFileHash }) => ruleFileHash);
  const files = await readRecordedFiles(hashes, (hash) => reader.ruleFileText(hash));
  const global = new Map<number, number>();
  for (const [key, { decisionRow }] of last) {
    if (!key.endsWith(' ')) continue;
    const read = readRecordedBatch(await reader.figures.batch(decisionRow));
    const dayMs = Number(key) * DAY_MS;
    if (read.kind === 'dispatch' && !read.batch.lacks.includes('limits'))
      global.set(dayMs, read.batch.limits.maxDailyTotalCents);
  }
  return (dayMs, scope) => {
    if (scope.kind === 'all') return global.get(dayMs) ?? null;
    const hash = scope.ruleFileId === null ? null : (last.get(keyOf(dayMs, scope.ruleFileId))?.ruleFileHash ?? null);
    const found = hash === null ? undefined : files.get(hash);
    return found?.kind === 'dispatch' ? found.file.guardrails.pay.maxDailyTotalCents : null;
  };
}
