import { describe, expect, it } from 'vitest';
import { type SwapProof, swapProof } from '../../src/analysis/swap-proof.ts';
import { loadHighs } from '../../src/decide/assignment/highs.ts';
import type { AssignmentProblem } from '../../src/decide/assignment/problem.ts';
import { solveAssignment } from '../../src/decide/assignment/solve-assignment.ts';
import type { Solution } from '../../src/decide/input.ts';
import { workOrderId } from '../../src/domain/ids.ts';
import { swapSection } from '../../src/report/swap-section.ts';
import { problemOf } from '../decide/assignment/problems.ts';

const solve = await loadHighs();

function solutionOf(problem: AssignmentProblem, given: Partial<Solution> = {}): Solution {
  const { assigned, components } = solveAssignment(problem, solve);
  const pairs = [...assigned].map(([id, providerId]) => ({ workOrderId: id, providerId }));
  return { group: 'acting', ruleFileId: null, problem, dropped: [], components, assigned: pairs, ...given };
}

function proofFor(id: number, problem: AssignmentProblem, mode: 'enforce' | 'shadow' = 'enforce'): SwapProof | null {
  return swapProof([solutionOf(problem)], { workOrderId: workOrderId(id), mode, ruleFileId: 'any' }, solve);
}

function sentences(id: number, problem: AssignmentProblem): readonly string[] {
  return swapSection(proofFor(id, problem))?.sentences ?? [];
}

const PROVEN = 'that hang together were decided as one; nothing better exists.';

describe('the proof by swap', () => {
  // Provider 7 is the first choice of 101 and the only one of 107.
  const scarce = problemOf({ 101: { 7: 300, 8: 250 }, 107: { 7: 200 } });

  it('says who would go without if a work order had its first choice', () => {
    expect(sentences(101, scarce)).toEqual([
      'Giving 101 its better choice, provider 7, leaves 107 unfilled.',
      `2 work orders and 2 providers ${PROVEN}`,
    ]);
  });

  it('says the same of the work order that got the provider instead', () => {
    expect(sentences(107, scarce)[0]).toBe(
      'Provider 7 is the first choice of 101 too; giving it there leaves 107 unfilled.',
    );
  });

  it('says how many points it would cost where all are filled either way', () => {
    // 290 + 280 as decided, 300 + 200 the other way round.
    const problem = problemOf({ 101: { 7: 300, 8: 290 }, 107: { 7: 280, 9: 200 } });
    expect(sentences(101, problem)[0]).toBe(
      'Giving 101 its better choice, provider 7, makes 70 points fewer over all.',
    );
  });

  it('says why a work order stays open though somebody could take it', () => {
    // One of the two stays open: 107 has more points with the same provider.
    const problem = problemOf({ 101: { 7: 200 }, 107: { 7: 300 } });
    expect(sentences(101, problem)[0]).toBe(
      'Nobody is left for 101, though provider 7 could take it: that leaves 107 unfilled and fills 101 instead, and makes 100 points fewer over all.',
    );
  });

  it('tells of three others at most, and how many more there are', () => {
    const problem = problemOf({ 101: { 7: 900 }, 102: { 7: 5 }, 103: { 7: 4 }, 104: { 7: 3 }, 105: { 7: 2 } });
    const said = sentences(101, problem);
    expect(said.filter((one) => one.startsWith('Provider 7 is the first choice'))).toHaveLength(3);
    expect(said).toContain('1 more work order would have the same first choice.');
  });

  it('counts no bid that turned out to be no assignment', () => {
    const dropped = [{ workOrderId: workOrderId(107), fromRank: 1 }];
    const solution = solutionOf(scarce, { dropped });
    const proof = swapProof([solution], { workOrderId: workOrderId(107), mode: 'enforce', ruleFileId: 'any' }, solve);
    expect(proof?.swaps.filter(({ kind }) => kind !== 'other')).toEqual([]);
  });

  it('is nothing for whoever shared no provider, and for a file that decided as if it were alone', () => {
    expect(proofFor(300, problemOf({ 101: { 7: 1 }, 300: { 9: 1 } }))).toBeNull();
    expect(proofFor(101, scarce, 'shadow')).toBeNull();
    expect(swapSection(null)).toBeNull();
  });

  it('says so when a limit came before the proof', () => {
    const [swap] = proofFor(101, scarce)?.swaps ?? [];
    if (swap === undefined) throw new Error('there is a swap');
    const unproven = { ...swap, isProven: false, leavesUnfilled: [] };
    const tell = (difference: Partial<typeof swap.difference>) => {
      const none = { fill: 0, pointsMilli: 0, costCents: 0, spread: 0, rank: 0 };
      const one = { ...unproven, difference: { ...none, ...difference } };
      return swapSection({ solver: 'highs', status: 'limit', providers: 2, workOrders: 2, swaps: [one], others: 0 });
    };
    expect(tell({ costCents: 12_000 })?.sentences).toEqual([
      'Giving 101 its better choice, provider 7, costs $120.00 more over all, with as many points, as far as was searched.',
      '2 work orders and 2 providers that hang together were decided as one; a limit came before the proof that nothing better exists.',
    ]);
    expect(tell({ spread: 1 })?.sentences[0]).toContain('gives more to providers who have much already');
    expect(tell({ rank: 2 })?.sentences[0]).toContain('further down their lists');
    expect(tell({})?.sentences[0]).toContain('comes to the same over all');
  });
});
