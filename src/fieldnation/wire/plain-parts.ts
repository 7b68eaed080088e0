/*
 * Parts of a row in the very shape that is documented, read by hand: a reader of each kind throws `NOT_PLAIN` for whatever is the
 * least bit different.
 */

/** Anything else has no place in a plain row. */
class NotPlain extends Error {}

/** Made once: its stack would cost more than the row. */
export const NOT_PLAIN = new NotPlain('a row that is not plain');

/** What `read` makes of it; null: it is not plain. */
export function ifPlain<Given, Read>(given: Given, read: (given: Given) => Read): Read | null {
  try {
    return read(given);
  } catch (error) {
    if (error === NOT_PLAIN) return null;
    throw error;
  }
}

export type Members = { readonly [key: string]: unknown };

export function membersOf(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw NOT_PLAIN;
  return value as Members;
}

export function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw NOT_PLAIN;
  return value;
}

export function number(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw NOT_PLAIN;
}

export function flag(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw NOT_PLAIN;
}
