import { type Latency, measureLatency, type Spread } from '../analysis/measure-latency.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, type ReportQuery } from './report.ts';

const { column, wide } = columnsOf<Latency>();

type SpreadOf = (row: Latency) => Spread;

const COLUMNS: readonly ReportColumn<Latency>[] = [
  column(
    'rule_file',
    'The file that decided, or decided last before a person did; all: of all of them, also where none had.',
    (row) => row.ruleFileId ?? 'all',
  ),
  column(
    'how',
    'automated: by a file; invited: its invitation was accepted; approved: recommended, and a person said yes; by_hand: by a person through us; elsewhere: not through us.',
    (row) => row.how,
  ),
  column('assigned', 'Work orders, each once per episode by its first assignment.', (row) => row.assigned),
  column(
    'with_request',
    'Of these, with an eligible request at or before the assignment; the next three are of them.',
    (row) => row.eligibleToAssigned.count,
  ),
  ...minutes(
    '',
    'from the first live decision that had an eligible request to the assignment',
    (row) => row.eligibleToAssigned,
  ),
  ...minutes('open_', 'from the opening to the assignment', (row) => row.openToAssigned),
  ...minutes(
    'to_request_',
    'from the opening to the first live decision that had an eligible request',
    (row) => row.openToEligible,
  ),
  ...minutes(
    'to_decision_',
    'from that one to the decision that led to the assignment',
    (row) => row.eligibleToDecision,
  ),
  ...minutes(
    'to_confirmed_',
    'from the decision until the assignment was confirmed or seen',
    (row) => row.decisionToAssigned,
  ),
];

/** Three columns, in the table where they have no prefix. Percentiles are of the cases that have both moments. */
function minutes(prefix: string, what: string, of: SpreadOf): readonly ReportColumn<Latency>[] {
  const make = prefix === '' ? column : wide;
  const cells = [
    ['p50', 'Half of them took at most so many minutes', (spread: Spread) => spread.p50Ms],
    ['p90', 'Nine of ten took at most so many minutes', (spread: Spread) => spread.p90Ms],
    ['max', 'The longest, in minutes', (spread: Spread) => spread.maxMs],
  ] as const;
  return cells.map(([name, doc, cell]) => ({
    ...make(`${prefix}${name}_minutes`, `${doc}, ${what} (nearest rank).`, (row) => toMinutes(cell(of(row)))),
    decimals: 1,
  }));
}

function toMinutes(ms: number | null): number | null {
  return ms === null ? null : ms / 60_000;
}

export const latencyReport = defineReport({
  name: 'latency',
  summary:
    'How long it takes from the first eligible request to the assignment, by rule file and by who assigned; of a provider where it was assigned.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [14],
  remedy:
    'A request is known only once a run has looked: between two runs nothing is seen. What holds them up: report holds, and after_minutes of the stages.',
  load: async (reader: LedgerReader, query: ReportQuery) => measureLatency(await reader.figures.assignmentCases(query)),
});
