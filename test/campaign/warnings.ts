import fc from 'fast-check';
import { anyWarnedFile, hear } from '../support/warned-rule-files.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';

const MAX_FAILURES = 10;

/** Random rule files: whatever `rules check` says of one, no candidate refutes it. */
export const warnings: Campaign = {
  name: 'warnings',
  about: 'random rule files: what rules check warns of, against every candidate that could refute it',
  runs: 10_000,
  mutants: [],
  needed: ['warnings', 'eligible'],
  perform: async ({ seed, from, runs }) => {
    const counts = { runs: 0, warnings: 0, eligible: 0 };
    const failures: CampaignFailure[] = [];
    for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
      const [file] = fc.sample(anyWarnedFile, { seed: Math.imul(seed, 1_000_003) + run, numRuns: 1 });
      if (file === undefined) throw new TypeError('nothing was drawn');
      const { codes, refuted, eligible } = hear(file);
      if (refuted.length > 0) failures.push({ run, message: `${refuted.join('\n')}\n${file.text}` });
      counts.runs += 1;
      counts.warnings += codes.length;
      counts.eligible += eligible;
    }
    return { failures, counts };
  },
};
