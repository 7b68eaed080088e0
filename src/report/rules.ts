import { readCanaryPercent } from '../analysis/read-recorded-file.ts';
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
  /** Of the file in canary; null: it is in another mode, or its text cannot be read. */
  readonly canaryPercent: number | null;
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
  summary:
    'The history of the rule files: every set taken, every refusal, every canary demoted; of a rule file what concerns it, every refusal included.',
  columns: COLUMNS,
  filters: ['time', 'rule'],
  answers: [5],
  load: loadRuleLines,
});

async function loadRuleLines(reader: LedgerReader, query: LedgerQuery): Promise<readonly RuleLine[]> {
  const { sinceMs, untilMs } = query;
  const events = await reader.ruleEvents();
  const percents = await canaryPercents(reader, events);
  let files: readonly TakenFile[] = [];
  const lines = events.map((event): RuleLine => {
    if (event.kind !== 'taken') return { event, changes: [] };
    const changes = changesBetween(files, event.files, percents);
    files = event.files;
    return { event, changes };
  });
  return lines
    .filter(({ event: { atMs } }) => atMs >= (sinceMs ?? atMs) && atMs < (untilMs ?? atMs + 1))
    .filter((line) => query.ruleFileId === null || concerns(line, query.ruleFileId));
}

/** A refusal is of the whole set: no file changes before it is mended. */
function concerns({ event, changes }: RuleLine, id: string): boolean {
  if (event.kind === 'refused') return true;
  return event.kind === 'demoted' ? event.ruleFileId === id : changes.some((change) => change.id === id);
}

type Percents = ReadonlyMap<string, number>;

/** By hash of the text, of the files that were ever taken as canaries. */
async function canaryPercents(reader: LedgerReader, events: readonly RecordedRuleEvent[]): Promise<Percents> {
  const taken = events.flatMap((event) => (event.kind === 'taken' ? event.files : []));
  const hashes = new Set(taken.flatMap(({ mode, hash }) => (mode === 'canary' ? [hash] : [])));
  const percents = new Map<string, number>();
  for (const hash of hashes) {
    const text = await reader.ruleFileText(hash);
    const percent = text === null ? null : readCanaryPercent(text);
    if (percent !== null) percents.set(hash, percent);
  }
  return percents;
}

function changesBetween(
  before: readonly TakenFile[],
  after: readonly TakenFile[],
  percents: Percents,
): readonly Change[] {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))].sort();
  return ids.flatMap((id) => {
    const [was, is] = [withId(before, id), withId(after, id)];
    if (was?.hash === is?.hash) return [];
    return [{ id, before: was, after: is, canaryPercent: is === null ? null : (percents.get(is.hash) ?? null) }];
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

function writtenChange({ id, before, after, canaryPercent }: Change): string {
  if (after === null) return `${id} is gone`;
  const mode = canaryPercent === null ? after.mode : `${after.mode} of ${canaryPercent} %`;
  if (before === null) return `${id} is new, in ${mode}`;
  return before.mode === after.mode
    ? `${id} has another text, in ${mode}`
    : `${id} went from ${before.mode} to ${mode}`;
}
