/** Shorter values are not looked for: they would blank ordinary words. */
const MIN_SECRET_LENGTH = 4;
/** A daemon logs in for weeks; older tokens have expired. */
const MAX_SECRETS = 64;
const MASK = '[redacted]';
const MAX_BRIEF_LENGTH = 500;

/** A secret as it stands, in a URL, in a form, inside JSON and inside JSON of JSON. */
export function secretForms(secret: string): readonly string[] {
  const inUrl = encodeURIComponent(secret);
  const inForm = new URLSearchParams({ s: secret }).toString().slice(2);
  const inJson = JSON.stringify(secret).slice(1, -1);
  const nested = JSON.stringify(inJson).slice(1, -1);
  return [...new Set([secret, inUrl, inForm, inJson, nested])];
}

/** Takes known secrets out of texts by value, in the forms they can take: plain, in a URL, inside JSON. */
export class Redactor {
  readonly #forms = new Map<string, readonly string[]>();

  add(secret: string): void {
    if (secret.length < MIN_SECRET_LENGTH || this.#forms.has(secret)) return;
    const oldest = this.#forms.keys().next();
    if (this.#forms.size >= MAX_SECRETS && oldest.done !== true) this.#forms.delete(oldest.value);
    this.#forms.set(secret, secretForms(secret));
  }

  redact(text: string): string {
    return [...this.#forms.values()]
      .flat()
      .sort((a, b) => b.length - a.length)
      .reduce((rest, form) => rest.replaceAll(form, MASK), text);
  }

  /** For messages that quote the server. The cut comes last: a secret cut in two would not be found any more. */
  brief(text: string): string {
    const clean = this.redact(text);
    return clean.length > MAX_BRIEF_LENGTH ? `${clean.slice(0, MAX_BRIEF_LENGTH)}…` : clean;
  }

  /** A copy of an error that is safe to hand on: name, code and message; the stack names our files only, so it is left out. */
  redactError(error: unknown): Error {
    const original = error instanceof Error ? error : new Error(String(error));
    const code = 'code' in original && typeof original.code === 'string' ? `${original.code}: ` : '';
    const copy = new Error(this.brief(`${code}${original.message}`));
    copy.name = this.redact(original.name);
    copy.stack = `${copy.name}: ${copy.message}`;
    return copy;
  }
}
