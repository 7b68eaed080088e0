export type Scrubber = { readonly scrub: (text: string) => string };

const HIDDEN = '[hidden]';

/** Shorter values are not searched for: they would tear words apart, and protect nothing. */
const MIN_SECRET_LENGTH = 4;

/** Replaces secrets in every spelling they reach a log in: as they are, in JSON, in a URL, in Basic authentication. */
export function createScrubber(secrets: readonly string[]): Scrubber {
  const searched = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
  // The longest first: a secret may contain another.
  const spellings = [...new Set(searched.flatMap(spellingsOf))].sort((a, b) => b.length - a.length);
  const scrub = (text: string) =>
    hideByPattern(spellings.reduce((result, spelling) => result.replaceAll(spelling, HIDDEN), text));
  return { scrub };
}

function spellingsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(secret);
  // A JSON text inside a JSON text, such as a logged request body, is escaped twice.
  const nested = JSON.stringify(json).slice(1, -1);
  return [secret, json, nested, url, url.replaceAll('%20', '+'), Buffer.from(secret, 'utf8').toString('base64')];
}

const SECRET_NAMES = 'access_token|refresh_token|client_secret|password';

/**
 * `"password": "…"`, also when the JSON stands inside another JSON text and every quote has backslashes before it. Tried only
 * where backslashes begin: within a long row of them each place would look through the rest.
 */
const IN_JSON = new RegExp(`(?<!\\\\)(\\\\*)"(${SECRET_NAMES})\\1"(\\s*:\\s*)\\1"[^]*?(?<!\\\\)\\1"`, 'gi');

/** What is secret by its name or its place, whoever it belongs to. */
function hideByPattern(text: string): string {
  return text
    .replace(new RegExp(`\\b(${SECRET_NAMES})=[^&\\s"'\\\\]+`, 'gi'), `$1=${HIDDEN}`)
    .replace(IN_JSON, `$1"$2$1"$3$1"${HIDDEN}$1"`)
    .replace(/\bBearer\s+[\w.~+/=-]{8,}/gi, `Bearer ${HIDDEN}`)
    .replace(/\bBasic\s+([\w+/=-]{8,})/gi, (all, word: string) => (isNameAndPassword(word) ? `Basic ${HIDDEN}` : all));
}

/** What Basic authentication sends is `name:password` in base64; "Basic installation" is the title of a work order. */
function isNameAndPassword(word: string): boolean {
  const said = Buffer.from(word, 'base64').toString('latin1');
  return /^[ -~\u0080-\u00ff]*:/.test(said);
}
