/** What is wrong with a text between double quotes; `index` counts from its opening quote. */
export type TextFlaw = {
  readonly kind: 'json' | 'character';
  readonly index: number;
  readonly what: string;
  readonly fix: string;
};

/** A text as written, quotes included, to what it says. With a flaw of kind `json` there is no value. */
export function decodeText(written: string): { readonly value: string; readonly flaw: TextFlaw | null } {
  const flaw = escapeFlaw(written) ?? controlFlaw(written);
  if (flaw !== null) return { value: '', flaw };
  const value: unknown = JSON.parse(written);
  const decoded = String(value);
  return { value: decoded, flaw: characterFlaw(decoded) };
}

function escapeFlaw(written: string): TextFlaw | null {
  for (const match of written.matchAll(/\\(u[0-9a-fA-F]{4}|["\\/bfnrt])?/g)) {
    if (match[1] !== undefined) continue;
    const what = `"${written.slice(match.index, match.index + 2)}" is no escape that JSON knows`;
    return { kind: 'json', index: match.index, what, fix: 'Write a backslash as \\\\ and a quote as \\".' };
  }
  return null;
}

function controlFlaw(written: string): TextFlaw | null {
  for (let index = 0; index < written.length; index += 1) {
    if (written.charCodeAt(index) >= 0x20) continue;
    const what = `A text holds the raw control character ${hex(written.charCodeAt(index))}`;
    return { kind: 'json', index, what, fix: 'Write a tab as \\t and a line break as \\n.' };
  }
  return null;
}

/** Characters that would fool a reader or break a terminal, and ones that cannot be stored. */
function characterFlaw(decoded: string): TextFlaw | null {
  if (!decoded.isWellFormed())
    return unreadable('half of a surrogate pair', 'Write the whole character, or leave it out.');
  if (decoded.includes('\ufffd')) {
    return unreadable('the replacement character U+FFFD', 'Save the file as UTF-8 and write the character again.');
  }
  const hidden = [...decoded].find(isHidden);
  if (hidden === undefined) return null;
  return unreadable(`the invisible character ${hex(hidden.charCodeAt(0))}`, 'Leave it out.');
}

function unreadable(what: string, fix: string): TextFlaw {
  return { kind: 'character', index: 0, what: `A text holds ${what}`, fix };
}

function isHidden(char: string): boolean {
  const code = char.charCodeAt(0);
  if (char === '\n' || char === '\t') return false;
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || isDirectionMark(code);
}

/** Marks that make text show in another order than it is stored. */
function isDirectionMark(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

export function hex(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
