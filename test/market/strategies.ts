import { dispatchByPlatform } from '../../src/cli/demo-comparison.ts';
import type { RuleSet } from '../../src/domain/rule-file.ts';
import { summariseOutcome } from '../../src/sandbox/market/outcome.ts';
import type { World } from '../../src/sandbox/world/nouns.ts';
import { endOf, type MarketOptions, sandboxOf } from './market-options.ts';
import { type DecisionsOf, dispatchByRules } from './our-week.ts';

export type StrategyName = 'publish' | 'route' | 'rules';

/** In the order of the tables. */
export const STRATEGIES: readonly { readonly name: StrategyName; readonly title: string }[] = [
  { name: 'publish', title: 'Platform: publish, assign best' },
  { name: 'route', title: 'Platform: route, first to accept' },
  { name: 'rules', title: 'fieldmarshal, shipped rule files' },
];

export type Outcome = ReturnType<typeof summariseOutcome>;

export type MarketResult = {
  readonly world: World;
  readonly outcome: Outcome;
  readonly brokenPromises: readonly string[];
  readonly runs: number;
  readonly trippedRuns: number;
  /** Of ours alone. */
  readonly decisionsOf: DecisionsOf;
};

/** One market from its first to its last minute, dispatched one way. */
export async function runStrategy(name: StrategyName, options: MarketOptions, ruleSet: RuleSet): Promise<MarketResult> {
  if (name === 'rules') {
    const week = await dispatchByRules(options, ruleSet);
    return { ...week, outcome: summariseOutcome(week.world) };
  }
  const world = dispatchByPlatform(sandboxOf(options), name, endOf(options));
  return { world, outcome: summariseOutcome(world), brokenPromises: [], runs: 0, trippedRuns: 0, decisionsOf: {} };
}
