import { knownDifference } from '../decide/assignment/instance.ts';
import type { Solution } from '../decide/input.ts';
import type { RunSummary } from '../domain/run.ts';

/** What deciding all work orders of a run together brought beside one at a time, of files that act. Undefined: none shared a provider. */
export function gainOf(solutions: readonly Solution[]): RunSummary['together'] {
  const acting = solutions.filter(({ group }) => group === 'acting');
  const components = acting.flatMap((solution) => solution.components);
  if (components.length === 0) return undefined;
  const sum = (read: (component: (typeof components)[number]) => number) =>
    components.reduce((total, component) => total + read(component), 0);
  const costCents = sum(({ objective, greedy }) => objective.costCents - greedy.costCents);
  return {
    groups: components.length,
    workOrders: sum(({ workOrderIds }) => workOrderIds.length),
    filledMore: sum(({ objective, greedy }) => objective.fill - greedy.fill),
    ...(acting.every(({ problem }) => problem.orders.every(({ fillWeight }) => fillWeight === 1))
      ? {}
      : { isWeighted: true }),
    pointsMoreMilli: sum(({ objective, greedy }) => objective.pointsMilli - greedy.pointsMilli),
    costMoreCents: knownDifference(costCents),
    unproven: components.filter(({ status }) => status === 'limit').length,
  };
}
