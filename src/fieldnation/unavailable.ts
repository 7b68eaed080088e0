import { PlatformUnavailable } from '../engine/ports.ts';
import { isTokenRefusal, readErrorBody } from './error-body.ts';
import type { Redactor } from './redactor.ts';
import type { Outcome } from './transport.ts';

/** What was asked, for messages: `reading work order 4047`. */
export type Asked = { readonly what: string; readonly host: string };

/** The error for an outcome that is not a readable 2xx. Every secret is taken out, of the cause too. */
export function toUnavailable(outcome: Outcome, asked: Asked, redactor: Redactor): PlatformUnavailable {
  const { kind, why, cause } = explain(outcome, asked.host);
  const message = redactor.brief(`${asked.what}: ${why}`);
  return new PlatformUnavailable(kind, message, cause === null ? undefined : { cause: redactor.redactError(cause) });
}

type Explained = {
  readonly kind: PlatformUnavailable['kind'];
  readonly why: string;
  readonly cause: unknown;
};

function explain(outcome: Outcome, host: string): Explained {
  switch (outcome.kind) {
    case 'budget':
      return { kind: 'budget', why: outcome.message, cause: null };
    case 'rate_limited':
      return { kind: 'rate_limited', why: `${host}: ${outcome.message}`, cause: null };
    case 'circuit_open':
      return { kind: 'unreachable', why: `${host}: ${outcome.message}`, cause: null };
    case 'failure':
      return { kind: 'unreachable', why: `${host} cannot be reached: ${outcome.because}`, cause: outcome.cause };
    case 'answer':
      break;
  }
  const { status, body } = outcome;
  if (status >= 200 && status < 300) {
    const because = body.kind === 'unreadable' ? body.because : 'it is empty';
    return { kind: 'not_understood', why: `the answer of ${host} cannot be used: ${because}`, cause: null };
  }
  if (status >= 300 && status < 400)
    return {
      kind: 'not_understood',
      why: `${host} answered with a redirect (${status}), which is not followed`,
      cause: null,
    };
  const error = readErrorBody(outcome);
  const words = `${host} answered ${status}${error.code === null ? '' : ` ${error.code}`}: ${error.message}`;
  return { kind: kindOf(status, isTokenRefusal(error)), why: words, cause: null };
}

function kindOf(status: number, isToken: boolean): PlatformUnavailable['kind'] {
  if (isToken) return 'credentials';
  if (status === 403) return 'forbidden';
  if (status === 429) return 'rate_limited';
  return status >= 500 ? 'server_error' : 'not_understood';
}

/** The server answered, and we cannot make sense of it. */
export function notUnderstood(asked: Asked, because: string, redactor: Redactor): PlatformUnavailable {
  return new PlatformUnavailable('not_understood', redactor.brief(`${asked.what}: ${because}`));
}
