import { builtCli } from '../built-cli.ts';
import type { Campaign, CampaignFailure } from '../campaign-contract.ts';
import { killInWorld, type WorldCounts } from './kill-in-world.ts';

const AT_ONCE = 2;
const MAX_FAILURES = 3;

/** The real process against the HTTP sandbox, killed at random moments and started again. One run is one world. */
export const kills: Campaign = {
  name: 'kills',
  about: 'the built CLI, killed at random moments against the HTTP sandbox; a run is a world with twelve tries',
  runs: 6,
  mutants: [],
  needed: ['kills', 'writes'],
  perform: async ({ seed, from, runs }) => {
    const main = await builtCli();
    const failures: CampaignFailure[] = [];
    const counts = { worlds: 0, kills: 0, writes: 0, assigned: 0, invited: 0, settledByReading: 0, believedLost: 0 };
    let next = from;
    const work = async (): Promise<void> => {
      while (next < from + runs && failures.length < MAX_FAILURES) {
        const run = next;
        next += 1;
        const { broken, ...seen } = await killInWorld({ main, seed, run });
        counts.worlds += 1;
        for (const name of SUMMED) counts[name] += seen[name];
        for (const message of broken) failures.push({ run, message });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { failures, counts };
  },
};

const SUMMED = [
  'kills',
  'writes',
  'assigned',
  'invited',
  'settledByReading',
  'believedLost',
] as const satisfies readonly (keyof WorldCounts)[];
