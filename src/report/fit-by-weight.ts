/**
 * Widths in proportion to weights, together no more than `room` if what is needed leaves any; a column that needs more than its
 * share has what it needs, and the others share the rest.
 */
export function fitByWeight(
  columns: readonly { readonly weight: number; readonly least: number }[],
  room: number,
): readonly number[] {
  const short = new Set<number>();
  for (;;) {
    const left = columns.reduce((rest, { least }, index) => (short.has(index) ? rest - least : rest), room);
    const total = columns.reduce((sum, { weight }, index) => (short.has(index) ? sum : sum + weight), 0);
    const share = columns.map(({ weight, least }, index) =>
      short.has(index) || total === 0 ? least : Math.floor((left * weight) / total),
    );
    const tooShort = columns.findIndex(({ least }, index) => !short.has(index) && (share[index] ?? 0) < least);
    if (tooShort === -1) return share;
    short.add(tooShort);
  }
}
