import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type FactValue, factRef } from '../../src/domain/fact.ts';
import type { Criterion, OnMissing, RuleFile } from '../../src/domain/rule-file.ts';
import type { Candidate, CriterionResult, ScoredCandidate, Slate } from '../../src/domain/scored-slate.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { scoreCandidate } from '../../src/evaluate/score.ts';
import { toSelectionRule } from '../../src/evaluate/selection-rule.ts';
import { aCandidate, always, aRuleFile, aSlate, aTest, aWorkOrder, NOW_MS } from '../support/builders.ts';
import { plainResult } from '../support/plain-result.ts';
import { aDatedVerdict, all, aPreference, facts } from './builders.ts';

const DAY_MS = 86_400_000;

type SeedRow = {
  readonly selection_rule: {
    readonly criterion: readonly { readonly name: string; readonly is_match: boolean; readonly points: number }[];
  };
};

function seedRow(name: string): SeedRow {
  const body = readFileSync(new URL(`../golden/pending-${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(body).results[0];
}

/** The platform's default ranking, as its sample shows it. */
function defaultRanking(onMissing: OnMissing): RuleFile {
  const rows: readonly (readonly [string, string, number, boolean, boolean, string, string, FactValue])[] = [
    ['completed_of_type', 'Work orders completed ({type_of_work})', 150, true, false, 'completed', '>=', 5],
    ['worked_with', 'Worked with your company before', 100, false, true, 'worked_with', '=', true],
    ['cancel_rate', 'Provider cancel rate', 75, true, true, 'cancel_rate', '<=', 500],
    ['block_rate', 'Provider block rate', 60, true, true, 'block_rate', '<=', 200],
    ['rating', 'Provider rating', 45, true, true, 'rating', '>=', 450],
    ['preferred_group', 'Member of a preferred group', 40, false, true, 'preferred_group', '=', true],
    ['background_check', 'Background check', 35, false, false, 'background_check', '=', true],
    ['distance', 'Distance from work address', 25, false, false, 'distance', '<=', 80_467],
  ];
  const operators: { readonly [written: string]: string } = {
    '>=': 'greaterThanInclusive',
    '<=': 'lessThanInclusive',
    '=': 'equal',
  };
  return aRuleFile({
    criteria: rows.map(([key, label, weight, isRequired, canRemote, fact, operator, value], index) =>
      aPreference({
        position: index + 1,
        key,
        label,
        weight,
        isRequired,
        canRemote,
        when: all(aTest(`provider.${fact}`, operators[operator] ?? '', value)),
        onMissing: always(onMissing),
      }),
    ),
  });
}

const SEED_FACTS = facts({
  'provider.completed': 2,
  'provider.worked_with': false,
  'provider.cancel_rate': 300,
  'provider.block_rate': 0,
  'provider.rating': 410,
  'provider.preferred_group': true,
  'provider.background_check': false,
  'provider.distance': 120_000,
});

function scoreOne(file: RuleFile, given: Partial<Candidate>, on: Partial<Slate> = {}): ScoredCandidate {
  const [scored] = compileRuleFile(file).score(aSlate({ ...on, candidates: [aCandidate(given)] })).candidates;
  if (scored === undefined) throw new Error('no candidate came back');
  return scored;
}

/** Scores one criterion alone. */
function scoreCriterion(
  given: Partial<Criterion>,
  who: Partial<Candidate> = {},
  on: Partial<Slate> = {},
): CriterionResult & { readonly whole: ScoredCandidate } {
  const whole = scoreOne(aRuleFile({ criteria: [aPreference(given)] }), who, on);
  const [result] = whole.criteria;
  if (result === undefined) throw new Error('no criterion came back');
  return { ...plainResult(result), whole };
}

const RATED_WELL = facts({ 'provider.rating': 480 });
const RATED_BADLY = facts({ 'provider.rating': 300 });

describe("Field Nation's evaluation", () => {
  it.each(['request', 'routed'])('is reproduced from facts, text for text: %s', (name) => {
    const file = defaultRanking('no_match');
    const scored = scoreOne(file, { facts: SEED_FACTS });
    expect(JSON.stringify(toSelectionRule(scored, file))).toBe(JSON.stringify(seedRow(name).selection_rule));
    expect(scored).toMatchObject({ isMatch: false, needsPerson: false, pointsMilli: 175_000, maxPoints: 530 });
  });

  it.each(['request', 'routed'])("is reproduced from the row's verdicts alone, text for text: %s", (name) => {
    const row = seedRow(name);
    const verdicts = row.selection_rule.criterion.map((one) => aDatedVerdict(one.name, one.is_match));
    const file = defaultRanking('platform');
    const scored = scoreOne(file, { verdicts, kind: name === 'request' ? 'request' : 'routed' });
    expect(JSON.stringify(toSelectionRule(scored, file))).toBe(JSON.stringify(row.selection_rule));
    expect(scored.criteria.map((one) => one.decidedBy)).toEqual(Array(8).fill('platform'));
  });

  it('has the id of a rule of the company and leaves out what does not apply', () => {
    const file = aRuleFile({
      selectionRuleId: 254,
      criteria: [aPreference({ canRemote: false }), aPreference({ position: 2, key: 'other', weight: 30 })],
    });
    const scored = scoreOne(file, { facts: RATED_WELL }, { workOrder: aWorkOrder({ isRemote: true }) });
    expect(toSelectionRule(scored, file)).toMatchObject({
      id: 254,
      is_default: false,
      points: 30,
      max_points: 30,
      criterion: [{ id: 2, width: '100%' }],
    });
  });

  it('keeps fractions of points only where credit is graded', () => {
    const credit = { kind: 'linear', fullAt: 500, zeroAt: 400, fact: factRef('provider.rating', null) } as const;
    const file = aRuleFile({ criteria: [aPreference({ weight: 7, credit })] });
    const scored = scoreOne(file, { facts: facts({ 'provider.rating': 455 }) });
    expect(toSelectionRule(scored, file)).toMatchObject({
      points: 3.85,
      criterion: [{ points: 3.85, is_match: true }],
    });
  });
});

describe('the criteria of a scored candidate', () => {
  const file = aRuleFile({ criteria: [aPreference(), aPreference({ position: 2, key: 'again' })] });

  it('are not told in brief where there are more of them than bits, or where somebody else saw the evidence', () => {
    const many = Array.from({ length: 54 }, (_, n) => aPreference({ position: n + 1, key: `k${n}` }));
    const briefs = [many.slice(1), many].map((criteria) => {
      const slate = aSlate({ candidates: [aCandidate()] });
      return compileRuleFile(aRuleFile({ criteria })).score(slate).candidates[0]?.inBrief?.(slate.facts);
    });
    expect(briefs.map((brief) => brief?.widths.length)).toEqual([53, undefined]);
    const [slate, criterion] = [aSlate(), aPreference()];
    const judged = { criterion, label: criterion.label, verdict: 'match', evidence: [] } as const;
    const scored = scoreCandidate({ slate, maxVerdictAgeDays: 30 }, aCandidate(), [judged]);
    expect(scored.inBrief?.(slate.facts)).toBeNull();
  });

  it('are made once, and are not lost in a copy that the compiler lets pass', () => {
    const scored = scoreOne(file, { facts: RATED_WELL });
    const { criteria } = scored;
    expect(scored.criteria).toBe(criteria);
    expect(criteria.map(({ key }) => key)).toEqual([aPreference().key, 'again']);
    const frozen = Object.freeze(scoreOne(file, { facts: RATED_WELL }));
    expect(frozen.criteria.map(plainResult)).toEqual(criteria.map(plainResult));
    // @ts-expect-error A copy has no getter.
    const lost: ScoredCandidate = { ...scored };
    expect(lost.criteria).toBeUndefined();
    const kept: ScoredCandidate = { ...scored, criteria };
    expect(kept.criteria).toBe(criteria);
  });
});

describe('the gate', () => {
  it('stays shut for a missed required criterion, whatever the points', () => {
    const file = aRuleFile({
      criteria: [
        aPreference({ isRequired: true, weight: 1 }),
        aPreference({ key: 'group', weight: 1000, when: aTest('provider.group', 'equal', true) }),
      ],
    });
    const scored = scoreOne(file, { facts: { ...RATED_BADLY, ...facts({ 'provider.group': true }) } });
    expect(scored).toMatchObject({ isMatch: false, needsPerson: false, pointsMilli: 1_000_000, maxPoints: 1001 });
  });

  it('opens when every required criterion matches, whatever the preferred ones say', () => {
    const file = aRuleFile({
      criteria: [
        aPreference({ isRequired: true }),
        aPreference({ key: 'group', when: aTest('provider.group', 'equal', true) }),
      ],
    });
    expect(scoreOne(file, { facts: RATED_WELL })).toMatchObject({ isMatch: true, needsPerson: false, maxPoints: 20 });
  });

  it('asks for a person only when nothing but a held unknown stands in the way', () => {
    const held = aPreference({
      key: 'group',
      isRequired: true,
      when: aTest('provider.group', 'equal', true),
      onMissing: always('hold'),
    });
    const file = aRuleFile({ criteria: [aPreference({ isRequired: true }), held] });
    expect(scoreOne(file, { facts: RATED_WELL })).toMatchObject({ isMatch: false, needsPerson: true });
    expect(scoreOne(file, { facts: RATED_BADLY })).toMatchObject({ isMatch: false, needsPerson: false });
    expect(scoreOne(file, { facts: { ...RATED_WELL, ...facts({ 'provider.group': true }) } })).toMatchObject({
      isMatch: true,
      needsPerson: false,
    });
  });

  it('is not concerned by a held preferred criterion', () => {
    const { whole, needsPerson } = scoreCriterion({ onMissing: always('hold') });
    expect([whole.isMatch, whole.needsPerson, needsPerson]).toEqual([true, false, true]);
  });
});

describe('a criterion', () => {
  it.each([
    [true, RATED_WELL, 'match', 1],
    [false, RATED_WELL, 'match', 1],
    [true, RATED_BADLY, 'no_match_required', 3],
    [false, RATED_BADLY, 'no_match_preferred', 2],
    [true, {}, 'unknown_required', 3],
    [false, {}, 'unknown_preferred', 2],
  ] as const)('required %s with %j has status %3$s and order %4$s', (isRequired, given, status, order) => {
    expect(scoreCriterion({ isRequired }, { facts: given })).toMatchObject({ status, order });
  });

  it('that cannot be remote leaves points and maximum of a remote work order, and its evidence stays', () => {
    const remote = { workOrder: aWorkOrder({ isRemote: true }) };
    const onSite = scoreCriterion({ canRemote: false, isRequired: true }, { facts: RATED_BADLY }, remote);
    expect(onSite).toMatchObject({ applies: false, pointsMilli: 0, width: '0%', factVerdict: 'no_match' });
    expect(onSite.evidence).toHaveLength(1);
    expect(onSite.whole).toMatchObject({ maxPoints: 0, isMatch: true });
    expect(scoreCriterion({ canRemote: true }, { facts: RATED_WELL }, remote)).toMatchObject({ applies: true });
    expect(scoreCriterion({ canRemote: false }, { facts: RATED_WELL })).toMatchObject({ applies: true });
  });

  it('that does not apply never asks for a person', () => {
    const given = { canRemote: false, isRequired: true, onMissing: always('hold') };
    expect(scoreCriterion(given, {}, { workOrder: aWorkOrder({ isRemote: true }) })).toMatchObject({
      needsPerson: false,
    });
  });

  it('has width 0% when all weights are 0', () => {
    expect(scoreCriterion({ weight: 0 }, { facts: RATED_WELL })).toMatchObject({ width: '0%', pointsMilli: 0 });
  });

  it("names the work order's own kind of work, whatever characters it has", () => {
    const label = 'Work orders completed ({type_of_work})';
    const typesOfWork = [
      { id: 1, name: 'Cabling', isPrimary: false },
      { id: 2, name: "Point of $& Sale $1 $'", isPrimary: true },
    ];
    expect(scoreCriterion({ label }, {}, { workOrder: aWorkOrder({ typesOfWork }) }).label).toBe(
      "Work orders completed (Point of $& Sale $1 $')",
    );
    expect(scoreCriterion({ label }, {}, { workOrder: aWorkOrder({ typesOfWork: [] }) }).label).toBe(
      'Work orders completed (unknown type of work)',
    );
  });
});

describe('on_missing', () => {
  it.each([
    ['no_match', { applies: true, verdict: 'unknown', decidedBy: 'on_missing', needsPerson: false, pointsMilli: 0 }],
    ['match', { applies: true, verdict: 'match', decidedBy: 'on_missing', needsPerson: false, pointsMilli: 10_000 }],
    ['hold', { applies: true, verdict: 'unknown', decidedBy: 'on_missing', needsPerson: true, pointsMilli: 0 }],
    ['ignore', { applies: false, verdict: 'unknown', decidedBy: 'on_missing', needsPerson: false, pointsMilli: 0 }],
    ['platform', { applies: true, verdict: 'unknown', decidedBy: 'facts', needsPerson: false, pointsMilli: 0 }],
  ] as const)('%s settles an unknown, and only an unknown', (onMissing, expected) => {
    const given = { onMissing: always(onMissing) };
    expect(scoreCriterion(given)).toMatchObject({ factVerdict: 'unknown', ...expected });
    const verdicts = [aDatedVerdict('Provider rating', true)];
    expect(scoreCriterion(given, { facts: RATED_BADLY, verdicts })).toMatchObject({
      applies: true,
      verdict: 'no_match',
      decidedBy: 'facts',
      needsPerson: false,
    });
  });

  it('ignore takes the weight out of the maximum, and so out of every width', () => {
    const ignored = aPreference({
      key: 'group',
      when: aTest('provider.group', 'equal', true),
      onMissing: always('ignore'),
    });
    const scored = scoreOne(aRuleFile({ criteria: [aPreference(), ignored] }), { facts: RATED_WELL });
    expect(scored.maxPoints).toBe(10);
    expect(scored.criteria.map((one) => one.width)).toEqual(['100%', '0%']);
  });

  it('is chosen by the kind of candidate', () => {
    const onMissing = { request: 'hold', routed: 'match', bench: 'ignore' } as const;
    expect(scoreCriterion({ onMissing }, { kind: 'request' }).needsPerson).toBe(true);
    expect(scoreCriterion({ onMissing }, { kind: 'routed' }).verdict).toBe('match');
    expect(scoreCriterion({ onMissing }, { kind: 'bench' }).applies).toBe(false);
  });

  it('never makes a required unknown eligible unless the file says so', () => {
    for (const onMissing of ['platform', 'no_match', 'hold'] as const) {
      expect(scoreCriterion({ isRequired: true, onMissing: always(onMissing) }).whole.isMatch).toBe(false);
    }
  });
});

describe("the platform's verdict", () => {
  const platform = { onMissing: always('platform'), label: 'Provider Rating' };

  it('is found by the label without case and margins', () => {
    for (const isMatch of [true, false]) {
      const verdicts = [aDatedVerdict('Provider cancel rate', !isMatch), aDatedVerdict(' provider rating ', isMatch)];
      expect(scoreCriterion(platform, { verdicts })).toMatchObject({
        verdict: isMatch ? 'match' : 'no_match',
        decidedBy: 'platform',
        factVerdict: 'unknown',
      });
    }
  });

  it('is not the one of another kind of work', () => {
    const given = { ...platform, label: 'Work orders completed ({type_of_work})' };
    const cabling = [aDatedVerdict('Work orders completed (Cabling)', true)];
    expect(scoreCriterion(given, { verdicts: cabling }).verdict).toBe('unknown');
    const atm = [aDatedVerdict('Work orders completed (Automated Teller Machine (ATM))', true)];
    expect(scoreCriterion(given, { verdicts: atm }).verdict).toBe('match');
  });

  it('of the directory counts up to its age limit and no longer; the row has none', () => {
    const aged = (ageMs: number, source: 'directory' | 'row') => ({
      verdicts: [aDatedVerdict('Provider Rating', true, { observedAtMs: NOW_MS - ageMs, source })],
    });
    expect(scoreCriterion(platform, aged(30 * DAY_MS, 'directory')).verdict).toBe('match');
    expect(scoreCriterion(platform, aged(30 * DAY_MS + 1, 'directory')).verdict).toBe('unknown');
    expect(scoreCriterion(platform, aged(31 * DAY_MS, 'row')).verdict).toBe('match');
  });

  it("is the row's before the directory's, and the newer before the older, in whatever order they come", () => {
    const row = aDatedVerdict('Provider Rating', true, { observedAtMs: NOW_MS - 3 });
    const newer = aDatedVerdict('Provider Rating', false, { observedAtMs: NOW_MS - 1, source: 'directory' });
    const older = aDatedVerdict('Provider Rating', true, { observedAtMs: NOW_MS - 2, source: 'directory' });
    for (const verdicts of [
      [row, newer],
      [newer, row],
    ]) {
      expect(scoreCriterion(platform, { verdicts }).verdict).toBe('match');
    }
    for (const verdicts of [
      [older, newer],
      [newer, older],
    ]) {
      expect(scoreCriterion(platform, { verdicts }).verdict).toBe('no_match');
    }
  });
});

describe('graded credit', () => {
  const near = { kind: 'linear', fullAt: 10, zeroAt: 50, fact: factRef('provider.distance', null) } as const;
  const within = { weight: 25, when: aTest('provider.distance', 'lessThanInclusive', 50), credit: near };

  it.each([
    [0, 25_000],
    [10, 25_000],
    [11, 24_375],
    [30, 12_500],
    [49, 625],
    [50, 0],
  ])('gives at distance %i %i thousandths of a point', (distance, pointsMilli) => {
    const scored = scoreCriterion(within, { facts: facts({ 'provider.distance': distance }) });
    expect(scored).toMatchObject({ verdict: 'match', pointsMilli });
    expect(scored.whole).toMatchObject({ pointsMilli, maxPoints: 25 });
  });

  it('gives nothing to a criterion that is not matched, however good the value', () => {
    const strict = { ...within, when: aTest('provider.distance', 'lessThan', 5) };
    expect(scoreCriterion(strict, { facts: facts({ 'provider.distance': 8 }) }).pointsMilli).toBe(0);
  });

  it('is floored, and grows with the value where more is better', () => {
    const credit = { kind: 'linear', fullAt: 500, zeroAt: 200, fact: factRef('provider.rating', null) } as const;
    const given = { weight: 1, when: aTest('provider.rating', 'greaterThan', 0), credit };
    const points = [100, 200, 201, 350, 499, 500].map(
      (rating) => scoreCriterion(given, { facts: facts({ 'provider.rating': rating }) }).pointsMilli,
    );
    expect(points).toEqual([0, 0, 3, 500, 996, 1000]);
  });

  it('is exact where weight times span does not fit into 53 bits', () => {
    const credit = { kind: 'linear', fullAt: 0, zeroAt: 3_999_999_999_999, fact: factRef('request.at', null) } as const;
    const given = { weight: 999_999, when: aTest('request.at', 'greaterThan', 0), credit };
    const scored = scoreCriterion(given, { facts: facts({ 'request.at': 1_333_333_333_333 }) });
    expect(scored.pointsMilli).toBe(666_666_000);
  });

  it('gives the full weight when both ends are the same', () => {
    const credit = { ...near, zeroAt: 10 };
    expect(scoreCriterion({ ...within, credit }, { facts: facts({ 'provider.distance': 40 }) }).pointsMilli).toBe(
      25_000,
    );
  });

  it("gives the full weight on the platform's word, and nothing on a value that nobody knows", () => {
    const verdicts = [aDatedVerdict('near', true)];
    const given = { ...within, label: 'near' };
    expect(scoreCriterion({ ...given, onMissing: always('platform') }, { verdicts }).pointsMilli).toBe(25_000);
    expect(scoreCriterion({ ...given, onMissing: always('match') })).toMatchObject({
      verdict: 'match',
      pointsMilli: 0,
    });
    const other = { ...given, when: aTest('provider.rating', 'greaterThan', 400) };
    for (const distance of [{}, facts({ 'provider.distance': null }), facts({ 'provider.distance': 'far' })]) {
      const scored = scoreCriterion(other, { facts: { ...RATED_WELL, ...distance } });
      expect(scored).toMatchObject({ decidedBy: 'facts', verdict: 'match', pointsMilli: 0 });
    }
  });

  it('may grade by a fact of the work order', () => {
    const credit = { kind: 'linear', fullAt: 0, zeroAt: 100, fact: factRef('work_order.pay', null) } as const;
    const on = { facts: facts({ 'work_order.pay': 25 }) };
    expect(scoreCriterion({ credit }, { facts: RATED_WELL }, on).pointsMilli).toBe(7_500);
  });
});
