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

  it('says so when fill_weight is the reason', () => {
    const problem = problemOf({ 101: { 7: 900 }, 107: { 7: 200 } });
    const orders = problem.orders.map((order) => ({ ...order, fillWeight: order.workOrderId === 107 ? 5 : 1 }));
    expect(sentences(101, { ...problem, orders })[0]).toBe(
      'Nobody is left for 101, though provider 7 could take it: that leaves 107 unfilled and fills 101 instead, which fill_weight counts for less.',
    );
  });

  it('says no money where somebody’s cost is not known', () => {
    const problem = problemOf({ 101: { 7: 310, 8: 300 }, 107: { 7: 310, 9: 300 } });
    const unknown = problem.orders.map((order) => ({
      ...order,
      told: 2 as const,
      bids: order.bids.map((bid) => (bid.providerId === 9 ? { ...bid, costCents: 100_000_000 } : bid)),
    }));
    expect(sentences(101, { ...problem, orders: unknown })[0]).toBe(
      'Giving 101 its better choice, provider 7, comes to another cost, which is not known, over all, with as many points.',
    );
  });

  it('says that bids were left out on the way', () => {
    const problem = problemOf({ 101: { 7: 300, 8: 250 }, 107: { 7: 200 }, 109: { 8: 100, 9: 90 }, 200: { 5: 1 } });
    const leftOut = [109, 200].map((id) => ({ workOrderId: workOrderId(id), fromRank: 2 }));
    const terms = { workOrderId: workOrderId(101), mode: 'enforce', ruleFileId: 'any' } as const;
    const proof = swapProof([solutionOf(problem, { dropped: leftOut })], terms, solve);
    expect(swapSection(proof)?.sentences.at(-1)).toContain(
      'nothing better exists. That is without bids of 1 work order that came to no assignment beside what others got',
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
    const tell = (difference: Partial<typeof swap.difference>, told: SwapProof['told'] = 3) => {
      const none = { fill: 0, pointsMilli: 0, costCents: 0, spread: 0, rank: 0 };
      const one = { ...unproven, difference: { ...none, ...difference } };
      return swapSection({
        solver: 'highs',
        status: 'limit',
        providers: 2,
        workOrders: 2,
        swaps: [one],
        others: 0,
        told,
        lessBids: 0,
      });
    };
    expect(tell({ costCents: 12_000 })?.sentences).toEqual([
      'Giving 101 its better choice, provider 7, costs $120.00 more over all, with as many points, as far as was searched.',
      '2 work orders and 2 providers that hang together were decided as one; a limit came before the proof that nothing better exists.',
    ]);
    expect(tell({ spread: 1 })?.sentences[0]).toContain('gives more to providers who have much already');
    expect(tell({ rank: 2 })?.sentences[0]).toContain('further down their lists');
    expect(tell({})?.sentences[0]).toContain('comes to the same over all');
    expect(tell({ costCents: null })?.sentences[0]).toContain('comes to another cost, which is not known, over all');
    // Where a file ranks by something else, nothing is known of points or dollars.
    expect(tell({ rank: 2 }, 2)?.sentences[0]).toContain('lists, with as many points and dollars,');
    expect(tell({ rank: 2 }, 1)?.sentences[0]).toContain('further down their lists, as far');
    expect(tell({ costCents: 100 }, 0)?.sentences[0]).toContain('costs $1.00 more over all, as far');
  });
});
