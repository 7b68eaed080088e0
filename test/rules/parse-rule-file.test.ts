import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Condition, RuleFile } from '../../src/domain/rule-file.ts';
import { OPERATORS, spellingsOf } from '../../src/rules/operators.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { ruleText } from './rule-text.ts';

function read(text: string) {
  const reading = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
  if (reading.kind !== 'ok') throw new Error(JSON.stringify(reading));
  return reading;
}

function fileOf(text: string): RuleFile {
  return read(text).file;
}

function warningsOf(text: string): readonly string[] {
  return read(text).warnings.map(({ code, line }) => `${line} ${code}`);
}

function criterionOf(rule: string) {
  const [criterion] = fileOf(ruleText({ rules: rule })).criteria;
  if (criterion === undefined) throw new Error('no criterion');
  return criterion;
}

function test(
  name: string,
  operator: string,
  rest: { value: Extract<Condition, { kind: 'test' }>['value']; written: string },
): Condition {
  return { kind: 'test', fact: { name, params: null, key: name }, operator, ...rest };
}

/** What the only stage of such a file sends along; the codes of its problems where it is refused. */
function sentBy(rules: string, more = '') {
  const stages = '{"after_minutes": 0, "do": "mass_route", "top": 3, "send_selection_rule": true}';
  const text = ruleText({ rules, stages, more });
  const reading = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
  if (reading.kind === 'problems') return reading.problems.map(({ code, line }) => `${line} ${code}`);
  const [stage] = reading.kind === 'ok' ? reading.file.stages : [];
  return stage?.do === 'mass_route' ? stage.sends?.map(({ canRemote: _place, ...sent }) => sent) : null;
}

describe('a selection rule that is sent along', () => {
  it('is what is required, in the short form and the words and units of the platform', () => {
    const rules = [
      '{"name": "Provider rating", "operator": "greaterThanInclusive", "value": 4.5, "weight": 45}',
      '{"name": "Worked with your company before", "weight": 100, "is_required": false}',
      '{"name": "Work orders completed (Automated Teller Machine (ATM))", "operator": ">", "value": 4}',
      '{"key": "own_kind", "name": "Work orders completed ({type_of_work})", "operator": ">=", "value": 5}',
    ];
    expect(sentBy(rules.join(',\n'))).toEqual([
      { name: 'rating', operator: '>=', value: 4.5 },
      { name: 'Work orders completed (Automated Teller Machine (ATM))', operator: '>', value: 4 },
      { name: 'Work orders completed', operator: '>=', value: 5 },
    ]);
  });

  it('needs at least one criterion that is required', () => {
    const preferred = '{"name": "rating", "operator": ">=", "value": 4.5, "is_required": false}';
    expect(sentBy(preferred)).toEqual(['8 FM-R220']);
    expect(
      sentBy(
        `${preferred}, {"name": "ours", "key": "ours", "is_required": false, "when": {"not": C}}`.replace(
          'C',
          '{"fact": "provider.rating", "operator": "<", "value": 4}',
        ),
      ),
    ).toEqual(['8 FM-R220']);
  });

  it('holds long forms that come to one comparison of the criterion’s own fact', () => {
    const comparison = '{"fact": "provider.rating", "operator": ">=", "value": 4.5}';
    const sent = [{ name: 'rating', operator: '>=', value: 4.5 }];
    expect(sentBy(`{"name": "rating", "when": ${comparison}}`)).toEqual(sent);
    expect(sentBy(`{"name": "rating", "when": {"all": [{"any": [${comparison}]}]}}`)).toEqual(sent);
    const more = `"conditions": {"good": ${comparison}},`;
    expect(sentBy('{"name": "rating", "when": {"condition": "good"}}', more)).toEqual(sent);
  });

  it.each([
    [
      'two comparisons',
      '{"name": "rating", "when": {"all": [C, {"fact": "provider.on_time", "operator": ">", "value": 9}]}}',
    ],
    ['a comparison turned around', '{"name": "rating", "when": {"not": C}}'],
    ['another fact', '{"name": "on_time", "when": C}'],
    ['a criterion we do not know', '{"name": "ours", "key": "ours", "when": C}'],
    ['a list of values', '{"name": "rating", "operator": "in", "value": [4.5, 5]}'],
    [
      'a kind of work that the name does not say',
      '{"name": "completed_of_type", "when": {"fact": "provider.completed_of_type", "params": {"type_of_work": "ATM"}, "operator": ">", "value": 5}}',
    ],
  ])('is refused with %s', (_what, rule) => {
    const comparison = '{"fact": "provider.rating", "operator": ">=", "value": 4.5}';
    expect(sentBy(rule.replace('C', comparison))).toEqual(['9 FM-R220']);
  });

  it('follows no named conditions in a circle, which is said as such', () => {
    const more = '"conditions": {"a": {"condition": "b"}, "b": {"condition": "a"}},';
    expect(sentBy('{"name": "rating", "when": {"condition": "a"}}', more)).toContain('7 FM-R314');
  });

  it('is said once, however many stages send it, and never where none does', () => {
    const rules = '{"key": "ours", "name": "ours", "when": {"fact": "provider.rating", "operator": ">", "value": 4}}';
    const stage = '{"after_minutes": 0, "do": "route", "send_selection_rule": SENDS}';
    const codes = (sends: string) => {
      const text = ruleText({ rules, stages: [stage, stage].join(',\n').replaceAll('SENDS', sends) });
      const reading = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
      return reading.kind === 'problems' ? reading.problems.map(({ code }) => code) : [];
    };
    expect([codes('true'), codes('false')]).toEqual([['FM-R220'], []]);
  });
});

describe('stages that leave the choice to the platform', () => {
  const stagesOf = (stages: string, rules?: string) =>
    fileOf(ruleText({ stages, ...(rules === undefined ? {} : { rules }) })).stages;

  it('say no more than they must', () => {
    const text =
      '{"after_minutes": 5, "do": "unpublish"}, {"after_minutes": 6, "do": "auto_dispatch", "delay_seconds": 300}, {"after_minutes": 7, "do": "mass_route", "talent_pool_id": 9, "unscored": true}';
    const silent = {
      w2SkipPublish: null,
      w2FailSwitch: null,
      networkIds: null,
      tieredAutoDispatchId: null,
      autoAssign: null,
      alsoPublish: null,
    };
    expect(stagesOf(text)).toEqual([
      { n: 1, afterMinutes: 5, do: 'unpublish', discardRequests: false },
      {
        n: 2,
        afterMinutes: 6,
        do: 'auto_dispatch',
        discardRequests: false,
        dispatch: { selectionRuleId: 0, shouldRoute: false, delaySeconds: 300, ...silent },
      },
      { n: 3, afterMinutes: 7, do: 'mass_route_pool', talentPoolId: 9 },
    ]);
  });

  it('say all that the platform can be told', () => {
    const [stage] = stagesOf(
      '{"after_minutes": 0, "do": "auto_dispatch", "delay_seconds": 604800, "discard_requests": true, "selection_rule_id": 7, "should_route": true, "w2_skip_publish": true, "w2_fail_switch": false, "network_ids": [3, 1], "tiered_auto_dispatch_id": 4, "auto_assign": true, "also_publish": false, "send_selection_rule": true}',
    );
    expect(stage).toMatchObject({
      discardRequests: true,
      dispatch: {
        selectionRuleId: 7,
        shouldRoute: true,
        delaySeconds: 604_800,
        w2SkipPublish: true,
        w2FailSwitch: false,
        networkIds: [3, 1],
        tieredAutoDispatchId: 4,
        autoAssign: true,
        alsoPublish: false,
      },
      sends: [{ name: 'rating', operator: '>=', value: 4.5, canRemote: true }],
    });
  });

  it('rank by the rule that the file mirrors, unless they name another', () => {
    const text = ruleText({ stages: '{"after_minutes": 0, "do": "auto_dispatch", "delay_seconds": 300}' });
    const [stage] = fileOf(text.replace('"selection_rule": {', '"selection_rule": {"id": 12, ')).stages;
    expect(stage).toMatchObject({ dispatch: { selectionRuleId: 12 } });
  });

  it('invite nobody unscored but a whole pool', () => {
    const text = ruleText({ stages: '{"after_minutes": 0, "do": "mass_route", "unscored": true, "top": 5}' });
    const reading = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
    expect('problems' in reading && reading.problems.map(({ what }) => what)).toEqual([
      'Without scoring only a whole talent pool can be invited',
      'Nobody is scored by this stage, so "top" can choose nobody',
    ]);
  });
});

describe('a rule file', () => {
  it('has at most as many criteria as the ledger has places for verdicts', () => {
    const rules = (count: number) =>
      Array.from({ length: count }, (_, n) => `{"key": "c${n}", "name": "rating", "operator": ">=", "value": 4}`);
    expect(fileOf(ruleText({ rules: rules(50).join(',\n') })).criteria).toHaveLength(50);
    const text = ruleText({ rules: rules(51).join(',\n') });
    const { kind, ...reading } = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
    expect([kind, 'problems' in reading && reading.problems.map(({ code, line }) => [code, line])]).toEqual([
      'problems',
      [['FM-R407', 59]],
    ]);
  });

  it('may act on a share of the work orders, in hundredths of a percent', () => {
    for (const share of [0.01, 0.29, 2.5, 33.33, 100]) {
      const text = ruleText({ mode: '"canary"', more: `"canary_percent": ${share},` });
      expect(fileOf(text)).toMatchObject({ mode: 'canary', canaryPercent: share });
    }
  });

  it('needs little, and has defaults for the rest', () => {
    const text =
      '{"version":1,"id":"a","name":"A","mode":"shadow","selection_rule":{"rules":[{"name":"rating","operator":">=","value":4.5}]},"decision":{"stages":[{"after_minutes":0,"do":"assign"}]}}';
    const { hash, ...file } = fileOf(text);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(file).toEqual({
      id: 'a',
      name: 'A',
      owner: null,
      because: null,
      mode: 'shadow',
      canaryPercent: 0,
      priority: 0,
      appliesTo: null,
      selectionRuleId: 0,
      criteria: [
        {
          position: 1,
          key: 'rating',
          label: 'Provider rating',
          weight: 0,
          isRequired: true,
          canRemote: true,
          when: test('provider.rating', 'greaterThanInclusive', { value: 450, written: '>= 4.5' }),
          onMissing: { request: 'platform', routed: 'platform', bench: 'platform' },
          credit: null,
          because: null,
        },
      ],
      stages: [{ n: 1, afterMinutes: 0, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: false }],
      tieBreak: [
        { by: 'points', direction: 'desc' },
        { by: 'total_pay', direction: 'asc' },
        { by: 'assigned_7d', direction: 'asc' },
        { by: 'distance', direction: 'asc' },
        { by: 'requested_at', direction: 'asc' },
        { by: 'provider_id', direction: 'asc' },
      ],
      batch: 'on',
      fillWeight: 1,
      maxVerdictAgeDays: 30,
      acceptClientPayTerms: false,
      guardrails: {
        maxActionsPerRun: null,
        maxShareOfOpenPercent: null,
        perProvider: {
          perDay: null,
          per7Days: null,
          forbidOverlap: true,
          travelBufferMinutes: 0,
          forbidAfterGiveBack: true,
        },
        pay: { maxTotalCents: null, acceptCounters: false, maxCounterOverBasePercent: null, maxDailyTotalCents: null },
        quietHours: [],
        excludeProviders: [],
        stopAfterErrors: null,
      },
      path: 'rules/x.json',
      text,
    });
  });

  it('carries everything it says', () => {
    const file = fileOf(
      ruleText({
        priority: '50',
        more: '"$schema": "./rule-file.schema.json", "kind": "dispatch", "owner": "us", "because": "so",',
        stages:
          '{"after_minutes": 0, "do": "assign", "min_points": 5, "min_margin": 2, "withdraw_routes": true}, {"after_minutes": 5, "do": "route", "min_points": 0}, {"after_minutes": 5, "do": "mass_route", "top": 10}, {"after_minutes": 6, "do": "publish"}, {"after_minutes": 9, "do": "hold"}',
        rules:
          '{"name": "rating", "operator": ">=", "value": 4.5, "weight": 9, "is_required": false, "can_remote": false, "because": "so"}',
        decision:
          ', "tie_break": ["worked_with", "rating:asc", "provider_id:desc"], "batch": "off", "fill_weight": 3, "max_verdict_age_days": 7, "accept_client_pay_terms": true',
        guardrails:
          '"max_actions_per_run": 5, "max_share_of_open_percent": 40, "stop_after_errors": 3, "per_provider": {"per_day": 3, "per_7_days": 10, "overlap": "allow", "travel_buffer_minutes": 60, "again_after_give_back": "allow"}, "pay": {"max_total_usd": 450.5, "accept_counters": true, "max_counter_over_base_percent": 15, "max_daily_total_usd": 5000}, "quiet_hours": [{"days": ["sat", "sun", "sun"], "from": "06:30", "to": "24:00", "time_zone": "America/Chicago"}], "exclude_providers": [{"id": 5, "until": "2027-01-31", "because": "ban"}, {"id": 6, "because": "for good"}]',
      }),
    );
    expect(file).toMatchObject({
      owner: 'us',
      because: 'so',
      priority: 50,
      batch: 'off',
      fillWeight: 3,
      maxVerdictAgeDays: 7,
      acceptClientPayTerms: true,
    });
    expect(file.criteria[0]).toMatchObject({ weight: 9, isRequired: false, canRemote: false, because: 'so' });
    expect(file.stages).toEqual([
      { n: 1, afterMinutes: 0, do: 'assign', minPoints: 5, minMargin: 2, withdrawRoutes: true },
      { n: 2, afterMinutes: 5, do: 'route', minPoints: 0 },
      { n: 3, afterMinutes: 5, do: 'mass_route', top: 10, talentPoolId: null, minPoints: 0 },
      { n: 4, afterMinutes: 6, do: 'publish' },
      { n: 5, afterMinutes: 9, do: 'hold' },
    ]);
    expect(file.tieBreak).toEqual([
      { by: 'worked_with', direction: 'desc' },
      { by: 'rating', direction: 'asc' },
      { by: 'provider_id', direction: 'desc' },
    ]);
    expect(file.guardrails).toEqual({
      maxActionsPerRun: 5,
      maxShareOfOpenPercent: 40,
      perProvider: {
        perDay: 3,
        per7Days: 10,
        forbidOverlap: false,
        travelBufferMinutes: 60,
        forbidAfterGiveBack: false,
      },
      pay: { maxTotalCents: 45_050, acceptCounters: true, maxCounterOverBasePercent: 15, maxDailyTotalCents: 500_000 },
      quietHours: [{ days: [0, 6], fromMinute: 390, toMinute: 1_440, timeZone: 'America/Chicago', because: null }],
      excludeProviders: [
        { providerId: 5, untilMs: Date.UTC(2027, 1, 1), because: 'ban' },
        { providerId: 6, untilMs: null, because: 'for good' },
      ],
      stopAfterErrors: 3,
    });
  });

  it('reads its own tests, each with its place', () => {
    const one =
      '{"name": "t", "work_order": {"open_minutes": 5, "pay_usd": 2.5}, "candidates": [{"id": 1, "kind": "bench", "facts": {"rating": 4.5}}], "expect": {"outcome": "wait"}}';
    expect(read(ruleText({ more: `"tests": [${one}],` })).tests).toMatchObject([
      {
        name: 't',
        place: { path: 'rules/x.json', line: 7, column: 11 },
        given: {
          kind: 'dispatch',
          openMinutes: 5,
          workOrder: { payCents: 250, facts: [] },
          candidates: [{ id: 1, kind: 'bench', facts: [{ ref: { key: 'provider.rating' }, value: 450 }] }],
        },
        expect: { outcome: 'wait', candidates: [] },
      },
    ]);
  });
});

describe('a criterion', () => {
  it.each(['rating', 'Provider rating', 'PROVIDER RATING', 'SC_STAR_BASED_RATING', 'sc_star_based_rating'])(
    'is known as %s, and carries the label of the platform',
    (name) => {
      const criterion = criterionOf(`{"name": "${name}", "operator": ">=", "value": 4.5}`);
      expect(criterion).toMatchObject({ key: 'rating', label: 'Provider rating' });
    },
  );

  it('needs no operator and value when it is a yes or no', () => {
    const wanted = test('provider.worked_with', 'equal', { value: true, written: '= true' });
    expect(criterionOf('{"name": "Worked with your company before"}').when).toEqual(wanted);
    expect(criterionOf('{"name": "worked_with", "operator": "=", "value": true}').when).toEqual(wanted);
  });

  it('takes the kind of work from the brackets of its label', () => {
    const name = 'Work orders completed (Automated Teller Machine (ATM))';
    const criterion = criterionOf(`{"name": "${name}", "operator": ">=", "value": 5}`);
    expect(criterion).toMatchObject({ key: 'completed_of_type', label: name, canRemote: false });
    expect(criterion.when).toMatchObject({ fact: { params: { type_of_work: 'Automated Teller Machine (ATM)' } } });
  });

  it('takes the kind of work from its parameters, which also fill the label', () => {
    const criterion = criterionOf(
      '{"name": "SC_TYPE_OF_WORK", "params": {"type_of_work": "ATM"}, "operator": ">=", "value": 5}',
    );
    expect(criterion.label).toBe('Work orders completed (ATM)');
    expect(criterion.when).toMatchObject({ fact: { key: 'provider.completed_of_type{"type_of_work":"ATM"}' } });
  });

  it('leaves the kind of work open when the work order is to say it', () => {
    const criterion = criterionOf('{"name": "Work orders completed ({type_of_work})", "operator": ">=", "value": 5}');
    expect(criterion.label).toBe('Work orders completed ({type_of_work})');
    const long =
      '{"name": "completed_of_type", "when": {"fact": "provider.completed_of_this_type", "operator": ">=", "value": 5}}';
    expect(criterionOf(long).label).toBe('Work orders completed ({type_of_work})');
  });

  it('may be of the file’s own, and then needs a key', () => {
    const when =
      '{"any": [{"fact": "provider.groups", "operator": "contains", "value": 9921}, {"not": {"fact": "provider.rating", "operator": "<", "value": 4}}]}';
    const criterion = criterionOf(`{"key": "ours", "name": " Ours ", "when": ${when}}`);
    expect(criterion).toMatchObject({ key: 'ours', label: 'Ours', canRemote: true });
    expect(criterion.when).toEqual({
      kind: 'any',
      of: [
        test('provider.groups', 'contains', { value: 9921, written: 'has 9921' }),
        { kind: 'not', of: test('provider.rating', 'lessThan', { value: 400, written: '< 4' }) },
      ],
    });
  });

  it('says what unknown means, for all candidates or for each kind', () => {
    const rating = '"name": "rating", "operator": ">=", "value": 4.5';
    const one = criterionOf(`{${rating}, "on_missing": "hold"}`);
    expect(one.onMissing).toEqual({ request: 'hold', routed: 'hold', bench: 'hold' });
    const each = criterionOf(`{${rating}, "on_missing": {"request": "match", "bench": "ignore"}}`);
    expect(each.onMissing).toEqual({ request: 'match', routed: 'platform', bench: 'ignore' });
  });

  it('may give a part of its weight', () => {
    const distance = '"name": "distance", "operator": "<=", "value": 50';
    const { credit } = criterionOf(`{${distance}, "credit": {"kind": "linear", "full_at": 10, "zero_at": 50}}`);
    const fact = { name: 'provider.distance', params: null, key: 'provider.distance' };
    expect(credit).toEqual({ kind: 'linear', fullAt: 16_093, zeroAt: 80_467, fact });
  });

  it('may give a part of its weight by the one number of a tree', () => {
    const when =
      '{"all": [{"fact": "provider.rating", "operator": ">", "value": 3}, {"fact": "provider.rating", "operator": "!=", "value": 4}, {"fact": "provider.worked_with", "operator": "=", "value": true}]}';
    const rule = `{"key": "k", "name": "Own", "when": ${when}, "credit": {"kind": "linear", "full_at": 5, "zero_at": 3}}`;
    expect(criterionOf(rule).credit).toMatchObject({ fullAt: 500, zeroAt: 300 });
  });
});

describe('a comparison', () => {
  it('may spell its operator in every documented way', () => {
    const spellings = OPERATORS.flatMap((operator) =>
      spellingsOf(operator).map((spelling) => [operator, spelling] as const),
    );
    for (const [operator, spelling] of spellings) {
      const [fact, value] = operator.fits.includes('numbers') ? ['provider.groups', '5'] : ['provider.rating', '5'];
      const condition = `{"fact": "${fact}", "operator": "${spelling}", "value": ${operator.takes === 'list' ? `[${value}]` : value}}`;
      expect(criterionOf(`{"key": "k", "name": "Own", "when": ${condition}}`).when).toMatchObject({
        operator: operator.name,
      });
    }
    expect(spellings.map(([, spelling]) => spelling)).toEqual([
      '>=',
      'greaterThanInclusive',
      '>',
      'greaterThan',
      'greater_than',
      '<=',
      'lessThanInclusive',
      '<',
      'lessThan',
      'less_than',
      '=',
      'equal',
      '==',
      'equal_to',
      '!=',
      'notEqual',
      'not_equal_to',
      'in',
      'not in',
      'notIn',
      'has',
      'contains',
      'lacks',
      'doesNotContain',
    ]);
  });

  it.each([
    ['cancel_rate', '2.5', 250],
    ['rating', '4.55', 455],
    ['distance', '50', 80_467],
    ['completed_of_this_type', '5', 5],
    ['pay_total', '99.99', 9_999],
  ])('keeps a value of %s in the unit of its fact', (name, written, kept) => {
    expect(criterionOf(`{"name": "${name}", "operator": ">=", "value": ${written}}`).when).toMatchObject({
      value: kept,
    });
  });

  it('keeps hours to the minute', () => {
    const appliesTo = '{"fact": "work_order.hours_until_start", "operator": ">", "value": 0.33}';
    expect(fileOf(ruleText({ more: `"applies_to": ${appliesTo},` })).appliesTo).toMatchObject({
      value: 20,
      written: '> 0.33',
    });
  });

  it('keeps a list sorted and each value once', () => {
    const clients = '{"fact": "work_order.client_id", "operator": "in", "value": [310, 15, 310]}';
    const states = '{"fact": "work_order.status", "operator": "not in", "value": ["routed", "published"]}';
    expect(fileOf(ruleText({ more: `"applies_to": {"all": [${clients}, ${states}]},` })).appliesTo).toMatchObject({
      of: [
        { value: [15, 310], written: 'in [310,15,310]' },
        { value: ['published', 'routed'], operator: 'notIn' },
      ],
    });
  });

  it('takes minus zero for zero', () => {
    const { when } = criterionOf('{"name": "cancel_rate", "operator": "<=", "value": -0}');
    expect(when).toMatchObject({ value: 0, written: '<= 0' });
  });
});

describe('a named condition', () => {
  const near = '"near": {"fact": "provider.distance", "operator": "<", "value": 5}';

  it('is put in place wherever it is named', () => {
    const file = fileOf(
      ruleText({
        more: `"conditions": {${near}, "good": {"all": [{"condition": "near"}, {"condition": "near"}]}},`,
        rules:
          '{"key": "a", "name": "Own", "when": {"condition": "good"}}, {"key": "b", "name": "Own two", "when": {"not": {"condition": "near"}}}',
      }),
    );
    const wanted = test('provider.distance', 'lessThan', { value: 8_047, written: '< 5' });
    expect(file.criteria.map((criterion) => criterion.when)).toEqual([
      { kind: 'all', of: [wanted, wanted] },
      { kind: 'not', of: wanted },
    ]);
  });

  it('may be used by applies_to when it asks about the work order alone', () => {
    const file = fileOf(
      ruleText({
        more: '"conditions": {"site": {"not": {"fact": "work_order.is_remote", "operator": "=", "value": true}}}, "applies_to": {"condition": "site"},',
      }),
    );
    expect(file.appliesTo).toMatchObject({ kind: 'not' });
  });

  it('is reported once, however often it is named', () => {
    const text = ruleText({
      more: '"conditions": {"bad": {"fact": "provider.distanc", "operator": "<", "value": 5}},',
      rules: '{"key": "a", "name": "Own", "when": {"all": [{"condition": "bad"}, {"condition": "bad"}]}}',
    });
    const reading = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
    expect(reading.kind === 'problems' && reading.problems.map((problem) => problem.code)).toEqual(['FM-R302']);
  });
});

describe('a warning', () => {
  it('is given for what has no effect', () => {
    expect(warningsOf(ruleText({ rules: '{"name": "worked_with", "is_required": false}' }))).toEqual(['9 FM-R802']);
    expect(
      warningsOf(ruleText({ more: '"conditions": {"a": {"fact": "provider.rating", "operator": "<", "value": 5}},' })),
    ).toEqual(['7 FM-R803']);
    expect(
      warningsOf(ruleText({ stages: '{"after_minutes": 0, "do": "hold"},\n{"after_minutes": 1, "do": "assign"}' })),
    ).toEqual(['13 FM-R805']);
  });

  it('is given for a stage that asks for more points than there are', () => {
    const rules = '{"name": "rating", "operator": ">=", "value": 4.5, "weight": 45}';
    expect(warningsOf(ruleText({ rules, stages: '{"after_minutes": 0, "do": "assign", "min_points": 46}' }))).toEqual([
      '12 FM-R804',
    ]);
    expect(warningsOf(ruleText({ rules, stages: '{"after_minutes": 0, "do": "assign", "min_points": 45}' }))).toEqual(
      [],
    );
  });

  it('is given for counter-offers without a limit', () => {
    expect(warningsOf(ruleText({ guardrails: '"pay": {"accept_counters": true}' }))).toEqual(['13 FM-R806']);
    expect(warningsOf(ruleText({ guardrails: '"pay": {"accept_counters": true, "max_total_usd": 5}' }))).toEqual([]);
  });

  it('is given for a name that may be a slip', () => {
    const when = '"when": {"fact": "provider.rating", "operator": ">=", "value": 4.5}';
    expect(warningsOf(ruleText({ rules: `{"key": "k", "name": "Provider ratin", ${when}}` }))).toEqual(['9 FM-R807']);
    expect(warningsOf(ruleText({ rules: `{"key": "k", "name": "Zodiac sign", ${when}}` }))).toEqual([]);
  });

  it('comes with the problems of a broken file too', () => {
    const reading = parseRuleFile(
      { path: 'x', text: ruleText({ id: '5', rules: '{"name": "worked_with", "is_required": false}' }) },
      DEFAULT_LIMITS,
    );
    expect(reading.kind).toBe('problems');
    expect(reading.warnings.map((warning) => warning.code)).toEqual(['FM-R802']);
  });
});
