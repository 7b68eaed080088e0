import { printable } from './printable.ts';
import { lengthOf, wrapText } from './wrap.ts';

export type Alignment = 'left' | 'right' | 'centre';

/** Too little room for words, so that a last column is left as it is. */
const LEAST_WRAPPED = 24;

/**
 * Lines of equal columns, two spaces between them; every cell made printable. With a `width` the last column, where it is
 * to the left, is wrapped within its own place.
 */
export function alignColumns(
  lines: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  width: number | null = null,
): readonly string[] {
  const cells = lines.map((line) => line.map(printable));
  const widths = alignments.map((_, index) => Math.max(0, ...cells.map((line) => lengthOf(line[index] ?? ''))));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 0);
  const room = width === null || alignments.at(-1) !== 'left' ? 0 : width - before;
  const last = alignments.length - 1;
  const wrapped = room < LEAST_WRAPPED ? cells : cells.flatMap((line) => wrapLast(line, last, room));
  return wrapped.map((line) =>
    alignments
      .map((alignment, index) => pad(line[index] ?? '', { width: widths[index] ?? 0, alignment }))
      .join('  ')
      .trimEnd(),
  );
}

function wrapLast(line: readonly string[], last: number, room: number): readonly (readonly string[])[] {
  const [first = '', ...rest] = wrapText(line[last] ?? '', room);
  const blank = line.slice(0, last).map(() => '');
  return [[...line.slice(0, last), first], ...rest.map((text) => [...blank, text])];
}

function pad(text: string, { width, alignment }: { readonly width: number; readonly alignment: Alignment }): string {
  const missing = Math.max(0, width - lengthOf(text));
  const before = alignment === 'left' ? 0 : alignment === 'right' ? missing : Math.floor(missing / 2);
  return `${' '.repeat(before)}${text}${' '.repeat(missing - before)}`;
}
