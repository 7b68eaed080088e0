import type { Limits } from '../domain/limits.ts';

/** Milliseconds that a Retry-After asks for, in full; null when there is none or it says nothing. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return null;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - nowMs);
}

type BackoffLimits = Pick<Limits, 'retryBaseDelayMs' | 'retryMaxDelayMs'>;

/** Full jitter: anything from nothing to the doubled, capped delay. `attempt` is the one that failed, from 1. */
export function backoffMs(attempt: number, limits: BackoffLimits, random: () => number): number {
  const ceiling = Math.min(limits.retryMaxDelayMs, limits.retryBaseDelayMs * 2 ** (attempt - 1));
  return Math.round(random() * ceiling);
}

/** Statuses after which a read may go better the next time. 501 will not. */
export function isPassingStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || (status >= 500 && status !== 501);
}
