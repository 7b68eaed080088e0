import { createHash } from 'node:crypto';
import type { WorkOrderId } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { Log } from '../log.ts';
import { rememberDeliveries } from './deliveries.ts';
import { readEvent } from './read-event.ts';
import { type Headers, type Secrets, verifySignature } from './signature.ts';

/** What became of one request to the receiver. Only `taken` has any effect. */
export const DELIVERY_RESULTS = [
  'taken',
  'duplicate',
  'ignored',
  'bad_signature',
  'stale',
  'too_large',
  'cut_off',
  'not_found',
  'wrong_method',
  'stopping',
] as const;

export type DeliveryResult = (typeof DELIVERY_RESULTS)[number];

export type ReceiverParts = {
  readonly trusted: Secrets;
  readonly limits: Pick<Limits, 'webhookWindowMs' | 'webhookMaxEventAgeMs' | 'maxWebhookDeliveriesKept'>;
  /** Epoch ms; and a clock that nobody can set. */
  readonly clock: { wallMs(): number; monotonicMs(): number };
  readonly log: Pick<Log, 'warn'>;
  readonly onResult: (result: DeliveryResult) => void;
  /** Notes it and returns at once. */
  readonly onHint: (workOrderId: WorkOrderId) => void;
  /** True: no run will come of a hint any more, so the sender shall try again later. */
  readonly isStopping: () => boolean;
};

export type Receiver = {
  /** Judges one delivery by its raw bytes. */
  readonly receive: (body: Uint8Array, headers: Headers) => DeliveryResult;
  /** Of a request that never came so far. */
  readonly refuse: (result: DeliveryResult) => DeliveryResult;
};

/** Nothing that came from outside is ever logged: only what we made of it, and how often. */
export function createReceiver(parts: ReceiverParts): Receiver {
  const { limits, clock } = parts;
  const deliveries = rememberDeliveries({
    // Whatever is still young enough to be taken is still known.
    keepMs: 2 * Math.max(limits.webhookMaxEventAgeMs, limits.webhookWindowMs),
    max: limits.maxWebhookDeliveriesKept,
    nowMs: () => clock.monotonicMs(),
  });
  const warnOfRefused = warnNowAndThen(parts);
  const count = (result: DeliveryResult) => {
    parts.onResult(result);
    if (REFUSED.includes(result)) warnOfRefused(result);
    return result;
  };
  return { receive: (body, headers) => count(judge(parts, deliveries, { body, headers })), refuse: count };
}

const REFUSED: readonly DeliveryResult[] = ['bad_signature', 'stale', 'too_large'];

type Delivery = { readonly body: Uint8Array; readonly headers: Headers };

function judge(
  { trusted, limits, clock, onHint, isStopping }: ReceiverParts,
  deliveries: ReturnType<typeof rememberDeliveries>,
  { body, headers }: Delivery,
): DeliveryResult {
  const form = verifySignature(body, headers, trusted);
  if (form === null) return 'bad_signature';
  const event = readEvent(body, form);
  const isYoung = (atMs: number, ms: number) => Math.abs(clock.wallMs() - atMs) <= ms;
  // The header's time is covered by no signature, the body's is; the older form has neither.
  if (form === 'v3' && !isYoung(sentAtMs(headers), limits.webhookWindowMs)) return 'stale';
  if (event.occurredAtMs !== null && !isYoung(event.occurredAtMs, limits.webhookMaxEventAgeMs)) return 'stale';
  // Before it is remembered: what is turned away may come again.
  if (isStopping()) return 'stopping';
  if (deliveries.isKnown(namesOf(body, headers))) return 'duplicate';
  if (event.workOrderId === null) return 'ignored';
  onHint(event.workOrderId);
  return 'taken';
}

/** Two spellings are documented. NaN, which is never young: it is not there, or no number of milliseconds. */
function sentAtMs(headers: Headers): number {
  const given = headers['x-fn-request-timestamp'] ?? headers['x-fn-timestamp'];
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
}

/**
 * By what a delivery is known again: its id without the number of the attempt, and its bytes. The id is covered by no
 * signature; who sends an old body under a new id must not get further with it.
 */
function namesOf(body: Uint8Array, headers: Headers): readonly string[] {
  const bytes = `body:${createHash('sha256').update(body).digest('hex')}`;
  const id = headers['x-fn-delivery-id'];
  return typeof id === 'string' && id.length <= 200 ? [bytes, `id:${id.replace(/:\d+$/, '')}`] : [bytes];
}

const WARN_EVERY_MS = 60_000;

/** A flood of refused requests is no flood of log lines. */
function warnNowAndThen({ clock, log }: ReceiverParts): (result: DeliveryResult) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  let untold: { [result in DeliveryResult]?: number } = {};
  return (result) => {
    untold[result] = (untold[result] ?? 0) + 1;
    const nowMs = clock.monotonicMs();
    if (nowMs - lastMs < WARN_EVERY_MS) return;
    log.warn({ refused: untold }, 'deliveries to the webhook receiver were refused');
    lastMs = nowMs;
    untold = {};
  };
}
