import { describe, expect, it } from 'vitest';
import { loadHighs } from '../../../src/decide/assignment/highs.ts';
import { objectiveIfGiven } from '../../../src/decide/assignment/objective-if-given.ts';
import type { AssignmentProblem } from '../../../src/decide/assignment/problem.ts';
import { solveAssignment } from '../../../src/decide/assignment/solve-assignment.ts';
import { providerId, workOrderId } from '../../../src/domain/ids.ts';
import { levels, planValue, searchAll, takenOf, violations } from './exhaustive.ts';
import { drawProblem, problemOf } from './problems.ts';

const solve = await loadHighs();

describe('objectiveIfGiven', () => {
  it('shows who goes without when a work order gets its first choice', () => {
    const problem = problemOf({ 101: { 7: 300, 8: 250 }, 107: { 7: 200 }, 300: { 9: 100 } });
    const { assigned } = solveAssignment(problem, solve);
    expect([...assigned]).toEqual([
      [101, 8],
      [107, 7],
      [300, 9],
    ]);
    expect(objectiveIfGiven(problem, gift(101, 7, assigned), { solve })).toEqual({
      workOrderIds: [101, 107],
      assigned: new Map([[101, 7]]),
      objective: { fill: 1, pointsMilli: 300_000, costCents: 0, spread: 0, rank: 1 },
      without: { fill: 2, pointsMilli: 450_000, costCents: 0, spread: 0, rank: 3 },
      status: 'optimal',
    });
  });

  it('is nothing for a provider who did not ask for it', () => {
    const problem = problemOf({ 101: { 7: 300 } });
    expect(objectiveIfGiven(problem, gift(101, 8, new Map()), { solve })).toBeNull();
    expect(objectiveIfGiven(problem, gift(102, 7, new Map()), { solve })).toBeNull();
  });

  it('equals the best of all plans that give it to them', () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const problem = drawProblem(seed, { orders: 4, providers: 4, bids: 4, days: 2, kind: 'mixed' });
      const { assigned } = solveAssignment(problem, solve);
      for (const order of problem.orders) {
        for (const bid of order.bids) {
          const given = objectiveIfGiven(problem, gift(order.workOrderId, bid.providerId, assigned), { solve });
          const part = partOf(problem, given?.workOrderIds ?? []);
          const only = part.orders.map((own) =>
            own.workOrderId === order.workOrderId ? { ...own, bids: [bid], fillWeight: 1000 } : own,
          );
          if (given === null) {
            expect(violations(problem, [{ order, bid }])).not.toEqual([]);
            continue;
          }
          const best = searchAll({ ...part, orders: only });
          expect({ ...given.objective, fill: given.objective.fill + 1000 - order.fillWeight }).toEqual(best);
          expect(levels(given.without)).toEqual(planValue(takenOf(part, assigned)));
        }
      }
    }
  });
});

function gift(order: number, provider: number, assigned: ReturnType<typeof solveAssignment>['assigned']) {
  return { workOrderId: workOrderId(order), providerId: providerId(provider), assigned };
}

function partOf(problem: AssignmentProblem, ids: readonly number[]): AssignmentProblem {
  return { ...problem, orders: problem.orders.filter((order) => ids.includes(order.workOrderId)) };
}
