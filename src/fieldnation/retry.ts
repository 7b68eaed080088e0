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

/** Further tries that may be made: each request adds a share of one, each further try takes a whole. In percent of a try. */
export class RetryBudget {
  readonly #limits: Pick<Limits, 'retryBudgetPercent' | 'retryBudgetSpare'>;
  #savedPercent: number;

  constructor(limits: Pick<Limits, 'retryBudgetPercent' | 'retryBudgetSpare'>) {
    this.#limits = limits;
    this.#savedPercent = limits.retryBudgetSpare * 100;
  }

  /** For each request that is no further try. */
  save(): void {
    const { retryBudgetPercent, retryBudgetSpare } = this.#limits;
    this.#savedPercent = Math.min(retryBudgetSpare * 100, this.#savedPercent + retryBudgetPercent);
  }

  /** False: nothing is left, so what failed stays failed. */
  take(): boolean {
    if (this.#savedPercent < 100) return false;
    this.#savedPercent -= 100;
    return true;
  }
}
