import { type Exclusion, listExclusions, stoppedBy } from '../analysis/exclusions.ts';
import { readRecordedFiles } from '../analysis/recorded-rule-files.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, type ReportColumn, type ReportQuery, writtenTime } from './report.ts';

type Row = Exclusion & { readonly stopped: number };

const { column, cut } = columnsOf<Row>();

const COLUMNS: readonly ReportColumn<Row>[] = [
  column('kind', 'exclusion: the provider gets nothing; pin: nobody else gets the work order.', (row) => row.kind),
  column('provider', 'Whom it is about.', (row) => row.providerId),
  column('work_order', 'Of a pin.', (row) => row.workOrderId),
  column('rule_file', 'The rule file that says so; empty: a person did, for all of them.', (row) => row.ruleFileId),
  column('by', 'The person who said so.', (row) => row.actor),
  column('since_utc', 'Since when; empty: a rule file does not say.', (row) => timeOrNull(row.sinceMs)),
  column('until_utc', 'From when on no longer; empty: until a person ends it.', (row) => timeOrNull(row.untilMs)),
  column('state', 'standing, expires soon (within 7 days), expired, or ended by a person.', (row) => row.state),
  column(
    'stopped',
    'Candidates of live decisions since then that it made not eligible: the provider itself, of a pin everybody else.',
    (row) => row.stopped,
  ),
  cut('because', 'Why.', { length: 60, cell: (row) => row.because }),
];

export const exclusionsReport = defineReport({
  name: 'exclusions',
  summary: 'Every exclusion and pin there ever was, and those of the rule files in use; of a provider, those about it.',
  columns: COLUMNS,
  filters: ['rule', 'provider'],
  answers: [],
  load: loadExclusions,
});

async function loadExclusions(reader: LedgerReader, query: ReportQuery): Promise<readonly Row[]> {
  const taken = (await reader.ruleEvents()).findLast((event) => event.kind === 'taken');
  const hashes = taken?.kind === 'taken' ? taken.files.map(({ hash }) => hash) : [];
  const files = await readRecordedFiles(hashes, (hash) => reader.ruleFileText(hash));
  const dispatch = [...files.values()].flatMap((one) => (one.kind === 'dispatch' ? [one.file] : []));
  const all = listExclusions(await reader.figures.directives(), dispatch, query.nowMs).filter(
    ({ providerId, ruleFileId }) =>
      (query.providerId === null || providerId === query.providerId) &&
      (query.ruleFileId === null || ruleFileId === query.ruleFileId),
  );
  const stopped = await reader.figures.stoppedSince(all.map(stoppedBy));
  return all.map((one, place) => ({ ...one, stopped: stopped[place] ?? 0 }));
}

function timeOrNull(atMs: number | null): string | null {
  return atMs === null ? null : writtenTime(atMs);
}
