/** A number has 53 exact bits; JavaScript's own bit operators see only 32 of them. */
const MAX_BITS = 53;

/** Bit n is set where the predicate holds for item n. */
export function maskOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  if (items.length > MAX_BITS)
    throw new RangeError(`${items.length} criteria do not fit in a mask of ${MAX_BITS} bits`);
  return items.reduce((mask, item, n) => (holds(item) ? mask + 2 ** n : mask), 0);
}

export function hasBit(mask: number, n: number): boolean {
  return Math.floor(mask / 2 ** n) % 2 === 1;
}
