import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { lengthOf, wrapText } from '../report/wrap.ts';
import { formatRuleFile } from '../rules/format.ts';
import { type ReferenceEntry, type ReferenceExample, TOPIC_DOCS, type Topic } from '../rules/reference.ts';

export type TopicSize = { readonly topic: Topic; readonly entries: number };

const NEXT =
  'One topic: fieldmarshal rules docs fact. One name, of whichever topic: fieldmarshal rules docs cancel_rate.';

export function overviewAsText(sizes: readonly TopicSize[]): string {
  const lines = sizes.map(({ topic, entries }) => {
    return `${topic.padEnd(10)} ${String(entries).padStart(4)}  ${TOPIC_DOCS[topic]}`;
  });
  return [...lines, '', NEXT, ''].join('\n');
}

export function overviewAsMarkdown(sizes: readonly TopicSize[]): string {
  const rows = sizes.map(({ topic, entries }) => `| ${topic} | ${entries} | ${TOPIC_DOCS[topic]} |`);
  return ['| topic | entries | what it is |', '| --- | --- | --- |', ...rows, '', NEXT, ''].join('\n');
}

type Shown = { readonly isWhole: boolean; readonly width: number };

/** A list with one entry a line or two, or everything about each. */
export function entriesAsText(entries: readonly ReferenceEntry[], { isWhole, width }: Shown): string {
  if (isWhole) return entries.map((entry) => `${entryAsText(entry, width)}\n`).join('\n');
  const left = Math.min(30, Math.max(...entries.map(({ name }) => lengthOf(name))));
  const lines = entries.flatMap(({ name, doc }) => column(name, doc, { left, width }));
  return `${lines.join('\n')}\n`;
}

function entryAsText({ topic, name, doc, details, example }: ReferenceEntry, width: number): string {
  const shown = details.filter(([, text]) => text !== '');
  const left = Math.max(...shown.map(([label]) => label.length));
  return [
    `${name} (${topic})`,
    ...wrapText(doc, width - 2).map((line) => `  ${line}`),
    '',
    ...shown.flatMap(([label, text]) => column(`  ${label}`, text, { left: left + 2, width })),
    ...(example === null
      ? []
      : ['', `  Example, in ${PLACES[example.at]}:`, ...exampleLines(example).map((line) => `    ${line}`)]),
  ].join('\n');
}

export function entriesAsMarkdown(entries: readonly ReferenceEntry[], isWhole: boolean): string {
  if (!isWhole) {
    const rows = entries.map(({ name, doc }) => `| \`${name}\` | ${cell(doc)} |`);
    return ['| name | what it is |', '| --- | --- |', ...rows, ''].join('\n');
  }
  return entries
    .map(({ topic, name, doc, details, example }) => {
      const shown = details.filter(([, text]) => text !== '').map(([label, text]) => `| ${label} | ${cell(text)} |`);
      const lines = [`## ${name} (${topic})`, '', doc, '', '| | |', '| --- | --- |', ...shown, ''];
      if (example === null) return lines.join('\n');
      return [...lines, `In ${PLACES[example.at]}:`, '', '```json', ...exampleLines(example), '```', ''].join('\n');
    })
    .join('\n');
}

const PLACES: { readonly [at in ReferenceExample['at']]: string } = {
  when: 'the "when" of a criterion, or "conditions"',
  applies_to: '"applies_to", or wherever a condition stands',
  rules: '"selection_rule": {"rules": [ … ]}',
  criteria: '"criteria": [ … ] of a review file',
  stages: '"decision": {"stages": [ … ]}',
  decision: '"decision"',
  guardrails: '"guardrails"',
  'review guardrails': '"guardrails" of a review file',
  tie_break: '"decision": {"tie_break": … }',
};

/** As rules fmt would write it. */
function exampleLines({ json }: ReferenceExample): readonly string[] {
  const wrapped = JSON.stringify({ example: json });
  const formatted = formatRuleFile({ path: 'example', text: wrapped }, DEFAULT_LIMITS);
  const text = formatted.kind === 'formatted' ? formatted.text : wrapped;
  const lines = text.trimEnd().split('\n').slice(1, -1);
  return lines.map((line, place) => (place === 0 ? line.replace(/^ {2}"[^"]*": /, '') : line.slice(2)));
}

function column(name: string, text: string, { left, width }: { readonly left: number; readonly width: number }) {
  const [first = '', ...rest] = wrapText(text, width - left - 2);
  const indent = ' '.repeat(left + 2);
  const head =
    lengthOf(name) > left ? [name, `${indent}${first}`] : [`${name}${' '.repeat(left - lengthOf(name))}  ${first}`];
  return [...head, ...rest.map((line) => `${indent}${line}`)];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
