import { z } from 'zod';
import {
  advised,
  decimalNumber,
  freeText,
  isWholeCents,
  keysOfTheOtherKind,
  listOf,
  money,
  oneOf,
  part,
  patternText,
  wholeNumber,
  yesNo,
} from './shape-fields.ts';

/* The shape of the tests of a rule file, in it or in a *.test.json beside it. */

const anyId = { min: 1, max: Number.MAX_SAFE_INTEGER };
const usd = { min: 0, max: 1_000_000 };
const minutes = { min: 0, max: 525_600 };
const hours = { min: 0, max: 100_000 };
const FACTS_DOC =
  'by name (of the fact, of a criterion, or its key in this file), in the unit people use; null: not known.';

const MOMENT = {
  is: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})$/,
  say: 'Write a moment with its offset from UTC, for example "2027-01-06T12:00-06:00" or "2027-01-06T18:00Z".',
  code: 'FM-R911',
} as const;

const name = freeText(200, 'What the test shows, in a sentence.');
const at = patternText(MOMENT, 'When it is decided. Default: Wednesday 2027-01-06T18:00Z.').optional();
const pay_usd = advised(
  z.number().min(usd.min).max(usd.max).refine(isWholeCents).nullable(),
  'What the work order pays, fixed, in US dollars; null: it carries no pay. Default 100.',
  { fix: 'Write an amount such as 250, or null for no pay.' },
).optional();
const actions = listOf(
  z.string(),
  { min: 0, max: 20, what: 'actions' },
  'What the platform offers to do with it now. Left out: everything.',
).optional();

export const WORK_ORDER_STATUSES = [
  'draft',
  'published',
  'routed',
  'assigned',
  'work_done',
  'approved',
  'paid',
  'cancelled',
] as const;

/** Facts of work orders that the test may say under a shorter name of its own. */
export const WORK_ORDER_SHORTHANDS = {
  status: 'work_order.status',
  pay_usd: 'work_order.pay_total',
  starts_in_hours: 'work_order.hours_until_start',
  hours: 'work_order.estimated_hours',
} as const;

export const TEST_WORK_ORDER_SHAPE = z.strictObject({
  open_minutes: wholeNumber(minutes, 'How long it has been open (a draft: has existed). Default 0.').optional(),
  at,
  status: oneOf(WORK_ORDER_STATUSES, 'Where it stands on the platform. Default "published".').optional(),
  pay_usd,
  starts_in_hours: decimalNumber(hours, 'When the work starts, from now. Left out: not known.').optional(),
  hours: decimalNumber(hours, 'Estimated labour. Left out: not known.').optional(),
  actions,
  declined_by: listOf(z.int().min(1), { min: 0, max: 500, what: 'provider ids' }, 'Who has said no to it.').optional(),
  facts: part(`Facts of the work order, ${FACTS_DOC}`).optional(),
});

export const TEST_CANDIDATE_SHAPE = z.strictObject({
  id: wholeNumber(anyId, 'The provider id.'),
  like: wholeNumber(
    anyId,
    'A candidate before this one: whatever this one does not say is as there, fact by fact and verdict by verdict.',
  ).optional(),
  kind: oneOf(
    ['request', 'routed', 'bench'],
    'How the provider stands to the work order. Needed without "like".',
  ).optional(),
  facts: part(`Facts of the provider, ${FACTS_DOC}`).optional(),
  counter_usd: money(usd, 'Of a request: what its counter-offer asks. Left out: no counter-offer.').optional(),
  expenses_usd: money(usd, 'Of a request: expenses asked on top. Default 0.').optional(),
  expires_in_minutes: wholeNumber(minutes, 'Of a request: when it expires, from now. Left out: never.').optional(),
  requested_minutes_ago: wholeNumber(minutes, 'Of a request: when it was made. Left out: not known.').optional(),
  is_expired: yesNo('Of a request: the platform calls it expired. Default false.').optional(),
  is_withdrawn: yesNo('Of a request: it is not active any more. Default false.').optional(),
  is_invited: yesNo('Of a request: there is an open invitation too. Default false.').optional(),
  actions,
  platform: part('Field Nation\'s own verdicts, by key or label of the criterion: "match" or "no_match".').optional(),
  verdict_age_days: wholeNumber(
    { min: 0, max: 3_650 },
    'Of the bench: how old those verdicts are. Default 0.',
  ).optional(),
});

export const TEST_COMMITMENT_SHAPE = z.strictObject({
  provider: wholeNumber(anyId, 'Who is bound.'),
  kind: oneOf(
    ['assigned', 'routed'],
    'Assigned to another work order, or invited to one. Default "assigned".',
  ).optional(),
  starts_in_hours: advised(
    z.number().min(-hours.max).max(hours.max),
    'When that work starts, from now; below zero, it has started.',
    {
      fix: 'Write a number of hours.',
    },
  ),
  hours: decimalNumber(hours, 'How long it takes. Default 2.').optional(),
});

export const ENDINGS = ['confirmed', 'refused', 'lost_race', 'unknown'] as const;

export const TEST_EARLIER_SHAPE = z.strictObject({
  stage: wholeNumber({ min: 1, max: 50 }, 'The stage that acted, the first is 1.'),
  minutes_ago: wholeNumber(minutes, 'When.'),
  to: listOf(z.int().min(1), { min: 0, max: 200, what: 'provider ids' }, 'Who was invited or assigned.').optional(),
  ended: oneOf(ENDINGS, 'What became of it. Default "confirmed".').optional(),
  reason: freeText(20, 'The reason code of its end, where it matters which.').optional(),
});

export const RECORDED_SHAPE = z.strictObject({
  decision: freeText(60, 'Id of a recorded decision, for example "4047.1.3".').optional(),
  input_hash: patternText(
    {
      is: /^[0-9a-f]{6,64}$/,
      say: 'Write the input hash of a decision, or its first six characters or more.',
      code: 'FM-R917',
    },
    'Input hash of a recorded decision, or its beginning.',
  ).optional(),
});

export const STATUSES = [
  'match',
  'no_match_required',
  'no_match_preferred',
  'unknown_required',
  'unknown_preferred',
  'does_not_apply',
] as const;
const CRITERIA_DOC = `Status of criteria, by their key in this file: ${STATUSES.join(', ')}.`;

export const OUTCOMES = [
  'assign',
  'route',
  'mass_route',
  'publish',
  'unpublish',
  'auto_dispatch',
  'wait',
  'hold',
  'skip',
] as const;

const reason = freeText(20, 'Reason code, for example "FM-1001".').optional();
const holds = listOf(
  z.string(),
  { min: 0, max: 100, what: 'criterion keys' },
  'Criteria, by key, that are unknown and for which the file asks a person; exactly these.',
).optional();

function providerOrNobody(description: string) {
  const fix = 'Write a provider id, or null for nobody.';
  return advised(z.int().min(1).nullable(), description, { fix }).optional();
}

export const TEST_EXPECT_SHAPE = z.strictObject({
  outcome: oneOf(OUTCOMES, 'What is decided.').optional(),
  reason,
  stage: advised(z.int().min(1).nullable(), 'The stage that acts or holds, the first is 1; null: none.', {
    fix: 'Write the number of a stage, or null for none.',
  }).optional(),
  winner: providerOrNobody('Who is assigned or routed; null: nobody.'),
  runner_up: providerOrNobody('The best other eligible candidate; null: nobody.'),
  invited: listOf(
    z.int().min(1),
    { min: 0, max: 200, what: 'provider ids' },
    'Exactly who is invited, in any order.',
  ).optional(),
  cost_usd: money(usd, 'What it costs at most.').optional(),
  holds,
  candidates: part('What must hold of single candidates, by provider id.').optional(),
});

export const TEST_EXPECT_CANDIDATE_SHAPE = z.strictObject({
  points: decimalNumber({ min: 0, max: 100_000_000 }, 'Points, to a thousandth where credit is graded.').optional(),
  max_points: wholeNumber({ min: 0, max: 100_000_000 }, 'Points of all criteria that apply.').optional(),
  is_match: yesNo('Whether every required criterion matches.').optional(),
  eligible: yesNo('Whether it may be chosen.').optional(),
  blocked_by: listOf(
    z.string(),
    { min: 0, max: 50, what: 'reason codes' },
    'Reason codes why it is not eligible, exactly these, in any order.',
  ).optional(),
  rank: advised(z.int().min(1).nullable(), 'Place among the eligible of its kind, the best is 1; null: not eligible.', {
    fix: 'Write a place such as 1, or null for not eligible.',
  }).optional(),
  criteria: part(CRITERIA_DOC).optional(),
});

export const TEST_SHAPE = z.strictObject({
  name,
  work_order: part('The work order; what is left out stands in rules/README.md.').optional(),
  candidates: listOf(z.unknown(), { min: 0, max: 500, what: 'candidates' }, 'The providers.').optional(),
  commitments: listOf(
    z.unknown(),
    { min: 0, max: 500, what: 'commitments' },
    'Other work orders that providers are bound to. Left out: none.',
  ).optional(),
  earlier: listOf(
    z.unknown(),
    { min: 0, max: 100, what: 'attempts' },
    'What stages of this file have done with the work order already, earliest first. Left out: nothing.',
  ).optional(),
  spent_today_usd: money(
    { min: 0, max: 100_000_000 },
    'What this file has committed today already. Default 0.',
  ).optional(),
  recorded: part('A decision of the ledger, whose work order and candidates are taken instead.').optional(),
  expect: part('What must come out.'),
});

export const REVIEW_TEST_WORK_ORDER_SHAPE = z.strictObject({
  at,
  status: oneOf(WORK_ORDER_STATUSES, 'Where it stands on the platform. Default "work_done".').optional(),
  pay_usd,
  hours: TEST_WORK_ORDER_SHAPE.shape.hours,
  actions,
  facts: part(`Facts of the finished work, ${FACTS_DOC}`).optional(),
});

export const REVIEW_OUTCOMES = ['approve', 'incomplete', 'wait', 'hold', 'skip'] as const;

export const REVIEW_TEST_EXPECT_SHAPE = z.strictObject({
  outcome: oneOf(REVIEW_OUTCOMES, 'What is decided.').optional(),
  reason,
  holds,
  criteria: part(CRITERIA_DOC).optional(),
});

export const REVIEW_TEST_SHAPE = z.strictObject({
  name,
  work_order: part('The finished work; what is left out stands in rules/README.md.').optional(),
  sent_back: wholeNumber({ min: 0, max: 20 }, 'How often it was sent back as incomplete before. Default 0.').optional(),
  recorded: part('A decision of the ledger, whose work order is taken instead.').optional(),
  expect: part('What must come out.'),
});

export const TEST_FILE_SHAPE = z.strictObject({
  $schema: freeText(500, 'Where the editor finds the format: "./rule-file.schema.json".').optional(),
  version: advised(z.literal(1), 'The version of the format.', { fix: 'Write "version": 1.', code: 'FM-R210' }),
  tests: listOf(z.unknown(), { min: 0, max: 500, what: 'tests' }, 'Tests of the rule file of the same name.'),
});

keysOfTheOtherKind.add(REVIEW_TEST_SHAPE, {
  candidates: onlyDispatch('candidates'),
  commitments: onlyDispatch('commitments'),
  earlier: onlyDispatch('earlier'),
});
keysOfTheOtherKind.add(REVIEW_TEST_EXPECT_SHAPE, {
  winner: onlyDispatch('winner'),
  stage: onlyDispatch('stage'),
  candidates: onlyDispatch('candidates'),
});
keysOfTheOtherKind.add(TEST_EXPECT_SHAPE, {
  criteria: {
    code: 'FM-R230',
    what: '"criteria" stands by itself in tests of review files alone',
    fix: 'Put it under the candidate: "candidates": {"801": {"criteria": {…}}}.',
  },
});

function onlyDispatch(key: string) {
  const what = `"${key}" is not for tests of review files`;
  return { code: 'FM-R230', what, fix: 'Delete it: a review looks at the work alone.' } as const;
}
