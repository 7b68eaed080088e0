import type { RecordedRun } from '../domain/recorded-run.ts';
import { replayRun } from './replay-run.ts';
import type { Replayed, ReplayTerms, ReplayVerdict } from './replayed.ts';

export type ReplayResult = {
  readonly runs: number;
  readonly decisions: number;
  readonly counts: { readonly [kind in ReplayVerdict['kind']]: number };
  /** All that are neither identical nor by hand, as recorded, up to a number that is told one by one. */
  readonly told: readonly Replayed[];
};

/** Told one by one; the rest is counted. */
const MOST_TOLD = 1_000;

/** Every recorded decision taken again, run by run. `onProgress`: after each run, the decisions so far. */
export async function replay(
  runs: AsyncIterable<RecordedRun>,
  terms: ReplayTerms,
  onProgress: (decisions: number) => void,
): Promise<ReplayResult> {
  const counts = noCounts();
  const told: Replayed[] = [];
  let decisions = 0;
  let number = 0;
  for await (const run of runs) {
    for (const one of await replayRun(run, terms)) {
      const { kind } = one.verdict;
      counts[kind] += 1;
      decisions += 1;
      if (kind !== 'identical' && kind !== 'by_hand' && told.length < MOST_TOLD) told.push(one);
    }
    number += 1;
    onProgress(decisions);
  }
  return { runs: number, decisions, counts, told };
}

/** Of one part of the runs, and of the part that follows it. */
export function joinReplays(first: ReplayResult, second: ReplayResult): ReplayResult {
  const counts = noCounts();
  for (const kind of KINDS) counts[kind] = first.counts[kind] + second.counts[kind];
  return {
    runs: first.runs + second.runs,
    decisions: first.decisions + second.decisions,
    counts,
    told: [...first.told, ...second.told].slice(0, MOST_TOLD),
  };
}

/** Of no runs. */
export function noReplay(): ReplayResult {
  return { runs: 0, decisions: 0, counts: noCounts(), told: [] };
}

type Counts = { [kind in ReplayVerdict['kind']]: number };

const KINDS = ['identical', 'by_hand', 'erased', 'altered', 'different', 'not_kept', 'not_replayable'] as const;

function noCounts(): Counts {
  return { identical: 0, by_hand: 0, erased: 0, altered: 0, different: 0, not_kept: 0, not_replayable: 0 };
}
