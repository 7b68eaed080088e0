import { unitOfFact } from '../criteria/catalog.ts';
import { type CanaryLimits, DEFAULT_CANARY_LIMITS } from '../domain/canary.ts';
import type { FactUnit } from '../domain/fact.ts';
import type { JsonValue } from '../domain/json.ts';
import type { QuietHours } from '../domain/quiet-hours.ts';
import type {
  Criterion,
  ExcludedProvider,
  Guardrails,
  ReviewCriterion,
  ReviewFile,
  RuleFile,
  Stage,
} from '../domain/rule-file.ts';
import { nodeAt, toJsonValue } from '../rules/json-document.ts';
import { readJson } from '../rules/read-json.ts';
import { DAYS } from '../rules/shapes.ts';
import { meaningOf, plainLeaf, type RuleLeaf, type RuleOutline, type RulePart, wordsLeaf } from './rule-outline.ts';
import { describeCondition, inUnit } from './rule-words.ts';

/** Everything a dispatch file says. */
export function outlineRuleFile(file: RuleFile): RuleOutline {
  const tieBreak = file.tieBreak.map(({ by, direction }) => `${by}:${direction}`).join(', ');
  return {
    leaves: [
      ...headLeaves(file),
      plainLeaf('selection_rule.id', file.selectionRuleId),
      plainLeaf('decision.tie_break', tieBreak, { label: 'tie_break' }),
      plainLeaf('decision.batch', file.batch, { label: 'batch' }),
      plainLeaf('decision.fill_weight', file.fillWeight, { label: 'fill_weight' }),
      plainLeaf('decision.max_verdict_age_days', file.maxVerdictAgeDays, { label: 'max_verdict_age_days' }),
      plainLeaf('decision.accept_client_pay_terms', file.acceptClientPayTerms, { label: 'accept_client_pay_terms' }),
      ...guardrailLeaves(file.guardrails),
      ...canaryLeaves(file.guardrails.canary ?? DEFAULT_CANARY_LIMITS),
      testsLeaf(file.text),
    ],
    groups: [
      { name: 'criteria', matching: 'key', parts: file.criteria.map(criterionPart) },
      { name: 'stages', matching: 'kind', parts: file.stages.map((stage) => stagePart(stage, file.selectionRuleId)) },
      { name: 'quiet_hours', matching: 'key', parts: quietParts(file.guardrails.quietHours) },
      { name: 'exclude_providers', matching: 'key', parts: file.guardrails.excludeProviders.map(exclusionPart) },
    ],
  };
}

/** Everything a review file says. */
export function outlineReviewFile(file: ReviewFile): RuleOutline {
  const { otherwise, guardrails } = file;
  const sentBack = otherwise.kind === 'incomplete' ? otherwise : null;
  return {
    leaves: [
      ...headLeaves(file),
      plainLeaf('decision.otherwise', otherwise.kind, { label: 'otherwise' }),
      plainLeaf('decision.otherwise.reason_id', sentBack?.reasonId ?? null, { label: 'reason_id of incomplete' }),
      plainLeaf('decision.otherwise.reason', sentBack?.reason ?? null, { label: 'what the provider reads' }),
      limitLeaf('max_actions_per_run', guardrails.maxActionsPerRun),
      limitLeaf('max_daily_approved_usd', guardrails.maxDailyApprovedCents, 'usd'),
      limitLeaf('stop_after_errors', guardrails.stopAfterErrors),
    ],
    groups: [
      { name: 'criteria', matching: 'key', parts: file.criteria.map(reviewCriterionPart) },
      { name: 'quiet_hours', matching: 'key', parts: quietParts(guardrails.quietHours) },
    ],
  };
}

function headLeaves(file: RuleFile | ReviewFile): readonly RuleLeaf[] {
  const { appliesTo } = file;
  return [
    plainLeaf('id', file.id),
    wordsLeaf('name', 'name', file.name),
    wordsLeaf('owner', 'owner', file.owner),
    wordsLeaf('because', 'because', file.because),
    plainLeaf('mode', file.mode),
    plainLeaf('canary_percent', file.canaryPercent),
    plainLeaf('priority', file.priority),
    {
      key: 'applies_to',
      label: 'applies to',
      value: appliesTo === null ? null : meaningOf(appliesTo),
      text: appliesTo === null ? 'every work order' : describeCondition(appliesTo),
      decides: true,
      condition: appliesTo,
    },
  ];
}

function criterionPart(criterion: Criterion): RulePart {
  const { key, label, credit, onMissing, canRemote } = criterion;
  const named = (leaf: string, given: Partial<RuleLeaf> = {}) => ({ label: `${key}: ${leaf}`, ...given });
  return {
    key,
    kind: 'criterion',
    label: `criterion ${key}`,
    summary: summaryOf(criterion),
    leaves: [
      ...sharedLeaves(criterion),
      plainLeaf('name', label, named("follows the platform's")),
      plainLeaf('can_remote', canRemote, named('counts for remote work')),
      ...(['request', 'routed', 'bench'] as const).map((kind) =>
        plainLeaf(
          `on_missing.${kind}`,
          onMissing[kind],
          named(`unknown of a ${kind === 'bench' ? 'bench provider' : kind}`),
        ),
      ),
      plainLeaf('credit', credit === null ? null : `${credit.fullAt} ${credit.zeroAt} ${credit.fact.key}`, {
        ...named('credit'),
        text: credit === null ? 'all or nothing' : creditWords(credit),
      }),
    ],
  };
}

function creditWords({ fullAt, zeroAt, fact }: NonNullable<Criterion['credit']>): string {
  const unit = unitOfFact(fact.name) ?? 'count';
  return `full at ${inUnit(fullAt, unit)}, nothing from ${inUnit(zeroAt, unit)} on`;
}

function reviewCriterionPart(criterion: ReviewCriterion): RulePart {
  const { key, label, onMissing } = criterion;
  return {
    key,
    kind: 'criterion',
    label: `criterion ${key}`,
    summary: summaryOf(criterion),
    leaves: [
      // Shown beside the verdict, and decides nothing.
      ...sharedLeaves(criterion).map((leaf) => (leaf.key === 'weight' ? { ...leaf, decides: false } : leaf)),
      plainLeaf('name', label, { label: `${key}: label`, decides: false }),
      plainLeaf('on_missing', onMissing, { label: `${key}: unknown` }),
    ],
  };
}

function sharedLeaves({ key, weight, isRequired, when, because }: Criterion | ReviewCriterion): readonly RuleLeaf[] {
  return [
    plainLeaf('weight', weight, { label: `${key} weight` }),
    plainLeaf('is_required', isRequired, { label: `${key}:`, text: isRequired ? 'required' : 'preferred' }),
    {
      key: 'when',
      label: `${key} asks:`,
      value: meaningOf(when),
      text: describeCondition(when),
      decides: true,
      condition: when,
    },
    wordsLeaf('because', `${key}: because`, because),
  ];
}

function summaryOf({ weight, isRequired, when }: Criterion | ReviewCriterion): string {
  return `${isRequired ? 'required' : 'preferred'}, weight ${weight}, asks ${describeCondition(when)}`;
}

function stagePart(stage: Stage, selectionRuleId: number): RulePart {
  const { n, do: does, afterMinutes, ...rest } = stage;
  const name = `stage ${n} (${does})`;
  const fields = Object.entries(flatFields(rest)).map(([field, value]) => {
    const isOwnRule = field === 'selection_rule_id' && value === selectionRuleId;
    return plainLeaf(field, isOwnRule ? null : value, { label: `${name}: ${field}` });
  });
  const time = plainLeaf('after_minutes', afterMinutes, { label: `${name}:`, text: `after ${afterMinutes} minutes` });
  const set = fields.filter(({ value }) => value !== null && value !== false && value !== 0);
  const summary = [`${does} ${time.text}`, ...set.map(({ key, text }) => `${key} ${text}`)].join(', ');
  return { key: String(n), kind: does, label: `stage ${n}`, summary, leaves: [time, ...fields] };
}

/** By the file's own names. What is sent along follows from the criteria, so only whether it is counts here. */
function flatFields(fields: { readonly [field: string]: unknown }): {
  readonly [field: string]: string | number | boolean | null;
} {
  const flat = Object.entries(fields).flatMap(
    ([field, value]): (readonly [string, string | number | boolean | null])[] => {
      if (field === 'sends') return [['send_selection_rule', value !== undefined]];
      if (Array.isArray(value)) return [[snake(field), value.join(', ')]];
      if (typeof value === 'object' && value !== null) return Object.entries(flatFields({ ...value }));
      return [
        [
          snake(field),
          typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null,
        ],
      ];
    },
  );
  return Object.fromEntries(flat);
}

function snake(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function guardrailLeaves({ maxActionsPerRun, maxShareOfOpenPercent, perProvider, pay, stopAfterErrors }: Guardrails) {
  return [
    limitLeaf('max_actions_per_run', maxActionsPerRun),
    limitLeaf('max_share_of_open_percent', maxShareOfOpenPercent),
    limitLeaf('per_provider.per_day', perProvider.perDay),
    limitLeaf('per_provider.per_7_days', perProvider.per7Days),
    plainLeaf('guardrails.per_provider.overlap', perProvider.forbidOverlap ? 'forbid' : 'allow', {
      label: 'per_provider.overlap',
    }),
    limitLeaf('per_provider.travel_buffer_minutes', perProvider.travelBufferMinutes),
    plainLeaf('guardrails.per_provider.again_after_give_back', perProvider.forbidAfterGiveBack ? 'forbid' : 'allow', {
      label: 'per_provider.again_after_give_back',
    }),
    limitLeaf('pay.max_total_usd', pay.maxTotalCents, 'usd'),
    plainLeaf('guardrails.pay.accept_counters', pay.acceptCounters, { label: 'pay.accept_counters' }),
    limitLeaf('pay.max_counter_over_base_percent', pay.maxCounterOverBasePercent),
    limitLeaf('pay.max_daily_total_usd', pay.maxDailyTotalCents, 'usd'),
    limitLeaf('stop_after_errors', stopAfterErrors),
  ];
}

/** What demotes a canary. The defaults stand in where the mode is another, so that a change of mode alone tells no limits. */
function canaryLeaves(limits: CanaryLimits): readonly RuleLeaf[] {
  return [
    limitLeaf('canary.min_decisions', limits.minDecisions),
    limitLeaf('canary.max_undone_percent', limits.maxUndonePercent),
    limitLeaf('canary.max_conflict_percent', limits.maxConflictPercent),
    limitLeaf('canary.max_pay_over_base_percent', limits.maxPayOverBasePercent),
    limitLeaf('canary.max_no_eligible_percent', limits.maxNoEligiblePercent),
  ];
}

function limitLeaf(name: string, kept: number | null, unit: FactUnit = 'count'): RuleLeaf {
  const text = kept === null ? 'no limit' : inUnit(kept, unit);
  return plainLeaf(`guardrails.${name}`, kept, { label: name, text });
}

/** Windows have no name: they are the same when they are at the same time. One written twice is told apart by a number. */
function quietParts(windows: readonly QuietHours[]): readonly RulePart[] {
  const seen = new Map<string, number>();
  return windows.map(({ days, fromMinute, toMinute, timeZone, because }) => {
    const names = days.map((day) => DAYS[day]).join(', ');
    const when = `${names} ${clock(fromMinute)} to ${clock(toMinute)} ${timeZone}`;
    const count = (seen.get(when) ?? 0) + 1;
    seen.set(when, count);
    const label = `quiet hours ${when}`;
    return {
      key: count === 1 ? when : `${when} #${count}`,
      kind: 'quiet_hours',
      label,
      summary: because ?? 'no reason given',
      leaves: [wordsLeaf('because', `${label}: because`, because)],
    };
  });
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

function exclusionPart({ providerId, untilMs, because }: ExcludedProvider): RulePart {
  const label = `excluded provider ${providerId}`;
  const until = untilMs === null ? 'for good' : `until ${new Date(untilMs - 1).toISOString().slice(0, 10)}`;
  return {
    key: String(providerId),
    kind: 'exclusion',
    label,
    summary: `${until}: ${because}`,
    leaves: [
      plainLeaf('until', untilMs, { label: `${label}:`, text: until }),
      wordsLeaf('because', `${label}: because`, because),
    ],
  };
}

/** The file's own examples, which decide nothing. */
function testsLeaf(text: string): RuleLeaf {
  const { document } = readJson(text);
  const node = document === null ? null : nodeAt(document.root, ['tests']);
  const value: JsonValue = node === null ? [] : toJsonValue(node);
  const count = Array.isArray(value) ? value.length : 0;
  return { key: 'tests', label: 'tests', value, text: `${count} test(s)`, decides: false };
}
