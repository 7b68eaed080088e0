import fc from 'fast-check';
import type { Facts, FactValue } from '../../src/domain/fact.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import type { CriterionResult, ScoredCandidate } from '../../src/domain/scored-slate.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { askedByDispatch } from '../../src/rules/lint/asked-criterion.ts';
import { lintRuleSet } from '../../src/rules/lint/lint-rule-set.ts';
import { wholeRange } from '../../src/rules/lint/points-range.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { ruleText } from '../rules/rule-text.ts';
import { aCandidate, aSlate, aWorkOrder, knownFacts } from './builders.ts';

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
export const anyWarnedFile: fc.Arbitrary<RuleFile> = fc
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
      criteria: one.criteria,
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

/** What was said of a file, by code, and each time that somebody refutes it; `eligible`: how many could have. */
export type Hearing = {
  readonly codes: readonly string[];
  readonly refuted: readonly string[];
  readonly eligible: number;
};

export function hear(file: RuleFile): Hearing {
  const everybody = scoreAll(file);
  const warnings = lintRuleSet({ files: [file], reviews: [] }, 0);
  const refuted = warnings.filter(({ code, what }) => refutersOf(code, what, everybody).length > 0);
  const eligible = everybody.filter(({ isMatch }) => isMatch);
  return {
    codes: warnings.map(({ code }) => code),
    refuted: [...refuted.map(({ code, what }) => `${code} ${what}`), ...outsideRange(file, eligible)],
    eligible: eligible.length,
  };
}

/** Candidates of whom the opposite is true. */
function refutersOf(code: string, what: string, everybody: readonly Scored[]): readonly Scored[] {
  const eligible = everybody.filter(({ isMatch }) => isMatch);
  const isMeant = ({ isWhole }: Scored) => isWhole || !what.endsWith('unless a fact is unknown');
  const key = /^(c\d)/.exec(what)?.[1] ?? /(c\d)$/.exec(what)?.[1] ?? / (c\d)/.exec(what)?.[1] ?? '';
  switch (code) {
    case 'FM-R813': {
      const opposite = what.startsWith('Nothing') ? 'match' : 'no_match';
      return everybody.filter((one) => criterionOf(one, key).factVerdict === opposite);
    }
    case 'FM-R814':
      return eligible.filter((one) => isMeant(one) && !(one.isRemote && what.includes('for work at a site')));
    case 'FM-R815': {
      if (!what.startsWith('Whoever')) return [];
      const others = everybody.filter((one) => one.criteria.every((result) => result.key === key || isMet(result)));
      return others.filter((one) => criterionOf(one, key).applies && criterionOf(one, key).verdict !== 'match');
    }
    case 'FM-R816':
      return eligible.filter((one) => isMeant(one) && criterionOf(one, key).pointsMilli > 0);
    case 'FM-R817':
      return everybody.filter((one) => criterionOf(one, key).applies);
    case 'FM-R824':
      return eligible.filter(({ candidate }) => candidate.kind === (what.includes('the bench') ? 'bench' : 'request'));
    default:
      return [];
  }
}

function isMet({ isRequired, applies, verdict }: CriterionResult): boolean {
  return !isRequired || !applies || verdict === 'match';
}

/** Points of eligible candidates that the range of points leaves out. */
function outsideRange(file: RuleFile, eligible: readonly Scored[]): readonly string[] {
  return (['request', 'bench'] as const).flatMap((kind) => {
    const range = wholeRange(askedByDispatch(file), kind);
    const own = eligible.filter(({ candidate }) => candidate.kind === kind);
    const outside = own.find(
      ({ pointsMilli }) => range !== null && (pointsMilli < range.assured * 1000 || pointsMilli > range.most * 1000),
    );
    return outside === undefined ? [] : [`${outside.pointsMilli} of ${JSON.stringify(range)} for ${kind}`];
  });
}
