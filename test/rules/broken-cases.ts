import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RuleTextParts, ruleText } from './rule-text.ts';

/** One broken rule file of `bad/*.txt`; the format is in its README. */
export type BrokenCase = {
  readonly title: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
  /** `CODE what — fix`. */
  readonly expected: string;
};

const PART =
  /^(version|id|mode|priority|more|rules|rule|when|applies_to|stages|stage|decision|guardrails|test|before|after|file): /;

export function readBrokenCases(name: string): readonly BrokenCase[] {
  const text = readFileSync(join(import.meta.dirname, 'bad', `${name}.txt`), 'utf8');
  return text.trim().split('\n\n').map(toCase);
}

/** A rule file's text from lines such as `rule: …`, marks and all. */
export function textFrom(lines: readonly string[]): string {
  return textOf(toParts(lines));
}

function toCase(block: string): BrokenCase {
  const lines = block.split('\n');
  const marked = textFrom(lines.slice(1, -1));
  const before = marked.slice(0, marked.indexOf('«')).split('\n');
  return {
    title: (lines[0] ?? '').replace('# ', ''),
    text: marked.replace('«', ''),
    line: before.length,
    column: (before.at(-1) ?? '').length + 1,
    expected: (lines.at(-1) ?? '').replace('=> ', ''),
  };
}

function toParts(lines: readonly string[]): ReadonlyMap<string, string> {
  const parts = new Map<string, string>();
  let part = '';
  for (const line of lines) {
    const begins = PART.exec(line);
    part = begins?.[1] ?? part;
    const text = unfold(begins === null ? line : line.slice(begins[0].length));
    parts.set(part, parts.has(part) ? `${parts.get(part)}\n${text}` : text);
  }
  return parts;
}

function textOf(parts: ReadonlyMap<string, string>): string {
  const file = parts.get('file');
  if (file !== undefined) return file;
  const { rule, when, applies_to, stage, test, before = '', after = '', ...rest } = Object.fromEntries(parts);
  const given: RuleTextParts = {
    ...rest,
    ...(rule === undefined ? {} : { rules: `{${rule}}` }),
    ...(when === undefined ? {} : { rules: `{"key": "k", "name": "Own", "when": ${when}}` }),
    ...(applies_to === undefined ? {} : { more: `"applies_to": ${applies_to},` }),
    ...(test === undefined ? {} : { more: `"tests": [{"name": "t", ${test}}],` }),
    ...(stage === undefined ? {} : { stages: `{${stage}}` }),
  };
  return `${before}${ruleText(given)}${after === '' ? '' : `\n${after}`}`;
}

function unfold(line: string): string {
  return line
    .replace(/⟪([0-9A-F]{4})⟫/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/⟪([^⟫]+)\*(\d+)⟫/g, (_, what: string, times: string) => what.repeat(Number(times)));
}
