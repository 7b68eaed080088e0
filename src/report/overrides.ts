import { type OverrideCase, wasRight } from '../domain/override.ts';
import { columnsOf } from './columns.ts';
import { blockersText } from './override-text.ts';
import { reasonText } from './reason-text.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

const { column, wide, cut } = columnsOf<OverrideCase>();

const COLUMNS: readonly ReportColumn<OverrideCase>[] = [
  column('seen_utc', 'When a run saw it, or when it was confirmed if it was done through fieldmarshal.', (row) =>
    writtenTime(row.seenAtMs),
  ),
  column('work_order', 'The work order.', (row) => row.workOrderId),
  column('rule_file', 'The rule file whose decision was the last before it.', (row) => row.decision.ruleFileId),
  column('mode', 'The mode it decided in.', (row) => row.decision.mode),
  column('decision', 'That decision, for explain.', (row) => row.decision.id),
  column('outcome', 'What it said.', (row) => row.decision.outcome),
  column('named', 'The provider that it named; empty: nobody.', (row) => row.decision.winner),
  column(
    'did',
    'What the person did: assigned somebody, unassigned ours, or rejected a recommendation.',
    ({ did }) => did,
  ),
  column('provider', 'Who was assigned, un-assigned or rejected.', (row) => row.providerId),
  column('standing', 'Where that one stood: rank 2 by the file, not eligible, or not on the slate.', standing),
  column('reason', 'The code that a person gave; of several each once.', (row) =>
    joined(row.reasons.map(({ code }) => code)),
  ),
  cut('because', 'What was written with it; empty: nobody has said why yet.', {
    length: 60,
    cell: (row) => joined(row.reasons.map(({ because }) => because)),
  }),
  column(
    'afterwards',
    'What became of it: stands, gone (left or taken off), work_done, sent_back, approved.',
    (row) => row.afterwards,
  ),
  column(
    'right',
    'Whether whom the person assigned did the job: yes when the work was approved, no when gone or sent back; empty: not known.',
    right,
  ),
  wide('by', 'Who gave the reason.', (row) => joined(row.reasons.map(({ actor }) => actor))),
  wide('points', 'What the file gave the one who was assigned.', ({ standing: its }) =>
    its === null ? null : its.pointsMilli / 1000,
  ),
  wide('max_points', 'Out of so many.', ({ standing: its }) => its?.maxPoints ?? null),
  wide('blocked_by', 'Why that one was not eligible by the file.', blockersText),
  wide('episode', 'How often the work order had been open anew, from 1.', (row) => row.episode),
  wide('decided_utc', 'When it was decided.', (row) => writtenTime(row.decision.decidedAtMs)),
  wide('decided_because', 'The reason of the decision.', ({ decision: { reason } }) => {
    return `${reason.code} ${reasonText(reason).sentence}`;
  }),
  wide('text', 'Hash of the text that decided, for report rules and rules diff.', (row) => row.decision.ruleFileHash),
];

function standing({ standing: its, providerId }: OverrideCase): string | null {
  if (providerId === null) return null;
  if (its === null) return 'not on the slate';
  return its.rank === null ? 'not eligible' : `rank ${its.rank}`;
}

function right(row: OverrideCase): string | null {
  const answer = wasRight(row);
  return answer === null ? null : answer ? 'yes' : 'no';
}

/** Each once, in order; null: nothing. */
function joined(texts: readonly (string | null)[]): string | null {
  const said = [...new Set(texts.flatMap((text) => text ?? []))];
  return said.length === 0 ? null : said.join('; ');
}

export const overridesReport = defineReport({
  name: 'overrides',
  summary:
    'Where people did otherwise than the last decision, one row for each rule file; of a provider, whoever was named or assigned.',
  columns: COLUMNS,
  remedy:
    'Those without a reason: override lists them with the command to give one. Rates by rule file: report agreement.',
  filters: EVERY_FILTER,
  answers: [11],
  load: (reader, query) => reader.figures.overrides({ ...query, workOrderId: null }),
});
