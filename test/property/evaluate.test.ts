import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fact, type Facts, type FactValue, factRef } from '../../src/domain/fact.ts';
import { workOrderId } from '../../src/domain/ids.ts';
import type { Condition, Criterion, LinearCredit, OnMissing } from '../../src/domain/rule-file.ts';
import type { DatedVerdict, ScoredCandidate, ScoredSlate, Slate } from '../../src/domain/scored-slate.ts';
import { bindOperator, stands } from '../../src/evaluate/bind-operator.ts';
import { compileCondition, compileRuleFile } from '../../src/evaluate/compile.ts';
import { findLibraryOperator } from '../../src/evaluate/library-operator.ts';
import { confirmByReference, disagreements } from '../../src/evaluate/reference.ts';
import { createRememberedReference } from '../../src/evaluate/remembered-reference.ts';
import { isInCanary } from '../../src/evaluate/select-rule-files.ts';
import { toSelectionRule } from '../../src/evaluate/selection-rule.ts';
import { packCandidates } from '../../src/store/sqlite/pack-candidates.ts';
import { aPreference } from '../evaluate/builders.ts';
import { aCandidate, aRuleFile, aSlate, aWorkOrder, knownFacts, NOW_MS } from '../support/builders.ts';
import { plainCandidate, plainResult } from '../support/plain-result.ts';

/** Small ranges, so that facts and values often meet. */
const numbers = fc.integer({ min: -1, max: 4 });
const booleans = fc.boolean();
const texts = fc.constantFrom('ATM', 'Cabling', 'atm', '', '10', '9');
const numberLists = fc.uniqueArray(numbers, { maxLength: 4 });
const textLists = fc.uniqueArray(texts, { maxLength: 4 });

type Type = 'n' | 'b' | 't' | 'ns' | 'ts';
const TYPES: { readonly [type in Type]: fc.Arbitrary<FactValue> } = {
  n: numbers,
  b: booleans,
  t: texts,
  ns: numberLists,
  ts: textLists,
};

/** Which operators fit which facts, and what they are compared with: what the rule files' check lets through. */
const OPERATORS: readonly (readonly [Type, string, fc.Arbitrary<FactValue>])[] = [
  ...(['n', 'b', 't'] as const).flatMap((type) => [
    [type, 'equal', TYPES[type]] as const,
    [type, 'notEqual', TYPES[type]] as const,
    [type, 'not:equal', TYPES[type]] as const,
  ]),
  ...['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'].flatMap((operator) => [
    ['n', operator, numbers] as const,
    ['n', `not:${operator}`, numbers] as const,
    ['n', `swap:${operator}`, numbers] as const,
    ['n', `someValue:${operator}`, numberLists] as const,
    ['n', `everyValue:${operator}`, numberLists] as const,
    ['ns', `someFact:${operator}`, numbers] as const,
    ['ns', `everyFact:${operator}`, numbers] as const,
    ['ns', `not:someFact:${operator}`, numbers] as const,
    ['ns', `someFact:someValue:${operator}`, numberLists] as const,
    ['ns', `everyFact:not:${operator}`, numbers] as const,
  ]),
  ...['in', 'notIn', 'swap:contains', 'swap:doesNotContain', 'someValue:equal', 'everyValue:notEqual'].flatMap(
    (operator) => [['n', operator, numberLists] as const, ['t', operator, textLists] as const],
  ),
  ...['contains', 'doesNotContain', 'someFact:equal', 'everyFact:equal', 'not:contains', 'swap:in'].flatMap(
    (operator) => [['ns', operator, numbers] as const, ['ts', operator, texts] as const],
  ),
  ...['someFact:in', 'everyFact:in', 'everyFact:notIn', 'someValue:contains', 'everyValue:contains'].flatMap(
    (operator) => [['ns', operator, numberLists] as const, ['ts', operator, textLists] as const],
  ),
];

const FACTS_PER_TYPE = 3;
const KEYS = (['n', 'b', 't', 'ns', 'ts'] as const).flatMap((type) =>
  Array.from({ length: FACTS_PER_TYPE }, (_, i) => ({ type, ref: refOf(type, i) })),
);

function refOf(type: Type, index: number) {
  // The last of each type has parameters, so that its key is a canonical text.
  return index === FACTS_PER_TYPE - 1
    ? factRef(`provider.${type}`, { b: index, a: 'x y' })
    : factRef(`provider.${type}_${index}`, null);
}

const leaves: fc.Arbitrary<Condition> = fc
  .tuple(fc.constantFrom(...OPERATORS), fc.nat({ max: FACTS_PER_TYPE - 1 }))
  .chain(([[type, operator, values], index]) =>
    values.map((value) => ({ kind: 'test', fact: refOf(type, index), operator, value, written: operator }) as const),
  );

/** Up to `depth` levels of all, any and not above the leaves. */
function trees(depth: number): fc.Arbitrary<Condition> {
  if (depth === 0) return leaves;
  const parts = fc.array(trees(depth - 1), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 1, arbitrary: leaves },
    { weight: 2, arbitrary: parts.map((of) => ({ kind: 'all', of }) as const) },
    { weight: 2, arbitrary: parts.map((of) => ({ kind: 'any', of }) as const) },
    { weight: 1, arbitrary: trees(depth - 1).map((of) => ({ kind: 'not', of }) as const) },
  );
}

const TREES = trees(4);

const allKnown: fc.Arbitrary<Facts> = fc
  .tuple(...KEYS.map(({ type }) => TYPES[type]))
  .map((values) => knownFacts(Object.fromEntries(values.map((value, i) => [KEYS[i]?.ref.key ?? '', value]))));

const UNKNOWN: Fact = { kind: 'unknown', because: 'not given' };

/** The same facts with some of them unknown, some of those absent. */
const partlyKnown: fc.Arbitrary<{ readonly full: Facts; readonly partial: Facts }> = fc
  .tuple(allKnown, fc.array(fc.constantFrom('known', 'known', 'unknown', 'absent'), { minLength: 15, maxLength: 15 }))
  .map(([full, states]) => ({
    full,
    partial: Object.fromEntries(
      Object.entries(full).flatMap(([key, fact], i): [string, Fact][] => {
        if (states[i] === 'absent') return [];
        return [[key, states[i] === 'unknown' ? UNKNOWN : fact]];
      }),
    ),
  }));

const onMissing: fc.Arbitrary<OnMissing> = fc.constantFrom('platform', 'no_match', 'match', 'hold', 'ignore');

const credits: fc.Arbitrary<LinearCredit | null> = fc.option(
  fc.record({
    kind: fc.constant('linear' as const),
    fullAt: numbers,
    zeroAt: numbers,
    fact: fc.constantFrom(refOf('n', 0), refOf('n', 2)),
  }),
);

const criteriaLists: fc.Arbitrary<readonly Criterion[]> = fc
  .array(
    fc.record({
      weight: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1000 })),
      isRequired: fc.boolean(),
      canRemote: fc.boolean(),
      when: TREES,
      onMissing: fc.record({ request: onMissing, routed: onMissing, bench: onMissing }),
      credit: credits,
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((given) => given.map((one, i) => aPreference({ ...one, position: i + 1, key: `c${i}`, label: `Label ${i}` })));

const platformVerdicts: fc.Arbitrary<readonly DatedVerdict[]> = fc.array(
  fc.record({
    name: fc.nat({ max: 6 }).map((i) => `label ${i}`),
    weight: fc.constant(1),
    isRequired: fc.boolean(),
    isMatch: fc.boolean(),
    points: fc.constant(0),
    observedAtMs: fc.integer({ min: NOW_MS - 60 * 86_400_000, max: NOW_MS }),
    source: fc.constantFrom('row' as const, 'directory' as const),
  }),
  { maxLength: 6 },
);

const slates: fc.Arbitrary<Slate> = fc
  .record({
    isRemote: fc.boolean(),
    facts: fc.array(partlyKnown, { minLength: 1, maxLength: 3 }),
    kind: fc.constantFrom('request' as const, 'routed' as const, 'bench' as const),
    verdicts: platformVerdicts,
  })
  .map(({ isRemote, facts, kind, verdicts }) =>
    aSlate({
      workOrder: aWorkOrder({ isRemote }),
      candidates: facts.map(({ partial }) => aCandidate({ kind, facts: partial, verdicts })),
    }),
  );

/** Every scored candidate of random criteria on random slates. */
function onScored(check: (scored: ScoredCandidate, criteria: readonly Criterion[], of: Slate) => void): void {
  fc.assert(
    fc.property(criteriaLists, slates, (criteria, of) => {
      for (const scored of compileRuleFile(aRuleFile({ criteria })).score(of).candidates) check(scored, criteria, of);
    }),
    { numRuns: 1_000 },
  );
}

function wholeOf(scored: ScoredSlate) {
  return { ...scored, candidates: scored.candidates.map(plainCandidate) };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** Far more than a fact can be: whatever reaches an operator, both must say the same of it, or both refuse it. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    Number.NaN,
    -0,
    0,
    1,
    2 ** 53,
    Infinity,
    -Infinity,
    10n,
    null,
    undefined,
    true,
    false,
    '',
    ' ',
    '1e3',
    '10x',
  ),
  fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
  ...Object.values(TYPES),
);
const related = fc.oneof(
  fc.tuple(anything, anything),
  anything.map((value) => [value, value]),
  fc.tuple(fc.array(anything, { maxLength: 3 }), anything).map(([list, item]) => [[...list, item], item]),
  fc.tuple(fc.array(anything, { maxLength: 3 }), anything).map(([list, item]) => [item, [item, ...list]]),
);
const PLAIN_OPERATORS = ['equal', 'notEqual', 'in', 'notIn', 'contains', 'doesNotContain'].concat(
  ['lessThan', 'greaterThan'].flatMap((name) => [name, `${name}Inclusive`]),
);

function answerOf(ask: () => boolean): boolean | 'refused' {
  try {
    return ask();
  } catch {
    return 'refused';
  }
}

describe('operators written out', () => {
  it.each(PLAIN_OPERATORS)("are json-rules-engine's own on any two values: %s", (name) => {
    const library = findLibraryOperator(name);
    const answers = new Set<boolean | 'refused'>();
    fc.assert(
      fc.property(related, ([actual, value]) => {
        const bound = answerOf(() => stands(actual, bindOperator(name, value)));
        expect(bound).toBe(answerOf(() => library(actual, value)));
        answers.add(bound);
      }),
      { numRuns: 400 },
    );
    expect([...answers]).toEqual(expect.arrayContaining([true, false]));
  });
});

describe('compiled rules', () => {
  it('equal json-rules-engine on more than 10,000 fully known cases', async () => {
    const perRun = 6;
    let cases = 0;
    let matches = 0;
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(TREES, { minLength: perRun, maxLength: perRun }), allKnown, async (trees, facts) => {
        const criteria = trees.map((when, i) => aPreference({ position: i + 1, key: `c${i}`, when }));
        const file = aRuleFile({ criteria });
        const reference = await confirmByReference({ file, workOrderFacts: {}, candidateFacts: facts });
        const [scored] = compileRuleFile(file).score(aSlate({ candidates: [aCandidate({ facts })] })).candidates;
        if (scored === undefined) throw new Error('no candidate came back');
        expect(disagreements(scored, reference)).toEqual([]);
        expect(scored.criteria.map((one) => one.factVerdict === 'match')).toEqual([...reference.values()]);
        for (const { factVerdict, evidence } of scored.criteria) {
          cases += 1;
          if (factVerdict === 'match') matches += 1;
          for (const leaf of evidence) seen.add(leaf.written);
        }
      }),
      { numRuns: 1_800 },
    );
    expect(cases).toBeGreaterThan(10_000);
    // Neither answer is rare, and every operator took part.
    expect(matches / cases).toBeGreaterThan(0.25);
    expect(matches / cases).toBeLessThan(0.75);
    expect(seen).toEqual(new Set(OPERATORS.map(([, operator]) => operator)));
  });

  it('never turn a definite verdict around when an unknown fact becomes known', () => {
    let definite = 0;
    fc.assert(
      fc.property(TREES, partlyKnown, (tree, { full, partial }) => {
        const judge = compileCondition(tree);
        const before = judge(partial).verdict;
        const after = judge(full).verdict;
        expect(after).not.toBe('unknown');
        if (before === 'unknown') return;
        definite += 1;
        expect(after).toBe(before);
      }),
      { numRuns: 5_000 },
    );
    expect(definite).toBeGreaterThan(500);
  });

  it('are decided by the library only where every fact of the criterion is known', async () => {
    await fc.assert(
      fc.asyncProperty(criteriaLists, partlyKnown, async (criteria, { partial }) => {
        const file = aRuleFile({ criteria });
        const [scored] = compileRuleFile(file).score(
          aSlate({ candidates: [aCandidate({ facts: partial })] }),
        ).candidates;
        const asked = { file, workOrderFacts: {}, candidateFacts: partial };
        const reference = await confirmByReference(asked);
        const remembered = createRememberedReference();
        expect([await remembered(asked), await remembered(asked)]).toEqual([reference, reference]);
        expect([...(await remembered({ ...asked, candidateFacts: {} })).values()].every((said) => said === null)).toBe(
          true,
        );
        if (scored === undefined) throw new Error('no candidate came back');
        expect(disagreements(scored, reference)).toEqual([]);
        for (const { key, evidence } of scored.criteria) {
          expect(reference.get(key) === null).toBe(evidence.some((leaf) => leaf.actual.kind === 'unknown'));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('show one leaf of evidence per leaf of the tree', () => {
    const count = (tree: Condition): number => {
      if (tree.kind === 'test') return 1;
      return tree.kind === 'not' ? count(tree.of) : tree.of.reduce((sum, part) => sum + count(part), 0);
    };
    fc.assert(
      fc.property(TREES, partlyKnown, (tree, { partial }) => {
        expect(compileCondition(tree)(partial).evidence).toHaveLength(count(tree));
      }),
    );
  });

  it('say of each candidate of a slate what they say of it alone', () => {
    const many = fc.array(fc.tuple(partlyKnown, fc.boolean(), fc.boolean()), { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(criteriaLists, slates, many, partlyKnown, (criteria, of, drawn, { partial: shared }) => {
        const compiled = compileRuleFile(aRuleFile({ criteria }));
        const candidates = drawn.map(([{ full, partial }, isWhole, isReversed]) => {
          const facts = Object.entries(isWhole ? full : partial);
          return aCandidate({ ...of.candidates[0], facts: Object.fromEntries(isReversed ? facts.reverse() : facts) });
        });
        const whole = { ...of, facts: shared, candidates };
        const alone = candidates.flatMap((one) => compiled.score({ ...whole, candidates: [one] }).candidates);
        expect(compiled.score(whole).candidates.map(plainCandidate)).toEqual(alone.map(plainCandidate));
      }),
      { numRuns: 300 },
    );
  });

  it('leave their input as it is and always answer the same', () => {
    fc.assert(
      fc.property(criteriaLists, slates, (criteria, of) => {
        const file = deepFreeze(aRuleFile({ criteria }));
        const compiled = compileRuleFile(file);
        const first = compiled.score(deepFreeze(of));
        expect(wholeOf(compiled.score(of))).toEqual(wholeOf(first));
        expect(wholeOf(compileRuleFile(file).score(structuredClone(of)))).toEqual(wholeOf(first));
      }),
      { numRuns: 300 },
    );
  });
});

describe('scores', () => {
  it('give full points, or part of them where credit is graded, to matched criteria that apply, and to no other', () => {
    onScored((scored, criteria) => {
      for (const [i, result] of scored.criteria.entries()) {
        const fullMilli = result.weight * 1000;
        expect(Number.isInteger(result.pointsMilli)).toBe(true);
        if (!result.applies || result.verdict !== 'match') expect(result.pointsMilli).toBe(0);
        else if (criteria[i]?.credit === null) expect(result.pointsMilli).toBe(fullMilli);
        expect(result.pointsMilli).toBeGreaterThanOrEqual(0);
        expect(result.pointsMilli).toBeLessThanOrEqual(fullMilli);
      }
    });
  });

  it('add up: points, maximum and widths are those of the criteria that apply', () => {
    onScored((scored) => {
      const applying = scored.criteria.filter((result) => result.applies);
      expect(scored.pointsMilli).toBe(applying.reduce((sum, result) => sum + result.pointsMilli, 0));
      expect(scored.maxPoints).toBe(applying.reduce((sum, result) => sum + result.weight, 0));
      expect(scored.pointsMilli).toBeLessThanOrEqual(scored.maxPoints * 1000);
      const widths = applying.map((result) => Number.parseInt(result.width, 10));
      for (const [i, result] of applying.entries()) {
        const width = widths[i] ?? Number.NaN;
        expect(width * scored.maxPoints).toBeLessThanOrEqual(100 * result.weight);
        if (scored.maxPoints > 0) expect((width + 1) * scored.maxPoints).toBeGreaterThan(100 * result.weight);
      }
      for (const result of scored.criteria) if (!result.applies) expect(result.width).toBe('0%');
    });
  });

  it('tell status and order by verdict and requirement alone', () => {
    onScored((scored) => {
      for (const { verdict, isRequired, status, order } of scored.criteria) {
        expect(status).toBe(verdict === 'match' ? 'match' : `${verdict}_${isRequired ? 'required' : 'preferred'}`);
        expect(order).toBe(verdict === 'match' ? 1 : isRequired ? 3 : 2);
      }
    });
  });

  it('open the gate by required criteria alone, and ask for a person only before a closed one', () => {
    onScored((scored) => {
      const missed = scored.criteria.filter((one) => one.applies && one.isRequired && one.verdict !== 'match');
      expect(scored.isMatch).toBe(missed.length === 0);
      expect(scored.needsPerson).toBe(missed.length > 0 && missed.every((one) => one.needsPerson));
      const stopping = scored.criteria.filter((one) => missed.includes(one) || (one.applies && one.needsPerson));
      expect(scored.stopping?.().map(plainResult)).toEqual(stopping.map(plainResult));
    });
  });

  it('are packed for the ledger from what is said in brief as from each criterion, and not in brief beside other facts', () => {
    fc.assert(
      fc.property(criteriaLists, slates, partlyKnown, (criteria, of, { partial: shared }) => {
        const whole = { ...of, facts: shared };
        const scored = compileRuleFile(aRuleFile({ criteria })).score(whole).candidates;
        expect(scored.map((one) => one.inBrief?.({ ...shared }))).toEqual(scored.map(() => null));
        expect(scored.every((one) => one.inBrief?.(shared) !== null)).toBe(true);
        const packed = [scored, scored.map(plainCandidate)].map((all) =>
          packCandidates(
            all.map((one) => ({ scored: one, isEligible: one.isMatch, rank: null, blockedBy: [] })),
            { bodies: all.map(() => ({ times: [NOW_MS] })), workOrder: { times: [] }, facts: shared },
          ),
        );
        expect(packed[0]).toEqual(packed[1]);
        expect(JSON.stringify(packed[0])).toBe(JSON.stringify(packed[1]));
      }),
      { numRuns: 300 },
    );
  });

  it('change a verdict only where the facts leave it unknown', () => {
    onScored((scored, criteria, of) => {
      for (const [i, result] of scored.criteria.entries()) {
        if (result.factVerdict !== 'unknown') {
          expect(result).toMatchObject({ verdict: result.factVerdict, decidedBy: 'facts', needsPerson: false });
        }
        const isLeftOut = of.workOrder.isRemote && !result.canRemote;
        const isIgnored =
          result.factVerdict === 'unknown' && criteria[i]?.onMissing[scored.candidate.kind] === 'ignore';
        expect(result.applies).toBe(!isLeftOut && !isIgnored);
      }
    });
  });

  it("are laid out as Field Nation's evaluation", () => {
    onScored((scored, criteria) => {
      const evaluation = toSelectionRule(scored, aRuleFile({ criteria }));
      expect(Object.keys(evaluation)).toEqual(['id', 'is_match', 'points', 'is_default', 'criterion', 'max_points']);
      expect(evaluation['points']).toBe(scored.pointsMilli / 1000);
      expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
    });
  });
});

describe('canary buckets', () => {
  it('grow: what a smaller share has, a larger keeps', () => {
    const percents = fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 }));
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 2 ** 40 }), percents, (id, order, [one, other]) => {
        const isIn = (canaryPercent: number) => isInCanary(aRuleFile({ id, canaryPercent }), workOrderId(order));
        expect(isIn(one)).toBe(isIn(one));
        if (isIn(Math.min(one, other))) expect(isIn(Math.max(one, other))).toBe(true);
        expect([isIn(0), isIn(100)]).toEqual([false, true]);
      }),
    );
  });

  it.each([1, 10, 50, 90])('take about %i % of the work orders', (canaryPercent) => {
    const file = aRuleFile({ id: 'atm-onsite', canaryPercent });
    const count = 10_000;
    let inside = 0;
    for (let order = 1; order <= count; order += 1) if (isInCanary(file, workOrderId(order))) inside += 1;
    // Five standard deviations of a fair draw.
    const share = canaryPercent / 100;
    expect(Math.abs(inside - count * share)).toBeLessThan(5 * Math.sqrt(count * share * (1 - share)));
  });
});
