/** A shorter one would be found inside ordinary words, and what was found is taken out of titles and labels. */
const MIN_LENGTH = 12;

/** Of secrets, what to search a JSON text for. Null: one has no part that stands as itself in whatever JSON holds it. */
export type PlainParts = readonly string[] | null;

export function plainParts(secrets: readonly string[]): PlainParts {
  const parts = secrets.filter(({ length }) => length >= MIN_LENGTH).map(longestPlainPart);
  return parts.some(({ length }) => length < MIN_PART) ? null : parts;
}

/**
 * False: a JSON text that surely holds none of them; much faster than looking into its every value. Without a `\\u` every
 * character of a string but quotes, slashes, backslashes and controls stands there as itself.
 */
export function mayHold(text: string, parts: PlainParts): boolean {
  return parts === null || text.includes('\\u') || parts.some((part) => text.includes(part));
}

/** A shorter part would be found everywhere. */
const MIN_PART = 6;

function longestPlainPart(secret: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them.
  const parts = secret.split(/["\\/\x00-\x1f]+/);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

/** Should the platform echo a secret inside a body, it must not reach the ledger with the row. Keys are left alone. */
export function withoutSecrets(value: unknown, secrets: readonly string[]): unknown {
  const searched = secrets.filter((secret) => secret.length >= MIN_LENGTH).sort((a, b) => b.length - a.length);
  return holds(value, searched) ? replaceIn(value, searched) : value;
}

function holds(value: unknown, secrets: readonly string[]): boolean {
  if (typeof value === 'string') return secrets.some((secret) => value.includes(secret));
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item) => holds(item, secrets));
}

function replaceIn(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), value);
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, secrets)]));
}
