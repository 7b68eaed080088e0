import { createHash, createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { Form } from './event.ts';

export type Call = {
  readonly url: string;
  readonly secret: string;
  readonly form: Form;
  readonly body: string;
  /** A uuid; the same for every attempt. */
  readonly id: string;
  readonly attempt: number;
  readonly webhookId: string;
};

const TIMEOUT_MS = 30_000;

/** One attempt, signed. The status; null: no answer. */
export function post(call: Call, signal: AbortSignal): Promise<number | null> {
  const body = Buffer.from(call.body, 'utf8');
  const headers = {
    'content-type': 'application/json',
    'content-length': String(body.length),
    ...signedBy(call, body),
  };
  return new Promise((resolve) => {
    const sent = request(call.url, { method: 'POST', headers, timeout: TIMEOUT_MS, signal, agent: false }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? null));
      answer.once('error', () => resolve(null));
    });
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(null));
    sent.end(body);
  });
}

function signedBy(call: Call, body: Buffer): { readonly [name: string]: string } {
  const { secret } = call;
  if (call.form === 'v2')
    return {
      'Fn-Hash': createHash('md5')
        .update(Buffer.concat([Buffer.from(secret), body]))
        .digest('hex'),
    };
  const hmac = createHmac('sha256', secret);
  hmac.update(body);
  return {
    'X-FN-Signature': `sha256=${hmac.digest('hex')}`,
    'X-FN-Webhook-Id': call.webhookId,
    'X-FN-Delivery-Id': `${call.id}:${call.attempt}`,
    'X-FN-Event-Trace-Id': `trace-${call.id}`,
    'X-FN-Request-Timestamp': String(Date.now()),
  };
}
