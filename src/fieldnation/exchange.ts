import type { Dispatcher } from 'undici';
import type { JsonValue } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import { decodeJson, type HttpBody } from './decode-json.ts';
import { type Headers, headerText, type Received, receive } from './receive.ts';
import type { SeenPages } from './seen-pages.ts';

export type HttpCall = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without query. */
  readonly url: string;
  readonly query: { readonly [name: string]: string };
  /** Kept apart from the query so that nothing before the socket can print it. */
  readonly accessToken: string | null;
  readonly body: JsonValue | null;
  /** Where a page that came before is found again; left out: the answer is read in any case. */
  readonly seen?: SeenPages | undefined;
};

export type HttpAnswer = {
  readonly kind: 'answer';
  readonly status: number;
  readonly body: HttpBody;
  readonly retryAfter: string | null;
  readonly dateMs: number | null;
  readonly quota: Quota | null;
};

/** Requests allowed and left in the platform's current window, as its `X-RateLimit-*` headers say; it publishes no figure. */
export type Quota = { readonly limit: number; readonly remaining: number };

export type HttpFailure = {
  readonly kind: 'failure';
  /** False: not one byte of the request left this process. */
  readonly wasSent: boolean;
  readonly because: string;
  readonly cause: unknown;
};

type ExchangeLimits = Pick<Limits, 'requestTimeoutMs' | 'connectTimeoutMs' | 'maxBodyBytes'>;

/** One request and its whole answer, or why there is none. Redirects are not followed. */
export async function exchange(
  dispatcher: Dispatcher,
  call: HttpCall,
  limits: ExchangeLimits,
): Promise<HttpAnswer | HttpFailure> {
  let wasSent = false;
  try {
    const { origin, pathname } = new URL(call.url);
    const options = {
      ...{ origin, path: pathname + queryOf(call), method: call.method, headers: headersOf(call) },
      body: call.body === null ? null : JSON.stringify(call.body),
    };
    const received = await receive(dispatcher, options, {
      maxBytes: limits.maxBodyBytes,
      deadlineMs: limits.requestTimeoutMs,
      onSending: () => {
        wasSent = true;
      },
    });
    const { status, headers } = received;
    return {
      kind: 'answer',
      status,
      body: readBody(received, limits.maxBodyBytes, call.seen),
      retryAfter: headerText(headers['retry-after']),
      dateMs: dateOf(headers['date']),
      quota: quotaOf(headers),
    };
  } catch (error) {
    return { kind: 'failure', wasSent, because: describeFailure(error, limits), cause: error };
  }
}

/** With its question mark; empty when nothing is asked. */
function queryOf(call: HttpCall): string {
  const query = new URLSearchParams(call.query);
  if (call.accessToken !== null) query.set('access_token', call.accessToken);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function headersOf(call: HttpCall): Record<string, string> {
  const accept = { accept: 'application/json', 'user-agent': 'fieldmarshal' };
  return call.body === null ? accept : { ...accept, 'content-type': 'application/json' };
}

function readBody({ body, headers }: Received, maxBytes: number, seen: SeenPages | undefined): HttpBody {
  if (body.kind === 'encoding') return { kind: 'unreadable', because: `it is encoded (${body.name})`, mayPass: false };
  if (body.kind === 'too_large')
    return { kind: 'unreadable', because: `it is larger than ${maxBytes} bytes`, mayPass: false };
  if (body.bytes.length === 0) return { kind: 'empty' };
  const type = headerText(headers['content-type']);
  if (type !== null && !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type.trim()))
    return { kind: 'unreadable', because: `it is ${type}, not JSON`, mayPass: true };
  const known = seen?.find(body.bytes) ?? null;
  if (known !== null) return { kind: 'json', value: known, text: null };
  const read = decodeJson(body.bytes, seen?.criteria ?? null);
  if (read.kind === 'json') seen?.note(read.value, body.bytes);
  return read;
}

function dateOf(value: string | string[] | undefined): number | null {
  const ms = Date.parse(headerText(value) ?? '');
  return Number.isNaN(ms) ? null : ms;
}

function quotaOf(headers: Headers): Quota | null {
  const limit = Number(headerText(headers['x-ratelimit-limit']) ?? Number.NaN);
  const remaining = Number(headerText(headers['x-ratelimit-remaining']) ?? Number.NaN);
  return Number.isSafeInteger(limit) && Number.isSafeInteger(remaining) ? { limit, remaining } : null;
}

function describeFailure(error: unknown, limits: ExchangeLimits): string {
  if (!(error instanceof Error)) return 'the request failed';
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return `no complete answer within ${limits.requestTimeoutMs} ms`;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  switch (code) {
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `no connection within ${limits.connectTimeoutMs} ms`;
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
      return `no complete answer within ${limits.requestTimeoutMs} ms`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'the host name does not resolve';
    case 'ERR_ADDRESS_REFUSED':
      return error.message;
    case 'ECONNREFUSED':
      return 'the connection was refused';
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
      return 'the connection was cut';
    default:
      return code === '' ? error.message : `${code}: ${error.message}`;
  }
}
