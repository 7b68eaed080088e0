import fc from 'fast-check';
import { findFlipFlaw } from '../support/flip-flaws.ts';
import { flipWorld } from '../support/flip-worlds.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';

const MAX_FAILURES = 10;

/** Pairs of facts take a hundred times as long to try as single ones. */
const PAIRS_EVERY = 5;

/** Random decisions: with the edits shown the loser is chosen, without any one of them not, and nothing is cheaper. */
export const flips: Campaign = {
  name: 'flips',
  about: 'random decisions: what would have had to be different, against trying everything',
  runs: 1_200,
  mutants: [],
  needed: [
    'facts found 1',
    'facts found 2',
    'facts found 3',
    'facts blocked',
    'facts none',
    'rules found 1',
    'rules found 2',
    'rules found 3',
    'assign',
    'route',
    'mass_route',
    'hold',
    'wait',
  ],
  perform: ({ seed, from, runs }) => {
    const counts: { [kind: string]: number } = { runs: 0 };
    const failures: CampaignFailure[] = [];
    for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
      const [world] = fc.sample(flipWorld, { seed: Math.imul(seed, 1_000_003) + run, numRuns: 1 });
      if (world === undefined) throw new TypeError('nothing was drawn');
      const { flaw, kinds } = findFlipFlaw(world, run, run % PAIRS_EVERY === 0 ? 2 : 1);
      if (flaw !== null) failures.push({ run, message: flaw });
      for (const kind of ['runs', ...kinds]) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return Promise.resolve({ failures, counts });
  },
};
