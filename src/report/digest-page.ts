import { MINUTES_BY_HAND, minutesSaved } from '../analysis/minutes-saved.ts';
import type { Fill } from '../domain/fill.ts';
import { formatCents } from '../domain/money.ts';
import { counted } from './counted.ts';
import { cellsOf, type Digest, type DigestReportName } from './digest.ts';
import {
  attritionPlot,
  concentrationPlot,
  DECISION_HEADS,
  decisionsByDay,
  decisionsPlot,
  fillsByProvider,
  fillTimes,
  fillTimesPlot,
  spendPlot,
} from './digest-plots.ts';
import { durationText, pointsText } from './fact-text.ts';
import { tableOfReport } from './formats.ts';
import { escapeHtml, factsHtml, type PageTable, pageOf, paragraphHtml, sectionHtml, tableHtml } from './page.ts';
import { writtenTime } from './report.ts';

/** Rows of one table; the rest is counted: a mail is to be read, and some readers cut it at 100 kB. */
const MOST_ROWS = 10;

/** What happened in a time, as one page for mail: every figure stands in words or a table too, should a reader strip the drawings. */
export function digestPage(digest: Digest): string {
  const { sinceMs, untilMs } = digest;
  const title = `fieldmarshal: ${writtenTime(sinceMs)} to ${writtenTime(untilMs)}`;
  return pageOf({
    title,
    body: [
      `<h1>${escapeHtml(title)}</h1>`,
      '<p class="quiet">All times and days are in UTC.</p>',
      factsHtml(headRows(digest)),
      filled(digest),
      decisions(digest),
      ofReport(digest, 'spend', { title: 'Money against the limits', before: [spendPlot(digest)] }),
      ofReport(digest, 'holds', { title: 'Open work, and what it waits for', before: [] }),
      timesToFill(digest),
      closestCalls(digest),
      ofReport(digest, 'attrition', { title: 'How slates shrank', before: [attritionPlot(digest)] }),
      ofReport(digest, 'incomplete-data', { title: 'Decisions on incomplete data', before: [] }),
      ofReport(digest, 'overrides', { title: 'Where people did otherwise', before: [] }),
      ofReport(digest, 'effects', { title: 'Writes that were not clean', before: [] }),
      ofReport(digest, 'open-intents', { title: 'Writes not settled yet', before: [] }),
      concentration(digest),
      ofReport(digest, 'parity', { title: 'Where Field Nation’s score differs', before: [] }),
      ofReport(digest, 'invariants', { title: 'What must never happen', before: [] }),
      ofReport(digest, 'rules', { title: 'Changes of rule files', before: [] }),
      ledger(digest),
    ].filter((part) => part !== ''),
  });
}

/** The digest in a few lines. */
function headRows(digest: Digest): readonly (readonly string[])[] {
  const { fills } = digest;
  const own = fills.filter(({ ruleFileId }) => ruleFileId !== null);
  const count = (how: Fill['how']) => own.filter((fill) => fill.how === how).length;
  const byHand = fills.length - own.length;
  const { times, providers, minutes } = minutesSaved(fills);
  const late = cellsOf(digest, 'holds', 'late').filter((cell) => cell !== null).length;
  const rowsOf = (name: DigestReportName) => digest.reports[name]?.rows.length ?? null;
  const open = rowsOf('holds');
  const counts: readonly (readonly [string, DigestReportName])[] = [
    ['Not clean', 'effects'],
    ['Not settled', 'open-intents'],
    ['Overridden', 'overrides'],
    ['Broken promises', 'invariants'],
  ];
  return [
    [
      'Filled',
      `${counted(own.length, 'time')} automatically, ${counted(new Set(own.map(({ workOrderId }) => workOrderId)).size, 'work order')}: ${count('assign')} assigned, ${count('accept_counter')} by an accepted counter-offer, ${count('route_accepted')} by an accepted invitation; ${byHand} by hand through us.`,
    ],
    ['Time saved', `about ${counted(minutes, 'minute')} = ${formulaText(times, providers)}`],
    ...(open === null ? [] : [['Open', `${counted(open, 'work order')}, ${late} of them late or over.`]]),
    ...counts.flatMap(([name, report]) => {
      const rows = rowsOf(report);
      return rows === null ? [] : [[name, rows === 0 ? 'nothing' : counted(rows, 'row')]];
    }),
  ];
}

function formulaText(times: number, providers: number): string {
  const { perWorkOrder, perTwoProviders } = MINUTES_BY_HAND;
  return `${counted(times, 'time')} filled × ${perWorkOrder} min to open, choose and assign + ${counted(providers, 'provider')} on their slates × ${perTwoProviders / 2} min to read; a rule of thumb, not measured.`;
}

function filled({ fills, sinceMs, untilMs }: Digest): string {
  const rows = fills.map((fill) => [
    writtenTime(fill.filledAtMs),
    String(fill.workOrderId),
    fill.title,
    String(fill.providerId),
    fill.how.replaceAll('_', ' '),
    fill.ruleFileId === null ? 'by hand' : `${fill.ruleFileId} (${fill.mode})`,
    fill.costCents === null ? '' : formatCents(fill.costCents),
    durationText(fill.filledAtMs - fill.openedAtMs),
  ]);
  const columns = columnsOf(['time', 'work order', 'title', 'provider', 'how', 'rule file', '>cost', '>after']);
  const none = fills.length === 0 ? [paragraphHtml('Nothing was filled.')] : [];
  const command = `report why --since ${writtenTime(sinceMs)} --until ${writtenTime(untilMs)}`;
  return sectionHtml('What was filled', [
    ...none,
    ...cutTable({ caption: 'What was filled', columns, rows: [...rows].reverse() }, command),
  ]);
}

function decisions(digest: Digest): string {
  const days = decisionsByDay(digest.outcomes);
  if (days.length === 0) return sectionHtml('Decisions', [paragraphHtml('Nothing was decided.')]);
  const columns = columnsOf(DECISION_HEADS.map((head, index) => (index === 0 ? head : `>${head}`)));
  const rows = days.map(({ day, counts }) => [day, ...counts.map(String)]);
  return sectionHtml('Decisions', [
    decisionsPlot(digest),
    tableHtml({ caption: 'Decisions by day and outcome', columns, rows }),
  ]);
}

function timesToFill(digest: Digest): string {
  const { report, rows } = digest.reports.latency ?? { report: null, rows: [] };
  const counts = fillTimes(digest.fills).map(({ label, count }) => [label, String(count)]);
  if (digest.fills.length === 0) return '';
  return sectionHtml('Time to fill', [
    fillTimesPlot(digest),
    tableHtml({ caption: 'Time to fill', columns: columnsOf(['from opening', '>work orders']), rows: counts }),
    ...(report === null ? [] : cutTable({ caption: report.summary, ...tableOfReport(report, rows) }, 'report latency')),
  ]);
}

function closestCalls({ closest }: Digest): string {
  const rows = closest
    .slice(0, MOST_ROWS)
    .map((one) => [
      one.decisionId,
      one.title,
      pointsText(one.marginMilli ?? 0),
      String(one.winner),
      String(one.runnerUp ?? ''),
      one.difference.map(({ key, pointsMilli }) => `${key} ${pointsText(pointsMilli)}`).join(', '),
    ]);
  if (rows.length === 0) return '';
  const columns = columnsOf(['decision', 'work order', '>lead in points', 'winner', 'runner-up', 'by criterion']);
  return sectionHtml('Closest calls', [
    paragraphHtml('Decisions with the smallest lead over the runner-up: explain DECISION shows each in full.'),
    tableHtml({ caption: 'Closest calls', columns, rows }),
  ]);
}

function concentration(digest: Digest): string {
  const shares = fillsByProvider(digest.fills);
  if (shares.length === 0) return '';
  const rows = shares.map(([provider, count]) => [String(provider), String(count)]);
  const columns = columnsOf(['provider', '>work orders']);
  const { report, rows: measures } = digest.reports.fairness ?? { report: null, rows: [] };
  return sectionHtml('Who gets the work', [
    concentrationPlot(digest),
    ...cutTable({ caption: 'Work orders by provider', columns, rows }, 'report provider-share'),
    ...(report === null
      ? []
      : cutTable({ caption: report.summary, ...tableOfReport(report, measures) }, 'report fairness')),
  ]);
}

function ledger({ head }: Digest): string {
  const told =
    head === null
      ? 'The ledger is empty.'
      : `Head of the ledger's chain when this was made: ${head}. Keep it elsewhere: ledger verify --head proves later that nothing before it was altered.`;
  return sectionHtml('Ledger', [paragraphHtml(told)]);
}

/** A report's own table and sentence; nothing where there is no such report. */
function ofReport(
  digest: Digest,
  name: DigestReportName,
  { title, before }: { readonly title: string; readonly before: readonly string[] },
): string {
  const found = digest.reports[name];
  if (found === undefined) return '';
  const { report, rows } = found;
  const shown = rows.length === 0 ? [paragraphHtml('Nothing.')] : [];
  const remedy = rows.length > 0 && report.remedy !== null ? [paragraphHtml(report.remedy)] : [];
  return sectionHtml(title, [
    ...before.filter((part) => part !== ''),
    `<p class="quiet">${escapeHtml(report.summary)}</p>`,
    ...shown,
    ...cutTable({ caption: title, ...tableOfReport(report, rows) }, `report ${name}`),
    ...remedy,
  ]);
}

function cutTable({ caption, columns, rows }: PageTable, command: string): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length - MOST_ROWS;
  return [
    tableHtml({ caption, columns, rows: rows.slice(0, MOST_ROWS) }),
    ...(more > 0 ? [paragraphHtml(`… and ${more} more: ${command}.`)] : []),
  ];
}

/** `>` before a name: numbers, to the right. */
function columnsOf(names: readonly string[]): PageTable['columns'] {
  return names.map((name) =>
    name.startsWith('>') ? { name: name.slice(1), alignment: 'right' } : { name, alignment: 'left' },
  );
}
