import type { RecordedRuleEvent, TakenFile } from '../domain/rule-event.ts';
import type { LedgerQuery } from '../engine/figures.ts';
import type { LedgerReader } from '../engine/ports.ts';
import { columnsOf } from './columns.ts';
import { reasonText } from './reason-text.ts';
import { defineReport, type ReportColumn, writtenTime } from './report.ts';

/** A file of a set that was taken, beside itself in the set before. */
type Change = {
  readonly id: string;
  /** Null: it is new, or gone. */
  readonly before: TakenFile | null;
  readonly after: TakenFile | null;
};

type RuleLine = {
  readonly event: RecordedRuleEvent;
  /** By id; empty unless a set was taken. */
  readonly changes: readonly Change[];
};

const { column, wide } = columnsOf<RuleLine>();

const COLUMNS: readonly ReportColumn<RuleLine>[] = [
  column('at_utc', 'When the ledger was told: at the start of the next run.', ({ event }) => writtenTime(event.atMs)),
  column(
    'event',
    'taken: this set decides from then on; refused: the files have mistakes and the set before stays; demoted: a canary only shadows from then on.',
    ({ event }) => event.kind,
  ),
  {
    ...column('commit', 'The git commit of the folder; * where a rule file differs from it.', writtenCommit),
    tableLength: 12,
  },
  column('files', 'Rule files concerned.', writtenFiles),
  { ...column('what', 'What changed, what is wrong, or the limit that was broken.', writtenWhat), tableLength: 120 },
  wide('rule_set', 'SHA-256 of the set that decides after it.', ({ event }) => event.setHash),
  wide('rule_set_before', 'SHA-256 of the set taken before.', ({ event }) => event.beforeSetHash),
  wide(
    'text_hash',
    'SHA-256 over the hashes of all texts, sorted; of a demoted file, of its text.',
    ({ event }) => event.textHash,
  ),
  wide('problems', 'How many mistakes were listed.', ({ event }) =>
    event.kind === 'refused' ? event.problems.length : null,
  ),
];

export const rulesReport = defineReport({
  name: 'rules',
  summary: 'The history of the rule files: every set taken, every refusal, every canary demoted.',
  columns: COLUMNS,
  filters: ['time'],
  answers: [5],
  load: loadRuleLines,
});

async function loadRuleLines(reader: LedgerReader, { sinceMs, untilMs }: LedgerQuery): Promise<readonly RuleLine[]> {
  let files: readonly TakenFile[] = [];
  const lines = (await reader.ruleEvents()).map((event): RuleLine => {
    if (event.kind !== 'taken') return { event, changes: [] };
    const changes = changesBetween(files, event.files);
    files = event.files;
    return { event, changes };
  });
  return lines.filter(({ event: { atMs } }) => atMs >= (sinceMs ?? atMs) && atMs < (untilMs ?? atMs + 1));
}

function changesBetween(before: readonly TakenFile[], after: readonly TakenFile[]): readonly Change[] {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))].sort();
  return ids.flatMap((id) => {
    const change = { id, before: withId(before, id), after: withId(after, id) };
    return change.before?.hash === change.after?.hash ? [] : [change];
  });
}

function withId(files: readonly TakenFile[], id: string): TakenFile | null {
  return files.find((file) => file.id === id) ?? null;
}

function writtenCommit({ event: { commit } }: RuleLine): string | null {
  return commit === null ? null : `${commit.isDirty ? '*' : ''}${commit.hash}`;
}

function writtenFiles({ event, changes }: RuleLine): string | null {
  if (event.kind === 'demoted') return event.ruleFileId;
  return event.kind === 'refused' ? null : changes.map(({ id }) => id).join(' ');
}

function writtenWhat({ event, changes }: RuleLine): string {
  switch (event.kind) {
    case 'taken':
      return changes.length === 0 ? 'the same files, good again' : changes.map(writtenChange).join('; ');
    case 'refused':
      return event.problems.join('; ');
    case 'demoted':
      return reasonText(event.reason).sentence;
  }
}

function writtenChange({ id, before, after }: Change): string {
  if (after === null) return `${id} is gone`;
  if (before === null) return `${id} is new, in ${after.mode}`;
  return before.mode === after.mode
    ? `${id} has another text, in ${after.mode}`
    : `${id} went from ${before.mode} to ${after.mode}`;
}
