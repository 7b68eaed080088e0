import type { WriteAnswer, WriteCall } from '../domain/write-call.ts';
import { type DispatchTarget, PlatformUnavailable } from '../engine/ports.ts';
import type { FieldNationApi } from './api.ts';
import { isTokenRefusal, type PlatformError, readErrorBody } from './error-body.ts';
import type { HttpAnswer } from './exchange.ts';
import type { Outcome } from './transport.ts';
import { jobIdOf } from './wire/mass-route-reply.ts';
import { toWriteRequest } from './write-request.ts';

/** Field Nation, for writing. Every call is tried once, whatever comes back. */
export class FieldNationTarget implements DispatchTarget {
  readonly #api: FieldNationApi;

  constructor(api: FieldNationApi) {
    this.#api = api;
  }

  async send(call: WriteCall): Promise<WriteAnswer> {
    try {
      const answer = toWriteAnswer(await this.#api.write(toWriteRequest(call)), call);
      return this.#withoutSecrets(answer);
    } catch (error) {
      // The only thing that throws before the call is the login.
      if (error instanceof PlatformUnavailable) return { kind: 'not_sent', message: error.message };
      throw error;
    }
  }

  #withoutSecrets(answer: WriteAnswer): WriteAnswer {
    if (answer.kind === 'answered') return answer;
    const message = this.#api.brief(answer.message);
    if (answer.kind !== 'refused' || answer.code === null) return { ...answer, message };
    return { ...answer, message, code: this.#api.brief(answer.code) };
  }
}

/** What one outcome says of a write. `not_sent` only when no byte left us; anything else that is no definite no is unclear. */
export function toWriteAnswer(outcome: Outcome, call: WriteCall): WriteAnswer {
  switch (outcome.kind) {
    case 'budget':
    case 'rate_limited':
    case 'circuit_open':
      return { kind: 'not_sent', message: outcome.message };
    case 'failure':
      return { kind: outcome.wasSent ? 'unclear' : 'not_sent', message: outcome.because };
    case 'answer':
      return fromAnswer(outcome, call);
  }
}

function fromAnswer(answer: HttpAnswer, call: WriteCall): WriteAnswer {
  const { status, body } = answer;
  if (status >= 200 && status < 300) {
    if (body.kind === 'unreadable')
      return { kind: 'unclear', message: `answered ${status}, but the body cannot be used: ${body.because}` };
    const isQueued = call.kind === 'mass_route' || call.kind === 'mass_route_pool';
    const jobId = isQueued && body.kind === 'json' ? jobIdOf(body.value) : null;
    return { kind: 'answered', status, jobId };
  }
  if (status < 400) return { kind: 'unclear', message: `answered with a redirect (${status}), which is not followed` };
  const error = readErrorBody(answer);
  // It was answered, so it arrived: that nothing was done is the platform's word, and the confirm read checks it.
  if (status === 429) return { kind: 'refused', status, code: error.code ?? 'RATE_LIMITED', message: error.message };
  if (isTokenRefusal(error)) return { kind: 'refused', status, code: tokenCode(error), message: error.message };
  if (status >= 500 || status === 408 || !error.isKnownShape)
    return { kind: 'unclear', message: `answered ${status}: ${error.message}` };
  const code = error.action === 'REFRESH_STATE' ? 'REFRESH_STATE' : error.code;
  return { kind: 'refused', status, code, message: error.message };
}

/** Only a 401 says by itself that it is about the token; the older API's 400 needs the word. */
function tokenCode({ status, code }: PlatformError): string {
  return status === 401 && code !== null ? code : 'TOKEN';
}
