import { committedCents } from '../domain/cost.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import type { RunSummary } from '../domain/run.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader, RunRow } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, type ReportColumn, writtenTime } from './report.ts';

/** A run with its figures: those it closed with, or what the ledger has of one that never got there. */
type CountedRun = RunRow & { readonly counts: Counts };

/** Null: only the run itself could have known. */
type Counts = Pick<RunSummary, 'decisions' | 'actions' | 'effects' | 'committedCents'> &
  Partial<
    Pick<
      RunSummary,
      | 'openWorkOrders'
      | 'together'
      | 'unchanged'
      | 'httpRequests'
      | 'quarantined'
      | 'stopped'
      | 'paused'
      | 'collisions'
      | 'alarms'
    >
  >;

const { column, wide, money } = columnsOf<CountedRun>();

function wideMoney(...given: Parameters<typeof money>): ReportColumn<CountedRun> {
  return { ...money(...given), isInTable: false };
}

const COLUMNS: readonly ReportColumn<CountedRun>[] = [
  column('started_utc', 'When the run began.', (run) => writtenTime(run.startedAtMs)),
  { ...column('run', 'Its id; the table shows its beginning.', (run) => run.id), tableLength: 9 },
  column(
    'result',
    'done, tripped (a limit or a stop), failed, or not finished: then the figures are the ledger’s.',
    resultOf,
  ),
  wide('open', 'Open work orders found.', ({ counts }) => counts.openWorkOrders ?? null),
  column(
    'decisions',
    'Work orders decided, those that stay as they were included and shadow files not.',
    ({ counts }) => counts.decisions,
  ),
  wide(
    'unchanged',
    'Of these, decided as before, and so not written into the ledger again.',
    ({ counts }) => counts.unchanged ?? null,
  ),
  column('actions', 'Decisions with something to send.', ({ counts }) => counts.actions),
  column('confirmed', 'Writes that the platform shows.', ({ counts }) => counts.effects.confirmed),
  column('refused', 'Writes refused by the platform or our guard.', ({ counts }) => counts.effects.refused),
  wide('lost_race', 'Somebody else was faster.', ({ counts }) => counts.effects.lost_race),
  column('unknown', 'Writes not settled yet.', ({ counts }) => counts.effects.unknown),
  money(
    'committed_usd',
    'Money of the writes that it found confirmed: assignments, and invitations whether accepted or not; each anew, also of the same work order.',
    ({ counts }) => counts.committedCents,
  ),
  wide('http_requests', 'Requests made.', ({ counts }) => counts.httpRequests ?? null),
  column(
    'alarms',
    'Writes confirmed otherwise than decided: look at them at once.',
    ({ counts }) => counts.alarms?.length ?? null,
  ),
  column('stopped', 'Why it stopped acting.', ({ counts }) => counts.stopped?.code ?? null),
  wide('paused', 'FM-7012 when a person had stopped acting.', ({ counts }) => counts.paused?.code ?? null),
  wide('took_ms', 'From begin to end.', (run) => (run.end === null ? null : run.end.endedAtMs - run.startedAtMs)),
  wide(
    'filled_more',
    'Work orders of files that act, by fill_weight, that got somebody because all were decided together and not one after the other.',
    ({ counts }) => counts.together?.filledMore ?? null,
  ),
  wide('points_more', 'Points won by the same; below 0: lost, for more filled.', ({ counts }) =>
    pointsOf(counts.together?.pointsMoreMilli),
  ),
  wideMoney(
    'cost_more_usd',
    'What the same costs more; below 0: less. Empty also where a cost is unknown.',
    ({ counts }) => counts.together?.costMoreCents ?? null,
  ),
  wide(
    'unproven',
    'Groups of work orders for which a limit came before the proof that nothing is better.',
    ({ counts }) => counts.together?.unproven ?? null,
  ),
  wide('environment', 'sandbox, production or loopback.', (run) => run.environment),
  wide('tick', 'The scheduled minute, or manual.', (run) => run.tick),
  wide('quarantined', 'Rows of the platform not understood.', ({ counts }) => counts.quarantined?.length ?? null),
  wide('collisions', 'Work orders that another run decided meanwhile.', ({ counts }) => counts.collisions ?? null),
  wide('stopped_because', 'The same in words.', ({ counts }) => counts.stopped?.message ?? null),
  wide('engine', 'Version of fieldmarshal.', (run) => run.engineVersion),
  wide('rule_set', 'SHA-256 of the rule files.', (run) => run.ruleSetHash),
];

export const runsReport = defineReport({
  name: 'runs',
  summary:
    'Every run: what it found, decided and did, and why it stopped. committed_usd adds up confirmed writes, and nothing is ever given back; what stood at the end of each day: report spend; what assignments cost: report provider-share.',
  columns: COLUMNS,
  filters: ['time'],
  answers: [],
  load: loadRuns,
});

async function loadRuns(reader: LedgerReader, range: LedgerQuery): Promise<readonly CountedRun[]> {
  const runs = await reader.runs(range);
  const unfinished = runs.filter(({ end }) => end === null);
  const sinceMs = Math.min(...unfinished.map(({ startedAtMs }) => startedAtMs));
  const ids = unfinished.map(({ id }) => id);
  const decisions = unfinished.length === 0 ? [] : await reader.figures.decisionsOfRuns(ids, sinceMs);
  return runs.map((run) => ({
    ...run,
    counts: run.end?.summary ?? countRecorded(decisions.filter(({ runId }) => runId === run.id)),
  }));
}

/** What the ledger has of the decisions of a run that did not close: killed, or still under way. */
function countRecorded(decisions: readonly RecordedDecision[]): Counts {
  const live = decisions.filter(({ mode }) => mode !== 'shadow');
  const settled = live.flatMap(({ intents }) =>
    intents.flatMap(({ effects, ...intent }) => {
      const last = effects.at(-1);
      return last === undefined ? [] : [{ kind: last.kind, cents: committedCents(intent) }];
    }),
  );
  const count = (kind: string) => settled.filter((one) => one.kind === kind).length;
  return {
    decisions: live.length,
    actions: live.filter(({ intents }) => intents.length > 0).length,
    effects: {
      confirmed: count('confirmed'),
      refused: count('refused'),
      lost_race: count('lost_race'),
      unknown: count('unknown'),
    },
    committedCents: settled.reduce((sum, one) => sum + (one.kind === 'confirmed' ? one.cents : 0), 0),
  };
}

function pointsOf(milli: number | undefined): number | null {
  return milli === undefined ? null : milli / 1000;
}

function resultOf({ end }: CountedRun): string {
  return end?.result ?? 'not finished';
}
