import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { loadMarketRules } from '../market/market-rules.ts';
import { compareDay, type PullingCounts } from './pulling.ts';

describe('pulling only what has changed', () => {
  it.each([
    { seed: 11, acts: true },
    { seed: 12, acts: false },
  ])('decides what pulling everything would, run by run (seed $seed)', async ({ seed, acts }) => {
    const counts: PullingCounts = { decisions: 0, later: 0, pulled: 0, kept: 0, unseen: 0, actions: 0 };
    const size = { ticks: 14, tickMinutes: 15, workOrders: 10, providers: 40, limits: { fullPullEvery: 10 } };
    const late = await compareDay({ seed, acts, ...size }, loadMarketRules(join(packageRoot(), 'rules')), counts);
    expect(late).toEqual([]);
    expect(counts.kept).toBeGreaterThan(3);
    expect(counts.decisions).toBeGreaterThan(20);
  });
});
