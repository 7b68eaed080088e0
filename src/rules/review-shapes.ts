import { z } from 'zod';
import {
  anything,
  freeText,
  keysOfTheOtherKind,
  listOf,
  money,
  oneOf,
  part,
  wholeNumber,
  yesNo,
} from './shape-fields.ts';
import { CRITERION_SHAPE, DECISION_SHAPE, FILE_SHAPE, GUARDRAILS_SHAPE } from './shapes.ts';

/* The shape of every part of a review file that a dispatch file does not have in the same way. */

const DELETE_IT = 'Delete it.';
const MAYBE_REVIEW = 'Delete it, or add "kind": "review" at the top of the file.';

const file = FILE_SHAPE.shape;
const criterion = CRITERION_SHAPE.shape;
const guardrails = GUARDRAILS_SHAPE.shape;

export const REVIEW_FILE_SHAPE = z.strictObject({
  $schema: file.$schema,
  version: file.version,
  kind: oneOf(['review'], '"review": whether finished work is approved.'),
  id: file.id,
  name: file.name,
  owner: file.owner,
  because: file.because,
  mode: file.mode,
  canary_percent: file.canary_percent,
  priority: file.priority,
  applies_to: anything('Which finished work: a condition over work_order facts. Left out: all of it.').optional(),
  conditions: file.conditions,
  criteria: listOf(
    z.unknown(),
    { min: 1, max: 100, what: 'criteria' },
    'What the work must show, in the order they are shown.',
  ),
  decision: part('What becomes of the work.'),
  guardrails: part('What must not happen, whatever the criteria say.').optional(),
  tests: file.tests,
});

/** What is unknown goes to a person, or does not count: it is never taken for a match or a miss. */
export const REVIEW_ON_MISSING = ['hold', 'ignore'] as const;

export const REVIEW_CRITERION_SHAPE = z.strictObject({
  key: criterion.key,
  name: freeText(200, 'The criterion: one of the names below, or your own words with "when".'),
  operator: criterion.operator,
  value: criterion.value,
  when: criterion.when,
  weight: wholeNumber({ min: 0, max: 1_000_000 }, 'Shown beside the verdict; decides nothing. Default 0.').optional(),
  is_required: yesNo('Whether work that misses it is not approved. Default true.').optional(),
  on_missing: oneOf(
    REVIEW_ON_MISSING,
    'What unknown means: "hold" asks a person (the default where it is required), "ignore" leaves it out (the default elsewhere, and not allowed where it is required).',
  ).optional(),
  because: criterion.because,
});

export const REVIEW_DECISION_SHAPE = z.strictObject({
  approve_when: oneOf(['all_required'], 'Approve when every required criterion is known to match.'),
  otherwise: anything('"hold" for a person, or {"incomplete": …} to send the work back.'),
});

export const INCOMPLETE_SHAPE = z.strictObject({
  reason_id: wholeNumber(
    { min: 1, max: Number.MAX_SAFE_INTEGER },
    "The company's own reason for work that is not complete; checked before anything is sent.",
  ),
  reason: freeText(1_000, 'What the provider reads.'),
});

export const REVIEW_GUARDRAILS_SHAPE = z.strictObject({
  max_actions_per_run: guardrails.max_actions_per_run,
  max_daily_approved_usd: money(
    { min: 0, max: 10_000_000 },
    'Money that approvals of this file may release in one UTC day; more than this, and nothing is approved.',
  ).optional(),
  quiet_hours: guardrails.quiet_hours,
  stop_after_errors: guardrails.stop_after_errors,
});

keysOfTheOtherKind.add(REVIEW_FILE_SHAPE, {
  selection_rule: notForReviews('selection_rule', 'Put the criteria into "criteria": […] at the top of the file.'),
});
keysOfTheOtherKind.add(REVIEW_DECISION_SHAPE, {
  stages: notForReviews('stages', 'Say "approve_when" and "otherwise" instead.'),
  tie_break: notForReviews('tie_break', DELETE_IT),
});
keysOfTheOtherKind.add(REVIEW_CRITERION_SHAPE, {
  can_remote: notForReviews('can_remote', 'Delete it, or ask work_order.is_remote with "when".'),
  credit: notForReviews('credit', DELETE_IT),
});
keysOfTheOtherKind.add(REVIEW_GUARDRAILS_SHAPE, {
  max_share_of_open_percent: notForReviews('max_share_of_open_percent', DELETE_IT),
  per_provider: notForReviews('per_provider', DELETE_IT),
  pay: notForReviews('pay', 'Write "max_daily_approved_usd" for what approvals may release in a day.'),
  exclude_providers: notForReviews('exclude_providers', DELETE_IT),
});
keysOfTheOtherKind.add(FILE_SHAPE, {
  criteria: forReviews('criteria', 'Put the criteria into "selection_rule": {"rules": […]}, or add "kind": "review".'),
});
keysOfTheOtherKind.add(DECISION_SHAPE, {
  approve_when: forReviews('approve_when', MAYBE_REVIEW),
  otherwise: forReviews('otherwise', MAYBE_REVIEW),
});
keysOfTheOtherKind.add(GUARDRAILS_SHAPE, {
  max_daily_approved_usd: forReviews(
    'max_daily_approved_usd',
    'Write "pay": {"max_daily_total_usd": …} for what may be committed in a day.',
  ),
});

function notForReviews(key: string, fix: string) {
  return { code: 'FM-R230', what: `"${key}" is not for review files`, fix } as const;
}

function forReviews(key: string, fix: string) {
  return { code: 'FM-R230', what: `"${key}" is for review files`, fix } as const;
}
