/** A shorter one would be found inside ordinary words. */
const MIN_TOKEN_LENGTH = 16;

/** Should the platform echo the token inside a body, it must not reach the ledger with the row. Keys are left alone. */
export function withoutToken(value: unknown, token: string): unknown {
  if (token.length < MIN_TOKEN_LENGTH || !JSON.stringify(value).includes(token)) return value;
  return replaceIn(value, token);
}

function replaceIn(value: unknown, token: string): unknown {
  if (typeof value === 'string') return value.replaceAll(token, '[redacted]');
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, token));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceIn(item, token)]));
}
