/** As wide as most terminals that are not made small, and as what a pull request or a mail shows without wrapping. */
export const DEFAULT_WIDTH = 120;

/** Narrower than this, tables fall apart. */
const LEAST_WIDTH = 80;

/** How wide a text may be: as the terminal, and 120 where there is none. */
export function textWidth(columns: number | undefined): number {
  return columns === undefined ? DEFAULT_WIDTH : Math.max(LEAST_WIDTH, columns);
}

/** Lines of at most `width` characters, broken between words; a word longer than that stays whole. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || lengthOf(last) + 1 + lengthOf(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** At most `width` characters, the last of them `…` when something is left out. */
export function cutText(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** In characters as people count them, nearly: code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}
