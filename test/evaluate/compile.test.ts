import { Rule } from 'json-rules-engine';
import { describe, expect, it } from 'vitest';
import { factRef } from '../../src/domain/fact.ts';
import { workOrderId } from '../../src/domain/ids.ts';
import type { Condition } from '../../src/domain/rule-file.ts';
import { compileCondition, compileRuleFile } from '../../src/evaluate/compile.ts';
import { toEngineConditions } from '../../src/evaluate/engine-conditions.ts';
import { confirmByReference, disagreements, refusePath } from '../../src/evaluate/reference.ts';
import { isInCanary, selectRuleFiles } from '../../src/evaluate/select-rule-files.ts';
import { aCandidate, aRuleFile, aSlate, aTest, knownFacts } from '../support/builders.ts';
import { all, any, aPreference, facts, not } from './builders.ts';

const YES = aTest('a.yes', 'equal', true);
const NO = aTest('a.no', 'equal', true);
const MAYBE = aTest('a.maybe', 'equal', true);
const FACTS = knownFacts({ 'a.yes': true, 'a.no': false });

function verdictOf(condition: Condition): string {
  return compileCondition(condition)(FACTS).verdict;
}

describe("json-rules-engine's tree", () => {
  it('is nested as ours, with one constant fact per fact and parameters', () => {
    const ref = factRef('provider.completed_of_type', { type_of_work: 'ATM' });
    const tested: Condition = { kind: 'test', fact: ref, operator: 'greaterThan', value: 5, written: '> 5' };
    const tree = toEngineConditions(all(tested, any(YES, not(all(NO)))));
    expect(tree).toEqual({
      all: [
        { fact: 'provider.completed_of_type{"type_of_work":"ATM"}', operator: 'greaterThan', value: 5, name: '> 5' },
        {
          any: [
            { fact: 'a.yes', operator: 'equal', value: true, name: 'equal true' },
            { not: { all: [{ fact: 'a.no', operator: 'equal', value: true, name: 'equal true' }] } },
          ],
        },
      ],
    });
    expect(() => new Rule({ conditions: tree, event: { type: 'criterion' } })).not.toThrow();
  });

  it('wraps a lone leaf, because the library wants a boolean root', () => {
    expect(toEngineConditions(YES)).toEqual({
      all: [{ fact: 'a.yes', operator: 'equal', value: true, name: 'equal true' }],
    });
  });

  it('is refused when all or any is empty, which the library would call true', () => {
    expect(() => compileCondition(all())).toThrow('empty "all" or "any"');
    expect(() => compileCondition(not(any()))).toThrow('empty "all" or "any"');
  });
});

describe('a compiled condition', () => {
  it('follows the truth tables of Kleene', () => {
    const of = { match: YES, no_match: NO, unknown: MAYBE };
    const table = (join: (...parts: readonly Condition[]) => Condition) =>
      Object.values(of).map((left) => Object.values(of).map((right) => verdictOf(join(left, right))));
    expect(table(all)).toEqual([
      ['match', 'no_match', 'unknown'],
      ['no_match', 'no_match', 'no_match'],
      ['unknown', 'no_match', 'unknown'],
    ]);
    expect(table(any)).toEqual([
      ['match', 'match', 'match'],
      ['match', 'no_match', 'unknown'],
      ['match', 'unknown', 'unknown'],
    ]);
    expect(Object.values(of).map((part) => verdictOf(not(part)))).toEqual(['no_match', 'match', 'unknown']);
  });

  it('keeps the evidence of every leaf in order, also behind one that settles it', () => {
    const { verdict, evidence } = compileCondition(all(NO, any(YES, MAYBE), not(NO)))(FACTS);
    expect(verdict).toBe('no_match');
    expect(evidence).toEqual([
      { fact: factRef('a.no', null), written: 'equal true', actual: FACTS['a.no'], verdict: 'no_match' },
      { fact: factRef('a.yes', null), written: 'equal true', actual: FACTS['a.yes'], verdict: 'match' },
      {
        fact: factRef('a.maybe', null),
        written: 'equal true',
        actual: { kind: 'unknown', because: 'no source has this fact' },
        verdict: 'unknown',
      },
      { fact: factRef('a.no', null), written: 'equal true', actual: FACTS['a.no'], verdict: 'no_match' },
    ]);
  });

  it('says unknown of a fact that is absent or unknown, whatever the operator', () => {
    for (const operator of ['notEqual', 'notIn', 'doesNotContain', 'not:equal', 'everyFact:equal', 'lessThan']) {
      const judge = compileCondition(not(aTest('a.x', operator, [1])));
      expect(judge({}).verdict).toBe('unknown');
      const [seen] = judge({ 'a.x': { kind: 'unknown', because: 'no profile' } }).evidence;
      expect(seen).toMatchObject({ actual: { because: 'no profile' }, verdict: 'unknown' });
    }
  });

  it('is refused when the library does not know the operator', () => {
    for (const operator of ['>=', 'nearly', 'never:equal', '']) {
      expect(() => compileCondition(aTest('a.x', operator, 1))).toThrow(`has no operator "${operator}"`);
    }
  });

  it("has the library's decorators", () => {
    const has = (operator: string, value: number | readonly number[]) =>
      compileCondition(aTest('a.list', operator, value))(facts({ 'a.list': [1, 2, 3] })).verdict;
    expect(has('someFact:greaterThan', 2)).toBe('match');
    expect(has('everyFact:greaterThan', 1)).toBe('no_match');
    expect(has('someValue:contains', [9, 3])).toBe('match');
    expect(has('everyValue:contains', [1, 2])).toBe('match');
    expect(has('not:contains', 3)).toBe('no_match');
    expect(has('everyFact:swap:contains', [1, 2])).toBe('no_match');
  });
});

describe('a compiled rule file', () => {
  const both = aPreference({
    key: 'both',
    when: all(aTest('provider.rating', 'greaterThan', 400), aTest('work_order.is_remote', 'equal', false)),
  });

  it("scores every candidate in the slate's order, with the facts of the work order", () => {
    const file = aRuleFile({ criteria: [both] });
    const given = aSlate({
      facts: facts({ 'work_order.is_remote': false }),
      candidates: [300, 480].map((rating, index) =>
        aCandidate({ providerId: index + 1, facts: facts({ 'provider.rating': rating }) }),
      ),
    });
    const scored = compileRuleFile(file).score(given);
    expect(scored).toMatchObject({ ruleFileId: 'default', ruleFileHash: file.hash });
    expect(scored.slate).toBe(given);
    expect(scored.candidates.map((one) => [one.candidate.providerId, one.pointsMilli])).toEqual([
      [1, 0],
      [2, 10_000],
    ]);
  });

  it('finds the facts of every candidate, however they are laid out', () => {
    const criteria = ['a', 'b', 'c'].map((key) => aPreference({ key, when: aTest(`x.${key}`, 'equal', 1) }));
    const laidOut = [
      { 'x.b': 1 },
      { 'x.b': 1, 'x.c': 1 },
      { 'x.c': 1, 'x.b': 1 },
      {},
      { 'w.a': 1, 'x.b': 1 },
      { 'x.b': 1 },
    ];
    const given = aSlate({
      facts: facts({ 'x.a': 1 }),
      candidates: laidOut.map((own, index) => aCandidate({ providerId: index + 1, facts: facts(own) })),
    });
    const scored = compileRuleFile(aRuleFile({ criteria })).score(given);
    expect(scored.candidates.map(({ pointsMilli }) => pointsMilli / 10_000)).toEqual([2, 3, 3, 1, 2, 2]);
  });

  it('applies always when it is a catch-all, else by its condition', () => {
    expect(compileRuleFile(aRuleFile()).appliesTo({})).toEqual({ verdict: 'match', evidence: [] });
    const { appliesTo } = compileRuleFile(aRuleFile({ appliesTo: all(YES, MAYBE) }));
    expect(appliesTo(FACTS)).toMatchObject({
      verdict: 'unknown',
      evidence: [{ verdict: 'match' }, { verdict: 'unknown' }],
    });
  });
});

describe('the reference', () => {
  const file = aRuleFile({
    criteria: [
      aPreference({ key: 'yes', when: YES }),
      aPreference({ key: 'no', when: any(NO, all(NO, YES)) }),
      aPreference({ key: 'settled_by_one', when: any(YES, MAYBE) }),
      aPreference({ key: 'order', when: aTest('work_order.is_remote', 'equal', false) }),
    ],
  });
  const workOrderFacts = facts({ 'work_order.is_remote': false });
  const [scored] = compileRuleFile(file).score(
    aSlate({ facts: workOrderFacts, candidates: [aCandidate({ facts: FACTS })] }),
  ).candidates;

  it('says true or false by engine.run, and null where any fact is not known', async () => {
    const said = await confirmByReference({ file, workOrderFacts, candidateFacts: FACTS });
    expect([...said]).toEqual([
      ['yes', true],
      ['no', false],
      ['settled_by_one', null],
      ['order', true],
    ]);
    const blind = await confirmByReference({
      file,
      workOrderFacts: facts({ 'work_order.is_remote': null }),
      candidateFacts: {},
    });
    expect([...blind.values()]).toEqual([null, null, null, null]);
  });

  it('agrees with the compiled file', async () => {
    const said = await confirmByReference({ file, workOrderFacts, candidateFacts: FACTS });
    expect(scored && disagreements(scored, said)).toEqual([]);
  });

  it("and the compiled file take the candidate's own fact before one of the same name that all share", async () => {
    const shadowed = aRuleFile({ criteria: [aPreference({ key: 'yes', when: YES })] });
    const workOrderFacts = facts({ 'a.yes': false });
    const given = aSlate({ facts: workOrderFacts, candidates: [aCandidate({ facts: FACTS })] });
    expect(compileRuleFile(shadowed).score(given).candidates[0]?.pointsMilli).toBe(10_000);
    const said = await confirmByReference({ file: shadowed, workOrderFacts, candidateFacts: FACTS });
    expect(said.get('yes')).toBe(true);
  });

  it('is believed over the compiled file: the criteria that differ are named', () => {
    const said = new Map<string, boolean | null>([
      ['yes', false],
      ['no', false],
      ['settled_by_one', null],
      ['order', true],
    ]);
    expect(scored && disagreements(scored, said)).toEqual(['yes']);
    expect(scored && disagreements(scored, new Map([...said, ['no', true]]))).toEqual(['yes', 'no']);
  });

  it('differs where it knows what the compiled file does not, and where it was not asked', () => {
    const [unsure] = compileRuleFile(aRuleFile({ criteria: [aPreference({ key: 'x', when: MAYBE })] })).score(
      aSlate({ candidates: [aCandidate()] }),
    ).candidates;
    expect(unsure && disagreements(unsure, new Map([['x', false]]))).toEqual(['x']);
    expect(unsure && disagreements(unsure, new Map([['x', null]]))).toEqual([]);
    expect(unsure && disagreements(unsure, new Map())).toEqual(['x']);
    expect(scored && disagreements(scored, new Map())).toEqual(['yes', 'no', 'settled_by_one', 'order']);
  });

  it('never follows a path into a fact', () => {
    expect(() => refusePath({}, '$..[?(@.constructor)]')).toThrow('a condition has a path');
  });

  it('fails loudly for an operator the library does not know', async () => {
    const broken = aRuleFile({ criteria: [aPreference({ when: aTest('a.yes', 'nearly', true) })] });
    await expect(confirmByReference({ file: broken, workOrderFacts: {}, candidateFacts: FACTS })).rejects.toThrow(
      'nearly',
    );
  });
});

describe('the choice of rule files', () => {
  const ORDER = workOrderId(4047);

  function choose(files: readonly Parameters<typeof aRuleFile>[0][]) {
    const chosen = selectRuleFiles(
      files.map((file) => compileRuleFile(aRuleFile(file))),
      FACTS,
      ORDER,
    );
    return {
      live: chosen.live?.file.id ?? null,
      shadows: chosen.shadows.map((one) => one.file.id),
      considered: chosen.considered.map((one) => [one.ruleFileId, one.verdict, one.because]),
    };
  }

  it('takes the highest priority among the live files that apply, and says of each why', () => {
    const chosen = choose([
      { id: 'catch-all', priority: 0 },
      { id: 'second', priority: 20, mode: 'recommend', appliesTo: YES },
      { id: 'unsure', priority: 40, appliesTo: all(YES, MAYBE) },
      { id: 'other', priority: 30, appliesTo: any(NO, NO) },
      { id: 'not-that', priority: 25, appliesTo: not(YES) },
    ]);
    expect(chosen).toEqual({
      live: 'second',
      shadows: [],
      considered: [
        ['unsure', 'unknown', 'Whether it applies is not known: a.maybe equal true is unknown.'],
        ['other', 'does_not_apply', 'It does not apply: a.no equal true does not hold, a.no equal true does not hold.'],
        ['not-that', 'does_not_apply', 'It does not apply: a.yes equal true holds.'],
        ['second', 'applies', 'Its applies_to holds, and a person is asked first.'],
        ['catch-all', 'applies', 'It applies, but second comes before it.'],
      ],
    });
  });

  it('sets shadows beside the live file, and leaves out what is off or does not apply', () => {
    const chosen = choose([
      { id: 'off', priority: 90, mode: 'off' },
      { id: 'shadow-1', priority: 80, mode: 'shadow' },
      { id: 'live', priority: 50 },
      { id: 'shadow-2', priority: 10, mode: 'shadow', appliesTo: YES },
      { id: 'shadow-3', priority: 5, mode: 'shadow', appliesTo: NO },
    ]);
    expect([chosen.live, chosen.shadows]).toEqual(['live', ['shadow-1', 'shadow-2']]);
    expect(chosen.considered).toEqual([
      ['off', 'off', 'Its mode is off.'],
      ['shadow-1', 'shadow', 'It applies, and only records what it would do.'],
      ['live', 'applies', 'It applies to every work order.'],
      ['shadow-2', 'shadow', 'It applies, and only records what it would do.'],
      ['shadow-3', 'does_not_apply', 'It does not apply: a.no equal true does not hold.'],
    ]);
  });

  it('has no live file when none applies', () => {
    expect(choose([{ appliesTo: NO }]).live).toBeNull();
    expect(choose([])).toEqual({ live: null, shadows: [], considered: [] });
  });

  it('does not depend on the order of the set', () => {
    const files = [{ id: 'b' }, { id: 'a' }, { id: 'c' }];
    expect(choose(files)).toEqual(choose([...files].reverse()));
    expect(choose(files).live).toBe('a');
  });

  it('falls through a canary whose share the work order is not in', () => {
    const canary = (canaryPercent: number) =>
      choose([{ id: 'canary', priority: 10, mode: 'canary', canaryPercent }, { id: 'rest' }]);
    expect(canary(0)).toMatchObject({
      live: 'rest',
      considered: [
        ['canary', 'not_in_canary', 'The work order is outside its share of 0 %.'],
        ['rest', 'applies', expect.anything()],
      ],
    });
    expect(canary(100)).toMatchObject({
      live: 'canary',
      considered: [
        ['canary', 'applies', 'It applies to every work order, and the work order is inside its share of 100 %.'],
        ['rest', 'applies', 'It applies, but canary comes before it.'],
      ],
    });
  });

  it('puts a work order into a canary by the first four bytes of a SHA-256, for ever', () => {
    // sha256("canary:4047") begins with 9c6c1eb2: 1,442 of 10,000.
    const isIn = (canaryPercent: number) => isInCanary(aRuleFile({ id: 'canary', canaryPercent }), ORDER);
    expect([14, 14.42, 14.43, 15].map(isIn)).toEqual([false, false, true, true]);
    // Work order 2580 is 28 of 10,000, and 100 times 0.29 is less than 29 in binary.
    expect(isInCanary(aRuleFile({ id: 'canary', canaryPercent: 0.29 }), workOrderId(2580))).toBe(true);
    expect(isInCanary(aRuleFile({ id: 'canary', canaryPercent: 0.28 }), workOrderId(2580))).toBe(false);
  });
});
