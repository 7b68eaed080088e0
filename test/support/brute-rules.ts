import type { Condition, Criterion, OnMissing, RuleFile } from '../../src/domain/rule-file.ts';
import type { Candidate, CriterionResult } from '../../src/domain/scored-slate.ts';
import { compileCondition, compileRuleFile } from '../../src/evaluate/compile.ts';
import { decideWorld, isChosen } from './brute-flips.ts';
import type { FlipWorld } from './flip-worlds.ts';

/** Every single edit of a rule file of these worlds, tried one by one: knows nothing of src/analysis. */

type RuleWay = { readonly name: string; readonly size: number; readonly file: RuleFile };

const WHOLE = 1_000_000;
export const MOST_WEIGHT = 60;
const WAYS: readonly OnMissing[] = ['platform', 'no_match', 'ignore', 'match'];

/** The size of the smallest; null: none chooses the provider. */
export function bruteRule(
  world: FlipWorld,
  candidate: Candidate,
): { readonly name: string; readonly size: number } | null {
  const [file] = world.files;
  if (file === undefined) throw new Error('no rule file');
  const before = decideWorld(world, world.slate, file);
  const serving = waysOf(world, file, candidate)
    .sort((a, b) => a.size - b.size)
    .find((way) => isChosen(decideWorld(world, world.slate, way.file), before, candidate.providerId));
  return serving === undefined ? null : { name: serving.name, size: serving.size };
}

function waysOf(world: FlipWorld, file: RuleFile, candidate: Candidate): RuleWay[] {
  const { slate } = world;
  const scored = compileRuleFile(file).score(slate).candidates;
  const own = scored.find((one) => one.candidate.providerId === candidate.providerId);
  const alike = scored.filter((one) => one.candidate.kind === candidate.kind).flatMap(({ criteria }) => criteria);
  const ofCriteria = file.criteria.flatMap((criterion) => {
    const put = (changed: Partial<Criterion>): RuleFile => ({
      ...file,
      criteria: file.criteria.map((one) => (one === criterion ? { ...one, ...changed } : one)),
    });
    if (slate.workOrder.isRemote && !criterion.canRemote) return [];
    const result = own?.criteria.find(({ position }) => position === criterion.position);
    const isUnknown = alike.some((one) => one.position === criterion.position && one.factVerdict === 'unknown');
    return criterionWays(criterion, {
      put,
      result,
      isUnknown,
      candidate,
      facts: { ...slate.facts, ...candidate.facts },
    });
  });
  const ofStages = file.stages.flatMap((stage) => {
    const put = (more: object): RuleFile => ({
      ...file,
      stages: file.stages.map((one) => (one === stage ? { ...one, ...more } : one)),
    });
    const bars =
      'minPoints' in stage
        ? below(stage.minPoints).map((to) => way(`min_points ${to}`, [stage.minPoints, to], put({ minPoints: to })))
        : [];
    const leads =
      stage.do === 'assign'
        ? below(stage.minMargin).map((to) => way(`min_margin ${to}`, [stage.minMargin, to], put({ minMargin: to })))
        : [];
    return [...bars, ...leads];
  });
  return [...ofCriteria, ...ofStages, ...payWays(file, candidate, slate.workOrder.pay.maxCents)];
}

type Around = {
  readonly put: (changed: Partial<Criterion>) => RuleFile;
  readonly result: CriterionResult | undefined;
  readonly isUnknown: boolean;
  readonly candidate: Candidate;
  readonly facts: Candidate['facts'];
};

function criterionWays(criterion: Criterion, { put, result, isUnknown, candidate, facts }: Around): RuleWay[] {
  const { weight, onMissing, when, isRequired, key } = criterion;
  const weights = Array.from({ length: MOST_WEIGHT + 1 }, (_, to) => to)
    .filter((to) => to !== weight)
    .map((to) => way(`${key} weight ${to}`, [weight, to], put({ weight: to })));
  const gate =
    isRequired && result?.verdict !== 'match'
      ? [{ name: `${key} preferred`, size: WHOLE, file: put({ isRequired: false }) }]
      : [];
  const missing = isUnknown
    ? WAYS.map((to) => ({
        name: `${key} on_missing ${to}`,
        size: WHOLE,
        file: put({ onMissing: { ...onMissing, [candidate.kind]: to } }),
      }))
    : [];
  const thresholds = leaves(when, false, []).flatMap(({ test, isDenied, path }) => {
    const { value } = test;
    const said = compileCondition(test)(facts).verdict;
    const fact = facts[test.fact.key];
    if (fact?.kind !== 'known' || typeof fact.value !== 'number') return [];
    if (typeof value !== 'number' || said === 'unknown' || said === (isDenied ? 'no_match' : 'match')) return [];
    const met = Array.from({ length: 20 }, (_, to) => to).filter(
      (to) => compileCondition({ ...test, value: to })(facts).verdict !== said,
    );
    const [up, down] = [met.find((to) => to > value), met.findLast((to) => to < value)];
    return [up, down].flatMap((to) =>
      to === undefined ? [] : [way(`${key} threshold ${to}`, [value, to], put({ when: replaced(when, path, to) }))],
    );
  });
  return [...weights, ...gate, ...missing, ...thresholds];
}

type Leaf = {
  readonly test: Extract<Condition, { kind: 'test' }>;
  readonly isDenied: boolean;
  readonly path: readonly number[];
};

function leaves(condition: Condition, isDenied: boolean, path: readonly number[]): readonly Leaf[] {
  if (condition.kind === 'test') return [{ test: condition, isDenied, path }];
  if (condition.kind === 'not') return leaves(condition.of, !isDenied, [...path, 0]);
  return condition.of.flatMap((part, place) => leaves(part, isDenied, [...path, place]));
}

function replaced(condition: Condition, [first, ...rest]: readonly number[], value: number): Condition {
  if (condition.kind === 'test') return { ...condition, value };
  if (condition.kind === 'not') return { ...condition, of: replaced(condition.of, rest, value) };
  return {
    ...condition,
    of: condition.of.map((part, place) => (place === first ? replaced(part, rest, value) : part)),
  };
}

function payWays(file: RuleFile, { request, costCents }: Candidate, base: number): RuleWay[] {
  const { pay } = file.guardrails;
  const put = (more: Partial<typeof pay>): RuleFile => ({
    ...file,
    guardrails: { ...file.guardrails, pay: { ...pay, ...more } },
  });
  const { maxTotalCents: total, maxCounterOverBasePercent: percent } = pay;
  const over = Array.from({ length: 100 }, (_, to) => to);
  return [
    ...(request?.isCounter === true && !pay.acceptCounters
      ? [{ name: 'accept', size: WHOLE, file: put({ acceptCounters: true }) }]
      : []),
    ...(total === null || costCents === null || costCents <= total
      ? []
      : [way(`total ${costCents}`, [total, costCents], put({ maxTotalCents: costCents }))]),
    ...(percent === null || request?.isCounter !== true || (costCents ?? 0) * 100 <= base * (100 + percent)
      ? []
      : over
          .filter((to) => to > percent)
          .map((to) => way(`over ${to}`, [percent, to], put({ maxCounterOverBasePercent: to })))),
  ];
}

function below(old: number): readonly number[] {
  return Array.from({ length: old }, (_, to) => to);
}

function way(name: string, [from, to]: readonly [number, number], file: RuleFile): RuleWay {
  return { name, size: from === to ? 0 : Math.ceil((Math.abs(from - to) / Math.max(from, to)) * WHOLE), file };
}
