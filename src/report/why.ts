import type { Chosen } from '../domain/choice-figures.ts';
import type { RecordedRuleEvent, RulesCommit } from '../domain/rule-event.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { reasonSentenceOf } from './reason-text.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

/** `commit` null: not known. */
type WhyRow = Chosen & { readonly commit: RulesCommit | null };

const { column, wide, cut, money } = columnsOf<WhyRow>();

const COLUMNS: readonly ReportColumn<WhyRow>[] = [
  column('decided_utc', 'When.', (row) => writtenTime(row.decidedAtMs)),
  column('decision', 'Its id, for explain.', (row) => row.decisionId),
  column('outcome', 'What was decided.', (row) => row.outcome),
  column('provider', 'Who was chosen.', (row) => row.winner),
  column('points', 'Its points.', (row) => row.pointsMilli / 1000),
  column('max_points', 'The most it could have, by the criteria that applied to it.', (row) => row.maxPoints),
  column('runner_up', 'The best other eligible provider; empty: nobody else was eligible.', (row) => row.runnerUp),
  column('margin_points', 'Lead over the runner-up; 0: the tie-break decided.', ({ marginMilli }) =>
    marginMilli === null ? null : marginMilli / 1000,
  ),
  cut('difference', 'Criteria that gave the two different points, by key: + for the chosen, - for the runner-up.', {
    length: 60,
    cell: differenceText,
  }),
  money('cost_usd', 'What it commits us to.', (row) => row.costCents),
  column('rule_file', 'The rule file that decided.', (row) => row.ruleFileId),
  cut('commit', 'The git commit whose rule files were taken with that text; * where a file differed from it.', {
    length: 9,
    cell: ({ commit }) => (commit === null ? null : `${commit.isDirty ? '*' : ''}${commit.hash}`),
  }),
  wide('work_order', 'Work order id.', (row) => row.workOrderId),
  wide('title', 'Title of the work order.', (row) => row.title),
  wide('mode', 'The file’s mode.', (row) => row.mode),
  wide('reason', 'Reason code.', (row) => row.reason.code),
  wide('because', 'The reason in a sentence.', (row) => reasonSentenceOf(row.reason)),
  wide('text_hash', 'SHA-256 of the rule file’s text.', (row) => row.ruleFileHash),
];

function differenceText({ difference }: WhyRow): string | null {
  const parts = difference.map(({ key, pointsMilli }) => `${key} ${pointsMilli > 0 ? '+' : ''}${pointsMilli / 1000}`);
  return parts.length === 0 ? null : parts.join(', ');
}

export const whyReport = defineReport({
  name: 'why',
  summary:
    'Whom live rule files chose, before whom, by how much and through which criteria, at what cost, by which text; of a provider: the decisions that chose it.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [1, 5],
  load: loadWhy,
});

async function loadWhy(reader: LedgerReader, query: LedgerQuery): Promise<readonly WhyRow[]> {
  const chosen = await reader.figures.chosen(query);
  const broughtBy = broughtTexts(await reader.ruleEvents());
  return chosen.map((row) => {
    const events = broughtBy.get(`${row.ruleFileId} ${row.ruleFileHash}`) ?? [];
    return { ...row, commit: events.findLast(({ atMs }) => atMs <= row.decidedAtMs)?.commit ?? null };
  });
}

/** By file and text: the sets that brought the text anew, oldest first. A later set that only still has it did not bring it. */
function broughtTexts(events: readonly RecordedRuleEvent[]): ReadonlyMap<string, readonly RecordedRuleEvent[]> {
  const brought = new Map<string, RecordedRuleEvent[]>();
  let before = new Set<string>();
  for (const event of events) {
    if (event.kind !== 'taken') continue;
    const texts = event.files.map(({ id, hash }) => `${id} ${hash}`);
    for (const text of texts.filter((one) => !before.has(one)))
      brought.set(text, [...(brought.get(text) ?? []), event]);
    before = new Set(texts);
  }
  return brought;
}
