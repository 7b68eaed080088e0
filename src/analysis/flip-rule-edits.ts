import type { FactRef, FactValue } from '../domain/fact.ts';
import type { CandidateKind } from '../domain/provider.ts';
import type { Condition, Criterion, OnMissing, RuleFile, Stage } from '../domain/rule-file.ts';
import type { ScoredCandidate, Slate } from '../domain/scored-slate.ts';
import { changeSize, type Setting, WHOLE_CHANGE } from './flip-search.ts';
import { appliesTo, leavesOf, testValue } from './flip-uses.ts';

type OfCriterion = { readonly position: number; readonly key: string };

/** One thing in a rule file that is taken to have been otherwise. Points are whole, money is cents, values are in kept units. */
export type RuleEdit =
  | (OfCriterion & { readonly kind: 'weight'; readonly from: number; readonly to: number })
  | (OfCriterion & { readonly kind: 'preferred' })
  | (OfCriterion & {
      readonly kind: 'threshold';
      /** Of the leaves of the condition, in its order. */
      readonly leaf: number;
      readonly ref: FactRef;
      readonly operator: string;
      readonly from: number;
      readonly to: number;
    })
  | (OfCriterion & {
      readonly kind: 'on_missing';
      readonly of: CandidateKind;
      readonly from: OnMissing;
      readonly to: OnMissing;
    })
  | { readonly kind: 'min_points' | 'min_margin'; readonly stage: number; readonly from: number; readonly to: number }
  | { readonly kind: 'accept_counters' }
  | { readonly kind: 'max_total' | 'max_counter_over_base'; readonly from: number; readonly to: number };

/** `mends`: what of a candidate's ineligibility it can end: a criterion's position, or a reason's code. */
export type RuleLever = {
  readonly name: string;
  readonly mends: readonly (number | string)[];
  /** What it can be set to. Weights, and what follows from the points, are worked out when it is tried. */
  readonly settings: readonly Setting<RuleEdit>[] | 'weight' | 'min_points' | 'min_margin';
  /** Of a weight, the criterion's; of a stage's bar, the stage's number. */
  readonly at: number;
};

/** The candidate asked about, as scored, and all of the slate. */
type Looked = { readonly own: ScoredCandidate; readonly all: readonly ScoredCandidate[] };

/** Everything looked at in the file for one candidate, in the order of the file: criteria, stages, guardrails. */
export function ruleLevers(file: RuleFile, slate: Slate, { own, all }: Looked): readonly RuleLever[] {
  const alike = all.filter(({ candidate }) => candidate.kind === own.candidate.kind);
  const unknown = alike.flatMap(({ criteria }) => criteria.filter(({ factVerdict }) => factVerdict === 'unknown'));
  const unknownIn = new Set(unknown.map(({ position }) => position));
  const ofCriteria = file.criteria
    .filter((criterion) => appliesTo(criterion, slate))
    .flatMap((criterion) => criterionLevers(criterion, slate, { scored: own, unknownIn }));
  return [...ofCriteria, ...file.stages.flatMap(stageLevers), ...payLevers(file, slate, own)];
}

type OfOne = { readonly scored: ScoredCandidate; readonly unknownIn: ReadonlySet<number> };

function criterionLevers(criterion: Criterion, slate: Slate, { scored, unknownIn }: OfOne): readonly RuleLever[] {
  const { candidate, criteria } = scored;
  const { position, key, isRequired, onMissing, when } = criterion;
  const of = { position, key };
  const result = criteria.find((one) => one.position === position);
  const facts = { ...slate.facts, ...candidate.facts };
  const lever = (name: string, settings: RuleLever['settings']): RuleLever => {
    return { name: `${key}.${name}`, mends: settings === 'weight' ? [] : [position], settings, at: position };
  };
  const thresholds = leavesOf(when, false).flatMap(({ test, isDenied }, leaf) => {
    const fact = facts[test.fact.key];
    const { fact: ref, operator, value: from } = test;
    if (fact?.kind !== 'known' || typeof from !== 'number') return [];
    const edits = metBy({ test, isDenied, value: fact.value }).map((to) => {
      return { edit: { kind: 'threshold', ...of, leaf, ref, operator, from, to }, size: changeSize(from, to) } as const;
    });
    return edits.length === 0 ? [] : [lever(`threshold.${leaf}`, edits)];
  });
  const from = onMissing[candidate.kind];
  const ways = ON_MISSING.filter((to) => to !== from && unknownIn.has(position));
  return [
    lever('weight', 'weight'),
    ...(isRequired && result?.verdict !== 'match'
      ? [lever('required', [{ edit: { kind: 'preferred', ...of }, size: WHOLE_CHANGE }])]
      : []),
    ...thresholds,
    ...(ways.length === 0
      ? []
      : [
          lever(
            'on_missing',
            ways.map((to) => ({
              edit: { kind: 'on_missing', ...of, of: candidate.kind, from, to },
              size: WHOLE_CHANGE,
            })),
          ),
        ]),
  ];
}

/** The least trusting last. */
const ON_MISSING: readonly OnMissing[] = ['platform', 'no_match', 'ignore', 'match'];

type Tested = {
  readonly test: Extract<Condition, { readonly kind: 'test' }>;
  readonly isDenied: boolean;
  readonly value: FactValue;
};

/** The thresholds nearest to the file's with which the value comes out as the provider needs it; none where it does. */
function metBy({ test, isDenied, value }: Tested): readonly number[] {
  const wanted = isDenied ? 'no_match' : 'match';
  if (typeof value !== 'number' || testValue(test, value) === wanted) return [];
  const near = [value, value + 1, value - 1].filter(
    (to) => to >= 0 && testValue({ ...test, value: to }, value) === wanted,
  );
  return test.operator === 'equal' || test.operator === 'notEqual' ? near : near.slice(0, 1);
}

function stageLevers(stage: Stage): readonly RuleLever[] {
  const bar = 'minPoints' in stage && stage.minPoints > 0;
  const lead = stage.do === 'assign' && stage.minMargin > 0;
  const lever = (settings: 'min_points' | 'min_margin'): RuleLever => {
    return { name: `stage.${stage.n}.${settings}`, mends: [], settings, at: stage.n };
  };
  return [...(bar ? [lever('min_points')] : []), ...(lead ? [lever('min_margin')] : [])];
}

function payLevers(
  { guardrails }: RuleFile,
  { workOrder }: Slate,
  { candidate }: ScoredCandidate,
): readonly RuleLever[] {
  const { maxTotalCents, acceptCounters, maxCounterOverBasePercent } = guardrails.pay;
  const { costCents, request } = candidate;
  const one = (edit: RuleEdit & { readonly kind: string }, size: number, code: string): RuleLever => {
    return { name: `guardrails.${edit.kind}`, mends: [code], settings: [{ edit, size }], at: 0 };
  };
  const base = workOrder.pay.maxCents;
  const percent = costCents === null || base === 0 ? null : Math.ceil((costCents * 100) / base - 100);
  const isOver = request?.isCounter === true && maxCounterOverBasePercent !== null && percent !== null;
  return [
    ...(request?.isCounter === true && !acceptCounters
      ? [one({ kind: 'accept_counters' }, WHOLE_CHANGE, 'FM-5006')]
      : []),
    ...(isOver && percent > maxCounterOverBasePercent
      ? [
          one(
            { kind: 'max_counter_over_base', from: maxCounterOverBasePercent, to: percent },
            changeSize(maxCounterOverBasePercent, percent),
            'FM-5007',
          ),
        ]
      : []),
    ...(maxTotalCents !== null && costCents !== null && costCents > maxTotalCents
      ? [
          one(
            { kind: 'max_total', from: maxTotalCents, to: costCents },
            changeSize(maxTotalCents, costCents),
            'FM-5008',
          ),
        ]
      : []),
  ];
}

/** The file with the edits made. It keeps its text and hash, which are those of the file it came from. */
export function withRuleEdits(file: RuleFile, edits: readonly RuleEdit[]): RuleFile {
  return edits.reduce(withRuleEdit, file);
}

function withRuleEdit(file: RuleFile, edit: RuleEdit): RuleFile {
  const { pay } = file.guardrails;
  const withPay = (more: Partial<typeof pay>): RuleFile => {
    return { ...file, guardrails: { ...file.guardrails, pay: { ...pay, ...more } } };
  };
  switch (edit.kind) {
    case 'weight':
      return withCriterion(file, edit, { weight: edit.to });
    case 'preferred':
      return withCriterion(file, edit, { isRequired: false });
    case 'on_missing': {
      const old = file.criteria.find(({ position }) => position === edit.position)?.onMissing;
      return old === undefined ? file : withCriterion(file, edit, { onMissing: { ...old, [edit.of]: edit.to } });
    }
    case 'threshold': {
      const old = file.criteria.find(({ position }) => position === edit.position)?.when;
      return old === undefined
        ? file
        : withCriterion(file, edit, { when: withLeaf(old, { at: edit.leaf, to: edit.to }).condition });
    }
    case 'min_points':
      return withStage(file, edit.stage, (stage) => ('minPoints' in stage ? { ...stage, minPoints: edit.to } : stage));
    case 'min_margin':
      return withStage(file, edit.stage, (stage) => (stage.do === 'assign' ? { ...stage, minMargin: edit.to } : stage));
    case 'accept_counters':
      return withPay({ acceptCounters: true });
    case 'max_total':
      return withPay({ maxTotalCents: edit.to });
    case 'max_counter_over_base':
      return withPay({ maxCounterOverBasePercent: edit.to });
  }
}

function withCriterion(file: RuleFile, { position }: OfCriterion, more: Partial<Criterion>): RuleFile {
  const criteria = file.criteria.map((one) => (one.position === position ? { ...one, ...more } : one));
  return { ...file, criteria };
}

function withStage(file: RuleFile, n: number, change: (stage: Stage) => Stage): RuleFile {
  return { ...file, stages: file.stages.map((stage) => (stage.n === n ? change(stage) : stage)) };
}

type LeafChange = { readonly at: number; readonly to: number };

/** `left`: how many leaves are still to come before the one meant; below zero once it has been met. */
function withLeaf(
  condition: Condition,
  { at, to }: LeafChange,
): { readonly condition: Condition; readonly left: number } {
  switch (condition.kind) {
    case 'test': {
      const written = `${condition.operator} ${to}`;
      return { condition: at === 0 ? { ...condition, value: to, written } : condition, left: at - 1 };
    }
    case 'not': {
      const of = withLeaf(condition.of, { at, to });
      return { condition: { ...condition, of: of.condition }, left: of.left };
    }
    case 'all':
    case 'any': {
      let left = at;
      const of = condition.of.map((part) => {
        const changed = withLeaf(part, { at: left, to });
        left = changed.left;
        return changed.condition;
      });
      return { condition: { ...condition, of }, left };
    }
  }
}
