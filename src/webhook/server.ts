import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Limits } from '../domain/limits.ts';
import { createReceiver, type DeliveryResult, type Receiver, type ReceiverParts } from './receiver.ts';

export type WebhookServer = {
  /** What a proxy in front of it passes deliveries on to. */
  readonly url: string;
  close(): Promise<void>;
};

export type WebhookServerParts = Omit<ReceiverParts, 'limits'> & {
  /** 0 takes a free one. */
  readonly port: number;
  /** An IP address of this machine. */
  readonly host: string;
  readonly limits: ReceiverParts['limits'] &
    Pick<Limits, 'maxWebhookBodyBytes' | 'webhookRequestTimeoutMs' | 'maxWebhookConnections'>;
};

export const WEBHOOK_PATH = '/webhook';

/** The platform delivers with either. */
const METHODS = ['POST', 'PUT'];

/** Node looks for requests that take too long only so often. */
const LOOK_FOR_SLOW_MS = 1000;

/** Listens for the platform's events, in clear text: a proxy in front of it speaks TLS. Rejects when the port is taken. */
export async function startWebhookServer(parts: WebhookServerParts): Promise<WebhookServer> {
  const receiver = createReceiver(parts);
  const { webhookRequestTimeoutMs: timeoutMs } = parts.limits;
  const server = createServer(
    {
      requestTimeout: timeoutMs,
      headersTimeout: timeoutMs,
      connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_MS, timeoutMs),
    },
    (request, response) => void serve({ receiver, parts }, request, response),
  );
  server.maxConnections = parts.limits.maxWebhookConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(parts.port, parts.host, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the webhook receiver does not listen on a port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${host}:${address.port}${WEBHOOK_PATH}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Serving = { readonly receiver: Receiver; readonly parts: WebhookServerParts };

async function serve(serving: Serving, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { receiver, parts } = serving;
  const early = refusedUnread(parts, request);
  if (early !== null) return answer(request, response, receiver.refuse(early));
  const body = await readBody(request, parts.limits.maxWebhookBodyBytes);
  const result = typeof body === 'string' ? receiver.refuse(body) : receiver.receive(body, request.headers);
  return answer(request, response, result);
}

/** What the head of a request says already. */
function refusedUnread({ limits, isStopping }: WebhookServerParts, request: IncomingMessage): DeliveryResult | null {
  if (request.url?.replace(/\?.*$/s, '') !== WEBHOOK_PATH) return 'not_found';
  if (!METHODS.includes(request.method ?? '')) return 'wrong_method';
  if (Number(request.headers['content-length'] ?? 0) > limits.maxWebhookBodyBytes) return 'too_large';
  return isStopping() ? 'stopping' : null;
}

/** The bytes as they came: they are what is signed. No more than `maxBytes` are ever kept. */
function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too_large' | 'cut_off'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) chunks.push(chunk);
      else {
        chunks.length = 0;
        resolve('too_large');
      }
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => resolve('cut_off'));
    request.once('close', () => resolve('cut_off'));
  });
}

/** 401 says nothing about what was wrong: neither signature nor time. */
const STATUS: { readonly [result in DeliveryResult]: number } = {
  taken: 200,
  duplicate: 200,
  ignored: 202,
  bad_signature: 401,
  stale: 401,
  too_large: 413,
  cut_off: 400,
  not_found: 404,
  wrong_method: 405,
  stopping: 503,
};

function answer(request: IncomingMessage, response: ServerResponse, result: DeliveryResult): void {
  const isRead = request.complete;
  response.writeHead(STATUS[result], {
    'cache-control': 'no-store',
    'content-length': 0,
    ...(result === 'wrong_method' ? { allow: METHODS.join(', ') } : {}),
    // What is left of a body that nobody reads must not pass for the next request.
    ...(isRead ? {} : { connection: 'close' }),
  });
  response.end();
  if (!isRead) request.resume();
}
