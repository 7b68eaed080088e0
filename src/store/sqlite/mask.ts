import { MAX_MASK_BITS } from '../../domain/verdict-masks.ts';

/** JavaScript's own bit operators see only so many. */
const BITS_OF_OPERATORS = 32;

/** What bit n counts, as many as there are items. */
export function bitsFor(items: number): readonly number[] {
  if (items > MAX_MASK_BITS) throw new RangeError(`${items} criteria do not fit in a mask of ${MAX_MASK_BITS} bits`);
  return BITS;
}

const BITS = Array.from({ length: MAX_MASK_BITS }, (_, n) => 2 ** n);

export function hasBit(mask: number, n: number): boolean {
  // The operators take a number's low 32 bits, whatever is above them.
  return n < BITS_OF_OPERATORS ? ((mask >>> n) & 1) === 1 : Math.floor(mask / 2 ** n) % 2 === 1;
}
