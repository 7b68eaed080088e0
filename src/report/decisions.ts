import type { DecisionLine } from '../domain/decision-line.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { kindsText } from './effects-text.ts';
import { reasonSentenceOf } from './reason-text.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

const { column, wide, money } = columnsOf<DecisionLine>();

const COLUMNS: readonly ReportColumn<DecisionLine>[] = [
  column('decided_utc', 'When.', (decision) => writtenTime(decision.decidedAtMs)),
  column('decision', 'Its id, for explain.', (decision) => decision.id),
  column('rule_file', 'The rule file that decided.', (decision) => decision.ruleFileId),
  column(
    'mode',
    'The file’s mode: shadow decisions are never acted on, recommend ones when a person approves.',
    (decision) => decision.mode,
  ),
  column('outcome', 'What was decided.', (decision) => decision.outcome),
  column('provider', 'Who was chosen.', (decision) => decision.winner),
  money('cost_usd', 'What it commits us to; of an approval, what it releases.', (decision) => decision.costCents),
  column('effect', 'What became of it on the platform.', ({ effects }) => kindsText(effects)),
  column('reason', 'Reason code.', (decision) => decision.reason.code),
  {
    ...column('because', 'The reason in a sentence.', (decision) => reasonSentenceOf(decision.reason)),
    tableLength: 80,
  },
  wide('work_order', 'Work order id.', (decision) => decision.workOrderId),
  wide('title', 'Title of the work order.', (decision) => decision.title),
  wide('episode', 'Counts from 1; a confirmed un-assign opens the next.', (decision) => decision.episode),
  wide('stage', 'Number of the stage that acted.', (decision) => decision.stage),
  wide('runner_up', 'The best other eligible provider.', (decision) => decision.runnerUp),
  wide('margin_points', 'Lead over the runner-up.', ({ marginMilli }) =>
    marginMilli === null ? null : marginMilli / 1000,
  ),
  wide('opened_utc', 'When the clock of the stages started.', (decision) => writtenTime(decision.openedAtMs)),
  wide('run', 'Run id.', (decision) => decision.runId),
  wide('rule_file_hash', 'SHA-256 of the rule file’s text.', (decision) => decision.ruleFileHash),
  wide('rule_set', 'SHA-256 of all rule files.', (decision) => decision.ruleSetHash),
  wide('engine', 'Version of fieldmarshal.', (decision) => decision.engineVersion),
];

export const decisionsReport = defineReport({
  name: 'decisions',
  summary:
    'Every decision: what was decided for which work order, why, and what became of it; of a provider: those that chose it.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [1, 5],
  load: (reader: LedgerReader, query: LedgerQuery) => reader.figures.decisionLines(query),
});
