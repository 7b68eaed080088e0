import type { AssignmentProblem, Objective, SolvedAssignment } from '../../../src/decide/assignment/problem.ts';
import { isBetter, levels, planValue, searchAll, singleMoves, takenOf, toObjective, violations } from './exhaustive.ts';

/** The first thing about an answer that must never be, in words; null when all is well. */
export function findFlaw(
  problem: AssignmentProblem,
  { assigned, components }: SolvedAssignment,
  { exhaustive }: { readonly exhaustive: boolean },
): string | null {
  const taken = takenOf(problem, assigned);
  const [broken] = [...violations(problem, taken), ...singleMoves(problem, taken)];
  if (broken !== undefined) return broken;
  for (const { workOrderIds, objective, greedy } of components) {
    const own = taken.filter(({ order }) => workOrderIds.includes(order.workOrderId));
    if (!same(toObjective(planValue(own)), objective))
      return `${workOrderIds.join()}: says ${JSON.stringify(objective)}`;
    if (isBetter(levels(greedy), levels(objective))) return `${workOrderIds.join()}: one after the other is better`;
  }
  if (!exhaustive || components.some(({ status }) => status === 'limit')) return null;
  const [best, found] = [searchAll(problem), toObjective(planValue(taken))];
  return same(best, found) ? null : `found ${JSON.stringify(found)}, the best is ${JSON.stringify(best)}`;
}

function same(a: Objective, b: Objective): boolean {
  return JSON.stringify(levels(a)) === JSON.stringify(levels(b));
}
