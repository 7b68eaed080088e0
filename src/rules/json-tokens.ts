/**
 * Words of a JSON text. Also the ones JSON does not have (comments, bare words, single quotes), so that the reader can
 * say what is wrong instead of only where. Reading a token never fails and always moves on.
 */
export type TokenKind =
  | '{'
  | '}'
  | '['
  | ']'
  | ':'
  | ','
  | 'text'
  /** A text without its closing quote on the same line. */
  | 'open_text'
  | 'number'
  /** `true`, `false`, `null`, and everything that is none of the others. */
  | 'word'
  | 'comment'
  /** White space that JSON does not know: non-breaking spaces and the like. */
  | 'stray'
  | 'end';

/** `start` inclusive, `end` exclusive, in UTF-16 code units. */
export type Token = { readonly kind: TokenKind; readonly start: number; readonly end: number };

const BLANK = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![^\s{}[\]:,"#/\u200b\u2060\ufeff])/y;
/** Up to the next thing that JSON or a comment begins with. */
const WORD = /(?:[^\s{}[\]:,"#/\u200b\u2060\ufeff]|\/(?![/*]))+/y;
const LINE_COMMENT = /(?:\/\/|#)[^\r\n]*/y;
/** Further than this nobody looks for the end of a text in foreign quotes. */
const LONGEST_QUOTED_WORD = 200;
const CLOSING_QUOTE: { readonly [opening: string]: string } = { "'": "'", '\u201c': '\u201d', '\u2018': '\u2019' };

/** The first token at or after `from`. */
export function readToken(text: string, from: number): Token {
  const start = matchEnd(BLANK, text, from) ?? from;
  const char = text[start];
  if (char === undefined) return { kind: 'end', start, end: start };
  if (isPunctuation(char)) return { kind: char, start, end: start + 1 };
  if (char === '"') return readText(text, start);
  if (text.startsWith('/*', start)) {
    const close = text.indexOf('*/', start + 2);
    return { kind: 'comment', start, end: close === -1 ? text.length : close + 2 };
  }
  const comment = matchEnd(LINE_COMMENT, text, start);
  if (comment !== null) return { kind: 'comment', start, end: comment };
  const number = matchEnd(NUMBER, text, start);
  if (number !== null) return { kind: 'number', start, end: number };
  return readWord(text, start, char);
}

function readText(text: string, start: number): Token {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') return { kind: 'text', start, end: at + 1 };
    if (char === '\n' || char === '\r') return { kind: 'open_text', start, end: at };
    if (char === '\\') at += 1;
  }
  return { kind: 'open_text', start, end: text.length };
}

function readWord(text: string, start: number, char: string): Token {
  const closing = CLOSING_QUOTE[char];
  if (closing !== undefined) {
    const close = text.slice(start + 1, start + 1 + LONGEST_QUOTED_WORD).search(new RegExp(`[${closing}\r\n]`));
    if (close !== -1 && text[start + 1 + close] === closing) return { kind: 'word', start, end: start + close + 2 };
  }
  const end = matchEnd(WORD, text, start);
  return end === null ? { kind: 'stray', start, end: start + 1 } : { kind: 'word', start, end };
}

function isPunctuation(char: string): char is '{' | '}' | '[' | ']' | ':' | ',' {
  return '{}[]:,'.includes(char);
}

/** Where the sticky pattern stops when it matches at `from`; null when it does not. */
function matchEnd(pattern: RegExp, text: string, from: number): number | null {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : null;
}
