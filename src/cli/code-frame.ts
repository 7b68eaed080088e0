import { printable } from '../report/printable.ts';
import { readToken } from '../rules/json-tokens.ts';

/** The part of a source line that a problem is about, fit to be shown. */
export type Snippet = {
  /** One line of the file, cut to its neighbourhood when it is long; control characters are spaces. */
  readonly text: string;
  /** 1-based, in `text`. */
  readonly column: number;
  /** How much of `text` is meant, at least 1. */
  readonly length: number;
};

/** Longer lines are cut: a terminal would break them, and the mark below would point nowhere. */
const WIDTH = 100;
/** Of a long line, this much before the place is kept. */
const BEFORE = 50;
const CUT = '…';

/** Of a file's lines, split at line feeds. Null: there is no such line, or the place has none. */
export function snippetAt(
  lines: readonly string[],
  { line, column }: { readonly line: number | null; readonly column: number | null },
): Snippet | null {
  const text = line === null ? undefined : lines[line - 1];
  return text === undefined ? null : snippetOf(text, column ?? 1);
}

function snippetOf(whole: string, atColumn: number): Snippet {
  const line = whole.endsWith('\r') ? whole.slice(0, -1) : whole;
  const at = Math.min(atColumn - 1, line.length);
  const from = line.length <= WIDTH ? 0 : Math.max(0, Math.min(at - BEFORE, line.length - WIDTH));
  const to = Math.min(line.length, from + WIDTH);
  const [head, tail] = [from > 0 ? CUT : '', to < line.length ? CUT : ''];
  const units = line.slice(from, to).split('');
  return {
    text: `${head}${units.map(printable).join('')}${tail}`.trimEnd(),
    column: at - from + head.length + 1,
    length: Math.max(1, Math.min(tokenLength(line.slice(at, at + WIDTH)), to - at)),
  };
}

/** The line with its number, and below it a mark under what is meant. */
export function formatSnippet({ text, column, length }: Snippet, line: number): readonly string[] {
  const number = String(line).padStart(5);
  const before = text.slice(0, column - 1);
  const mark = '^'.repeat(Math.max(1, width(text.slice(column - 1, column - 1 + length))));
  return [`${number} | ${text}`, `${' '.repeat(number.length)} | ${' '.repeat(width(before))}${mark}`];
}

/** Of a bracket only the bracket: what it holds goes on below. */
function tokenLength(rest: string): number {
  const token = readToken(rest, 0);
  return token.start === 0 ? token.end : 1;
}

/** Columns of a terminal. Letters of Chinese, Japanese and Korean take two; so do emoji, which are two code units anyway. */
function width(text: string): number {
  return (
    text.length +
    (text.match(/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/g)?.length ?? 0)
  );
}
