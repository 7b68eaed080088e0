import type { Problem } from '../domain/problem.ts';
import { filePart, innerPart, type PartName, rootPart } from './file-parts.ts';
import { type JsonNode, lineStartsOf, positionOf } from './json-document.ts';
import { readToken } from './json-tokens.ts';
import type { RuleFileText } from './parse-rule-file.ts';
import { readJson } from './read-json.ts';
import { type RuleFileLimits, scanLimits } from './scan-limits.ts';

/** Columns a line may have when an object is put on it. */
const LINE_WIDTH = 120;

export type Formatted =
  | { readonly kind: 'formatted'; readonly text: string }
  /** Not JSON without flaws: nothing can be put in order without guessing what was meant. */
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/**
 * The text in its canonical form: keys in the order of the format, others behind them as they were; lists, texts and numbers
 * exactly as they are written. What it says never changes, right or wrong. Formatting twice changes nothing more.
 */
export function formatRuleFile({ path, text }: RuleFileText, limits: RuleFileLimits): Formatted {
  const breach = scanLimits(text, limits);
  const { document, flaws } = breach === null ? readJson(text) : { document: null, flaws: [breach] };
  if (document !== null && flaws.length === 0) {
    return {
      kind: 'formatted',
      text: `${writeNode({ text, indent: 0, before: 0 }, document.root, rootPart(path, document.root))}\n`,
    };
  }
  const lineStarts = lineStartsOf(text);
  const sorted = [...flaws].sort((a, b) => a.offset - b.offset);
  const problems = sorted.map(({ offset, ...flaw }) => ({ where: path, ...positionOf(offset, lineStarts), ...flaw }));
  return { kind: 'problems', problems };
}

/** `before`: columns that are taken on the line already; the comma that may follow is always allowed for. */
type Writing = { readonly text: string; readonly indent: number; readonly before: number };

function writeNode(writing: Writing, node: JsonNode, name: PartName): string {
  if (node.kind === 'scalar') return rawAt(writing.text, node.offset);
  const flat = writeFlat(writing.text, node, name);
  if (flat !== null && writing.before + flat.length < LINE_WIDTH) return flat;
  const indent = writing.indent + 2;
  const lines =
    node.kind === 'array'
      ? node.items.map((item) => writeNode({ ...writing, indent, before: indent }, item, name))
      : membersOf(writing.text, node, name).map(({ key, inner, part }) => {
          const before = indent + key.length + 2;
          return `${key}: ${writeNode({ ...writing, indent, before }, inner, part)}`;
        });
  const [opening, closing] = node.kind === 'array' ? '[]' : '{}';
  const margin = ' '.repeat(indent);
  return `${opening}\n${lines.map((line) => margin + line).join(',\n')}\n${' '.repeat(writing.indent)}${closing}`;
}

/** On one line; null where something in it takes a line of its own: a list of objects does, and what the format keeps open. */
function writeFlat(text: string, node: JsonNode, name: PartName): string | null {
  if (node.kind === 'scalar') return rawAt(text, node.offset);
  if (node.kind === 'array') {
    const items = node.items.map((item) => (item.kind === 'scalar' ? rawAt(text, item.offset) : null));
    return items.includes(null) ? null : `[${items.join(', ')}]`;
  }
  if (node.members.size === 0) return '{}';
  if (filePart(name, node).isOpen) return null;
  const members = membersOf(text, node, name).map(({ key, inner, part }) => {
    const flat = writeFlat(text, inner, part);
    return flat === null ? null : `${key}: ${flat}`;
  });
  return members.includes(null) ? null : `{ ${members.join(', ')} }`;
}

type Member = { readonly key: string; readonly inner: JsonNode; readonly part: PartName };

function membersOf(text: string, node: JsonNode & { readonly kind: 'object' }, name: PartName): readonly Member[] {
  const part = filePart(name, node);
  const known = part.keys.filter((key) => node.members.has(key));
  const others = [...node.members.keys()].filter((key) => !part.keys.includes(key));
  return [...known, ...others].flatMap((key) => {
    const member = node.members.get(key);
    if (member === undefined) return [];
    return [{ key: rawAt(text, member.keyOffset), inner: member.node, part: innerPart(part, key) }];
  });
}

/** A text, number or word as it is written. */
function rawAt(text: string, offset: number): string {
  const { start, end } = readToken(text, offset);
  return text.slice(start, end);
}

/** The first line in which two texts differ, 1-based; null: none does. */
export function firstDifference(
  before: string,
  after: string,
): { readonly line: number; readonly before: string; readonly after: string } | null {
  if (before === after) return null;
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  const at = old.findIndex((line, place) => line !== fresh[place]);
  const place = at === -1 ? old.length : at;
  return { line: place + 1, before: old[place] ?? '', after: fresh[place] ?? '' };
}
