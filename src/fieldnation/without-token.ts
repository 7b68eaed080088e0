/** A shorter one would be found inside ordinary words. */
const MIN_TOKEN_LENGTH = 16;

/** Should the platform echo the token inside a body, it must not reach the ledger with the row. Keys are left alone. */
export function withoutToken(value: unknown, token: string): unknown {
  return token.length >= MIN_TOKEN_LENGTH && holds(value, token) ? replaceIn(value, token) : value;
}

function holds(value: unknown, token: string): boolean {
  if (typeof value === 'string') return value.includes(token);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((item) => holds(item, token));
}

function replaceIn(value: unknown, token: string): unknown {
  if (typeof value === 'string') return value.replaceAll(token, '[redacted]');
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, token));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, token)]));
}
