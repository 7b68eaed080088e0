import type { SandboxOptions } from '../../src/sandbox/server.ts';

/** Monday, 08:00 in Chicago. */
export const START_MS = Date.UTC(2026, 0, 5, 14);
const DAY_MS = 24 * 3_600_000;
/** What a week has; a shorter market has as many a day. */
const WORK_ORDERS_A_WEEK = 150;
const PROVIDERS = 300;

export type MarketOptions = {
  readonly seed: number;
  readonly days: number;
  /** Minutes between two runs of ours; left out: 30, which tests can afford. */
  readonly every?: number;
};

export function endOf({ days }: MarketOptions): number {
  return START_MS + days * DAY_MS;
}

/** The same for every strategy. Its clock stands still until it is moved. */
export function sandboxOf({ seed, days }: MarketOptions): SandboxOptions {
  const workOrders = Math.round((WORK_ORDERS_A_WEEK * days) / 7);
  return { seed, days, workOrders, providers: PROVIDERS, speed: 0, startAtMs: START_MS };
}
