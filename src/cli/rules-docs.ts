import { CONFIGURATION_PROBLEMS, configurationProblem } from '../configuration-problems.ts';
import { findCriterion } from '../criteria/catalog.ts';
import { textWidth } from '../report/wrap.ts';
import { problemEntries, reasonEntries } from '../rules/code-reference.ts';
import { criterionEntries, factEntries, operatorEntries } from '../rules/fact-reference.ts';
import { nearestName } from '../rules/nearest-name.ts';
import { decisionEntries, guardrailEntries, stageEntries, tieBreakEntries } from '../rules/part-reference.ts';
import { type ReferenceEntry, TOPICS, type Topic } from '../rules/reference.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import {
  entriesAsMarkdown,
  entriesAsText,
  overviewAsMarkdown,
  overviewAsText,
  type TopicSize,
} from './reference-text.ts';

type Input = Pick<CommandInput, 'args'> & {
  readonly options: { readonly format: 'text' | 'markdown' | 'json' };
};

const ENTRIES: { readonly [topic in Topic]: () => readonly ReferenceEntry[] } = {
  fact: factEntries,
  operator: operatorEntries,
  criterion: criterionEntries,
  reason: reasonEntries,
  problem: () => [...problemEntries(), ...settingEntries()],
  stage: stageEntries,
  decision: decisionEntries,
  guardrail: guardrailEntries,
  'tie-break': tieBreakEntries,
};

/** A topic's list, everything about one name, or without either what there is. */
export async function explainRules(input: Input, io: CliIo): Promise<ExitCode> {
  const [first = '', ...rest] = input.args.flatMap((word) => word ?? []);
  const topic = topicOf(first);
  const name = (topic === null ? [first, ...rest] : rest).join(' ');
  const width = textWidth(io.stdout.columns);
  const { format } = input.options;
  if (first === '') {
    const sizes = TOPICS.map((each): TopicSize => ({ topic: each, entries: ENTRIES[each]().length }));
    if (format === 'json') io.stdout.write(`${JSON.stringify(sizes, null, 2)}\n`);
    else io.stdout.write(format === 'text' ? overviewAsText(sizes) : overviewAsMarkdown(sizes));
    return EXIT_CODES.done.code;
  }
  const known = (topic === null ? TOPICS : [topic]).flatMap((each) => ENTRIES[each]());
  const found = name === '' ? known : named(known, name);
  if (found.length === 0) throw new OperatorMistake([unknownName(name, topic, known)]);
  const isWhole = name !== '';
  if (format === 'json') io.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else
    io.stdout.write(format === 'text' ? entriesAsText(found, { isWhole, width }) : entriesAsMarkdown(found, isWhole));
  return EXIT_CODES.done.code;
}

/** Also in the plural. */
function topicOf(word: string): Topic | null {
  const plain = word.toLowerCase().replaceAll('_', '-');
  return (
    TOPICS.find((topic) => [topic, `${topic}s`].includes(plain) || (topic === 'criterion' && plain === 'criteria')) ??
    null
  );
}

/** By name or another name; else what a label with a kind of work in its brackets means; else facts by what follows the dot. */
function named(entries: readonly ReferenceEntry[], name: string): readonly ReferenceEntry[] {
  const plain = plainly(name);
  const exact = entries.filter((entry) => [entry.name, ...entry.aliases].some((each) => plainly(each) === plain));
  if (exact.length > 0) return exact;
  const key = findCriterion(name)?.definition.key;
  const byLabel = entries.filter((entry) => entry.topic === 'criterion' && entry.name === key);
  if (byLabel.length > 0) return byLabel;
  return entries.filter((entry) => entry.topic === 'fact' && plainly(entry.name).endsWith(`.${plain}`));
}

function plainly(name: string): string {
  return name.trim().toLowerCase().replace(/\s+/g, ' ');
}

function unknownName(name: string, topic: Topic | null, entries: readonly ReferenceEntry[]) {
  const names = [
    ...(topic === null ? TOPICS : []),
    ...entries.flatMap((entry) => [
      entry.name,
      ...entry.aliases,
      ...(entry.topic === 'fact' ? [entry.name.slice(entry.name.indexOf('.') + 1)] : []),
    ]),
  ];
  const nearest = nearestName(name, names);
  const all = `See all with: fieldmarshal rules docs${topic === null ? '' : ` ${topic}`}`;
  const fix = nearest === null ? all : `Did you mean "${nearest}"? ${all}`;
  const what = `is no ${topic ?? 'fact, operator, criterion, code, stage, key of decision, guardrail or tie-break'} of ours`;
  return configurationProblem(name, 'FM-C216', { what, fix });
}

function settingEntries(): readonly ReferenceEntry[] {
  return Object.entries(CONFIGURATION_PROBLEMS).map(([code, { title, mend }]) => ({
    topic: 'problem',
    name: code,
    aliases: [code.slice('FM-'.length)],
    doc: title,
    details: [
      ['kind', 'a setting, an argument or a file'],
      ['effect', 'Nothing is done.'],
      ['how to mend it', mend],
    ],
    example: null,
  }));
}
