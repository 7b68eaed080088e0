import { differsSinceDay } from '../domain/drift.ts';
import { type ParityDay, POINTS, sumParity } from '../domain/parity.ts';
import { columnsOf } from './columns.ts';
import { defineReport, type ReportColumn, writtenTime } from './report.ts';

type Line = Pick<ParityDay, 'ruleFileId' | 'key' | 'agree' | 'onlyOurs' | 'onlyTheirs' | 'otherRule' | 'example'> & {
  readonly compared: number;
  readonly differ: number;
  readonly sinceDay: number | null;
};

const { column, percent } = columnsOf<Line>();

const COLUMNS: readonly ReportColumn<Line>[] = [
  column('rule_file', 'The rule file, in whatever mode it decided.', (row) => row.ruleFileId),
  column(
    'criterion',
    `Its key of a criterion that Field Nation has under the same label; ${POINTS}: the points of whole candidates.`,
    (row) => row.key,
  ),
  column(
    'compared',
    'Candidates that both have judged: who requested or was routed, where our verdict came from facts; again with each decision recorded anew.',
    (row) => row.compared,
  ),
  column('agree', 'Of these, both say the same.', (row) => row.agree),
  column('differ', 'Of these, they do not.', (row) => row.differ),
  percent('differ_percent', 'Differ, of those compared.', (row) =>
    row.compared === 0 ? null : Math.round((1000 * row.differ) / row.compared),
  ),
  column('only_ours', 'We say match, they no match; of points: they are not the same.', (row) => row.onlyOurs),
  column('only_theirs', 'They say match, we no match.', (row) => row.onlyTheirs),
  column(
    'since_day',
    'First day (UTC) of the last stretch of days on all of which a tenth or more differed; empty: the last day compared was none.',
    (row) => (row.sinceDay === null ? null : writtenTime(row.sinceDay * DAY_MS).slice(0, 10)),
  ),
  column(
    'decision',
    'The last decision with a candidate on whom both differ, for explain.',
    (row) => row.example?.decisionId ?? null,
  ),
  column('provider', 'That candidate, for explain --provider.', (row) => row.example?.providerId ?? null),
  column(
    'other_rule',
    'Of points: candidates whom Field Nation ranked by other criteria or weights, so that points tell nothing.',
    (row) => (row.key === POINTS ? row.otherRule : null),
  ),
];

const DAY_MS = 86_400_000;

function toLine(days: readonly ParityDay[]): Line {
  const { ruleFileId = '', key = '' } = days[0] ?? {};
  const total = (of: (day: ParityDay) => number) => days.reduce((sum, day) => sum + of(day), 0);
  return {
    ruleFileId,
    key,
    ...sumParity(days),
    agree: total((day) => day.agree),
    onlyOurs: total((day) => day.onlyOurs),
    onlyTheirs: total((day) => day.onlyTheirs),
    otherRule: total((day) => day.otherRule),
    sinceDay: differsSinceDay(days),
    example: days.findLast(({ example }) => example !== null)?.example ?? null,
  };
}

export const parityReport = defineReport({
  name: 'parity',
  summary:
    'Our verdicts and points beside Field Nation’s for the same candidates, by rule file and criterion, those that differ most first.',
  columns: COLUMNS,
  remedy:
    'A threshold of yours may be another than theirs, which they do not show; else explain DECISION --provider ID shows the value behind our verdict.',
  filters: ['time', 'rule', 'client', 'project'],
  answers: [12],
  load: async (reader, query) => {
    const groups = Map.groupBy(await reader.figures.parityDays(query), (day) => `${day.ruleFileId} ${day.key}`);
    return [...groups.values()]
      .map(toLine)
      .sort(
        (a, b) =>
          compareText(a.ruleFileId, b.ruleFileId) ||
          b.differ * Math.max(1, a.compared) - a.differ * Math.max(1, b.compared) ||
          compareText(a.key, b.key),
      );
  },
});

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
