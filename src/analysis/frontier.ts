import type { Sha256 } from '../domain/ids.ts';
import type { RecordedRun } from '../domain/recorded-run.ts';
import { createRelaxationTally, type RelaxationCounts } from './relaxation.ts';
import { createFillsTally, isOf, type RelaxedFills, type Variant } from './relaxation-fills.ts';
import type { ReplayRules } from './replay-rules.ts';

export type FrontierTerms = {
  /** The same runs each time it is called: once to count, once to decide again. */
  readonly runs: () => AsyncIterable<RecordedRun>;
  readonly rulesOf: (ruleSetHash: Sha256) => Promise<ReplayRules>;
  /** Null: every rule file that decided. */
  readonly ruleFileId: string | null;
  /** After each run, decisions read so far; each is read twice. */
  readonly onProgress: (decisions: number) => void;
};

export type FrontierFile = Omit<RelaxationCounts, 'sets'> & {
  readonly sets: readonly (RelaxationCounts['sets'][number] & { readonly fills: RelaxedFills })[];
};

export type Frontier = {
  readonly decisions: number;
  /** Decisions of which something was erased or altered: they are not counted. */
  readonly leftOut: number;
  /** By id; files that require nothing are not there. */
  readonly files: readonly FrontierFile[];
};

/** What each required criterion costs, and the best sets of them to relax: counted first, then decided again. */
export async function findFrontier(terms: FrontierTerms): Promise<Frontier> {
  const tallies = new Map<string, ReturnType<typeof createRelaxationTally>>();
  let [decisions, leftOut, read] = [0, 0, 0];
  for await (const run of terms.runs()) {
    for (const { decision, slate, candidates } of run.decisions) {
      const { ruleFileId } = decision;
      read += 1;
      if (ruleFileId === null || (terms.ruleFileId !== null && terms.ruleFileId !== ruleFileId)) continue;
      if (slate === null) leftOut += 1;
      else if (isOf(decision, { ruleFileId })) {
        decisions += 1;
        const tally = tallies.get(ruleFileId) ?? createRelaxationTally(ruleFileId);
        tallies.set(ruleFileId, tally);
        tally.add({ ...decision, candidates: candidates() });
      }
    }
    terms.onProgress(read);
  }
  const counted = [...tallies.values()]
    .map((tally) => tally.result())
    .filter(({ required }) => required.length > 0)
    .sort((a, b) => (a.ruleFileId < b.ruleFileId ? -1 : 1));
  const filled = await decideVariants(counted, terms, read);
  return {
    decisions,
    leftOut,
    files: counted.map(({ sets, ...file }) => ({
      ...file,
      sets: sets.map((set) => ({ ...set, fills: filled.get(set) ?? NOTHING_FILLED })),
    })),
  };
}

const NOTHING_FILLED: RelaxedFills = { more: 0, fewer: 0, others: 0, medianPerMille: null };

async function decideVariants(
  counted: readonly RelaxationCounts[],
  { runs, rulesOf, onProgress }: FrontierTerms,
  readBefore: number,
): Promise<ReadonlyMap<Variant['set'], RelaxedFills>> {
  const variants = counted.flatMap(({ ruleFileId, sets }) =>
    sets.filter(({ moreEligible }) => moreEligible > 0).map((set) => ({ ruleFileId, set })),
  );
  const tally = createFillsTally(variants);
  let read = readBefore;
  if (variants.length > 0) {
    for await (const run of runs()) {
      await tally.add(run, await rulesOf(run.ruleSetHash));
      read += run.decisions.length;
      onProgress(read);
    }
  }
  return new Map(tally.result().map(({ variant, fills }) => [variant.set, fills] as const));
}
