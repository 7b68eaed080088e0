import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DoubtedCandidate, type DoubtedPlace, isPivotal } from '../../src/analysis/pivotal.ts';
import type { OnMissing } from '../../src/domain/rule-file.ts';
import type { ScoredCandidate, Verdict } from '../../src/domain/scored-slate.ts';
import { scoreCandidate } from '../../src/evaluate/score.ts';
import { aCandidate, aCriterion, always, aSlate, aVerdict, NOW_MS } from '../support/builders.ts';

const VERDICTS: readonly Verdict[] = ['match', 'no_match', 'unknown'];
const ON_MISSING: readonly OnMissing[] = ['platform', 'no_match', 'match', 'hold', 'ignore'];

const arbitrarySlate = fc.integer({ min: 1, max: 4 }).chain((count) =>
  fc.record({
    criteria: fc.array(
      fc.record({ weight: fc.nat(4), isRequired: fc.boolean(), onMissing: fc.constantFrom(...ON_MISSING) }),
      { minLength: count, maxLength: count },
    ),
    candidates: fc.array(
      fc.record({
        verdicts: fc.array(fc.constantFrom(...VERDICTS), { minLength: count, maxLength: count }),
        platform: fc.array(fc.constantFrom(true, false, null), { minLength: count, maxLength: count }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
  }),
);

type Given = (typeof arbitrarySlate extends fc.Arbitrary<infer Slate> ? Slate : never) & object;

/** By the engine's own scoring, from the verdicts of facts on. */
function score({ criteria }: Given, { verdicts, platform }: Given['candidates'][number]): ScoredCandidate {
  const judged = criteria.map(({ weight, isRequired, onMissing }, n) => ({
    criterion: aCriterion({
      position: n + 1,
      key: `c${n}`,
      weight,
      isRequired,
      onMissing: always(onMissing),
      credit: null,
    }),
    ...{ label: `criterion ${n}`, verdict: verdicts[n] ?? 'unknown', evidence: [] },
  }));
  const dated = platform.flatMap((isMatch, n) =>
    isMatch === null
      ? []
      : [{ ...aVerdict({ name: `criterion ${n}`, isMatch }), observedAtMs: NOW_MS, source: 'row' as const }],
  );
  return scoreCandidate({ slate: aSlate(), maxVerdictAgeDays: 30 }, aCandidate({ verdicts: dated }), judged);
}

function toDoubted({ pointsMilli, criteria }: ScoredCandidate): DoubtedCandidate {
  return {
    ...{ kind: 'request', isBlockedOtherwise: false, pointsMilli },
    criteria: criteria.map(({ isRequired, applies, verdict, decidedBy, weight, pointsMilli: points }) => {
      const isUnknown = verdict === 'unknown' && applies;
      const doubt = decidedBy !== 'facts' ? decidedBy : isUnknown ? 'unknown' : null;
      return { isRequired, applies, isMatch: verdict === 'match', weight, pointsMilli: points, doubt };
    }),
  };
}

/** Place of the best of those that match; of equally many points the first. */
function choose(scored: readonly (ScoredCandidate | null)[]): number {
  const eligible = scored.flatMap((one, n) => (one?.isMatch ? [{ points: one.pointsMilli, n }] : []));
  return eligible.toSorted((a, b) => b.points - a.points || a.n - b.n)[0]?.n ?? -1;
}

it('says that a verdict is pivotal exactly where scoring the slate again with another one chooses somebody else', () => {
  let pivotal = 0;
  fc.assert(
    fc.property(arbitrarySlate, (given) => {
      const all = given.candidates
        .map((candidate) => ({ candidate, scored: score(given, candidate) }))
        .toSorted((a, b) => b.scored.pointsMilli - a.scored.pointsMilli);
      const [winner = null, runnerUp = null] = all.filter(({ scored }) => scored.isMatch);
      const bestBlocked = all.find(({ scored }) => !scored.isMatch) ?? null;
      const three = [winner, runnerUp, bestBlocked];
      const places: readonly DoubtedPlace[] = ['winner', 'runnerUp', 'bestBlocked'];
      const [w, r, b] = three.map((one) => (one === null ? null : toDoubted(one.scored)));
      const slate = { winner: w ?? null, runnerUp: r ?? null, bestBlocked: b ?? null, isByPoints: true };
      const before = choose(three.map((one) => one?.scored ?? null));
      for (const [place, own] of three.entries()) {
        for (const [n] of given.criteria.entries()) {
          const isDoubted = (slate[places[place] ?? 'winner']?.criteria[n]?.doubt ?? null) !== null;
          const wanted =
            own !== null &&
            isDoubted &&
            (['match', 'no_match'] as const).some((verdict) => {
              const candidate = { ...own.candidate, verdicts: own.candidate.verdicts.with(n, verdict) };
              const again = three.map((one, m) => (m === place ? score(given, candidate) : (one?.scored ?? null)));
              return choose(again) !== before;
            });
          expect(isPivotal(slate, places[place] ?? 'winner', n)).toBe(wanted);
          pivotal += Number(wanted);
        }
      }
    }),
    { numRuns: 300 },
  );
  expect(pivotal).toBeGreaterThan(50);
});

it('looks at the gate alone where points do not rank, and lets only the winner’s kind take its place', () => {
  const criterion = {
    isRequired: false,
    applies: true,
    isMatch: false,
    weight: 9,
    pointsMilli: 0,
    doubt: 'unknown',
  } as const;
  const one = { kind: 'request', isBlockedOtherwise: false, pointsMilli: 5000, criteria: [criterion] };
  const slate = { winner: one, runnerUp: one, bestBlocked: null, isByPoints: true };
  expect(isPivotal(slate, 'runnerUp', 0)).toBe(true);
  expect(isPivotal({ ...slate, isByPoints: false }, 'runnerUp', 0)).toBe(false);
  expect(isPivotal({ ...slate, runnerUp: { ...one, kind: 'bench' } }, 'runnerUp', 0)).toBe(false);
  expect(isPivotal({ ...slate, runnerUp: { ...one, isBlockedOtherwise: true } }, 'runnerUp', 0)).toBe(false);
});
