/** A shorter one would be found inside ordinary words, and what was found is taken out of titles and labels. */
const MIN_LENGTH = 12;

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
