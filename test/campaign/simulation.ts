import { join } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';
import type { Campaign, CampaignFailure, CampaignRequest, CampaignResult } from './campaign-contract.ts';
import { loadEngine } from './simulation/engine-under-test.ts';
import { MUTANTS, type Mutant } from './simulation/mutants.ts';
import { patchSources } from './simulation/patched-sources.ts';
import { LedgerFolder } from './simulation/sim-ledger.ts';
import { simulateWorld, type WorldCounts } from './simulation/simulate-world.ts';

/** The real engine and ledger in one process against a simulated server, network and clock. */
export const simulation: Campaign = {
  name: 'simulation',
  about: 'random worlds, faults, and a crash at any step, in one process',
  runs: 800,
  mutants: MUTANTS.map(({ name }) => name),
  needed: ['writes', 'hinted'],
  perform: (request) =>
    simulate(request, { mutant: MUTANTS.find(({ name }) => name === request.mutant) ?? null, maxFailures: 10 }),
};

/** Each flaw is built in for as many worlds as it takes to be caught; one that survives them all is the failure. */
export const mutants: Campaign = {
  name: 'mutants',
  about: 'the simulation with each known flaw built in, until it is caught',
  runs: 400,
  mutants: [],
  perform: async (request) => {
    const failures: CampaignFailure[] = [];
    const counts: { [name: string]: number } = {};
    for (const mutant of MUTANTS) {
      const { failures: caught, counts: found } = await simulate(request, { mutant, maxFailures: 1 });
      counts[`${mutant.name} after`] = found['worlds'] ?? 0;
      if (caught.length === 0)
        failures.push({ run: request.from, message: `${mutant.name} survived ${request.runs} worlds` });
    }
    return { failures, counts };
  },
};

type Terms = { readonly mutant: Mutant | null; readonly maxFailures: number };

async function simulate(
  { seed, from, runs }: CampaignRequest,
  { mutant, maxFailures }: Terms,
): Promise<CampaignResult> {
  const patched = mutant?.patches === undefined ? null : patchSources(mutant.patches);
  const folder = new LedgerFolder();
  const counts = noCounts();
  const failures: CampaignFailure[] = [];
  try {
    const engine = await loadEngine(patched?.path ?? join(packageRoot(), 'src'));
    for (let run = from; run < from + runs && failures.length < maxFailures; run += 1) {
      const violations = await simulateWorld({ seed, run, engine, folder, mutant }, counts);
      if (violations.length > 0) failures.push({ run, message: violations.join('\n  ') });
    }
    return { failures, counts };
  } finally {
    folder.remove();
    patched?.remove();
  }
}

function noCounts(): WorldCounts {
  return {
    worlds: 0,
    runs: 0,
    crashes: 0,
    restores: 0,
    byHand: 0,
    hinted: 0,
    approvals: 0,
    assigned: 0,
    replayed: 0,
    writes: 0,
    lostRequests: 0,
    lostAnswers: 0,
    lateEffects: 0,
    turnedAway: 0,
    ignored: 0,
    halves: 0,
  };
}
