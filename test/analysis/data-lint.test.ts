import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOT_RECORDED } from '../../src/analysis/complete-facts.ts';
import { type CriterionTally, type DataTally, startDataLint } from '../../src/analysis/data-lint.ts';
import { dataWarnings, LEAST_SLATES } from '../../src/analysis/data-warnings.ts';
import { influenceOf, withoutCriterion } from '../../src/analysis/without-criterion.ts';
import type { Facts } from '../../src/domain/fact.ts';
import { workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RecordedSlate, RecordedSlates } from '../../src/domain/recorded-decision.ts';
import type { Criterion, RuleFile, RuleSet } from '../../src/domain/rule-file.ts';
import type { Candidate, ScoredSlate } from '../../src/domain/scored-slate.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { dataLintJson, dataLintText } from '../../src/report/data-lint-table.ts';
import {
  aCandidate,
  aCriterion,
  aFinishedWork,
  always,
  aReviewCriterion,
  aReviewFile,
  aRuleFile,
  aSlate,
  aTest,
  aWorkOrder,
  knownFacts,
  NOW_MS,
} from '../support/builders.ts';
import { aRecordedDecision } from '../support/recorded.ts';

const RATING = aCriterion();
const WORKED = aCriterion({
  ...{ position: 2, key: 'worked_with', weight: 20, isRequired: false },
  when: aTest('provider.worked_with', 'equal', true),
});
const SCORE = aCriterion({
  ...{ position: 3, key: 'score', weight: 10, isRequired: false },
  when: aTest('provider.score', 'greaterThan', 50),
});

/** With the text that its criteria would have, one a line from line 2 on. */
function aFile(criteria: readonly Criterion[], given: Partial<RuleFile> = {}): RuleFile {
  const lines = criteria.map(({ key }) => `{"key":"${key}"}`);
  return aRuleFile({
    criteria,
    text: `{"id":"default","selection_rule":{"rules":[\n${lines.join(',\n')}]}}`,
    ...given,
  });
}

function aSet(files: readonly RuleFile[], reviews: RuleSet['reviews'] = []): RuleSet {
  return { hash: hashText('set'), files, reviews };
}

const BATCH = {
  ...{ takenAtMs: NOW_MS, openWorkOrders: 9, committedTodayCents: 0, committedTodayByRuleFile: {}, commitments: [] },
};

function recordedAs(slate: RecordedSlate['slate'], id: number): RecordedSlate {
  return { workOrderId: workOrderId(id), episode: 1, slate, decisions: [aRecordedDecision()] };
}

/** A run on one work order, for which these providers ask. */
function aRun(candidates: readonly Candidate[], id = 4047): RecordedSlates {
  const member = {
    workOrderId: id,
    episode: 1,
    ruleFileHash: null,
    openedAt: { atMs: NOW_MS - 1, source: 'published' },
  };
  const run = { runId: `run-${id}`, decidedAtMs: NOW_MS, ruleSetHash: hashText('set') };
  const slates = [recordedAs(aSlate({ workOrder: aWorkOrder({ id }), candidates }), id)];
  return { ...run, batch: { ...BATCH, members: [member] }, slates };
}

function asking(providerId: number, facts: Facts): Candidate {
  return aCandidate({ providerId, facts: { 'provider.is_routable': UNKNOWN, 'provider.is_w2': UNKNOWN, ...facts } });
}

const UNKNOWN = { kind: 'unknown', because: 'Nobody knows.' } as const;
const known = (rating: number, worked: boolean, score = 0) =>
  knownFacts({ 'provider.rating': rating, 'provider.worked_with': worked, 'provider.score': score });

function lint(set: RuleSet, runs: readonly RecordedSlates[]): DataTally {
  const linter = startDataLint(set, () => null);
  for (const run of runs) linter.add(run);
  return linter.tally;
}

function tallyOf(tally: DataTally, key: string): CriterionTally | undefined {
  return tally.files.flatMap(({ criteria }) => criteria).find((one) => one.key === key);
}

const times = (count: number, candidates: (id: number) => readonly Candidate[]) =>
  Array.from({ length: count }, (_, place) => aRun(candidates(place + 1), place + 1));

describe('recorded slates, counted', () => {
  it('tell who met, who missed and of whom nobody knows, and what the criterion decided', () => {
    const runs = [
      // The rating keeps 801 out, who would win by having worked for us.
      aRun([asking(557, known(480, false)), asking(801, known(300, true))], 1),
      // Having worked for us puts 801 ahead; the score is nobody's.
      aRun([asking(557, known(480, false)), asking(801, known(480, true))], 2),
      aRun([asking(557, { ...known(480, false), 'provider.worked_with': UNKNOWN })], 3),
    ];
    const tally = lint(aSet([aFile([RATING, WORKED, SCORE])]), runs);
    expect([tally.slates, tally.workOrders.size, tally.unread]).toEqual([3, 3, 0]);
    expect(tallyOf(tally, 'rating')).toMatchObject({ match: 4, miss: 1, unknown: 0, pivotal: 1, reorders: 1 });
    expect(tallyOf(tally, 'worked_with')).toMatchObject({ match: 2, miss: 2, unknown: 1, pivotal: 1, reorders: 1 });
    expect(tallyOf(tally, 'score')).toMatchObject({ match: 0, miss: 5, pivotal: 0, reorders: 0 });
  });

  it('see in shadow too whom a criterion would have invited', () => {
    const stages = [{ n: 1, afterMinutes: 0, do: 'mass_route', top: 5, talentPoolId: null, minPoints: 50 }] as const;
    const bench = (id: number, rating: number): Candidate => ({
      ...aCandidate({ providerId: id, kind: 'bench', request: null, costCents: 100, facts: known(rating, true) }),
    });
    for (const mode of ['shadow', 'recommend'] as const) {
      const good = { ...RATING, isRequired: false, weight: 50, onMissing: always('no_match') };
      const file = aFile([good, { ...WORKED, weight: 60 }, SCORE], { mode, stages });
      const tally = lint(aSet([file]), [aRun([bench(557, 480), bench(801, 300)])]);
      expect([mode, tallyOf(tally, 'worked_with')?.pivotal]).toEqual([mode, 1]);
    }
  });

  it('keep what does not apply, what was not recorded and what the platform said apart', () => {
    const platform = [{ name: 'Provider rating', isMatch: true, observedAtMs: NOW_MS, source: 'row' }] as const;
    const verdicts = platform.map((one) => ({ ...one, weight: 45, isRequired: true, points: 45 }));
    const byPlatform = { ...asking(557, { 'provider.rating': UNKNOWN }), verdicts };
    const never = asking(801, { 'provider.rating': { kind: 'unknown', because: NOT_RECORDED } });
    const file = aFile([
      aCriterion({ onMissing: always('platform') }),
      aCriterion({ position: 2, key: 'on_site', canRemote: false, isRequired: false }),
      aCriterion({ position: 3, key: 'left_out', isRequired: false, onMissing: always('ignore') }),
    ]);
    const remote = aRun([byPlatform, never]);
    const slates = remote.slates.map((one) =>
      one.slate === 'erased' ? one : { ...one, slate: { ...one.slate, workOrder: aWorkOrder({ isRemote: true }) } },
    );
    const tally = lint(aSet([file]), [{ ...remote, slates }]);
    expect(tallyOf(tally, 'rating')).toMatchObject({ match: 1, byPlatform: 1, unknown: 0, notRecorded: 1 });
    expect(tallyOf(tally, 'on_site')).toMatchObject({ notApplying: 2, match: 0, unknown: 0 });
    expect(tallyOf(tally, 'left_out')).toMatchObject({ unknown: 1, notRecorded: 1 });
  });

  it('leave out what is erased or cannot be read, and pass over what a person did by hand', () => {
    const run = aRun([asking(557, known(480, false))]);
    const byHand = {
      ...run,
      slates: run.slates.map((one) => ({
        ...one,
        decisions: [aRecordedDecision({ reason: { code: 'FM-1901', detail: {} } })],
      })),
    };
    const runs = [
      { ...run, batch: 'erased' },
      { ...run, batch: { byHand: true } },
      { ...run, slates: [recordedAs('erased', 1)] },
      byHand,
    ] as const;
    expect(lint(aSet([aFile([RATING])]), runs)).toMatchObject({ slates: 0, unread: 3 });
  });

  it('count each file on the slates that it decides, live or in shadow', () => {
    const never = aTest('work_order.is_remote', 'equal', true);
    const files = [
      aFile([RATING]),
      aFile([WORKED], { id: 'beside', mode: 'shadow' }),
      aFile([SCORE], { id: 'narrow', priority: 9, appliesTo: never }),
      aFile([SCORE], { id: 'off', mode: 'off' }),
    ];
    const tally = lint(
      aSet(files),
      times(3, () => [asking(557, known(480, true))]),
    );
    expect(tally.files.map(({ ruleFileId, slates }) => [ruleFileId, slates])).toEqual([
      ['default', 3],
      ['beside', 3],
      ['narrow', 0],
    ]);
  });

  it('hold finished work against review files: who alone stands in the way', () => {
    const criteria = [
      aReviewCriterion(),
      aReviewCriterion({ position: 2, key: 'hours', when: aTest('work_order.hours_worked', 'lessThan', 300) }),
    ];
    const done = (problemsOpen: number | null) => {
      const workOrder = aWorkOrder({ status: 'work_done', work: aFinishedWork({ problemsOpen }) });
      return { ...aRun([]), batch: { reviews: [] }, slates: [recordedAs(aSlate({ workOrder }), 4047)] };
    };
    const tally = lint(aSet([], [aReviewFile({ criteria })]), [done(0), done(2), done(null)]);
    expect(tally).toMatchObject({ slates: 0, finished: 3 });
    expect(tallyOf(tally, 'problems_open')).toMatchObject({ match: 1, miss: 1, unknown: 1, pivotal: 2 });
    expect(tallyOf(tally, 'hours')).toMatchObject({ match: 3, pivotal: 0 });
  });
});

describe('warnings from recorded slates', () => {
  const warn = (criteria: readonly Criterion[], count: number, candidates: (id: number) => readonly Candidate[]) => {
    const set = aSet([aFile(criteria)]);
    return dataWarnings(set, lint(set, times(count, candidates))).map(({ code, line, what }) => [code, line, what]);
  };
  const poor = () => [asking(557, known(300, true)), asking(801, known(200, false))];

  it('name a required criterion that nobody meets, with its line and how many were looked at', () => {
    expect(
      warn(
        [
          { ...WORKED, position: 1 },
          { ...RATING, position: 2 },
        ],
        LEAST_SLATES,
        poor,
      ),
    ).toContainEqual([
      'FM-R850',
      3,
      '"rating" is required, and none of 40 candidates on 20 slates of 20 work orders met it',
    ]);
  });

  it('say nothing below twenty slates, however clear it looks', () => {
    expect(warn([RATING, WORKED], LEAST_SLATES - 1, poor)).toEqual([]);
  });

  it('name what was never known, and a requirement of which hardly anybody knows', () => {
    const blank = () => [asking(557, { ...known(480, true), 'provider.rating': UNKNOWN, 'provider.score': UNKNOWN })];
    expect(warn([RATING, { ...SCORE, position: 2 }], LEAST_SLATES, blank)).toEqual([
      ['FM-R851', 2, '"rating" was unknown for all 20 candidates on 20 slates of 20 work orders'],
      ['FM-R851', 3, '"score" was unknown for all 20 candidates on 20 slates of 20 work orders'],
    ]);
    const nearly = (id: number) => (id > 2 ? blank() : [asking(557, known(480, true, 90))]);
    expect(warn([RATING], LEAST_SLATES, nearly)).toEqual([
      ['FM-R853', 2, '"rating" is required, and unknown for 18 of 20 candidates on 20 slates of 20 work orders'],
    ]);
  });

  it('name a weight that set nobody apart, and no requirement that everybody met', () => {
    const alike = () => [asking(557, known(480, true)), asking(801, known(490, true))];
    expect(warn([RATING, WORKED], LEAST_SLATES, alike)).toEqual([
      [
        'FM-R852',
        3,
        '"worked_with" (weight 20) changed no order of candidates and no decision on 20 slates of 20 work orders',
      ],
    ]);
  });

  it('name a file that decides nothing of what was recorded', () => {
    const never = aTest('work_order.is_remote', 'equal', true);
    const set = aSet([aFile([RATING]), aFile([RATING], { id: 'narrow', priority: 9, appliesTo: never })]);
    const tally = lint(
      set,
      times(LEAST_SLATES, () => [asking(557, known(480, true)), asking(801, known(300, true))]),
    );
    expect(dataWarnings(set, tally).map(({ code }) => code)).toEqual(['FM-R854']);
  });
});

describe('the table of recorded data', () => {
  it('has shares with their number, and the same for programs', () => {
    const tally = lint(
      aSet([aFile([RATING, WORKED])]),
      times(4, (id) => [asking(557, known(id === 1 ? 480 : 300, true))]),
    );
    const text = dataLintText(tally, { since: '30d', width: 120 });
    expect(text).toMatch(
      /^Recorded data since 30d: 4 slates of open work and 0 reviews of finished work, 4 work orders in all\.$/m,
    );
    expect(text).toMatch(/^default \(enforce\): 4 slates, 4 work orders$/m);
    expect(text).toMatch(/^1 {2}rating +45\* +4 +25 % +75 % +0 % +0 +3 \(75 %\)$/m);
    const nothing = dataLintText(lint(aSet([aFile([RATING])]), []), { since: '30d', width: 120 });
    expect(nothing).toMatch(/: go back further with --since, or name another ledger\.\n$/);
    expect(dataLintJson(tally)).toMatchObject({
      slates: 4,
      workOrders: 4,
      files: [{ ruleFile: 'default', criteria: [{ match: 1, miss: 3 }, { match: 4 }] }],
    });
  });
});

const anyCandidate = fc
  .record({
    rating: fc.constantFrom(null, 300, 450, 480),
    worked: fc.constantFrom(null, true, false),
    score: fc.constantFrom(null, 10, 90),
  })
  .map(({ rating, worked, score }) => (id: number) => {
    const given = { 'provider.rating': rating, 'provider.worked_with': worked, 'provider.score': score };
    const facts = Object.entries(given).map(([key, value]) =>
      value === null ? { [key]: UNKNOWN } : knownFacts({ [key]: value }),
    );
    return asking(id, Object.assign({}, ...facts));
  });

describe('a file without one of its criteria', () => {
  const essence = ({ candidates }: ScoredSlate) =>
    candidates.map(({ pointsMilli, maxPoints, isMatch, needsPerson, criteria }) => [
      ...[pointsMilli, maxPoints, isMatch, needsPerson],
      criteria.map(({ key, verdict }) => [key, verdict]),
    ]);
  const missing = fc.constantFrom('no_match', 'hold', 'ignore', 'match').map((one) => always(one));

  it('scores as if it had been written without it, and influence is seen wherever leaving it out shows', () => {
    fc.assert(
      fc.property(
        fc.array(anyCandidate, { minLength: 1, maxLength: 6 }),
        fc.tuple(missing, missing, missing, fc.boolean()),
        fc.constantFrom(1, 2, 3),
        (make, [first, second, third, isRequired], position) => {
          const slate = aSlate({ candidates: make.map((one, place) => one(500 + place)) });
          const file = aFile([
            { ...RATING, onMissing: first },
            { ...WORKED, onMissing: second, isRequired },
            { ...SCORE, onMissing: third },
          ]);
          const compiled = compileRuleFile(file);
          const dropped = withoutCriterion(compiled, position);
          const rest = file.criteria.filter((criterion) => criterion.position !== position);
          const written = compileRuleFile({ ...file, criteria: rest }).score(slate);
          expect(essence(dropped.score(slate))).toEqual(essence(written));
          const whole = compiled.score(slate).candidates;
          const { isGate, reorders } = influenceOf(whole, position);
          const gates = whole.some(({ isMatch }, place) => isMatch !== written.candidates[place]?.isMatch);
          const swaps = whole.some((a, i) =>
            whole.some((b, j) => {
              const [c, d] = [written.candidates[i], written.candidates[j]];
              const after = Math.sign((c?.pointsMilli ?? 0) - (d?.pointsMilli ?? 0));
              return Math.sign(a.pointsMilli - b.pointsMilli) !== after;
            }),
          );
          expect(reorders).toBe(swaps);
          if (gates) expect(isGate).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
