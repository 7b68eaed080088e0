import { z } from 'zod';

/**
 * The platform's small print: numbers that are strings, ids that are `false` or 0, empty objects that are `[]`.
 * What may be missing comes out as null; what is there and cannot be read is an issue with its path.
 */

/** A JSON number, or a string that holds one. */
export const wireNumber = z.preprocess(
  (value) => (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value.trim()) ? Number(value) : value),
  z.number(),
);

export const requiredId = wireNumber.pipe(z.int().positive());

/** Null for everything the platform uses to say "none": missing, null, false, 0, "", "0". */
export const optionalId = z.preprocess(
  (value) => (isNothing(value) || value === 0 || value === '0' ? null : value),
  requiredId.nullable(),
);

/** Null when missing or "". */
export const optionalNumber = z.preprocess((value) => (isNothing(value) ? null : value), wireNumber.nullable());

/** "" when missing or null. */
export const optionalText = z.preprocess((value) => value ?? '', z.string());

/** False when missing or null; anything else must be a boolean. */
export const optionalFlag = z.preprocess((value) => value ?? false, z.boolean());

/** One of the platform's own words, such as `un_route`: no sentence, no number, no address. */
export function isWord(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  if (wordsSeen.has(value)) return true;
  const isOne = /^[a-z][\w-]{0,39}$/i.test(value);
  if (isOne && wordsSeen.size < MAX_WORDS) wordsSeen.add(value);
  return isOne;
}

/** Some dozens, each of them in every row. */
const wordsSeen = new Set<string>();
const MAX_WORDS = 1_000;

/** Words of an array; its other members are nothing we know. */
export const words = z.preprocess(
  (value) => value ?? [],
  z.array(z.unknown()).transform((all) => all.filter(isWord)),
);

/** An object that may be missing; the platform's serializer makes an empty object `[]`. */
export function optionalObject<Shape extends z.ZodType>(shape: Shape) {
  return z.preprocess((value) => (isNothing(value) ? null : value), shape.nullable());
}

/** An array that may be missing, and that may be an empty object or a list envelope. */
export function optionalArray<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => rowsOf(value), z.array(item).nullable());
}

function rowsOf(value: unknown): unknown {
  if (value === undefined || value === null || value === false || value === '') return null;
  if (typeof value !== 'object' || Array.isArray(value)) return value;
  if ('results' in value) return rowsOf(value.results) ?? [];
  return Object.keys(value).length === 0 ? [] : value;
}

/** Null when missing or misshapen: for parts that say nothing about the rest. */
export function orUnknown<Schema extends z.ZodType>(schema: Schema) {
  return schema
    .nullish()
    .catch(null)
    .transform((value) => value ?? null);
}

export function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === false ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  );
}
