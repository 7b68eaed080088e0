import { type Fairness, type FairnessScope, measureFairness } from '../analysis/fairness.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, type ReportColumn } from './report.ts';

const { column, percent } = columnsOf<Fairness>();

const COLUMNS: readonly ReportColumn<Fairness>[] = [
  column('scope', 'All of it, one rule file, what people did by hand, or one client.', ({ scope }) => scopeText(scope)),
  column('assignments', 'Work orders given through us: assigned, or an invitation accepted.', (row) => row.assignments),
  column('providers', 'Different providers who got them.', (row) => row.providers),
  percent('top_10_percent', 'What the ten with the most have together.', (row) => row.topTenPerMille),
  {
    ...column(
      'gini',
      'Gini coefficient among those who got any: 0 all the same, towards 1 one has everything.',
      (row) => (row.giniPerMille === null ? null : row.giniPerMille / 1000),
    ),
    decimals: 3,
  },
  column(
    'hhi',
    'Herfindahl-Hirschman index, the sum of squared percentages: 10,000 when one has everything.',
    (row) => row.herfindahl,
  ),
  column(
    'first_timers',
    'Of the assignments, those to somebody never assigned by us before in this ledger, for whomever.',
    (row) => row.firstTimers,
  ),
  percent('first_timer_percent', 'Their share.', (row) => row.firstTimerPerMille),
  percent(
    'repeat_percent',
    'Of the assignments, those to somebody whom the same client had through us before.',
    (row) => row.repeatPerMille,
  ),
  column(
    'never_assigned',
    'Providers on slates of live decisions of the scope who were never assigned in it, within the time asked for.',
    (row) => row.neverAssigned,
  ),
];

export const fairnessReport = defineReport({
  name: 'fairness',
  summary:
    'How evenly the work is spread, in all, by rule file and by client. Providers are counted one by one: nothing is guessed about what kind of people they are.',
  columns: COLUMNS,
  filters: ['time', 'rule', 'client', 'project'],
  answers: [10],
  load: loadFairness,
});

async function loadFairness(reader: LedgerReader, query: LedgerQuery): Promise<readonly Fairness[]> {
  const everything = await reader.figures.sentWork({ clientId: null, projectId: null });
  const works = everything.filter(
    ({ clientId, projectId }) =>
      (query.clientId === null || clientId === query.clientId) &&
      (query.projectId === null || projectId === query.projectId),
  );
  const places = await reader.figures.slatePlaces(query);
  if (places.length === 0 && works.length === 0) return [];
  return measureFairness(works, places, { everything, asked: query });
}

function scopeText(scope: FairnessScope): string {
  switch (scope.kind) {
    case 'all':
      return 'all';
    case 'rule':
      return scope.ruleFileId === null ? 'by hand' : `rule ${scope.ruleFileId}`;
    case 'client':
      return `client ${scope.clientId}`;
  }
}
