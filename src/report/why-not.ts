import type { NotChosen } from '../domain/choice-figures.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { reasonSentenceOf } from './reason-text.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

const { column, wide } = columnsOf<NotChosen>();

const COLUMNS: readonly ReportColumn<NotChosen>[] = [
  column('decided_utc', 'When.', (row) => writtenTime(row.decidedAtMs)),
  column('decision', 'Its id, for explain.', (row) => row.decisionId),
  column('provider', 'Who was not chosen.', (row) => row.providerId),
  column('stood', 'eligible, and others went before; or not eligible.', (row) =>
    row.blockedBy.length === 0 ? 'eligible' : 'not eligible',
  ),
  column('points', 'Its points.', (row) => row.pointsMilli / 1000),
  column('max_points', 'The most it could have, by the criteria that applied to it.', (row) => row.maxPoints),
  column('chosen', 'Who was chosen; empty: nobody, or several were invited.', (row) => row.winner),
  column(
    'behind_points',
    'How many points it has less than who was chosen; below zero: it has more.',
    ({ behindMilli }) => (behindMilli === null ? null : behindMilli / 1000),
  ),
  column('reasons', 'Codes of all that made it not eligible.', ({ blockedBy }) =>
    blockedBy.length === 0 ? null : [...new Set(blockedBy.map(({ code }) => code))].join(' '),
  ),
  {
    ...column('because', 'The same in sentences; of an eligible one what decided against it.', becauseText),
    tableLength: 100,
  },
  wide('rank', 'Its place among the eligible of its kind.', (row) => row.rank),
  wide('outcome', 'What was decided.', (row) => row.outcome),
  wide('decided_because', 'Reason code of the decision itself.', (row) => row.reason.code),
  wide('rule_file', 'The rule file that decided.', (row) => row.ruleFileId),
  wide('mode', 'The file’s mode.', (row) => row.mode),
  wide('work_order', 'Work order id.', (row) => row.workOrderId),
  wide('title', 'Title of the work order.', (row) => row.title),
  wide('text_hash', 'SHA-256 of the rule file’s text.', (row) => row.ruleFileHash),
];

function becauseText({ blockedBy, behindMilli, winner, reason }: NotChosen): string {
  if (blockedBy.length > 0) return blockedBy.map((one) => reasonSentenceOf(one)).join(' ');
  if (winner === null || behindMilli === null) return reasonSentenceOf(reason);
  if (behindMilli > 0) return `Provider ${winner} has ${behindMilli / 1000} points more.`;
  if (behindMilli === 0) return `As many points as provider ${winner}, who goes before by the tie-break.`;
  return `Provider ${winner} was taken with fewer points: ${reasonSentenceOf(reason)}`;
}

export const whyNotReport = defineReport({
  name: 'why-not',
  summary:
    'Who was not chosen by live rule files, and why not. Of a provider: every decision that had it on its slate and did not invite it either; else one of each decision: the runner-up, or the best who was not eligible.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [2],
  remedy: 'explain DECISION --provider ID shows the facts behind it.',
  load: (reader: LedgerReader, query: LedgerQuery) => reader.figures.notChosen(query),
});
