import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts, FactValue } from '../../src/domain/fact.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import type { CriterionResult, ScoredCandidate } from '../../src/domain/scored-slate.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { askedByDispatch } from '../../src/rules/lint/asked-criterion.ts';
import { lintRuleSet } from '../../src/rules/lint/lint-rule-set.ts';
import { wholeRange } from '../../src/rules/lint/points-range.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { aCandidate, aSlate, aWorkOrder, knownFacts } from '../support/builders.ts';
import { ruleText } from './rule-text.ts';

/*
 * Random rule files of few facts, linted, then scored on every combination of values that their comparisons can tell apart:
 * nothing that was said of them may be refuted there.
 */

const ratings = [4, 4.5, 4.8];
const asked = fc.oneof(
  fc
    .tuple(fc.constantFrom('>=', '<', '>', '<=', '='), fc.constantFrom(...ratings))
    .map(([operator, value]) => ({ fact: 'provider.rating', operator, value })),
  fc.boolean().map((value) => ({ fact: 'provider.worked_with', operator: '=', value })),
  fc.constantFrom(50, 80).map((value) => ({ fact: 'provider.score', operator: '>=', value })),
  fc.constantFrom('request', 'bench').map((value) => ({ fact: 'candidate.kind', operator: '=', value })),
  fc.boolean().map((value) => ({ fact: 'work_order.is_remote', operator: '=', value })),
);
const conditions = fc.oneof(
  asked,
  fc.array(asked, { minLength: 2, maxLength: 2 }).map((all) => ({ all })),
  fc.array(asked, { minLength: 2, maxLength: 2 }).map((any) => ({ any })),
  asked.map((not) => ({ not })),
);
const criteria = fc.array(
  fc.record({
    when: conditions,
    weight: fc.integer({ min: 1, max: 50 }),
    is_required: fc.boolean(),
    can_remote: fc.boolean(),
    on_missing: fc.constantFrom('no_match', 'match', 'ignore', 'platform', 'hold'),
  }),
  { minLength: 1, maxLength: 4 },
);
const ruleFiles = fc
  .record({ criteria, appliesTo: fc.option(fc.boolean()), stage: fc.constantFrom('assign', 'route') })
  .map(({ criteria: rules, appliesTo, stage }): RuleFile => {
    const remote = { fact: 'work_order.is_remote', operator: '=', value: appliesTo };
    const text = ruleText({
      more: appliesTo === null ? '' : `"applies_to": ${JSON.stringify(remote)},`,
      rules: rules
        .map((rule, at) => JSON.stringify({ key: `c${at + 1}`, name: `Criterion ${at + 1}`, ...rule }))
        .join(),
      stages: `{"after_minutes": 0, "do": "${stage}"}`,
    });
    const read = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
    if (read.kind !== 'ok') throw new Error(JSON.stringify(read));
    return read.file;
  });

const VALUES: { readonly [fact: string]: readonly (FactValue | null)[] } = {
  'provider.rating': [null, 0, 399, 400, 401, 449, 450, 451, 479, 480, 481, 500],
  'provider.worked_with': [null, true, false],
  'provider.score': [null, 49, 50, 79, 80],
};
const worlds: readonly { readonly facts: Facts; readonly isWhole: boolean }[] = Object.entries(VALUES).reduce<
  { facts: Facts; isWhole: boolean }[]
>(
  (sofar, [name, values]) =>
    sofar.flatMap(({ facts, isWhole }) =>
      values.map((value) =>
        value === null ? { facts, isWhole: false } : { facts: { ...facts, ...knownFacts({ [name]: value }) }, isWhole },
      ),
    ),
  [{ facts: {}, isWhole: true }],
);

type Scored = ScoredCandidate & { readonly isWhole: boolean; readonly isRemote: boolean };

/** Everybody who could come before the file: of each kind, on site and from afar; the bench without what only rows tell. */
function scoreAll(file: RuleFile): readonly Scored[] {
  const compiled = compileRuleFile(file);
  return [true, false].flatMap((isRemote) => {
    const facts = knownFacts({ 'work_order.is_remote': isRemote });
    if (compiled.appliesTo(facts).verdict !== 'match') return [];
    const candidates = (['request', 'bench'] as const).flatMap((kind) =>
      worlds
        .filter((world) => kind === 'request' || world.facts['provider.score'] === undefined)
        .map((world) => aCandidate({ kind, facts: { ...world.facts, ...knownFacts({ 'candidate.kind': kind }) } })),
    );
    const scored = compiled.score(aSlate({ workOrder: aWorkOrder({ isRemote }), facts, candidates })).candidates;
    return scored.map((one) => ({
      ...one,
      isRemote,
      isWhole: one.criteria.every(({ evidence }) => evidence.every(({ actual }) => actual.kind === 'known')),
    }));
  });
}

function criterionOf({ criteria: results }: Scored, key: string): CriterionResult {
  const found = results.find((result) => result.key === key);
  if (found === undefined) throw new Error(`no criterion ${key}`);
  return found;
}

describe('what is said of a rule file', () => {
  it('is refuted by no candidate', () => {
    const said = new Map<string, number>();
    fc.assert(
      fc.property(ruleFiles, (file) => {
        const everybody = scoreAll(file);
        const eligible = everybody.filter(({ isMatch }) => isMatch);
        for (const { code, what } of lintRuleSet({ files: [file], reviews: [] }, 0)) {
          said.set(code, (said.get(code) ?? 0) + 1);
          const key = /^(c\d)/.exec(what)?.[1] ?? /(c\d)$/.exec(what)?.[1] ?? '';
          if (code === 'FM-R814') {
            const isOfSites = what.endsWith('for work at a site');
            expect(eligible.filter(({ isWhole, isRemote }) => isWhole && !(isOfSites && isRemote))).toEqual([]);
          }
          if (code === 'FM-R816') {
            const having = eligible.filter((one) => one.isWhole && criterionOf(one, key).pointsMilli > 0);
            expect(having).toEqual([]);
          }
          if (code === 'FM-R815' && what.startsWith('Whoever')) {
            const others = everybody.filter(({ criteria: all }) =>
              all.every(
                ({ isRequired, applies, verdict, key: own }) =>
                  own === key || !isRequired || !applies || verdict === 'match',
              ),
            );
            expect(
              others.filter((one) => criterionOf(one, key).applies && criterionOf(one, key).verdict !== 'match'),
            ).toEqual([]);
          }
          if (code === 'FM-R817') expect(everybody.filter((one) => criterionOf(one, key).applies)).toEqual([]);
          if (code === 'FM-R813') {
            const verdicts = new Set(
              everybody.map((one) => criterionOf(one, / (c\d)/.exec(what)?.[1] ?? key).factVerdict),
            );
            expect(verdicts.has(what.startsWith('Nothing') ? 'match' : 'no_match')).toBe(false);
          }
          if (code === 'FM-R824') {
            const kind = what.includes('the bench') ? 'bench' : 'request';
            expect(eligible.filter(({ candidate }) => candidate.kind === kind)).toEqual([]);
          }
        }
      }),
      { numRuns: 400 },
    );
    const codes = ['FM-R813', 'FM-R814', 'FM-R815', 'FM-R816', 'FM-R817', 'FM-R824'];
    expect(codes.filter((code) => !said.has(code))).toEqual([]);
  });

  it('is no range of points that an eligible candidate leaves', () => {
    let counted = 0;
    fc.assert(
      fc.property(ruleFiles, (file) => {
        for (const kind of ['request', 'bench'] as const) {
          const range = wholeRange(askedByDispatch(file), kind);
          const points = scoreAll(file).filter((one) => one.isMatch && one.candidate.kind === kind);
          if (range === null) continue;
          counted += points.length;
          expect(points.filter(({ pointsMilli }) => pointsMilli < range.assured * 1000)).toEqual([]);
          expect(points.filter(({ pointsMilli, isWhole }) => isWhole && pointsMilli > range.most * 1000)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
    expect(counted).toBeGreaterThan(1_000);
  });
});
