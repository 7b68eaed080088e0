import { type ProviderShare, shareOut } from '../analysis/provider-share.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, writtenTime } from './report.ts';

const { column, money, percent } = columnsOf<ProviderShare>();

const COLUMNS: readonly ReportColumn<ProviderShare>[] = [
  column('provider', 'Provider id.', (row) => row.providerId),
  column('slates', 'Live decisions that had it on their slate.', (row) => row.slates),
  column('invited', 'Work orders to which it was invited, confirmed; again in a new episode.', (row) => row.invited),
  column(
    'assigned',
    'Work orders of which it was the assignee through us: assigned, by hand too, or its invitation accepted.',
    (row) => row.assigned,
  ),
  percent('share_percent', 'Its share of all these assignments.', (row) => row.sharePerMille),
  percent('cumulative_percent', 'The same of everybody up to this line.', (row) => row.cumulativePerMille),
  money('cost_usd', 'What these assignments cost as decided.', (row) => row.costCents),
  column(
    'left',
    'Of the assigned, those it left: we did not take them back, nor is known that anybody else did.',
    (row) => row.left,
  ),
  column('last_assigned_utc', 'When it was last assigned.', (row) =>
    row.lastAssignedMs === null ? null : writtenTime(row.lastAssignedMs),
  ),
];

export const providerShareReport = defineReport({
  name: 'provider-share',
  summary:
    'Who gets the work: slates, invitations, assignments and money by provider; with --provider its line alone, its share still of all.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [10],
  remedy:
    'cost_usd counts every assignment, also those left or taken back since, and no invitation that nobody accepted. What stood at the end of each day: report spend.',
  load: loadShares,
});

async function loadShares(reader: LedgerReader, query: LedgerQuery): Promise<readonly ProviderShare[]> {
  const works = await reader.figures.sentWork(query);
  const slates = await reader.figures.slatesByProvider(query);
  const { providerId } = query;
  const shares = shareOut(works, slates, query);
  return providerId === null ? shares : shares.filter((share) => share.providerId === providerId);
}
