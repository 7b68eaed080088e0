import { describe, expect, it } from 'vitest';
import { loadHighs } from '../../../src/decide/assignment/highs.ts';
import { solveAssignment } from '../../../src/decide/assignment/solve-assignment.ts';
import { findFlaw } from './flaws.ts';
import { drawProblem, type Shape, shuffled } from './problems.ts';

const solve = await loadHighs();

const KINDS: readonly Shape['kind'][] = ['one', 'mixed', 'loose'];

function small(seed: number): Shape {
  const kind = KINDS[seed % 3] ?? 'mixed';
  return { orders: 1 + (seed % 6), providers: 1 + ((seed >> 2) % 6), bids: 5, days: 1 + (seed % 4), kind };
}

describe('solveAssignment', () => {
  it('equals the best of all plans, on small problems of every kind', () => {
    for (let seed = 0; seed < 150; seed += 1) {
      const problem = drawProblem(seed, small(seed));
      expect(findFlaw(problem, solveAssignment(problem, solve), { exhaustive: true }), `seed ${seed}`).toBeNull();
    }
  });

  it('breaks no limit, is never worse than one after the other, and leaves nobody who could do better alone', () => {
    for (let seed = 0; seed < 12; seed += 1) {
      const problem = drawProblem(seed, {
        orders: 40,
        providers: 25,
        bids: 10,
        days: 6,
        kind: KINDS[seed % 3] ?? 'mixed',
      });
      expect(findFlaw(problem, solveAssignment(problem, solve), { exhaustive: false }), `seed ${seed}`).toBeNull();
    }
  });

  it('gives the same bytes whatever order its input comes in', () => {
    for (let seed = 0; seed < 40; seed += 1) {
      const problem = drawProblem(seed, small(seed));
      expect(textOf(solveAssignment(shuffled(problem, seed), solve))).toBe(textOf(solveAssignment(problem, solve)));
    }
  });
});

function textOf({ assigned, components }: ReturnType<typeof solveAssignment>): string {
  return JSON.stringify({ assigned: [...assigned], components });
}
