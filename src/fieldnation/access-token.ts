import type { Limits } from '../domain/limits.ts';
import type { Clock } from '../engine/ports.ts';
import { PlatformUnavailable } from '../engine/ports.ts';
import { readErrorBody } from './error-body.ts';
import type { HttpCall } from './exchange.ts';
import type { Redactor } from './redactor.ts';
import { type Mark, markNow, passedMs } from './time-passed.ts';
import type { Outcome, Transport } from './transport.ts';
import { notUnderstood, toUnavailable } from './unavailable.ts';
import { loginReply } from './wire/login-reply.ts';
import { firstProblem } from './wire/problem-of.ts';

/** Documented life of a token, used when the answer names none. */
const DEFAULT_LIFE_SECONDS = 3600;
/** A token is renewed when this share of its life is over, so that it does not end between a guard read and its write. */
const RENEW_AT_SHARE = 0.8;

export type Credentials = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
};

type Parts = {
  readonly credentials: Credentials;
  readonly transport: Transport;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly limits: Pick<Limits, 'tokenRefreshPauseMs'>;
};

/** The token of the password grant: one login at a time, renewed before it ends, dropped when the platform refuses it. */
export class AccessTokens {
  readonly #parts: Parts;
  #held: { readonly value: string; readonly renewAtMs: number } | null = null;
  #login: Promise<string> | null = null;
  /** When the held token took the place of one that was refused; null while that has not happened. */
  #replacedAt: Mark | null = null;
  #isReplacing = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws `PlatformUnavailable` when no token can be had. */
  async current(): Promise<string> {
    if (this.#held !== null && this.#parts.clock.nowMs() < this.#held.renewAtMs) return this.#held.value;
    this.#login ??= this.#logIn().finally(() => {
      this.#login = null;
    });
    return this.#login;
  }

  /**
   * Only the refused token is dropped: another request may already have brought a new one. False: it is kept, since it has
   * just taken another's place. A platform that refuses every token must not be sent the password again and again.
   */
  drop(value: string): boolean {
    const { clock, limits } = this.#parts;
    if (this.#held?.value !== value) return true;
    if (this.#replacedAt !== null && passedMs(this.#replacedAt, clock) < limits.tokenRefreshPauseMs) return false;
    this.#held = null;
    this.#isReplacing = true;
    return true;
  }

  async #logIn(): Promise<string> {
    const { credentials, transport, redactor, clock, limits } = this.#parts;
    const asked = { what: 'logging in', host: new URL(credentials.tokenUrl).host };
    const outcome = await transport.sendWithRetries('login', async () => loginCall(credentials));
    if (outcome.kind !== 'answer' || outcome.status < 200 || outcome.status >= 300 || outcome.body.kind !== 'json')
      throw loginRefused(outcome, asked.host, redactor) ?? toUnavailable(outcome, asked, redactor);
    const reply = loginReply.safeParse(outcome.body.value);
    if (!reply.success)
      throw notUnderstood(asked, `the answer of ${asked.host} has no token: ${firstProblem(reply.error)}`, redactor);
    const { access_token: value, expires_in: lifeSeconds = DEFAULT_LIFE_SECONDS, refresh_token: unused } = reply.data;
    redactor.add(value);
    if (unused !== undefined) redactor.add(unused);
    if (this.#isReplacing) this.#replacedAt = markNow(clock);
    this.#isReplacing = false;
    const useMs = Math.max(lifeSeconds * 1000 * RENEW_AT_SHARE, limits.tokenRefreshPauseMs);
    this.#held = { value, renewAtMs: clock.nowMs() + useMs };
    return value;
  }
}

function loginCall(credentials: Credentials): HttpCall {
  return {
    method: 'POST',
    url: credentials.tokenUrl,
    query: {},
    accessToken: null,
    body: {
      grant_type: 'password',
      client_id: credentials.clientId,
      client_secret: credentials.clientSecret,
      username: credentials.username,
      password: credentials.password,
    },
  };
}

/** Null when the answer does not speak about the credentials: a 404 page, for instance, means a wrong address. */
function loginRefused(outcome: Outcome, host: string, redactor: Redactor): PlatformUnavailable | null {
  if (outcome.kind !== 'answer' || ![400, 401, 403, 422].includes(outcome.status)) return null;
  const error = readErrorBody(outcome);
  const said = `${outcome.status}${error.code === null ? '' : ` ${error.code}`}: ${error.message}`;
  return new PlatformUnavailable('credentials', redactor.brief(`${host} refused the login (${said})`));
}
