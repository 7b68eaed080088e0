import { describe, expect, it } from 'vitest';
import { letHighsGo, loadHighs } from '../../../src/decide/assignment/highs.ts';
import { limits } from '../../../src/decide/assignment/limits.ts';
import type { AssignmentProblem, SolvedAssignment } from '../../../src/decide/assignment/problem.ts';
import type { Program, SolveProgram } from '../../../src/decide/assignment/program.ts';
import { solveAssignment } from '../../../src/decide/assignment/solve-assignment.ts';
import { providerId, workOrderId } from '../../../src/domain/ids.ts';
import { findFlaw } from './flaws.ts';
import { drawProblem, largeShape, problemOf, shuffled, smallShape } from './problems.ts';

const solve = await loadHighs();

describe('solveAssignment', () => {
  it('equals the best of all plans, on small problems of every kind', () => {
    for (let seed = 0; seed < 120; seed += 1) {
      const problem = drawProblem(seed, smallShape(seed));
      const solved = solveAssignment(problem, solve);
      expect(findFlaw(problem, solved, { exhaustive: true }), `seed ${seed}`).toBeNull();
      expect(solved.components.map(({ status }) => status)).not.toContain('limit');
    }
  });

  it('breaks no limit, is never worse than one after the other, and leaves nobody who could do better alone', () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const problem = drawProblem(seed, largeShape(seed));
      expect(findFlaw(problem, solveAssignment(problem, solve), { exhaustive: false }), `seed ${seed}`).toBeNull();
    }
  });

  it('gives the same bytes whatever order its input comes in', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const problem = drawProblem(seed, smallShape(seed));
      expect(textOf(solveAssignment(shuffled(problem, seed), solve))).toBe(textOf(solveAssignment(problem, solve)));
    }
  });

  it('lists no work order that stands alone, and gives it its best bid', () => {
    const { assigned, components } = solveAssignment(problemOf({ 1: { 7: 300, 8: 400 }, 2: { 9: 100 }, 3: {} }), solve);
    expect([...assigned]).toEqual([
      [1, 8],
      [2, 9],
    ]);
    expect(components).toEqual([]);
  });

  it('leaves out the bids that no best plan needs, and takes apart what they held together', () => {
    // Nobody else wants 8, so 1 and 3 need no more than their second best; then 2 and 3 share nobody any more.
    const problem = problemOf({ 1: { 7: 300, 8: 200, 9: 100 }, 2: { 7: 300 }, 3: { 9: 100 }, 4: { 9: 300 } });
    const { components } = solveAssignment(problem, solve);
    expect(components.map(({ workOrderIds, bids }) => ({ workOrderIds, bids }))).toEqual([
      { workOrderIds: [1, 2], bids: { given: 4, kept: 3 } },
      { workOrderIds: [3, 4], bids: { given: 2, kept: 2 } },
    ]);
  });

  it('says how a component was solved', () => {
    const [component] = solveAssignment(problemOf({ 1: { 7: 300, 8: 250 }, 2: { 7: 200 } }), solve).components;
    expect(component).toEqual({
      workOrderIds: [1, 2],
      providers: 2,
      bids: { given: 3, kept: 3 },
      solver: 'paths',
      status: 'optimal',
      counters: { augmentations: 2, steps: 5, moves: 0 },
      objective: { fill: 2, pointsMilli: 450_000, costCents: 0, spread: 0, rank: 3 },
      greedy: { fill: 2, pointsMilli: 450_000, costCents: 0, spread: 0, rank: 3 },
    });
  });

  it('holds each work order to its own limits, so that the stricter of two binds both', () => {
    const limitsOf = [{ perDay: 2 }, { perDay: null }, { perDay: null }, { per7Days: 2 }, {}, {}];
    for (const [first, second] of [[0, 1] as const, [3, 4] as const]) {
      const [order] = problemOf({ 1: { 7: 300 } }).orders;
      if (order === undefined) throw new TypeError('no work order');
      // Three hours apart, all for the same provider.
      const orders = [first, second, second + 1].map((place) => ({
        ...order,
        workOrderId: workOrderId(10 + place),
        fillWeight: place === first ? 1 : 2,
        startMs: place * 10_800_000,
        endMs: place * 10_800_000 + 3_600_000,
        limits: { ...order.limits, ...limitsOf[place] },
      }));
      const { assigned, components } = solveAssignment({ orders, booked: [] }, solve);
      expect([...assigned.keys()]).toEqual([10 + second, 11 + second]);
      expect(components).toMatchObject([{ solver: 'highs', status: 'optimal', objective: { fill: 4 } }]);
      // A day that is half full already leaves the strict one alone, or the others two.
      const booked = [{ providerId: providerId(7), days: [0] }];
      expect(solveAssignment({ orders, booked }, solve).components).toMatchObject([
        { status: 'optimal', objective: { fill: 4 } },
      ]);
    }
  });

  it('refuses a work order that counts for nothing: nobody could say what filling it is worth', () => {
    const [order] = problemOf({ 1: { 7: 300 } }).orders;
    if (order === undefined) throw new TypeError('no work order');
    const problem: AssignmentProblem = { orders: [{ ...order, fillWeight: 0.5 }], booked: [] };
    expect(() => solveAssignment(problem, solve)).toThrow('work order 1 counts for 0.5');
  });
});

describe('solveAssignment at its limits', () => {
  const cases = {
    'paths that may take no step': { ...limits, maxPathSteps: 0 },
    'programs without a column': { ...limits, maxColumns: 0 },
    'programs without an iteration': { ...limits, maxIterations: 0 },
    'programs of one node': { ...limits, maxNodes: 0, maxIterations: 20 },
  };
  for (const [name, tight] of Object.entries(cases)) {
    it(`is never worse than one after the other, and says so: ${name}`, () => {
      const statuses = new Set<string>();
      for (let seed = 0; seed < 9; seed += 1) {
        const problem = drawProblem(seed, largeShape(seed));
        const solved = solveAssignment(problem, solve, tight);
        expect(findFlaw(problem, solved, { exhaustive: false }), `seed ${seed}`).toBeNull();
        for (const { status } of solved.components) statuses.add(status);
      }
      expect(statuses).toContain('limit');
    });
  }

  it('believes no solver that says what is not so', () => {
    const liars: readonly SolveProgram[] = [
      // Everything at once, which nobody can take.
      (program) => ({ ...NOTHING_KNOWN, status: 'optimal', values: program.objective.map(() => 1) }),
      // Better than it is.
      (program) => ({ ...NOTHING_KNOWN, status: 'optimal', values: program.objective.map(() => 0) }),
      () => ({ ...NOTHING_KNOWN, status: 'infeasible' }),
    ];
    for (const [place, liar] of liars.entries()) {
      const statuses = new Set<string>();
      for (let seed = 0; seed < 9; seed += 1) {
        const problem = drawProblem(seed, largeShape(seed));
        const solved = solveAssignment(problem, liar);
        expect(findFlaw(problem, solved, { exhaustive: false }), `liar ${place} seed ${seed}`).toBeNull();
        for (const { status } of solved.components) statuses.add(status);
      }
      expect(statuses).toContain('limit');
    }
  });
});

const NOTHING_KNOWN = { values: [], reducedCosts: [], nodes: 0, iterations: 0 };

function textOf({ assigned, components }: SolvedAssignment): string {
  return JSON.stringify({ assigned: [...assigned], components });
}

describe('the solver of programs', () => {
  const limits = { maxNodes: 100, maxIterations: 1_000 };
  const programOf = (objective: number, coefficient: number): Program => ({
    sense: 'maximise',
    objective: [objective, 5],
    integral: [true, true],
    rows: [{ columns: [0, 1], coefficients: [coefficient, 1], least: null, most: 1 }],
  });

  it('is loaded once, and anew after it was let go', async () => {
    expect(await loadHighs()).toBe(solve);
    letHighsGo();
    const anew = await loadHighs();
    expect(anew).not.toBe(solve);
    const problem = drawProblem(3, largeShape(3));
    expect(textOf(solveAssignment(problem, anew))).toBe(textOf(solveAssignment(problem, solve)));
  });

  it('takes for unsolved what HiGHS gives up with an error, and goes on with the next', () => {
    const gaveUp = { status: 'limit', values: [], reducedCosts: [], nodes: 0, iterations: 0 };
    expect(solve(programOf(3, 1e300), limits)).toEqual(gaveUp);
    expect(solve(programOf(3, 1), limits)).toMatchObject({ status: 'optimal', values: [0, 1] });
  });

  it('does not hide a program that is none', () => {
    expect(() => solve(programOf(Number.NaN, 1), limits)).toThrow(/colCost\[0\]/);
  });
});
