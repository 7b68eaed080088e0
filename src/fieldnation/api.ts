import type { AccessTokens } from './access-token.ts';
import type { HttpBody } from './decode-json.ts';
import { isAbsence, isTokenRefusal, readErrorBody } from './error-body.ts';
import type { HttpCall } from './exchange.ts';
import type { PageAnswer } from './pages.ts';
import type { Redactor } from './redactor.ts';
import type { Outcome, Transport } from './transport.ts';
import { type Asked, notUnderstood, toUnavailable } from './unavailable.ts';
import { mayHold, type PlainParts, plainParts, withoutSecrets } from './without-secrets.ts';
import type { WriteRequest } from './write-request.ts';

export type ApiParts = {
  readonly apiBaseUrl: string;
  readonly transport: Transport;
  readonly tokens: AccessTokens;
  readonly redactor: Redactor;
  /** What no body may bring back to us, beside the token. */
  readonly secrets: readonly string[];
};

type TokenOutcome = { readonly outcome: Outcome; readonly token: string };

/** `seen`: for a page that comes again and again. */
type Read = Pick<HttpCall, 'query' | 'seen'>;

type JsonBody = Extract<HttpBody, { readonly kind: 'json' }>;

/** Requests with a token: reads that are tried again, writes that are tried once. */
export class FieldNationApi {
  readonly #parts: ApiParts;
  readonly #host: string;
  /** For the token of the last answer. */
  #search: SecretSearch;

  constructor(parts: ApiParts) {
    this.#parts = parts;
    this.#host = new URL(parts.apiBaseUrl).host;
    this.#search = searchFor('', parts.secrets);
  }

  /** What a message says of a request: `reading work order 4047`. */
  asked(what: string): Asked {
    return { what, host: this.#host };
  }

  /** Throws `PlatformUnavailable`; `missing` where the platform says that the thing does not exist or is not ours to see. */
  async read(what: string, path: string, { query, seen }: Read): Promise<PageAnswer> {
    const { outcome, token } = await this.#readWithFreshToken(path, { query, seen });
    if (outcome.kind === 'answer') {
      const { status, body } = outcome;
      if (status >= 200 && status < 300 && body.kind === 'json')
        return { kind: 'found', json: this.#withoutSecrets(body, token) };
      if (status >= 400) {
        const error = readErrorBody(outcome);
        if (isAbsence(error)) return { kind: 'missing', status, message: this.brief(error.message) };
      }
    }
    throw toUnavailable(outcome, this.asked(what), this.#parts.redactor);
  }

  /** One attempt. The token is dropped when it is what the platform refused. Throws only when no token can be had. */
  async write(request: WriteRequest): Promise<Outcome> {
    const token = await this.#parts.tokens.current();
    const outcome = await this.#parts.transport.send('write', {
      ...request,
      url: this.#parts.apiBaseUrl + request.path,
      accessToken: token,
    });
    if (isRefusedToken(outcome)) this.#parts.tokens.drop(token);
    return outcome;
  }

  /** What was kept of the same bytes was looked through when they came first. */
  #withoutSecrets({ value, text }: JsonBody, token: string): unknown {
    if (text === null) return value;
    if (this.#search.token !== token) this.#search = searchFor(token, this.#parts.secrets);
    const { secrets, parts } = this.#search;
    return mayHold(text, parts) ? withoutSecrets(value, secrets) : value;
  }

  brief(text: string): string {
    return this.#parts.redactor.brief(text);
  }

  notUnderstood(what: string, because: string): Error {
    return notUnderstood(this.asked(what), because, this.#parts.redactor);
  }

  /** A refused token may have ended early; with a new one, if there may be one, the read is tried once more. */
  async #readWithFreshToken(path: string, read: Read): Promise<TokenOutcome> {
    const first = await this.#readOnce(path, read);
    if (!isRefusedToken(first.outcome) || !this.#parts.tokens.drop(first.token)) return first;
    return this.#readOnce(path, read);
  }

  async #readOnce(path: string, read: Read): Promise<TokenOutcome> {
    let token = '';
    const makeCall = async (): Promise<HttpCall> => {
      token = await this.#parts.tokens.current();
      return { method: 'GET', url: this.#parts.apiBaseUrl + path, ...read, accessToken: token, body: null };
    };
    return { outcome: await this.#parts.transport.sendWithRetries('read', makeCall), token };
  }
}

type SecretSearch = { readonly token: string; readonly secrets: readonly string[]; readonly parts: PlainParts };

function searchFor(token: string, others: readonly string[]): SecretSearch {
  const secrets = [token, ...others];
  return { token, secrets, parts: plainParts(secrets) };
}

function isRefusedToken(outcome: Outcome): boolean {
  return outcome.kind === 'answer' && outcome.status >= 400 && isTokenRefusal(readErrorBody(outcome));
}
