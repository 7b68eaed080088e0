/**
 * Text from outside (titles, names, messages of the API) made safe to print: control characters, which can move a
 * terminal's cursor or colour it, and marks that turn the direction of text become spaces. Line breaks too, since every
 * such text stands within a line of ours.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, ' ');
}

/** The same for a text of several lines, such as an error message or a whole card: line breaks and tabs stay. */
export function printableLines(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(printable).join('\t'))
    .join('\n');
}

const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+/g;
