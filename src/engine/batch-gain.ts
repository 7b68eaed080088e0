import { MAX_COST_CENTS } from '../decide/assignment/instance.ts';
import type { Solution } from '../decide/input.ts';
import type { RunSummary } from '../domain/run.ts';

/** What deciding all work orders of a run together brought beside one at a time, of files that act. Undefined: none shared a provider. */
export function gainOf(solutions: readonly Solution[]): RunSummary['together'] {
  const components = solutions.filter(({ group }) => group === 'acting').flatMap((solution) => solution.components);
  if (components.length === 0) return undefined;
  const sum = (read: (component: (typeof components)[number]) => number) =>
    components.reduce((total, component) => total + read(component), 0);
  const costCents = sum(({ objective, greedy }) => objective.costCents - greedy.costCents);
  return {
    groups: components.length,
    workOrders: sum(({ workOrderIds }) => workOrderIds.length),
    filledMore: sum(({ objective, greedy }) => objective.fill - greedy.fill),
    pointsMoreMilli: sum(({ objective, greedy }) => objective.pointsMilli - greedy.pointsMilli),
    // An unknown cost counts as the most there is, and the difference is then no money.
    costMoreCents: Math.abs(costCents) < MAX_COST_CENTS / 2 ? costCents : null,
    unproven: components.filter(({ status }) => status === 'limit').length,
  };
}
