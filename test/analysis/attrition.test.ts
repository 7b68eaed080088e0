import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attritionOf, attritionStepName } from '../../src/analysis/attrition.ts';
import { aRecordedCandidate, aRecordedCriterion } from '../support/recorded.ts';

const rating = (verdict: 'match' | 'no_match' | 'unknown') => aRecordedCriterion({ verdict });
const cancels = (verdict: 'match' | 'no_match' | 'unknown') =>
  aRecordedCriterion({ position: 2, key: 'cancel_rate', label: 'Cancel rate', verdict });
const preferred = aRecordedCriterion({ position: 3, key: 'distance', isRequired: false, verdict: 'no_match' });

function candidate(codes: readonly string[], criteria: Parameters<typeof aRecordedCandidate>[0]) {
  const blockedBy = codes.map((code) => ({ code, detail: {} }));
  return aRecordedCandidate({ ...criteria, blockedBy, isEligible: codes.length === 0 });
}

const passes = [rating('match'), cancels('match'), preferred];

describe('attrition of a slate', () => {
  it('counts at each step who stops there first, who at all, and who alone', () => {
    const shrunk = attritionOf([
      candidate([], { criteria: passes }),
      candidate(['FM-5003'], { criteria: passes }),
      candidate(['FM-5003', 'FM-5004'], { criteria: passes }),
      candidate(['FM-5001'], { criteria: [rating('no_match'), cancels('match'), preferred] }),
      candidate(['FM-5001', 'FM-5002'], { criteria: [rating('no_match'), cancels('unknown'), preferred] }),
      candidate(['FM-5002', 'FM-5008'], { criteria: [rating('match'), cancels('unknown'), preferred] }),
      candidate(['FM-5008', 'FM-5011'], { criteria: passes }),
    ]);
    const rows = shrunk.steps.map((step) => [
      attritionStepName(step),
      step.leaves,
      step.remain,
      step.stops,
      step.alone,
      step.reasons.map(({ code, stops, alone }) => `${code} ${stops} ${alone}`).join(', '),
    ]);
    expect([shrunk.slate, shrunk.eligible]).toEqual([7, 1]);
    expect(rows).toEqual([
      ['open on the platform', 2, 5, 2, 1, 'FM-5003 2 1'],
      ['not expired', 0, 5, 1, 0, 'FM-5004 1 0'],
      ['required: Provider rating', 2, 3, 2, 1, 'FM-5001 2 1'],
      ['required: Cancel rate', 1, 2, 2, 0, 'FM-5002 2 0'],
      // Two reasons of one step: without guardrails it would be eligible, without one of them not.
      ['guardrails', 1, 1, 2, 1, 'FM-5008 2 0, FM-5011 1 0'],
    ]);
  });

  it('has no step for what is required of nobody, and is empty for an empty slate', () => {
    const remote = aRecordedCriterion({ applies: false, verdict: 'unknown' });
    expect(attritionOf([candidate([], { criteria: [remote, preferred] })]).steps.map(({ kind }) => kind)).toEqual([
      'active',
      'not_expired',
      'guardrails',
    ]);
    expect(attritionOf([])).toMatchObject({ slate: 0, eligible: 0 });
  });

  it('loses nobody: who leaves and who is eligible are the slate, and nobody is stopped alone twice', () => {
    const verdict = fc.constantFrom('match', 'no_match', 'unknown');
    const others = fc.subarray(['FM-5003', 'FM-5004', 'FM-5008', 'FM-5009', 'FM-5013']);
    const one = fc.tuple(verdict, verdict, others).map(([first, second, codes]) => {
      const missed = [first, second].flatMap((each) => (each === 'match' ? [] : [each]));
      const gate = missed.map((each) => (each === 'unknown' ? 'FM-5002' : 'FM-5001'));
      return candidate([...gate, ...codes], { criteria: [rating(first), cancels(second), preferred] });
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 12 }), (slate) => {
        const { steps, eligible } = attritionOf(slate);
        const total = (of: 'leaves' | 'alone') => steps.reduce((sum, step) => sum + step[of], 0);
        expect(total('leaves') + eligible).toBe(slate.length);
        expect(steps.at(-1)?.remain).toBe(eligible);
        expect(total('alone')).toBeLessThanOrEqual(slate.length - eligible);
        for (const step of steps) expect(step.stops).toBeGreaterThanOrEqual(Math.max(step.leaves, step.alone));
      }),
    );
  });
});
