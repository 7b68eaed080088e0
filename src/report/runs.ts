import type { RunRow } from '../engine/ports.ts';
import { defineReport, type ReportColumn, writtenTime } from './report.ts';

const COLUMNS: readonly ReportColumn<RunRow>[] = [
  column('started', 'When the run began, UTC.', (run) => writtenTime(run.startedAtMs)),
  column('run', 'Its id.', (run) => run.id),
  column(
    'result',
    'done, tripped (a limit stopped it), failed, or unfinished.',
    (run) => run.end?.result ?? 'unfinished',
  ),
  column('open', 'Open work orders found.', (run) => run.end?.summary.openWorkOrders ?? null),
  column('decisions', 'Decisions written.', (run) => run.end?.summary.decisions ?? null),
  column(
    'unchanged',
    'Work orders decided as before, so not written again.',
    (run) => run.end?.summary.unchanged ?? null,
  ),
  column('actions', 'Actions meant.', (run) => run.end?.summary.actions ?? null),
  column('confirmed', 'Writes that the platform shows.', (run) => run.end?.summary.effects.confirmed ?? null),
  column('refused', 'Writes refused by the platform or our guard.', (run) => run.end?.summary.effects.refused ?? null),
  column('lost_race', 'Somebody else was faster.', (run) => run.end?.summary.effects.lost_race ?? null),
  column('unknown', 'Writes not settled yet.', (run) => run.end?.summary.effects.unknown ?? null),
  {
    ...column('committed_usd', 'Money committed.', (run) => dollars(run.end?.summary.committedCents)),
    decimals: 2,
  },
  column('stopped', 'Why it stopped acting.', (run) => run.end?.summary.stopped?.code ?? null),
  wide('took_ms', 'From begin to end.', (run) => (run.end === null ? null : run.end.endedAtMs - run.startedAtMs)),
  wide('environment', 'sandbox, production or loopback.', (run) => run.environment),
  wide('tick', 'The scheduled minute, or manual.', (run) => run.tick),
  wide('http_requests', 'Requests made.', (run) => run.end?.summary.httpRequests ?? null),
  wide('quarantined', 'Rows of the platform not understood.', (run) => run.end?.summary.quarantined.length ?? null),
  wide('stopped_because', 'The same in words.', (run) => run.end?.summary.stopped?.message ?? null),
  wide('engine', 'Version of fieldmarshal.', (run) => run.engineVersion),
  wide('rule_set', 'SHA-256 of the rule files.', (run) => run.ruleSetHash),
];

export const runsReport = defineReport({
  name: 'runs',
  summary: 'Every run: what it found, decided, did and spent, and why it stopped.',
  columns: COLUMNS,
  load: (reader, range) => reader.runs(range),
});

function column(name: string, doc: string, cell: ReportColumn<RunRow>['cell']): ReportColumn<RunRow> {
  return { name, doc, decimals: null, isInTable: true, cell };
}

function wide(name: string, doc: string, cell: ReportColumn<RunRow>['cell']): ReportColumn<RunRow> {
  return { ...column(name, doc, cell), isInTable: false };
}

function dollars(cents: number | undefined): number | null {
  return cents === undefined ? null : cents / 100;
}
