import type { BacktestGaps } from './backtest-result.ts';
import type { Gap } from './decide-again.ts';

type FactSum = { fact: string; derived: number; unsure: number; unknown: number; slates: number };

/** Sums up what many runs could not rest on. */
export function createGapTally(): {
  readonly add: (gaps: readonly Gap[]) => void;
  readonly result: () => BacktestGaps;
} {
  const facts = new Map<string, FactSum>();
  const pools = new Set<number>();
  const counts = { bench: 0, projects: 0, partRuns: 0, stoppedRuns: 0, olderRuns: 0 };
  const addOne = (gap: Gap): void => {
    switch (gap.kind) {
      case 'fact':
        addFact(facts, gap);
        break;
      case 'bench':
        counts.bench += 1;
        break;
      case 'talent_pool':
        pools.add(gap.talentPoolId);
        break;
      case 'project':
        counts.projects += 1;
        break;
      case 'members':
        counts.partRuns += 1;
        break;
      case 'stopped':
        counts.stoppedRuns += 1;
        break;
      case 'older':
        counts.olderRuns += 1;
        break;
      case 'no_member':
        break;
    }
  };
  return {
    add: (gaps) => {
      for (const gap of gaps) addOne(gap);
    },
    result: () => ({
      ...counts,
      facts: [...facts.values()].sort((a, b) => (a.fact < b.fact ? -1 : 1)),
      talentPools: [...pools].sort((a, b) => a - b),
    }),
  };
}

function addFact(facts: Map<string, FactSum>, gap: Extract<Gap, { readonly kind: 'fact' }>): void {
  const sum = facts.get(gap.fact) ?? { fact: gap.fact, derived: 0, unsure: 0, unknown: 0, slates: 0 };
  sum.derived += gap.derived;
  sum.unsure += gap.unsure;
  sum.unknown += gap.unknown;
  sum.slates += 1;
  facts.set(gap.fact, sum);
}
