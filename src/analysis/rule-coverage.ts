import { findFact } from '../criteria/catalog.ts';
import { factsIn } from '../domain/condition-facts.ts';
import type { PlannedDecision } from '../domain/decision.ts';
import type { Guardrails, ReviewFile, ReviewGuardrails, RuleFile } from '../domain/rule-file.ts';
import type { Verdict } from '../domain/scored-slate.ts';
import { criteriaOf, reviewedCriteria } from './criterion-evidence.ts';

/** What the tests of a file have seen of it. */
export type Coverage = {
  readonly criteria: readonly CriterionCoverage[];
  readonly stages: readonly { readonly n: number; readonly do: string; readonly isReached: boolean }[];
  /** Shown, and not counted: many limits are the same in every file. */
  readonly guardrails: readonly { readonly name: string; readonly isSeen: boolean }[];
  readonly covered: number;
  readonly total: number;
  /** Rounded down; 100 only when nothing is missing. */
  readonly percent: number;
};

/** Verdicts from the facts alone. `unknown` null: every fact it asks for is always known, so it cannot be. */
export type CriterionCoverage = {
  readonly key: string;
  readonly isMatched: boolean;
  readonly isMissed: boolean;
  readonly isUnknown: boolean | null;
};

/** Each criterion seen matched, missed and unknown, and each stage seen acting, over what the tests of the file came to. */
export function coverageOf(file: RuleFile | ReviewFile, decisions: readonly PlannedDecision[]): Coverage {
  const seen = new Map(file.criteria.map(({ key }) => [key, new Set<Verdict>()]));
  for (const { key, factVerdict } of decisions.flatMap(criteriaIn)) {
    if (factVerdict !== null) seen.get(key)?.add(factVerdict);
  }
  const criteria = file.criteria.map(({ key, when }): CriterionCoverage => {
    const verdicts = seen.get(key);
    const isAlwaysKnown = factsIn(when).every(({ name }) => findFact(name)?.isAlwaysKnown === true);
    return {
      key,
      isMatched: verdicts?.has('match') ?? false,
      isMissed: verdicts?.has('no_match') ?? false,
      isUnknown: isAlwaysKnown ? null : (verdicts?.has('unknown') ?? false),
    };
  });
  const stages = ('stages' in file ? file.stages : []).map((stage) => {
    return { n: stage.n, do: stage.do, isReached: decisions.some((one) => hasActed(one, stage)) };
  });
  const parts = [
    ...criteria.flatMap(({ isMatched, isMissed, isUnknown }) => [
      isMatched,
      isMissed,
      ...(isUnknown === null ? [] : [isUnknown]),
    ]),
    ...stages.map(({ isReached }) => isReached),
  ];
  const covered = parts.filter((one) => one).length;
  const percent = Math.floor((100 * covered) / parts.length);
  return { criteria, stages, guardrails: guardrailsOf(file, decisions), covered, total: parts.length, percent };
}

function criteriaIn({ candidates, review }: PlannedDecision) {
  return [...candidates.flatMap(({ scored }) => criteriaOf(scored)), ...reviewedCriteria(review ?? [])];
}

/** Of a stage that holds, that it did; of any other, that it did what it is for, and did not hold because of something else. */
function hasActed(decision: PlannedDecision, stage: RuleFile['stages'][number]): boolean {
  if (decision.stage !== stage.n) return false;
  return stage.do === 'hold' ? decision.outcome === 'hold' : decision.outcome !== 'hold' && decision.outcome !== 'wait';
}

/** The file's own limits, each with whether a test has seen it keep somebody or something out. */
function guardrailsOf(file: RuleFile | ReviewFile, decisions: readonly PlannedDecision[]): Coverage['guardrails'] {
  const codes = new Set(
    decisions.flatMap(({ reason, candidates }) => [
      reason.code,
      String(reason.detail['tripped'] ?? ''),
      ...candidates.flatMap(({ blockedBy }) => blockedBy.map(({ code }) => code)),
    ]),
  );
  const set = 'stages' in file ? limitsOf(file.guardrails) : reviewLimitsOf(file.guardrails);
  return set.filter(({ isSet }) => isSet).map(({ name, code }) => ({ name, isSeen: codes.has(code) }));
}

type Limit = { readonly name: string; readonly isSet: boolean; readonly code: string };

function limitsOf({ perProvider, pay, quietHours, excludeProviders, maxActionsPerRun }: Guardrails): readonly Limit[] {
  return [
    { name: 'per_provider.per_day', isSet: perProvider.perDay !== null, code: 'FM-5011' },
    { name: 'per_provider.per_7_days', isSet: perProvider.per7Days !== null, code: 'FM-5012' },
    { name: 'per_provider.overlap', isSet: perProvider.forbidOverlap, code: 'FM-5010' },
    { name: 'pay.max_total_usd', isSet: pay.maxTotalCents !== null, code: 'FM-5008' },
    { name: 'pay.accept_counters', isSet: !pay.acceptCounters, code: 'FM-5006' },
    {
      name: 'pay.max_counter_over_base_percent',
      isSet: pay.acceptCounters && pay.maxCounterOverBasePercent !== null,
      code: 'FM-5007',
    },
    { name: 'pay.max_daily_total_usd', isSet: pay.maxDailyTotalCents !== null, code: 'FM-7003' },
    { name: 'quiet_hours', isSet: quietHours.length > 0, code: 'FM-2005' },
    { name: 'exclude_providers', isSet: excludeProviders.length > 0, code: 'FM-5009' },
    { name: 'max_actions_per_run', isSet: maxActionsPerRun === 0, code: 'FM-7001' },
  ];
}

function reviewLimitsOf({ quietHours, maxDailyApprovedCents }: ReviewGuardrails): readonly Limit[] {
  return [
    { name: 'quiet_hours', isSet: quietHours.length > 0, code: 'FM-2005' },
    { name: 'max_daily_approved_usd', isSet: maxDailyApprovedCents !== null, code: 'FM-7020' },
  ];
}
