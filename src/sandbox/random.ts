/**
 * Randomness of the simulated market. A draw depends on the seed and on what is asked about (entity, event, attempt),
 * never on how many draws came before: reading more, or in another order, changes nothing.
 */
export type DrawKey = number | string;

/** At least 0 and below 1. */
export function draw(seed: number, ...key: readonly DrawKey[]): number {
  let hash = mix(seed ^ 0x9e3779b9);
  for (const part of key) hash = mix(Math.imul(hash, 31) + (typeof part === 'number' ? mix(part) : hashText(part)));
  return hash / 2 ** 32;
}

/** An integer from `low` to `high`, both included. */
export function integerBetween(unit: number, low: number, high: number): number {
  return low + Math.floor(unit * (high - low + 1));
}

export function integerIn(unit: number, [low, high]: readonly [number, number]): number {
  return integerBetween(unit, low, high);
}

/** Any number from `low` up to `high`. */
export function shareIn(unit: number, [low, high]: readonly [number, number]): number {
  return low + (high - low) * unit;
}

export function pickFrom<Item>(unit: number, items: readonly Item[]): Item {
  const item = items[Math.floor(unit * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}

/** Waiting time with the given median and a long tail, as people answer. */
export function waitWithMedian(unit: number, median: number): number {
  return Math.round((-Math.log(1 - unit) / Math.LN2) * median);
}

/** Finaliser of a 32-bit hash with low bias. */
function mix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97);
  return (hash ^ (hash >>> 15)) >>> 0;
}

function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
