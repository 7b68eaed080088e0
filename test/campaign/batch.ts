import { loadHighs } from '../../src/decide/assignment/highs.ts';
import { limits } from '../../src/decide/assignment/limits.ts';
import type { SolvedAssignment } from '../../src/decide/assignment/problem.ts';
import { solveAssignment } from '../../src/decide/assignment/solve-assignment.ts';
import { findFlaw } from '../decide/assignment/flaws.ts';
import { drawProblem, largeShape, shuffled, smallShape } from '../decide/assignment/problems.ts';
import type { Campaign, CampaignFailure } from './campaign-contract.ts';

const MAX_FAILURES = 10;

/** A large problem takes a hundred times as long to solve twice. */
const SHUFFLED_EVERY = 10;

/** So little that nearly nothing can be finished. */
const TIGHT = { ...limits, maxPathSteps: 20, maxColumns: 150, maxNodes: 1, maxIterations: 40 };

/** Each run: a problem of up to six by six against all plans there are, and one of 30 to 60 work orders. */
export const batch: Campaign = {
  name: 'batch',
  about: 'random runs as one problem: the best of all plans, no limit broken, the same bytes whatever the order',
  runs: 1_000,
  mutants: [],
  needed: ['paths', 'highs', 'greedy', 'optimal', 'limit', 'better'],
  perform: async ({ seed, from, runs }) => {
    const solve = await loadHighs();
    const counts: { [kind: string]: number } = { runs: 0, components: 0 };
    const failures: CampaignFailure[] = [];
    for (let run = from; run < from + runs && failures.length < MAX_FAILURES; run += 1) {
      const own = Math.imul(seed, 1_000_003) + run;
      const [small, large] = [drawProblem(own, smallShape(run)), drawProblem(own, largeShape(run))];
      const solved = { small: solveAssignment(small, solve), large: solveAssignment(large, solve) };
      const stopped = solveAssignment(large, solve, TIGHT);
      const mixed = run % SHUFFLED_EVERY === 0 ? large : small;
      const again = solveAssignment(shuffled(mixed, own), solve);
      const flaws = [
        findFlaw(small, solved.small, { exhaustive: true }),
        findFlaw(large, solved.large, { exhaustive: false }),
        findFlaw(large, stopped, { exhaustive: false }),
        textOf(again) === textOf(mixed === large ? solved.large : solved.small)
          ? null
          : 'shuffled, it is solved otherwise',
      ];
      failures.push(...flaws.flatMap((message) => (message === null ? [] : [{ run, message }])));
      for (const kind of ['runs', ...[solved.small, solved.large, stopped].flatMap(kindsOf)])
        counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return { failures, counts };
  },
};

function textOf({ assigned, components }: SolvedAssignment): string {
  return JSON.stringify({ assigned: [...assigned], components });
}

function kindsOf({ components }: SolvedAssignment): readonly string[] {
  return components.flatMap(({ solver, status, objective, greedy }) => {
    const better = JSON.stringify(objective) === JSON.stringify(greedy) ? [] : ['better'];
    return ['components', solver, status, ...better];
  });
}
