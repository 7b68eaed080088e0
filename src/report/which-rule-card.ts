import type { ConditionReading } from '../analysis/condition-tree.ts';
import type { FileForOrder, WhichRule } from '../analysis/which-rule.ts';
import type { Fact, FactUnit } from '../domain/fact.ts';
import type { JsonValue } from '../domain/json.ts';
import type { Verdict } from '../domain/scored-slate.ts';
import { alignColumns } from './align.ts';
import { factText } from './fact-text.ts';
import { printableLines } from './printable.ts';
import { writtenTime } from './report.ts';
import { wrapText } from './wrap.ts';

export type WhichRuleInput = {
  readonly which: WhichRule;
  /** Where the work order was read from: `the platform`, `decision 4047.1.3`. */
  readonly readFrom: string;
  /** What else there is to say about it; empty: nothing. */
  readonly notes: readonly string[];
  /** With the whole `applies_to` of every file. */
  readonly withTree: boolean;
  /** Unit of a fact by its name; null: it has none. */
  readonly unitOf: (factName: string) => FactUnit | null;
  /** In characters. */
  readonly width: number;
};

/** Which file decides a work order and why not the others, for a dispatcher to read. */
export function whichRuleText(input: WhichRuleInput): string {
  const { which, readFrom, notes, width } = input;
  const { workOrder, takenAtMs } = which;
  const head = `Work order ${workOrder.id}: ${workOrder.title} (${workOrder.status.replace('_', ' ')}), as ${readFrom} had it at ${writtenTime(takenAtMs)}`;
  const paragraphs = [
    [head, ...notes].flatMap((line) => wrapText(line, width)),
    ...(which.lookedAt === 'nothing' ? [wrapText(leftAlone(which), width)] : []),
    ...sectionsOf(which).map((section) => sectionLines(section, which, width)),
    ...(input.withTree ? sectionsOf(which).flatMap(({ files }) => files.map((file) => treeLines(file, input))) : []),
    ...(input.withTree ? [wrapText('Marks: ✓ holds, ✗ does not hold, ? unknown', width)] : []),
  ];
  return `${printableLines(
    paragraphs
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n'),
  )}\n`;
}

type Section = { readonly title: string; readonly files: readonly FileForOrder[] };

/** Of a work order that no run looks at now, what either kind of file would say. */
function sectionsOf({ lookedAt, dispatch, review }: WhichRule): readonly Section[] {
  const both: readonly (Section & { readonly kind: WhichRule['lookedAt'] })[] = [
    { kind: 'dispatch', title: 'Dispatch', files: dispatch },
    { kind: 'review', title: 'Review of finished work', files: review },
  ];
  return both.filter(({ kind, files }) => lookedAt === kind || (lookedAt === 'nothing' && files.length > 0));
}

function leftAlone({ workOrder: { status, assigneeId } }: WhichRule): string {
  if (status === 'draft')
    return 'A run leaves it alone: it is a draft, and no file that applies publishes drafts or hands them to auto-dispatch.';
  const where = assigneeId === null ? status.replace('_', ' ') : `assigned to provider ${assigneeId}`;
  return `A run leaves it alone: it is ${where}, and runs look at open work orders, at drafts and at work that is done. What the files say all the same:`;
}

function sectionLines({ title, files }: Section, { lookedAt }: WhichRule, width: number): readonly string[] {
  const [live] = files.filter(({ role }) => role === 'decides');
  const shadows = files.filter(({ role }) => role === 'records').map(({ ruleFileId }) => ruleFileId);
  const would = lookedAt === 'nothing' ? 'would decide' : 'decides';
  const decides = live === undefined ? `no live file ${would}` : `${live.ruleFileId} ${would} (${live.mode})`;
  const beside = shadows.length === 0 ? '' : `; only recorded, in shadow: ${shadows.join(', ')}`;
  if (files.length === 0) return [`${title}: the set has no such file.`];
  const rows = files.map((file) => [
    String(file.priority),
    file.ruleFileId,
    file.mode,
    `${MARKS[wordOf(file)]} ${wordOf(file)}`,
    file.because,
  ]);
  return [
    ...wrapText(`${title}: ${decides}${beside}.`, width),
    ...alignColumns(
      [['priority', 'file', 'mode', '', 'why'], ...rows],
      ['right', 'left', 'left', 'left', 'left'],
      width,
    ),
  ];
}

/** Shapes, not colours: they survive a pipe, a printer and colour blindness. */
const MARKS = {
  decides: '✓',
  'in shadow': '○',
  'comes after': '·',
  'does not apply': '✗',
  unknown: '?',
  'outside its share': '–',
  off: '–',
} as const;

function wordOf({ role, verdict }: FileForOrder): keyof typeof MARKS {
  if (role === 'decides') return 'decides';
  switch (verdict) {
    case 'applies':
      return 'comes after';
    case 'shadow':
      return 'in shadow';
    case 'does_not_apply':
      return 'does not apply';
    case 'unknown':
      return 'unknown';
    case 'not_in_canary':
      return 'outside its share';
    case 'off':
      return 'off';
  }
}

function treeLines(file: FileForOrder, { unitOf, width }: WhichRuleInput): readonly string[] {
  const head = `${file.ruleFileId} (${file.path}), priority ${file.priority}: ${wordOf(file)}`;
  if (file.appliesTo === null) return [head, '  ✓ no applies_to: every work order'];
  const rows = branchRows(file.appliesTo, 1, unitOf);
  return [head, ...alignColumns(rows, ['left', 'left'], width)];
}

function branchRows(
  reading: ConditionReading,
  depth: number,
  unitOf: WhichRuleInput['unitOf'],
): readonly (readonly string[])[] {
  const mark = `${'  '.repeat(depth)}${VERDICT_MARKS[reading.verdict]}`;
  if (reading.kind === 'test') {
    const { actual, fact, written } = reading;
    return [[`${mark} ${fact.key} ${written}`, seenText(actual, unitOf(fact.name))]];
  }
  const parts = reading.kind === 'not' ? [reading.of] : reading.of;
  return [[`${mark} ${BRANCHES[reading.kind]}`, ''], ...parts.flatMap((part) => branchRows(part, depth + 1, unitOf))];
}

/** Yes and no in the words of the condition beside it. */
function seenText(actual: Fact, unit: FactUnit | null): string {
  if (actual.kind === 'unknown') return `unknown: ${actual.because}`;
  return `is ${typeof actual.value === 'boolean' ? actual.value : factText(actual.value, unit)}`;
}

const VERDICT_MARKS: { readonly [verdict in Verdict]: string } = { match: '✓', no_match: '✗', unknown: '?' };
const BRANCHES = { all: 'all of', any: 'any of', not: 'not' } as const;

/** The same for programs. */
export function whichRuleJson(
  { which, withTree }: Pick<WhichRuleInput, 'which' | 'withTree'>,
  source: JsonValue,
): JsonValue {
  const { workOrder, takenAtMs, lookedAt } = which;
  const filesOf = (kind: 'dispatch' | 'review') =>
    which[kind].map(({ appliesTo, ruleFileId, path, mode, priority, role, verdict, because }) => ({
      ...{ ruleFile: ruleFileId, kind, path, mode, priority, role, verdict, because },
      ...(withTree ? { appliesTo: treeJson(appliesTo) } : {}),
    }));
  return {
    workOrder: { id: workOrder.id, title: workOrder.title, status: workOrder.status },
    source,
    takenAtMs,
    lookedAt,
    files: [...filesOf('dispatch'), ...filesOf('review')],
  };
}

function treeJson(reading: ConditionReading | null): JsonValue {
  if (reading === null) return null;
  const { kind, verdict } = reading;
  switch (reading.kind) {
    case 'test':
      return { kind, verdict, fact: reading.fact.key, written: reading.written, actual: reading.actual };
    case 'not':
      return { kind, verdict, of: treeJson(reading.of) };
    default:
      return { kind, verdict, of: reading.of.map(treeJson) };
  }
}
