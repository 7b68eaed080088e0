import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';
import { loadEngine } from './simulation/engine-under-test.ts';
import { LedgerFolder } from './simulation/sim-ledger.ts';
import { simulateWorld, type WorldCounts } from './simulation/simulate-world.ts';

/** The real engine and ledger in one process against a simulated server, network and clock. */
export const simulation: Campaign = {
  name: 'simulation',
  about: 'random worlds, faults, and a crash at any step, in one process',
  runs: 800,
  mutants: [],
  perform: async ({ seed, from, runs }) => {
    const engine = await loadEngine(join(packageRoot(), 'src'));
    const folder = new LedgerFolder();
    const counts = noCounts();
    const failures: CampaignFailure[] = [];
    try {
      for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
        const violations = await simulateWorld({ seed, run, engine, folder, mutant: null }, counts);
        if (violations.length > 0) failures.push({ run, message: violations.join('\n  ') });
      }
      return { failures, counts };
    } finally {
      folder.remove();
    }
  },
};

const MAX_FAILURES = 10;

function noCounts(): WorldCounts {
  return {
    worlds: 0,
    runs: 0,
    crashes: 0,
    restores: 0,
    byHand: 0,
    assigned: 0,
    writes: 0,
    lostRequests: 0,
    lostAnswers: 0,
    lateEffects: 0,
    turnedAway: 0,
    ignored: 0,
    halves: 0,
  };
}
