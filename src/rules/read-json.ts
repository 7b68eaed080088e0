import { explainBareWord } from './bare-words.ts';
import { type JsonDocument, type JsonNode, lineStartsOf, positionOf } from './json-document.ts';
import {
  BYTE_ORDER_MARK,
  COMMENT,
  DOUBLE_COMMA,
  duplicateKey,
  EMPTY_FILE,
  forbiddenKey,
  type JsonFlaw,
  MISSING_COMMA,
  MISSING_COMMA_OR_END,
  strayCharacter,
  syntax,
  trailingComma,
  unquotedKey,
} from './json-flaws.ts';
import { decodeText } from './json-texts.ts';
import { readToken, type Token } from './json-tokens.ts';

export type PlacedFlaw = JsonFlaw & { readonly offset: number };

/** `document` null: the text is too broken to be looked at further. */
export type JsonReading = {
  readonly document: JsonDocument | null;
  readonly lineStarts: readonly number[];
  readonly flaws: readonly PlacedFlaw[];
};

type Cursor = {
  readonly text: string;
  readonly lineStarts: readonly number[];
  readonly flaws: PlacedFlaw[];
  token: Token;
  /** End of the last token taken; where a missing comma belongs. */
  lastEnd: number;
  /** A value could not be made out, so that looking further would only report what is not there. */
  isUnclear: boolean;
};

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Strict JSON with the place of every key and value. What is harmless to step over (comments, a comma too many or too
 * few) is reported and stepped over, so that one reading reports everything. Call `scanLimits` first: this recurses.
 */
export function readJson(text: string): JsonReading {
  const lineStarts = lineStartsOf(text);
  const cursor: Cursor = {
    text,
    lineStarts,
    flaws: [],
    token: { kind: 'end', start: 0, end: 0 },
    lastEnd: 0,
    isUnclear: false,
  };
  const start = text.startsWith('\ufeff') ? 1 : 0;
  if (start === 1) report(cursor, 0, BYTE_ORDER_MARK);
  moveTo(cursor, start);
  if (isAtEnd(cursor)) {
    report(cursor, cursor.token.start, EMPTY_FILE);
    return { document: null, lineStarts, flaws: cursor.flaws };
  }
  const root = readValue(cursor, []);
  if (root !== null && !isAtEnd(cursor)) {
    const what = 'Something follows the end of the rule file';
    report(cursor, cursor.token.start, syntax({ what, fix: 'Delete what follows the last bracket.' }));
    cursor.isUnclear = true;
  }
  const document = root === null || cursor.isUnclear ? null : { root, lineStarts };
  return { document, lineStarts, flaws: cursor.flaws };
}

/** `open`: the brackets around it, for the message when one is never closed. Null: nothing more can be made out. */
function readValue(cursor: Cursor, open: readonly Token[]): JsonNode | null {
  const { token, text } = cursor;
  switch (token.kind) {
    case '{':
      return readObject(cursor, [...open, token]);
    case '[':
      return readArray(cursor, [...open, token]);
    case 'text':
      return { kind: 'scalar', offset: token.start, value: readTextToken(cursor) };
    case 'number':
      return { kind: 'scalar', offset: token.start, value: readNumber(cursor, text.slice(token.start, token.end)) };
    case 'word':
      return { kind: 'scalar', offset: token.start, value: readWord(cursor, text.slice(token.start, token.end)) };
    default:
      return stop(cursor, open, 'a value');
  }
}

function readObject(cursor: Cursor, open: readonly Token[]): JsonNode | null {
  const offset = cursor.token.start;
  const members = new Map<string, { keyOffset: number; node: JsonNode }>();
  take(cursor);
  while (cursor.token.kind !== '}') {
    const keyOffset = cursor.token.start;
    const key = readKey(cursor, open);
    if (key === null) return null;
    if (cursor.token.kind !== ':') return stop(cursor, open, 'a colon');
    take(cursor);
    const node = readValue(cursor, open);
    if (node === null) return null;
    keep(cursor, members, { key, keyOffset, node });
    if (!betweenItems(cursor, '}')) return stop(cursor, open, 'a comma or "}"');
  }
  take(cursor);
  return { kind: 'object', offset, members };
}

function readArray(cursor: Cursor, open: readonly Token[]): JsonNode | null {
  const offset = cursor.token.start;
  const items: JsonNode[] = [];
  take(cursor);
  while (cursor.token.kind !== ']') {
    const node = readValue(cursor, open);
    if (node === null) return null;
    items.push(node);
    if (!betweenItems(cursor, ']')) return stop(cursor, open, 'a comma or "]"');
  }
  take(cursor);
  return { kind: 'array', offset, items };
}

function readKey(cursor: Cursor, open: readonly Token[]): string | null {
  const { token, text } = cursor;
  if (token.kind === 'text') return readTextToken(cursor);
  if (token.kind !== 'word' && token.kind !== 'number') {
    stop(cursor, open, 'a key in double quotes');
    return null;
  }
  const key = text.slice(token.start, token.end).replace(/^['\u2018\u201c]|['\u2019\u201d]$/g, '');
  report(cursor, token.start, unquotedKey(key));
  take(cursor);
  return key;
}

function keep(
  cursor: Cursor,
  members: Map<string, { keyOffset: number; node: JsonNode }>,
  member: { readonly key: string; readonly keyOffset: number; readonly node: JsonNode },
): void {
  const { key, keyOffset, node } = member;
  const earlier = members.get(key);
  if (FORBIDDEN_KEYS.has(key)) {
    report(cursor, keyOffset, forbiddenKey(key));
  } else if (earlier !== undefined) {
    report(cursor, keyOffset, duplicateKey(key, positionOf(earlier.keyOffset, cursor.lineStarts).line));
  } else {
    members.set(key, { keyOffset, node });
  }
}

/** Past the comma between two items, or up to the closing bracket. False: neither is there. */
function betweenItems(cursor: Cursor, closing: '}' | ']'): boolean {
  const { kind, start } = cursor.token;
  if (kind === closing) return true;
  if (kind === ',') {
    take(cursor);
    while (cursor.token.kind === ',' || cursor.token.kind === closing) {
      const isDouble = cursor.token.kind === ',';
      report(cursor, isDouble ? cursor.token.start : start, isDouble ? DOUBLE_COMMA : trailingComma(closing));
      if (!isDouble) break;
      take(cursor);
    }
    return true;
  }
  const isNextItem = kind === 'text' || (closing === ']' && (kind === '{' || kind === '[' || kind === 'number'));
  if (isNextItem) report(cursor, cursor.lastEnd, MISSING_COMMA);
  return isNextItem;
}

function readTextToken(cursor: Cursor): string {
  const { start, end } = cursor.token;
  const { value, flaw } = decodeText(cursor.text.slice(start, end));
  if (flaw !== null) {
    const code = flaw.kind === 'json' ? 'FM-R101' : 'FM-R107';
    report(cursor, start + flaw.index, { code, what: flaw.what, fix: flaw.fix });
    cursor.isUnclear ||= flaw.kind === 'json';
  }
  take(cursor);
  return value;
}

function readNumber(cursor: Cursor, written: string): number {
  const value = Number(written);
  if (!Number.isFinite(value)) {
    report(
      cursor,
      cursor.token.start,
      syntax({ what: `The number ${written} is too large`, fix: 'Write a smaller one.' }),
    );
    cursor.isUnclear = true;
  }
  take(cursor);
  // Adding 0 turns -0, which no limit or comparison means, into 0.
  return value + 0;
}

function readWord(cursor: Cursor, word: string): null | boolean {
  if (word !== 'true' && word !== 'false' && word !== 'null') {
    report(cursor, cursor.token.start, syntax(explainBareWord(word)));
    cursor.isUnclear = true;
  }
  take(cursor);
  return word === 'null' ? null : word === 'true';
}

/** Reports what stands where something else must; nothing after it can be made out. */
function stop(cursor: Cursor, open: readonly Token[], expected: string): null {
  const { kind, start } = cursor.token;
  const innermost = open.at(-1);
  if (kind === 'open_text') {
    report(cursor, start, syntax({ what: 'A text has no closing quote on its line', fix: 'Close it with ".' }));
  } else if (kind === 'end' && innermost !== undefined) {
    const bracket = innermost.kind;
    const { line, column } = positionOf(innermost.start, cursor.lineStarts);
    const what = `The file ends, and "${bracket}" of line ${line}, column ${column} is still open`;
    if (bracket === '{') doubtCommas(cursor);
    report(cursor, cursor.lastEnd, syntax({ what, fix: `Close it with "${bracket === '{' ? '}' : ']'}".` }));
  } else {
    const found = kind === 'end' ? 'the end of the file' : cursor.text.slice(start, start + 1);
    report(cursor, start, syntax({ what: `Expected ${expected}, found ${found}`, fix: `Write ${expected} here.` }));
  }
  return null;
}

/** With an object open at the end, what looked like a missing comma may have been where the object ends. */
function doubtCommas(cursor: Cursor): void {
  for (const [place, flaw] of cursor.flaws.entries()) {
    if (flaw.code === MISSING_COMMA.code) cursor.flaws[place] = { ...flaw, ...MISSING_COMMA_OR_END };
  }
}

function isAtEnd(cursor: Cursor): boolean {
  return cursor.token.kind === 'end';
}

function take(cursor: Cursor): void {
  cursor.lastEnd = cursor.token.end;
  moveTo(cursor, cursor.token.end);
}

/** To the next token that means something; comments and stray characters are reported on the way. */
function moveTo(cursor: Cursor, from: number): void {
  let token = readToken(cursor.text, from);
  while (token.kind === 'comment' || token.kind === 'stray') {
    report(
      cursor,
      token.start,
      token.kind === 'comment' ? COMMENT : strayCharacter(cursor.text.charCodeAt(token.start)),
    );
    token = readToken(cursor.text, token.end);
  }
  cursor.token = token;
}

function report(cursor: Cursor, offset: number, flaw: JsonFlaw): void {
  cursor.flaws.push({ offset, ...flaw });
}
