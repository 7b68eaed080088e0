import { canTakeTogether } from './feasibility.ts';
import { planOneByOne } from './greedy.ts';
import { improvePlan } from './improve-plan.ts';
import { at, type Instance } from './instance.ts';
import type { AssignmentLimits } from './limits.ts';
import { compareObjectives } from './objective.ts';
import { isFeasible, objectiveOf, type Plan, planOf } from './plan.ts';
import type { SolvedComponent } from './problem.ts';
import type { SolveProgram } from './program.ts';
import { solveByPrograms } from './solve-by-programs.ts';
import { solvePaths } from './solve-paths.ts';

/** A component of several work orders: what a solver found, or one after the other where that is better or all there is. */
export function solveComponent(
  instance: Instance,
  solve: SolveProgram,
  limits: AssignmentLimits,
): { readonly plan: Plan; readonly solved: SolvedComponent } {
  const oneByOne = planOneByOne(instance);
  const greedy = objectiveOf(instance, oneByOne);
  const incumbent = planOf(instance, oneByOne.chosen);
  const improved = improvePlan(instance, incumbent);
  const { solver, status, found, counters } = runSolver({ instance, incumbent, solve, limits });
  const plan = found !== null && isBetter(instance, found, incumbent) ? found : incumbent;
  const moves = improved + improvePlan(instance, plan);
  const kept = instance.orders.reduce((total, { bids }) => total + bids.length, 0);
  const solved: SolvedComponent = {
    workOrderIds: instance.orders.map(({ workOrderId }) => workOrderId),
    providers: instance.bidders.size,
    bids: { given: instance.orders.reduce((total, { given }) => total + given, 0), kept },
    solver,
    status,
    counters: { ...counters, moves },
    objective: objectiveOf(instance, plan),
    greedy,
  };
  return { plan, solved };
}

type Run = {
  readonly instance: Instance;
  readonly incumbent: Plan;
  readonly solve: SolveProgram;
  readonly limits: AssignmentLimits;
};

type Ran = Pick<SolvedComponent, 'solver' | 'status' | 'counters'> & { readonly found: Plan | null };

function runSolver({ instance, incumbent, solve, limits }: Run): Ran {
  if (isOneEach(instance)) {
    const { chosen, augmentations, steps } = solvePaths(instance, limits.maxPathSteps);
    const found = chosen === null ? null : planOf(instance, chosen);
    return { solver: 'paths', status: found === null ? 'limit' : 'optimal', counters: { augmentations, steps }, found };
  }
  const solved = solveByPrograms({ instance, incumbent, solve, limits });
  return { solver: solved.counters['models'] === 0 && solved.status === 'limit' ? 'greedy' : 'highs', ...solved };
}

/** Whether no provider could take two of the work orders they asked for. */
function isOneEach({ orders, bidders, bookedDays }: Instance): boolean {
  for (const [provider, asked] of bidders) {
    const booked = at(bookedDays, provider);
    for (const [place, one] of asked.entries())
      for (const other of asked.slice(place + 1))
        if (canTakeTogether([at(orders, one.order), at(orders, other.order)], booked)) return false;
  }
  return true;
}

/** A solver counts in fractions: what it found is believed only as far as whole numbers bear it out. */
function isBetter(instance: Instance, found: Plan, incumbent: Plan): boolean {
  if (!isFeasible(instance, found)) return false;
  return compareObjectives(objectiveOf(instance, found), objectiveOf(instance, incumbent)) < 0;
}
