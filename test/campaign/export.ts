import fc from 'fast-check';
import type { Facts } from '../../src/domain/fact.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import { anyCriteria, anyFactsFor, fileOf } from '../support/arbitrary-criteria.ts';
import { consumerOf, findDifference, findDifferenceWithout } from '../support/exported-verdicts.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';

const MAX_FAILURES = 10;

const CRITERIA = anyCriteria('any');

/** Random rule sets and facts: json-rules-engine says of the export what we say of the file. */
export const exporting: Campaign = {
  name: 'export',
  about: 'random rule sets and facts: the exported rules in json-rules-engine against ours',
  runs: 10_000,
  mutants: [],
  needed: ['all facts known', 'some missing', 'rule sets'],
  perform: async ({ seed, from, runs }) => {
    const counts = { runs: 0, 'all facts known': 0, 'some missing': 0, 'rule sets': 0 };
    const failures: CampaignFailure[] = [];
    const hashes = new Set<string>();
    for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
      const file = fileOf(drawn(CRITERIA, seed, run));
      hashes.add(file.hash);
      const facts = factsOf(file, seed, run);
      const isWhole = Object.keys(facts.given).length === Object.keys(facts.all).length;
      const message = await (isWhole
        ? findDifference(file, consumerOf(file), facts.given)
        : findDifferenceWithout(file, consumerOf(file), facts.given));
      if (message !== null) failures.push({ run, message: `${message}\n${file.text}` });
      counts.runs += 1;
      counts[isWhole ? 'all facts known' : 'some missing'] += 1;
    }
    return { failures, counts: { ...counts, 'rule sets': hashes.size } };
  },
};

/** All of them in four runs of five, some of them in the fifth. */
function factsOf(file: RuleFile, seed: number, run: number): { readonly all: Facts; readonly given: Facts } {
  const all = drawn(anyFactsFor(file), seed, run);
  if (run % 5 !== 0) return { all, given: all };
  return { all, given: Object.fromEntries(drawn(fc.subarray(Object.entries(all)), seed, run)) };
}

/** The same for the same seed and number, whatever was drawn before. */
function drawn<Value>(arbitrary: fc.Arbitrary<Value>, seed: number, number: number): Value {
  const [value] = fc.sample(arbitrary, { seed: Math.imul(seed, 1_000_003) + number, numRuns: 1 });
  if (value === undefined) throw new TypeError('nothing was drawn');
  return value;
}
