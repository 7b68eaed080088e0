import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FACTS } from '../../src/criteria/catalog.ts';
import { type Fact, type Facts, type FactValue, factRef } from '../../src/domain/fact.ts';
import type { Condition } from '../../src/domain/rule-file.ts';
import type { Verdict } from '../../src/domain/scored-slate.ts';
import { compileCondition } from '../../src/evaluate/compile.ts';
import {
  type Claim,
  contradict,
  findCase,
  implies,
  isRuledOut,
  neverMatches,
  neverMisses,
} from '../../src/rules/condition-logic.ts';
import { describeCase } from '../../src/rules/describe-case.ts';

function test(name: string, operator: string, value: FactValue): Condition {
  return { kind: 'test', fact: factRef(name, null), operator, value, written: '' };
}
const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });
const any = (...of: readonly Condition[]): Condition => ({ kind: 'any', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });

const NUMBERS = [399, 400, 401, 449, 450, 451];
/** Every value that the tests below can tell apart, so one of each gap between the numbers too; null is unknown. */
const DOMAINS: { readonly [fact: string]: readonly (FactValue | null)[] } = {
  'provider.rating': [null, 0, 200, ...NUMBERS, 425, 475, 500],
  'provider.worked_with': [null, true, false],
  'provider.groups': [null, [], [1], [2], [1, 2]],
  'candidate.kind': ['request', 'routed', 'bench'],
  'work_order.title': ['a', 'b', 'c'],
};

const tests: fc.Arbitrary<Condition> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive', 'equal', 'notEqual'),
      fc.constantFrom(0, ...NUMBERS, 500),
    )
    .map(([operator, value]) => test('provider.rating', operator, value)),
  fc
    .tuple(fc.constantFrom('in', 'notIn'), fc.subarray([399, 400, 401], { minLength: 1 }))
    .map(([operator, value]) => test('provider.rating', operator, value)),
  fc
    .tuple(fc.constantFrom('equal', 'notEqual'), fc.boolean())
    .map(([operator, value]) => test('provider.worked_with', operator, value)),
  fc
    .tuple(fc.constantFrom('contains', 'doesNotContain'), fc.constantFrom(1, 2))
    .map(([operator, value]) => test('provider.groups', operator, value)),
  fc
    .tuple(fc.constantFrom('in', 'notIn'), fc.subarray(['request', 'routed', 'bench'], { minLength: 1 }))
    .map(([operator, value]) => test('candidate.kind', operator, value)),
  fc
    .tuple(fc.constantFrom('equal', 'notEqual'), fc.constantFrom('a', 'b'))
    .map(([operator, value]) => test('work_order.title', operator, value)),
);
const { tree: conditions } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tests,
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((of) => all(...of)),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((of) => any(...of)),
    tie('tree').map(not),
  ),
}));

const worlds: readonly Facts[] = Object.entries(DOMAINS).reduce<Facts[]>(
  (sofar, [name, values]) =>
    sofar.flatMap((facts) =>
      values.map((value): Facts => {
        const fact: Fact =
          value === null
            ? { kind: 'unknown', because: '' }
            : { kind: 'known', value, source: 'given', observedAtMs: 0 };
        return { ...facts, [name]: fact };
      }),
    ),
  [{}],
);

/** Every pair of verdicts that two conditions have somewhere. */
function verdictPairs(a: Condition, b: Condition): ReadonlySet<string> {
  const [ofA, ofB] = [compileCondition(a), compileCondition(b)];
  return new Set(worlds.map((facts) => `${ofA(facts).verdict} ${ofB(facts).verdict}`));
}

const CLAIMS: { readonly [sign in Claim['is']]: (verdict: string) => boolean } = {
  match: (verdict) => verdict === 'match',
  no_match: (verdict) => verdict === 'no_match',
  not_match: (verdict) => verdict !== 'match',
  not_no_match: (verdict) => verdict !== 'no_match',
};

describe('what conditions say about each other', () => {
  it('is what every evaluation of them shows, and all of it where they ask no list', () => {
    const signs = fc.constantFrom<Claim['is']>('match', 'no_match', 'not_match', 'not_no_match');
    const answers = { yes: 0, no: 0 };
    fc.assert(
      fc.property(conditions, conditions, signs, signs, (a, b, isA, isB) => {
        const pairs = [...verdictPairs(a, b)].map((pair) => pair.split(' '));
        const never = !pairs.some(([ofA = '', ofB = '']) => CLAIMS[isA](ofA) && CLAIMS[isB](ofB));
        const answer = isRuledOut([
          { condition: a, is: isA },
          { condition: b, is: isB },
        ]);
        answers[answer ? 'yes' : 'no'] += 1;
        // Of a list the search does not know that all its elements are unknown together, and may stay silent.
        const isOfLists = JSON.stringify([a, b]).includes('provider.groups');
        expect(answer || isOfLists).toBe(never || isOfLists);
        expect(answer && !never).toBe(false);
      }),
      { numRuns: 400 },
    );
    expect(Math.min(answers.yes, answers.no)).toBeGreaterThan(20);
  });

  it('is never refuted where it is said in words', () => {
    fc.assert(
      fc.property(conditions, conditions, (a, b) => {
        const pairs = verdictPairs(a, b);
        const has = (first: Verdict | null, ...second: readonly Verdict[]) =>
          [...pairs].some((pair) => {
            const [ofA, ofB = ''] = pair.split(' ');
            return (first === null || ofA === first) && second.some((verdict) => verdict === ofB);
          });
        expect(implies(a, b) && has('match', 'no_match', 'unknown')).toBe(false);
        expect(contradict(a, b) && has('match', 'match')).toBe(false);
        expect(neverMisses(b) && has(null, 'no_match')).toBe(false);
        expect(neverMatches(b) && has(null, 'match')).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  it('takes a fact for known of everybody where its doc says so', () => {
    const known = FACTS.filter(({ doc }) => /Always known(?! for)/.test(doc)).map(({ name }) => name);
    const marked = FACTS.filter(({ isAlwaysKnown }) => isAlwaysKnown === true).map(({ name }) => name);
    expect(marked.sort()).toEqual(known.sort());
  });

  it('knows the range of a fact', () => {
    expect(neverMatches(test('provider.rating', 'greaterThan', 500))).toBe(true);
    expect(neverMisses(test('provider.cancel_rate', 'lessThanInclusive', 10_000))).toBe(true);
    expect(neverMisses(test('request.counter_over_base', 'lessThanInclusive', 10_000))).toBe(false);
    expect(neverMatches(test('work_order.hours_until_start', 'lessThan', 0))).toBe(false);
    expect(neverMatches(test('work_order.id', 'lessThan', 1))).toBe(true);
    expect(neverMisses(test('work_order.pay_kind', 'in', ['fixed', 'hourly', 'device', 'blended']))).toBe(true);
  });

  it('is not asked of what no rule file can say', () => {
    expect(() => neverMatches(test('provider.rating', 'near', 450))).toThrow('no such operator: near');
    expect(() => neverMatches(test('provider.zodiac', 'equal', 450))).toThrow('no such fact: provider.zodiac');
  });

  it('counts a fact that is never known there as neither a match nor a miss', () => {
    const score = test('provider.score', 'greaterThanInclusive', 0);
    const terms = { neverKnown: ['provider.score'] };
    expect(isRuledOut([{ condition: any(score, not(score)), is: 'match' }], terms)).toBe(true);
    expect(isRuledOut([{ condition: all(score, score), is: 'not_no_match' }], terms)).toBe(false);
  });

  it('is left open where the search would take too long', () => {
    const sits = (guest: number, chair: number) => test('work_order.types_of_work', 'contains', `${guest} on ${chair}`);
    const chairs = [1, 2, 3, 4, 5, 6, 7];
    const guests = [...chairs, 8];
    const everybody = all(...guests.map((guest) => any(...chairs.map((chair) => sits(guest, chair)))));
    const alone = all(
      ...chairs.flatMap((chair) =>
        guests.flatMap((one) =>
          guests.filter((other) => other > one).map((other) => not(all(sits(one, chair), sits(other, chair)))),
        ),
      ),
    );
    expect(findCase([{ condition: everybody, is: 'match' }]).kind).toBe('case');
    expect(findCase([everybody, alone].map((condition) => ({ condition, is: 'match' })))).toEqual({ kind: 'unsure' });
    expect(contradict(everybody, alone)).toBe(false);
  });

  it.each([
    [test('provider.worked_with', 'equal', true), 'provider.worked_with = false'],
    [test('work_order.title', 'equal', 'a'), 'work_order.title != "a"'],
    [test('candidate.kind', 'notIn', ['bench']), 'candidate.kind = "bench"'],
    [test('provider.groups', 'contains', 9921), 'provider.groups lacks 9921'],
    [test('provider.groups', 'doesNotContain', 9921), 'provider.groups has 9921'],
    [test('provider.rating', 'greaterThanInclusive', 450), 'provider.rating <= 4.49'],
    [test('provider.rating', 'lessThan', 500), 'provider.rating = 5'],
    [test('work_order.pay_total', 'lessThan', 50_000), 'work_order.pay_total >= 500'],
    [test('work_order.pay_total', 'notIn', [100]), 'work_order.pay_total = 1'],
    [not(test('provider.rating', 'lessThanInclusive', 450)), 'provider.rating <= 4.5'],
    [
      all(test('work_order.pay_total', 'lessThan', 100), test('work_order.pay_total', 'greaterThan', 100)),
      'work_order.pay_total >= 1',
    ],
    [neverUnlessUnknown(), 'provider.worked_with not known'],
  ])('is told by an example: %#', (condition, example) => {
    const found = findCase([{ condition, is: 'not_match' }]);
    expect(found.kind === 'case' && describeCase(found.of)).toBe(example);
  });

  it('is not told by an example of more facts than anybody takes in', () => {
    const many = FACTS.filter(({ type }) => type.kind === 'boolean').map(({ name }) => test(name, 'equal', true));
    const found = findCase([{ condition: any(...many), is: 'no_match' }]);
    expect(many.length).toBeGreaterThan(3);
    expect(found.kind === 'case' && describeCase(found.of)).toBe(null);
  });
});

function neverUnlessUnknown(): Condition {
  const known = test('provider.worked_with', 'equal', true);
  return any(known, not(known));
}
