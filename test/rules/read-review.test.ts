import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import type { ReviewFile } from '../../src/domain/rule-file.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { parseRuleSet } from '../../src/rules/parse-rule-set.ts';
import { ruleText } from './rule-text.ts';

type Parts = {
  readonly id?: string;
  readonly more?: string;
  readonly criteria?: string;
  readonly decision?: string;
  readonly guardrails?: string;
};

/** A review file with one criterion, each part on a line of its own: criteria on line 3, decision on 4, guardrails on 5. */
function reviewText(parts: Parts = {}): string {
  return [
    `{"version": 1, "kind": "review", "id": "${parts.id ?? 'work'}", "name": "Work", "mode": "enforce",`,
    parts.more ?? '',
    `"criteria": [${parts.criteria ?? '{"name": "problems_open", "operator": "=", "value": 0}'}],`,
    `"decision": ${parts.decision ?? '{"approve_when": "all_required", "otherwise": "hold"}'}`,
    `${parts.guardrails === undefined ? '' : `, "guardrails": {${parts.guardrails}}`}}`,
  ].join('\n');
}

function read(parts: Parts = {}) {
  return parseRuleFile({ path: 'rules/w.json', text: reviewText(parts) }, DEFAULT_LIMITS);
}

function reviewOf(parts: Parts = {}): ReviewFile {
  const reading = read(parts);
  if (reading.kind !== 'review') throw new Error(JSON.stringify(reading));
  return reading.review;
}

/** `3 FM-R301 what — fix`. */
function problemsOf(parts: Parts): readonly string[] {
  const reading = read(parts);
  if (reading.kind !== 'problems') throw new Error('the file is accepted');
  return reading.problems.map((one) => formatProblem(one).replace(/^rules\/w\.json:(\d+):\d+/, '$1'));
}

describe('a review file', () => {
  it('needs no more than criteria and what becomes of the work, and holds whatever is unknown', () => {
    expect(reviewOf()).toMatchObject({
      id: 'work',
      mode: 'enforce',
      owner: null,
      because: null,
      canaryPercent: 0,
      priority: 0,
      appliesTo: null,
      criteria: [
        {
          position: 1,
          key: 'problems_open',
          label: 'Problems not resolved',
          weight: 0,
          isRequired: true,
          onMissing: 'hold',
          because: null,
          when: {
            kind: 'test',
            fact: { name: 'work_order.problems_open' },
            operator: 'equal',
            value: 0,
            written: '= 0',
          },
        },
      ],
      otherwise: { kind: 'hold' },
      guardrails: { maxActionsPerRun: null, maxDailyApprovedCents: null, quietHours: [], stopAfterErrors: null },
    });
  });

  it('takes everything else of the format, in the units people use', () => {
    const review = reviewOf({
      more: `"owner": "ops", "because": "Because.", "priority": 5, "applies_to": {"condition": "ours"},
        "conditions": {"ours": {"fact": "work_order.company_id", "operator": "=", "value": 15}},`.replace('\n', ' '),
      criteria: `{"name": "closing_notes", "weight": 20, "is_required": false, "on_missing": "hold"},
        {"name": "Hours over the estimate", "operator": "<=", "value": 12.5, "because": "An hour is an hour."},
        {"key": "ours", "name": "Ours", "is_required": false, "when": {"condition": "ours"}}`,
      decision: '{"approve_when": "all_required", "otherwise": {"incomplete": {"reason_id": 4, "reason": "Photos."}}}',
      guardrails: '"max_actions_per_run": 3, "max_daily_approved_usd": 1000.5, "stop_after_errors": 2',
    });
    expect(review).toMatchObject({ owner: 'ops', because: 'Because.', priority: 5 });
    expect(review.appliesTo).toMatchObject({ value: 15 });
    expect(
      review.criteria.map(({ key, weight, isRequired, onMissing }) => [key, weight, isRequired, onMissing]),
    ).toEqual([
      ['closing_notes', 20, false, 'hold'],
      ['hours_over_estimate', 0, true, 'hold'],
      ['ours', 0, false, 'ignore'],
    ]);
    expect(review.criteria.map(({ when }) => when)).toMatchObject([
      { value: true, written: '= true' },
      { value: 1_250, written: '<= 12.5' },
      { value: 15 },
    ]);
    expect(review.otherwise).toEqual({ kind: 'incomplete', reasonId: 4, reason: 'Photos.' });
    expect(review.guardrails).toEqual({
      maxActionsPerRun: 3,
      maxDailyApprovedCents: 100_050,
      quietHours: [],
      stopAfterErrors: 2,
    });
  });

  it.each<readonly [string, Parts, string]>([
    [
      'no criteria',
      { criteria: '' },
      '3 FM-R209 criteria has 0 entries — Write a list of 1 to 100 criteria in square brackets.',
    ],
    [
      'nothing required',
      { criteria: '{"name": "closing_notes", "is_required": false}' },
      '3 FM-R231 No criterion is required, so everything would be approved — Set "is_required": true on at least one.',
    ],
    [
      'a required criterion left out when unknown',
      { criteria: '{"name": "closing_notes", "on_missing": "ignore"}' },
      '3 FM-R232 A required criterion would be left out when it is unknown — Delete on_missing: a person then looks. Or set "is_required": false.',
    ],
    [
      'unknown taken for a match',
      { criteria: '{"name": "closing_notes", "on_missing": "match"}' },
      '3 FM-R206 on_missing is "match" — Write one of "hold", "ignore".',
    ],
    [
      'a slip in a name',
      { criteria: '{"name": "problem_open", "operator": "=", "value": 0}' },
      '3 FM-R301 There is no review criterion "problem_open" — Did you mean "problems_open"?',
    ],
    [
      'a name nobody knows',
      { criteria: '{"name": "xyzzy"}' },
      '3 FM-R301 There is no review criterion "xyzzy" — Write one of "hours_worked", "hours_over_estimate", "problems_open", "tasks_open", "deliverables", "closing_notes", "pay_to_release", "pay_over_offer_usd", "pay_over_offer". Or ask with "when".',
    ],
    [
      'no name',
      { criteria: '{"operator": "=", "value": 0}' },
      '3 FM-R202 name is missing — Add it. Write a text of 1 to 200 characters in double quotes.',
    ],
    [
      'no value',
      { criteria: '{"name": "tasks_open", "operator": "="}' },
      '3 FM-R403 tasks_open has no value — Add "value", for example "<=" and 0.',
    ],
    [
      'no operator',
      { criteria: '{"name": "tasks_open", "value": 0}' },
      '3 FM-R403 tasks_open has no operator — Add "operator", for example "<=" and 0.',
    ],
    [
      'short and long form at once',
      {
        criteria:
          '{"name": "tasks_open", "value": 0, "when": {"fact": "work_order.tasks_open", "operator": "=", "value": 0}}',
      },
      '3 FM-R402 The criterion has "when" and also "value" — Delete "value", or delete "when" and write the short form.',
    ],
    [
      'own words without a key',
      { criteria: '{"name": "Mine", "when": {"fact": "work_order.tasks_open", "operator": "=", "value": 0}}' },
      '3 FM-R406 "Mine" is no criterion we know, and it has no key — Add "key": "my_criterion", in your own words.',
    ],
    [
      'one key twice',
      { criteria: '{"name": "closing_notes"}, {"name": "closing_notes"}' },
      '3 FM-R401 Criterion 2 has the key "closing_notes", and so has criterion 1 — Give it a key of its own, for example "closing_notes_2".',
    ],
    [
      'more criteria than the ledger has room for',
      { criteria: Array.from({ length: 51 }, (_, n) => `{"name": "closing_notes", "key": "k${n}"}`).join() },
      '3 FM-R407 The file has 51 criteria, more than 50 — Join criteria that belong together with "any" or "all".',
    ],
    [
      'a fact of the provider',
      { criteria: '{"key": "k", "name": "K", "when": {"fact": "provider.rating", "operator": ">=", "value": 4}}' },
      '3 FM-R317 A review asks for provider.rating, and it looks at the work and not at who did it — Use facts that begin with "work_order.".',
    ],
    [
      'a fact of the provider in a named condition',
      {
        more: '"conditions": {"star": {"fact": "provider.rating", "operator": ">=", "value": 4}},',
        criteria: '{"key": "k", "name": "K", "when": {"condition": "star"}}',
      },
      '3 FM-R317 A review asks for provider.rating, and it looks at the work and not at who did it — Use facts that begin with "work_order.".',
    ],
    [
      'another word for approve_when',
      { decision: '{"approve_when": "all", "otherwise": "hold"}' },
      '4 FM-R206 approve_when is "all" — Did you mean "all_required"? Write one of "all_required".',
    ],
    [
      'no otherwise',
      { decision: '{"approve_when": "all_required"}' },
      '4 FM-R202 otherwise is missing — Add it. Write a value.',
    ],
    [
      'another word for otherwise',
      { decision: '{"approve_when": "all_required", "otherwise": "approve"}' },
      '4 FM-R206 otherwise is "approve" — Write "hold", or {"incomplete": {"reason_id": 4, "reason": "what is missing"}}.',
    ],
    [
      'something else for otherwise',
      { decision: '{"approve_when": "all_required", "otherwise": {"incomplete": 4}}' },
      '4 FM-R203 otherwise is {"incomplete":4} — Write "hold", or {"incomplete": {"reason_id": 4, "reason": "what is missing"}}.',
    ],
    [
      'incomplete without a reason',
      { decision: '{"approve_when": "all_required", "otherwise": {"incomplete": {"reason_id": 4}}}' },
      '4 FM-R202 reason is missing — Add it. Write a text of 1 to 1000 characters in double quotes.',
    ],
    [
      'the stages of a dispatch file',
      { decision: '{"approve_when": "all_required", "otherwise": "hold", "stages": []}' },
      '4 FM-R230 "stages" is not for review files — Say "approve_when" and "otherwise" instead.',
    ],
    [
      'the criteria of a dispatch file',
      { more: '"selection_rule": {"rules": []},' },
      '2 FM-R230 "selection_rule" is not for review files — Put the criteria into "criteria": […] at the top of the file.',
    ],
    [
      'the money of a dispatch file',
      { guardrails: '"pay": {"max_daily_total_usd": 5}' },
      '5 FM-R230 "pay" is not for review files — Write "max_daily_approved_usd" for what approvals may release in a day.',
    ],
    [
      'a slip in a key',
      { guardrails: '"max_daily_aproved_usd": 5' },
      '5 FM-R201 There is no key "max_daily_aproved_usd" here — Did you mean "max_daily_approved_usd"?',
    ],
    [
      'broken quiet hours',
      { guardrails: '"quiet_hours": [5]' },
      '5 FM-R203 entry 1 of quiet_hours is 5 — Write an object in curly brackets.',
    ],
  ])('is refused with place and fix: %s', (_, parts, expected) => {
    expect(problemsOf(parts)).toEqual([expected]);
  });

  it('without a decision says so once', () => {
    const text =
      '{"version": 1, "kind": "review", "id": "a", "name": "A", "mode": "off", "criteria": [{"name": "closing_notes"}]}';
    expect(parseRuleFile({ path: 'w', text }, DEFAULT_LIMITS)).toMatchObject({
      kind: 'problems',
      problems: [{ code: 'FM-R202', what: 'decision is missing' }],
    });
  });

  it('warns of a named condition that nothing uses', () => {
    const more = '"conditions": {"x": {"fact": "work_order.tasks_open", "operator": "=", "value": 0}},';
    expect(read({ more }).warnings).toMatchObject([{ code: 'FM-R803' }]);
  });
});

describe('review files among others', () => {
  function setOf(...texts: readonly string[]) {
    return parseRuleSet(
      texts.map((text, n) => ({ path: `rules/${n}.json`, text })),
      DEFAULT_LIMITS,
    );
  }

  it('belong to the set and its hash, and a dispatch file of the same priority is no rival', () => {
    const alone = setOf(ruleText());
    const both = setOf(ruleText(), reviewText());
    expect(both).toMatchObject({
      kind: 'ok',
      warnings: [],
      set: { files: [{ id: 'small' }], reviews: [{ id: 'work' }] },
    });
    expect(both.kind === 'ok' && alone.kind === 'ok' && both.set.hash !== alone.set.hash).toBe(true);
  });

  it('share their ids with dispatch files, and priorities with each other', () => {
    expect(setOf(ruleText(), reviewText({ id: 'small' }))).toMatchObject({ problems: [{ code: 'FM-R701' }] });
    expect(setOf(ruleText(), reviewText(), reviewText({ id: 'other' }))).toMatchObject({
      problems: [{ code: 'FM-R702' }],
    });
  });

  it('are no catch-all for dispatch', () => {
    expect(setOf(reviewText())).toMatchObject({ kind: 'ok', warnings: [{ code: 'FM-R801', where: 'rules' }] });
  });
});
