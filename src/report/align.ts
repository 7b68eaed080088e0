import { printable } from './printable.ts';

export type Alignment = 'left' | 'right' | 'centre';

/** Lines of equal columns, two spaces between them; every cell made printable. */
export function alignColumns(
  lines: readonly (readonly string[])[],
  alignments: readonly Alignment[],
): readonly string[] {
  const cells = lines.map((line) => line.map(printable));
  const widths = alignments.map((_, index) => Math.max(0, ...cells.map((line) => lengthOf(line[index] ?? ''))));
  return cells.map((line) =>
    alignments
      .map((alignment, index) => pad(line[index] ?? '', { width: widths[index] ?? 0, alignment }))
      .join('  ')
      .trimEnd(),
  );
}

function pad(text: string, { width, alignment }: { readonly width: number; readonly alignment: Alignment }): string {
  const missing = width - lengthOf(text);
  const before = alignment === 'left' ? 0 : alignment === 'right' ? missing : Math.floor(missing / 2);
  return `${' '.repeat(before)}${text}${' '.repeat(missing - before)}`;
}

/** In characters as people count them, nearly: code points. */
function lengthOf(text: string): number {
  return [...text].length;
}
