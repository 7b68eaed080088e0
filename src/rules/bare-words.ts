/** What is wrong with a word that JSON does not have as a value, and what to write instead. */
export function explainBareWord(word: string): { readonly what: string; readonly fix: string } {
  const lower = word.toLowerCase();
  if (lower === 'true' || lower === 'yes' || lower === 'on')
    return { what: `${word} is no JSON value`, fix: 'Write true.' };
  if (lower === 'false' || lower === 'no' || lower === 'off')
    return { what: `${word} is no JSON value`, fix: 'Write false.' };
  if (lower === 'null' || lower === 'none' || lower === 'undefined' || lower === 'nan') {
    return { what: `${word} is no JSON value`, fix: 'Leave the key out if there is no value.' };
  }
  const number = plainNumber(word);
  if (number !== null) return { what: `${word} is not written as JSON writes numbers`, fix: `Write ${number}.` };
  if (/^['\u2018\u201c]/.test(word)) {
    const inner = word.replace(/^['\u2018\u201c]|['\u2019\u201d]$/g, '');
    return { what: 'A text is not in straight double quotes', fix: `Write ${JSON.stringify(inner)}.` };
  }
  return {
    what: `${short(word)} is no JSON value`,
    fix: `Write text in double quotes: ${JSON.stringify(short(word))}.`,
  };
}

/** `+5`, `05`, `.5`, `5.`, `5%`, `$450` as JSON would have them; null when it is no number. */
function plainNumber(word: string): string | null {
  const bare = word.replace(/^[+$]|%$/g, '');
  // The length first: of a long row of digits the pattern takes the square.
  if (bare.length > 15 || !/^-?(?:\d+\.?\d*|\.\d+)$/.test(bare)) return null;
  return String(Number(bare));
}

function short(word: string): string {
  return word.length > 40 ? `${word.slice(0, 40)}…` : word;
}
