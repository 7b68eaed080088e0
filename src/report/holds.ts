import { type OpenHold, openHolds } from '../analysis/open-holds.ts';
import { readWaitedFile, type WaitedFile } from '../analysis/read-recorded-file.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { defineReport, EVERY_FILTER, type ReportColumn, type ReportQuery, writtenTime } from './report.ts';
import { nextStageMs, type WaitsFor, waitsFor } from './waits-for.ts';

type HoldLine = OpenHold & { readonly text: WaitsFor; readonly nowMs: number };

const { column, wide, cut } = columnsOf<HoldLine>();

const COLUMNS: readonly ReportColumn<HoldLine>[] = [
  column(
    'work_order',
    'A work order of which the ledger does not know that somebody has it.',
    ({ work }) => work.workOrderId,
  ),
  column('outcome', 'What was decided last, by a live rule file or by hand.', ({ work }) => work.outcome),
  column(
    'waits_for',
    'end of a write; failed write; answer of a person; rejected by one; acceptance of an invitation; platform’s own dispatch; stage (nothing to be done yet); person; next run.',
    ({ kind }) => kind,
  ),
  column('hours', 'How long it has waited for that.', ({ work, nowMs }) =>
    Math.floor((nowMs - work.sinceMs) / 3_600_000),
  ),
  column(
    'deadline_utc',
    '24 hours before its work begins, or the time of its file’s last stage, yet at least 4 hours after it came to wait; whichever is first.',
    ({ deadline }) => writtenTime(deadline.atMs),
  ),
  column('late', 'yes: past its deadline; over: the time of the work itself is past.', ({ isPast, isOver }) =>
    isOver ? 'over' : isPast ? 'yes' : null,
  ),
  column(
    'reason',
    'Code of what it waits for: of a failed or unsettled write the write’s, else the decision’s.',
    reasonOf,
  ),
  cut('because', 'What exactly it waits for.', { length: 100, cell: ({ text }) => text.what }),
  wide('remedy', 'What to do, and the command for it.', ({ text }) => text.remedy),
  wide('decision', 'The decision that stands, for explain.', ({ work }) => work.decisionId),
  wide('title', 'Title of the work order.', ({ work }) => work.title),
  wide('rule_file', 'The rule file that decided.', ({ work }) => work.ruleFileId),
  wide('mode', 'Its mode.', ({ work }) => work.mode),
  wide('provider', 'Whom the decision chose.', ({ work }) => work.winner),
  wide('opened_utc', 'When the clock of the stages started.', ({ work }) => writtenTime(work.openedAtMs)),
  wide(
    'since_utc',
    'Since when its live decisions say this without a break; of a write, when it was last looked at. --since and --until are of this.',
    ({ work }) => writtenTime(work.sinceMs),
  ),
  wide('next_stage_utc', 'When the stage comes that it waits for.', ({ work }) => timeOrNull(nextStageMs(work))),
  wide('start_utc', 'When the work is to begin.', ({ work }) => timeOrNull(work.startMs)),
  wide(
    'deadline_because',
    'start: the work begins soon; last_stage: the file has no further stage.',
    ({ deadline }) => deadline.because,
  ),
];

export const holdsReport = defineReport({
  name: 'holds',
  summary:
    'Every work order still open as far as the ledger knows, what it waits for and since when, the most urgent first; of a provider those whose last decision chose it.',
  columns: COLUMNS,
  filters: EVERY_FILTER,
  answers: [4],
  remedy: 'The remedy of each is in csv, json and explain WORK_ORDER; those that wait for a yes: approve list.',
  load: loadHolds,
});

async function loadHolds(reader: LedgerReader, query: ReportQuery): Promise<readonly HoldLine[]> {
  const { nowMs } = query;
  return (await readOpenHolds(reader, query)).map((hold) => ({ ...hold, text: waitsFor(hold), nowMs }));
}

/** The most urgent first; see `openHolds`. */
export async function readOpenHolds(reader: LedgerReader, query: ReportQuery): Promise<readonly OpenHold[]> {
  const works = await reader.figures.openWork(query);
  const hashes = new Set(works.flatMap(({ ruleFileHash }) => ruleFileHash ?? []));
  const files = new Map<string, WaitedFile | null>();
  for (const hash of hashes) {
    const text = await reader.ruleFileText(hash);
    files.set(hash, text === null ? null : readWaitedFile(text));
  }
  return openHolds(works, (hash) => files.get(hash) ?? null, query.nowMs);
}

function reasonOf({ work, failing }: HoldLine): string {
  return failing?.effects.at(-1)?.reason.code ?? work.reason.code;
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : writtenTime(ms);
}
