import { type Dispatcher, request } from 'undici';
import type { JsonValue } from '../domain/json.ts';
import type { Limits } from '../domain/limits.ts';
import { parseJsonText } from './parse-json.ts';

export type HttpCall = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Without query. */
  readonly url: string;
  readonly query: { readonly [name: string]: string };
  /** Kept apart from the query so that nothing before the socket can print it. */
  readonly accessToken: string | null;
  readonly body: JsonValue | null;
};

export type HttpBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'empty' }
  /** `mayPass`: another attempt can go better (cut off, an error page), unlike an encoding or a size we refuse. */
  | { readonly kind: 'unreadable'; readonly because: string; readonly mayPass: boolean };

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

/**
 * One request and its whole answer, or why there is none. One deadline covers everything from connect to the last
 * byte: undici's own body timeout starts anew with each chunk and never ends a slow drip. Redirects are not followed.
 */
export async function exchange(
  dispatcher: Dispatcher,
  call: HttpCall,
  limits: ExchangeLimits,
): Promise<HttpAnswer | HttpFailure> {
  let wasSent = false;
  try {
    const response = await request(urlOf(call), {
      dispatcher: dispatcher.compose(watchSending(() => (wasSent = true))),
      method: call.method,
      headers: headersOf(call),
      body: call.body === null ? null : JSON.stringify(call.body),
      signal: AbortSignal.timeout(limits.requestTimeoutMs),
      headersTimeout: limits.requestTimeoutMs,
      bodyTimeout: limits.requestTimeoutMs,
    });
    const body = await readBody(response, limits.maxBodyBytes);
    return {
      kind: 'answer',
      status: response.statusCode,
      body,
      retryAfter: headerText(response.headers['retry-after']),
      dateMs: dateOf(response.headers['date']),
      quota: quotaOf(response.headers),
    };
  } catch (error) {
    return { kind: 'failure', wasSent, because: describeFailure(error, limits), cause: error };
  }
}

/** undici calls `onRequestStart` right before it writes the head to a connected socket, and never earlier. */
function watchSending(onSending: () => void): Dispatcher.DispatchInterceptor {
  return (dispatch) => (options, handler) => {
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      onSending();
      start?.(controller, context);
    };
    return dispatch(options, handler);
  };
}

function urlOf(call: HttpCall): string {
  const query = new URLSearchParams(call.query);
  if (call.accessToken !== null) query.set('access_token', call.accessToken);
  const text = query.toString();
  return text === '' ? call.url : `${call.url}?${text}`;
}

function headersOf(call: HttpCall): Record<string, string> {
  const accept = { accept: 'application/json', 'user-agent': 'fieldmarshal' };
  return call.body === null ? accept : { ...accept, 'content-type': 'application/json' };
}

async function readBody(response: Dispatcher.ResponseData, maxBytes: number): Promise<HttpBody> {
  const encoding = headerText(response.headers['content-encoding']);
  if (encoding !== null && encoding.trim().toLowerCase() !== 'identity') {
    discard(response);
    // We ask for none. An encoded body could unfold to any size.
    return { kind: 'unreadable', because: `it is encoded (${encoding})`, mayPass: false };
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      discard(response);
      return { kind: 'unreadable', because: `it is larger than ${maxBytes} bytes`, mayPass: false };
    }
    chunks.push(chunk);
  }
  if (bytes === 0) return { kind: 'empty' };
  const type = headerText(response.headers['content-type']);
  if (type !== null && !/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(type.trim()))
    return { kind: 'unreadable', because: `it is ${type}, not JSON`, mayPass: true };
  return decodeJson(Buffer.concat(chunks));
}

function decodeJson(bytes: Buffer): HttpBody {
  try {
    const parsed = parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return parsed.kind === 'json' ? parsed : { ...parsed, mayPass: true };
  } catch {
    return { kind: 'unreadable', because: 'it is not UTF-8', mayPass: true };
  }
}

function discard(response: Dispatcher.ResponseData): void {
  response.body.on('error', () => undefined);
  response.body.destroy();
}

function headerText(value: string | string[] | undefined): string | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? value : value.join(', ');
}

function dateOf(value: string | string[] | undefined): number | null {
  const ms = Date.parse(headerText(value) ?? '');
  return Number.isNaN(ms) ? null : ms;
}

function quotaOf(headers: Dispatcher.ResponseData['headers']): Quota | null {
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
