import { z } from 'zod';
import {
  advised,
  anything,
  freeText,
  listOf,
  money,
  oneOf,
  part,
  patternText,
  wholeNumber,
  yesNo,
} from './shape-fields.ts';

/**
 * The shape of every part of a rule file. Parts within parts are left open here and read on their own, so that one
 * mistake never hides another. The editor schema is made from these too.
 */
const FILE_ID = /^[a-z][a-z0-9-]{0,63}$/;
const KEY = /^[a-z][a-z0-9_]{0,63}$/;
const KEY_ADVICE = 'Write lower-case letters, digits and underscores, a letter first, for example "cancel_rate".';
export const LONGEST_NAME = 200;
export const LONGEST_REASON = 1_000;
export const HIGHEST = 1_000_000;

export const FILE_SHAPE = z.strictObject({
  $schema: freeText(500, 'Where the editor finds the format: "./rule-file.schema.json".').optional(),
  version: advised(z.literal(1), 'The version of the format.', { fix: 'Write "version": 1.', code: 'FM-R210' }),
  kind: oneOf(
    ['dispatch', 'review'],
    'What the file decides: "dispatch", who does the work; "review", whether finished work is approved. Default "dispatch".',
  ).optional(),
  id: patternText(
    { is: FILE_ID, say: 'Write lower-case letters, digits and hyphens, a letter first, for example "atm-onsite".' },
    'Unique among all rule files; never changed once decisions were made with it.',
  ),
  name: freeText(LONGEST_NAME, 'What people call it.'),
  owner: freeText(LONGEST_NAME, 'Who answers for it: a team or a person.').optional(),
  because: freeText(LONGEST_REASON, 'Why the file is as it is.').optional(),
  mode: advised(
    z.enum(['off', 'shadow', 'recommend', 'canary', 'enforce']),
    '"off" takes no part, "shadow" decides and records and never acts, "recommend" asks a person first, "canary" acts on a share of the work orders, "enforce" acts.',
    { fix: 'Write one of "off", "shadow", "recommend", "canary", "enforce".' },
  ),
  canary_percent: advised(
    z.number().gt(0).max(100),
    'With mode "canary": the share of the work orders it acts on, in percent, up to two decimals. The same work orders always, and a larger share keeps those of a smaller.',
    { fix: 'Write a number above 0 and up to 100, with at most two decimals.' },
  ).optional(),
  priority: wholeNumber(
    { min: 0, max: HIGHEST },
    'Of all files that apply, the highest decides. Default 0.',
  ).optional(),
  applies_to: anything('Which work orders: a condition over work_order facts. Left out: every work order.').optional(),
  conditions: part('Conditions with a name, to be used as {"condition": "name"}.').optional(),
  selection_rule: part("The criteria, in the platform's own shape."),
  decision: part('What is done when, and who is first among equals.'),
  guardrails: part('What must not happen, whatever the points say.').optional(),
  tests: listOf(z.unknown(), { min: 0, max: 200, what: 'tests' }, 'Examples of what the file must decide.').optional(),
});

export const SELECTION_RULE_SHAPE = z.strictObject({
  id: wholeNumber(
    { min: 0, max: Number.MAX_SAFE_INTEGER },
    "The platform's id of the rule this mirrors. Default 0: its default ranking.",
  ).optional(),
  rules: listOf(z.unknown(), { min: 1, max: 100, what: 'criteria' }, 'The criteria, in the order they are shown.'),
});

export const ON_MISSING = ['platform', 'no_match', 'match', 'hold', 'ignore'] as const;
export const ON_MISSING_DOC =
  'What an unknown fact means: "platform" takes Field Nation\'s own verdict, "no_match" gives nothing, "match" counts as matched, "hold" asks a person, "ignore" leaves the criterion out.';

export const ON_MISSING_SHAPE = z.strictObject({
  request: oneOf(ON_MISSING, 'For providers who asked for the work order. Default "platform".').optional(),
  routed: oneOf(ON_MISSING, 'For invited providers. Default "platform".').optional(),
  bench: oneOf(ON_MISSING, 'For known providers who are not invited yet. Default "platform".').optional(),
});

export const CRITERION_SHAPE = z.strictObject({
  key: patternText({ is: KEY, say: KEY_ADVICE }, 'Unique in the file. Default: the key of the criterion.').optional(),
  name: freeText(LONGEST_NAME, 'The criterion: our key, its label on Field Nation, or its SC_ code.'),
  operator: anything('Short form: how the fact is compared.').optional(),
  value: anything('Short form: what it is compared with, in the unit people use (miles, percent, stars).').optional(),
  params: anything('Short form: parameters of the fact, where it takes any.').optional(),
  when: anything('Long form: a condition tree, instead of operator and value.').optional(),
  weight: wholeNumber({ min: 0, max: HIGHEST }, 'Points when it matches. Default 0.').optional(),
  is_required: yesNo('Whether a provider who misses it is out. Default true.').optional(),
  can_remote: yesNo('Whether it counts for remote work too. Default: as the platform has it.').optional(),
  on_missing: anything(`${ON_MISSING_DOC} One word, or one for each kind of candidate.`).optional(),
  credit: part('Gives a part of the weight, by how good the value is.').optional(),
  because: freeText(LONGEST_REASON, 'Why it is asked for, and why this number.').optional(),
});

export const CREDIT_SHAPE = z.strictObject({
  kind: oneOf(['linear'], 'Full weight up to full_at, nothing from zero_at on, in proportion between them.'),
  full_at: anything('The value that earns the whole weight, in the unit people use.'),
  zero_at: anything('The value from which nothing is earned.'),
});

export const DECISION_SHAPE = z.strictObject({
  stages: listOf(z.unknown(), { min: 1, max: 50, what: 'stages' }, 'What is done and from when on, earliest first.'),
  tie_break: listOf(
    z.unknown(),
    { min: 1, max: 20, what: 'fields' },
    'The order of eligible candidates; must end in provider_id.',
  ).optional(),
  batch: oneOf(
    ['on', 'off'],
    'Whether its work orders are assigned together with all others of a run, best for all of them; "off": one at a time, after those. Default "on".',
  ).optional(),
  fill_weight: wholeNumber(
    { min: 1, max: 1_000 },
    'As how many usual work orders each of its own counts when there are too few providers for all. Default 1.',
  ).optional(),
  max_verdict_age_days: wholeNumber(
    { min: 0, max: 3_650 },
    "How old the platform's verdict of an earlier list may be to stand in for a bench candidate's fact. Default 30.",
  ).optional(),
  accept_client_pay_terms: yesNo("Accept the client's pay terms when assigning. Default false.").optional(),
});

const after_minutes = wholeNumber({ min: 0, max: 525_600 }, 'Minutes since the work order opened.');
const min_points = wholeNumber({ min: 0, max: 100 * HIGHEST }, 'Points a candidate must reach. Default 0.').optional();

const send_selection_rule = yesNo(
  "Send the required criteria along in the platform's inline form, by which it filters; each must be one comparison. Default false.",
).optional();
const discard_requests = yesNo(
  'Whether pending requests may be lost by unpublishing. False: the stage does not act while there are any. Default false.',
).optional();
const anyId = { min: 1, max: Number.MAX_SAFE_INTEGER };

export const STAGE_SHAPES = {
  assign: z.strictObject({
    after_minutes,
    do: z.literal('assign').describe('Assign the best eligible request.'),
    min_points,
    min_margin: wholeNumber(
      { min: 0, max: 100 * HIGHEST },
      'Points by which the winner must lead the best other eligible request; alone passes. Default 0.',
    ).optional(),
    withdraw_routes: yesNo(
      'Withdraw open invitations first; otherwise they make the stage wait. Default false.',
    ).optional(),
  }),
  route: z.strictObject({
    after_minutes,
    do: z.literal('route').describe('Invite the best known provider who has not been invited yet.'),
    min_points,
    send_selection_rule,
  }),
  mass_route: z.strictObject({
    after_minutes,
    do: z
      .literal('mass_route')
      .describe('Invite the best known providers at once; the first to accept gets the work order.'),
    top: wholeNumber(
      { min: 1, max: 200 },
      'How many are invited. Left out: everybody of the talent pool (200 at most).',
    ).optional(),
    min_points,
    talent_pool_id: wholeNumber(
      { min: 1, max: Number.MAX_SAFE_INTEGER },
      'Only members of this talent pool are invited.',
    ).optional(),
    unscored: yesNo(
      'Invite the whole talent pool by its id, whoever is in it: nobody is scored or limited. Default false.',
    ).optional(),
    send_selection_rule,
  }),
  publish: z.strictObject({
    after_minutes,
    do: z.literal('publish').describe('Publish the work order while it is a draft; counted from its creation.'),
  }),
  unpublish: z.strictObject({
    after_minutes,
    do: z.literal('unpublish').describe('Take the work order off the marketplace; it is a draft again.'),
    discard_requests,
  }),
  auto_dispatch: z.strictObject({
    after_minutes,
    do: z
      .literal('auto_dispatch')
      .describe("Hand the work order over to the platform's own dispatch; withdraws routes and unpublishes first."),
    delay_seconds: wholeNumber({ min: 300, max: 604_800 }, 'How long the platform has before it decides.'),
    discard_requests,
    selection_rule_id: wholeNumber(
      { min: 0, max: Number.MAX_SAFE_INTEGER },
      "The platform's rule to rank by. Default: the id of selection_rule.",
    ).optional(),
    should_route: yesNo(
      'True: route, and the first to accept is assigned. False: publish, and the best request is assigned. Default false.',
    ).optional(),
    w2_skip_publish: yesNo('Offer to W-2 employees first, without publishing.').optional(),
    w2_fail_switch: yesNo('Go to the marketplace when no employee took it; the delay then runs twice.').optional(),
    network_ids: listOf(
      z.int().min(1),
      { min: 1, max: 100, what: 'network ids' },
      'Only providers of these networks (talent pools).',
    ).optional(),
    tiered_auto_dispatch_id: wholeNumber(anyId, "The platform's tiered auto-dispatch to use.").optional(),
    auto_assign: yesNo('Sent as it is; the platform does not document what it does.').optional(),
    also_publish: yesNo('Publish as well when routing.').optional(),
    send_selection_rule,
  }),
  hold: z.strictObject({ after_minutes, do: z.literal('hold').describe('Hand the work order to a person.') }),
} as const;

export const GUARDRAILS_SHAPE = z.strictObject({
  max_actions_per_run: wholeNumber(
    { min: 0, max: 10_000 },
    'More actions than this in one run, and none is done.',
  ).optional(),
  max_share_of_open_percent: wholeNumber(
    { min: 0, max: 100 },
    'More than this share of the open work orders in one run, and nothing is done.',
  ).optional(),
  per_provider: part('What one provider may be given.').optional(),
  pay: part('What may be spent.').optional(),
  quiet_hours: listOf(z.unknown(), { min: 0, max: 50, what: 'windows' }, 'When nothing is done.').optional(),
  exclude_providers: listOf(z.unknown(), { min: 0, max: 2_000, what: 'providers' }, 'Who is never chosen.').optional(),
  canary: part('With mode "canary": what demotes the file to shadow.').optional(),
  stop_after_errors: wholeNumber(
    { min: 1, max: 1_000 },
    'Failed actions in a row after which the run stops acting.',
  ).optional(),
});

export const PER_PROVIDER_SHAPE = z.strictObject({
  per_day: wholeNumber({ min: 1, max: 100 }, 'Work orders that start on one local day.').optional(),
  per_7_days: wholeNumber({ min: 1, max: 700 }, 'Work orders that start within seven local days.').optional(),
  overlap: oneOf(['forbid', 'allow'], 'Whether work orders may overlap in time. Default "forbid".').optional(),
  travel_buffer_minutes: wholeNumber(
    { min: 0, max: 1_440 },
    'Time kept free between two work orders. Default 0.',
  ).optional(),
  again_after_give_back: oneOf(
    ['forbid', 'allow'],
    'Whether who gave a work order back may have it again. Default "forbid".',
  ).optional(),
});

export const PAY_SHAPE = z.strictObject({
  max_total_usd: money({ min: 0, max: 1_000_000 }, 'The most one work order may cost, in US dollars.').optional(),
  accept_counters: yesNo('Whether a counter-offer may be accepted. Default false.').optional(),
  max_counter_over_base_percent: wholeNumber(
    { min: 0, max: 100 },
    'How far a counter-offer may be above the pay of the work order.',
  ).optional(),
  max_daily_total_usd: money(
    { min: 0, max: 100_000_000 },
    'The most this file may commit in one UTC day, in US dollars.',
  ).optional(),
});

/** Sunday first: the place in the list is the day's number. */
export const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const CLOCK = {
  is: /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/,
  say: 'Write hours and minutes as "HH:MM", from "00:00" to "24:00".',
};

export const QUIET_HOURS_SHAPE = z.strictObject({
  days: listOf(
    z.enum(DAYS),
    { min: 1, max: 7, what: 'of "sun", "mon", "tue", "wed", "thu", "fri", "sat"' },
    'On which days.',
  ),
  from: patternText({ ...CLOCK, code: 'FM-R601' }, 'First minute, "HH:MM".'),
  to: patternText({ ...CLOCK, code: 'FM-R601' }, 'First minute after, "HH:MM"; "24:00" is midnight.'),
  time_zone: freeText(64, 'IANA name of the zone the times are in, for example "America/Chicago".'),
  because: freeText(LONGEST_REASON, 'Why.').optional(),
});

export const EXCLUSION_SHAPE = z.strictObject({
  id: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER }, 'The provider id.'),
  until: patternText(
    { is: /^\d{4}-\d{2}-\d{2}$/, say: 'Write the last day of the exclusion as "YYYY-MM-DD".', code: 'FM-R603' },
    'The last day (UTC) on which it holds. Left out: for good.',
  ).optional(),
  because: freeText(LONGEST_REASON, 'Why; shown wherever the provider is passed over.'),
});
