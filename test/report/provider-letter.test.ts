import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRecorded } from '../../src/analysis/as-recorded.ts';
import { prepareFlip } from '../../src/analysis/flip-case.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RecordedCandidate, RecordedDecision } from '../../src/domain/recorded-decision.ts';
import { providerLetter } from '../../src/report/provider-letter.ts';
import { sectionsAsText } from '../../src/report/section.ts';
import { NOW_MS } from '../support/builders.ts';
import { flipWorld } from '../support/flip-worlds.ts';

const HASH = hashText('rules');

function letterOf(decision: RecordedDecision, own: RecordedCandidate): string {
  const terms = { decision, provider: own.providerId, unitOf: () => null };
  return sectionsAsText(providerLetter({ ...terms, ruleFileName: 'Default', contact: 'ops@example.com' }), 400);
}

/** What others have becomes a number that nothing else has, their words a word; so do all notes of ours. */
function withMarks(decision: RecordedDecision, own: RecordedCandidate): RecordedDecision {
  const candidates = decision.candidates.map((one, place): RecordedCandidate => {
    const note = { other: 'SECRET', because: 'SECRET', by: 'SECRET', cost: 'SECRET', limit: 'SECRET' };
    const blockedBy = one.blockedBy.map(({ code, detail }) => ({ code, detail: { ...detail, ...note } }));
    if (one.providerId === own.providerId) return { ...one, blockedBy };
    const mark = 777_001 + place;
    const criteria = one.criteria.map((criterion) => ({
      ...criterion,
      label: 'SECRET',
      pointsMilli: mark,
      evidence: criterion.evidence.map((leaf) => ({ ...leaf, value: mark, source: 'SECRET' })),
    }));
    return {
      ...one,
      providerId: mark as RecordedCandidate['providerId'],
      pointsMilli: mark,
      costCents: mark,
      criteria,
      blockedBy,
    };
  });
  const idOf = (old: number | null) => {
    const place = decision.candidates.findIndex(({ providerId }) => providerId === old);
    return candidates[place]?.providerId ?? null;
  };
  return {
    ...decision,
    candidates,
    winner: idOf(decision.winner),
    runnerUp: idOf(decision.runnerUp),
    marginMilli: decision.marginMilli === null ? null : 777_999,
    costCents: own.providerId === decision.winner ? decision.costCents : 777_998,
    reason: { code: decision.reason.code, detail: { points: 777_997, because: 'SECRET' } },
  };
}

describe('the letter to a provider', () => {
  it('contains nothing about anybody else, and no note of ours', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(flipWorld, fc.nat({ max: 5 }), (world, turn) => {
        const planned = prepareFlip(world)?.baseline;
        if (planned === undefined) throw new Error('not decided');
        const by = { decidedAtMs: NOW_MS, engineVersion: '1.0.0', ruleSetHash: HASH, inputHash: HASH, facts: {} };
        const decision = asRecorded(planned, by);
        const own = decision.candidates[turn % decision.candidates.length];
        if (own === undefined) throw new Error('no candidate');
        kinds.add(`${decision.outcome} ${own.isEligible}`);
        const letter = letterOf(withMarks(decision, own), own);
        expect(letter).not.toMatch(/777[\d,. ]?\d{3}|SECRET|candidates|eligible/);
        expect(letter).toContain(`provider ${own.providerId}`);
        // As many others or none: it reads the same unless the rules put somebody first.
        const alone = { ...withMarks(decision, own), candidates: [own] };
        expect(letterOf(alone, own).length).toBe(letter.length);
      }),
      { numRuns: 80 },
    );
    expect([...kinds]).toEqual(expect.arrayContaining(['assign true', 'assign false', 'hold true', 'hold false']));
  });

  it("says where Field Nation's own verdict decided what was not known", () => {
    const [world] = fc.sample(flipWorld, { seed: 1, numRuns: 1 });
    const planned = world === undefined ? undefined : prepareFlip(world)?.baseline;
    if (planned === undefined) throw new Error('not decided');
    const by = { decidedAtMs: NOW_MS, engineVersion: '1.0.0', ruleSetHash: HASH, inputHash: HASH, facts: {} };
    const decision = asRecorded(planned, by);
    const [own] = decision.candidates;
    if (own === undefined) throw new Error('no candidate');
    const letter = (verdict: 'match' | 'no_match', decidedBy: 'platform' | 'on_missing') => {
      const criteria = own.criteria.map((one) => ({ ...one, applies: true, verdict, decidedBy }));
      return letterOf({ ...decision, candidates: [{ ...own, criteria }] }, own);
    };
    expect(letter('match', 'platform')).toContain('met: Field Nation says so itself');
    expect(letter('match', 'on_missing')).toContain('counted as met, since not known');
    expect(letter('no_match', 'platform')).toContain("missed by Field Nation's own verdict, which decided");
  });
});
