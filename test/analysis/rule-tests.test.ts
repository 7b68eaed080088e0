import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRecordedTest } from '../../src/analysis/decide-recorded-test.ts';
import { runRuleTests } from '../../src/analysis/run-rule-tests.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { formatProblem } from '../../src/domain/problem.ts';
import type { ReviewFile, RuleFile } from '../../src/domain/rule-file.ts';
import { escapeXml, ruleTestsJunit } from '../../src/report/rule-tests-junit.ts';
import { coverageLines, ruleTestLines } from '../../src/report/rule-tests-text.ts';
import { parseRuleFile, parseTestFile } from '../../src/rules/parse-rule-file.ts';
import { type RuleTextParts, ruleText } from '../rules/rule-text.ts';
import { aFinishedWork, aReviewFile, aRuleFile, aSlate, aWorkOrder, NOW_MS } from '../support/builders.ts';

const RULES = [
  '{"name": "rating", "operator": ">=", "value": 4.5, "weight": 50, "on_missing": "hold"}',
  '{"name": "cancel_rate", "operator": "<=", "value": 5, "weight": 30}',
  '{"name": "distance", "operator": "<=", "value": 50, "weight": 20, "is_required": false}',
].join(',\n');

const STAGES = [
  '{"after_minutes": 0, "do": "assign", "min_points": 100}',
  '{"after_minutes": 30, "do": "assign", "withdraw_routes": true}',
  '{"after_minutes": 60, "do": "route"}',
  '{"after_minutes": 90, "do": "mass_route", "talent_pool_id": 7}',
  '{"after_minutes": 240, "do": "hold"}',
].join(',\n');

type TestParts = { readonly [key: string]: unknown };

function run(tests: readonly TestParts[], parts: RuleTextParts = {}) {
  const named = tests.map((test, place) => ({ name: `test ${place + 1}`, ...test }));
  const more = `${parts.more ?? ''}"tests": ${JSON.stringify(named)},`;
  return runText(ruleText({ rules: RULES, stages: STAGES, ...parts, more }));
}

function runText(text: string) {
  const read = parseRuleFile({ path: 'rules/x.json', text }, DEFAULT_LIMITS);
  if (read.kind === 'problems') throw new Error(read.problems.map(formatProblem).join('\n'));
  const file = read.kind === 'ok' ? read.file : read.review;
  return runRuleTests({ file, tests: read.tests, broken: [] }, () => ({ missing: 'There is no ledger.' }));
}

/** What failed, as lines; empty: everything passed. */
function failuresOf(tests: readonly TestParts[], parts: RuleTextParts = {}): readonly string[] {
  return ruleTestLines(run(tests, parts)).slice(1);
}

const good = { rating: 4.8, cancel_rate: 1, distance: 10 };
const asks = (id: number, facts: object = good, more: object = {}) => ({ id, kind: 'request', facts, ...more });

describe('a test of a rule file', () => {
  it('is decided as a run decides: stages, points, tie-break and who is next', () => {
    expect(
      failuresOf([
        {
          candidates: [asks(1), asks(2, { ...good, distance: 60 }), asks(3, { ...good, rating: 4.4 })],
          expect: {
            outcome: 'assign',
            stage: 1,
            winner: 1,
            runner_up: 2,
            reason: 'FM-1002',
            cost_usd: 100,
            invited: [],
            holds: [],
            candidates: {
              1: { points: 100, max_points: 100, is_match: true, eligible: true, rank: 1, blocked_by: [] },
              2: { points: 80, criteria: { distance: 'no_match_preferred' }, rank: 2 },
              3: { eligible: false, blocked_by: ['FM-5001'], rank: null, criteria: { rating: 'no_match_required' } },
            },
          },
        },
        {
          work_order: { open_minutes: 29 },
          candidates: [asks(2, { ...good, distance: 60 })],
          expect: { outcome: 'wait', stage: null, winner: null, reason: 'FM-2002' },
        },
        { work_order: { open_minutes: 240 }, expect: { outcome: 'hold', stage: 5, reason: 'FM-3004' } },
      ]),
    ).toEqual([]);
  });

  it('takes what it does not say, and null, as not known', () => {
    const unsure = (rating?: null) => ({
      work_order: { open_minutes: 30 },
      candidates: [asks(1, { cancel_rate: 1, ...(rating === undefined ? {} : { rating }) })],
      expect: {
        outcome: 'hold',
        reason: 'FM-3005',
        holds: ['rating'],
        candidates: { 1: { criteria: { rating: 'unknown_required', distance: 'unknown_preferred' } } },
      },
    });
    expect(failuresOf([unsure(), unsure(null)])).toEqual([]);
  });

  it("takes the platform's verdicts by key or label, those of the bench with their age", () => {
    const bench = (days: number) => ({
      id: 1,
      kind: 'bench',
      facts: { rating: 5 },
      platform: { cancel_rate: 'match' },
      verdict_age_days: days,
    });
    const outcome = (days: number, winner: number | null) => {
      const criteria = { cancel_rate: winner === null ? 'unknown_required' : 'match' };
      return {
        work_order: { open_minutes: 60 },
        candidates: [bench(days)],
        expect: { winner, candidates: { 1: { criteria } } },
      };
    };
    const byLabel = {
      candidates: [asks(1, { rating: 5 }, { platform: { 'Provider Cancel Rate': 'no_match' } })],
      expect: { candidates: { 1: { criteria: { cancel_rate: 'no_match_required' } } } },
    };
    expect(failuresOf([outcome(30, 1), outcome(31, null), byLabel])).toEqual([]);
  });

  it('holds every limit: pay, counter-offers, expiry, bookings, exclusions, quiet hours and the day’s money', () => {
    const guardrails = [
      '"per_provider": {"per_day": 1, "overlap": "forbid", "travel_buffer_minutes": 60}',
      '"pay": {"max_total_usd": 300, "accept_counters": true, "max_counter_over_base_percent": 10, "max_daily_total_usd": 1000}',
      '"quiet_hours": [{"days": ["sun"], "from": "00:00", "to": "24:00", "time_zone": "America/Chicago"}]',
      '"exclude_providers": [{"id": 9, "until": "2027-01-31", "because": "site ban"}]',
    ].join(', ');
    const blocked = (candidate: object, codes: readonly string[], more: object = {}) => ({
      candidates: [{ ...asks(1), ...candidate }],
      expect: { outcome: 'wait', candidates: { [Object(candidate).id ?? 1]: { blocked_by: codes } } },
      ...more,
    });
    const soon = { starts_in_hours: 24, hours: 2 };
    expect(
      failuresOf(
        [
          blocked({}, ['FM-5008'], { work_order: { pay_usd: 301 } }),
          blocked({}, ['FM-5016'], { work_order: { pay_usd: null } }),
          blocked({ counter_usd: 111 }, ['FM-5007']),
          blocked({ counter_usd: 110, expenses_usd: 1 }, ['FM-5007']),
          blocked({ is_expired: true }, ['FM-5004']),
          blocked({ expires_in_minutes: 0 }, ['FM-5004']),
          blocked({ is_withdrawn: true }, ['FM-5003']),
          blocked({ actions: [] }, ['FM-5005']),
          blocked({ id: 9 }, ['FM-5009']),
          blocked({}, ['FM-5010', 'FM-5011'], {
            work_order: soon,
            commitments: [{ provider: 1, starts_in_hours: 26.5 }],
          }),
          blocked({ kind: 'routed' }, ['FM-5013']),
          {
            work_order: { at: '2027-02-01T12:00Z' },
            candidates: [asks(9)],
            expect: { outcome: 'assign', winner: 9 },
          },
          {
            work_order: { at: '2027-01-10T12:00-06:00' },
            candidates: [asks(1)],
            expect: { outcome: 'wait', reason: 'FM-2005' },
          },
          { spent_today_usd: 950, candidates: [asks(1)], expect: { outcome: 'hold', reason: 'FM-3010' } },
          {
            candidates: [asks(1, good, { counter_usd: 110 })],
            expect: { outcome: 'assign', reason: 'FM-1004', cost_usd: 110 },
          },
        ],
        { guardrails },
      ),
    ).toEqual([]);
  });

  it('counts what stages have done before, and how it ended', () => {
    const pool = (id: number) => ({ id, kind: 'bench', facts: { ...good, 'provider.groups': [7] } });
    const late = { open_minutes: 100 };
    const routed = { stage: 3, minutes_ago: 35, to: [1] };
    expect(
      failuresOf([
        {
          work_order: late,
          candidates: [pool(1), pool(2), { id: 3, kind: 'bench', facts: good }],
          earlier: [routed],
          expect: { outcome: 'mass_route', stage: 4, invited: [2], candidates: { 1: { blocked_by: ['FM-5017'] } } },
        },
        {
          work_order: late,
          candidates: [pool(1)],
          earlier: [{ ...routed, ended: 'refused' }],
          expect: { outcome: 'wait', candidates: { 1: { blocked_by: ['FM-5015'] } } },
        },
        {
          work_order: late,
          earlier: [{ ...routed, ended: 'unknown' }],
          expect: { outcome: 'hold', reason: 'FM-3007' },
        },
        {
          candidates: [asks(1)],
          earlier: [{ stage: 1, minutes_ago: 1, to: [1] }],
          expect: { outcome: 'wait', reason: 'FM-2006' },
        },
        {
          work_order: { declined_by: [1], open_minutes: 60 },
          candidates: [pool(1)],
          expect: { candidates: { 1: { blocked_by: ['FM-5040'] } } },
        },
        {
          work_order: { open_minutes: 30 },
          candidates: [asks(1), { id: 2, kind: 'routed' }, asks(3, { ...good, rating: 4 }, { is_invited: true })],
          expect: { outcome: 'assign', winner: 1, stage: 2 },
        },
      ]),
    ).toEqual([]);
  });

  it('knows what stages have asked of the platform before', () => {
    const stages = [
      '{"after_minutes": 0, "do": "publish"}',
      '{"after_minutes": 5, "do": "mass_route", "talent_pool_id": 7, "unscored": true}',
      '{"after_minutes": 10, "do": "unpublish"}',
      '{"after_minutes": 20, "do": "auto_dispatch", "delay_seconds": 600, "discard_requests": true}',
      '{"after_minutes": 300, "do": "hold"}',
    ].join(', ');
    const parts = { stages, guardrails: '"pay": {"accept_counters": true}' };
    expect(
      failuresOf(
        [
          { work_order: { open_minutes: 5 }, expect: { outcome: 'mass_route', stage: 2 } },
          {
            work_order: { open_minutes: 15 },
            earlier: [{ stage: 2, minutes_ago: 10 }],
            expect: { outcome: 'unpublish', stage: 3 },
          },
          {
            work_order: { open_minutes: 40, status: 'draft' },
            earlier: [
              { stage: 1, minutes_ago: 40 },
              { stage: 2, minutes_ago: 35 },
              { stage: 3, minutes_ago: 20 },
            ],
            expect: { outcome: 'auto_dispatch', stage: 4 },
          },
          {
            work_order: { open_minutes: 40, status: 'draft' },
            earlier: [{ stage: 4, minutes_ago: 9 }],
            expect: { outcome: 'wait', reason: 'FM-2007' },
          },
        ],
        parts,
      ),
    ).toEqual([]);
    const counter = {
      candidates: [asks(1, good, { counter_usd: 90 })],
      earlier: [{ stage: 1, minutes_ago: 1, to: [1], ended: 'refused', reason: 'FM-6002' }],
    };
    const expected = { expect: { candidates: { 1: { blocked_by: ['FM-5015'] } } } };
    expect(failuresOf([{ ...counter, ...expected }], { guardrails: parts.guardrails })).toEqual([]);
  });

  it('says so of a candidate that nobody looked at', () => {
    const more = '"applies_to": {"fact": "work_order.is_remote", "operator": "=", "value": true},';
    const test = { candidates: [asks(1)], expect: { candidates: { 1: { points: 100 } } } };
    expect(failuresOf([test], { more }).join('\n')).toContain('candidates.1: wanted looked at, got none');
  });

  it('takes a candidate for like another, fact by fact, but for what it says itself', () => {
    const first = asks(1, { ...good, cancel_rate: null }, { platform: { cancel_rate: 'match' }, counter_usd: 80 });
    const late = { open_minutes: 30 };
    expect(
      failuresOf(
        [
          {
            work_order: late,
            candidates: [
              first,
              { id: 2, like: 1, facts: { distance: 60 } },
              { id: 3, like: 2, platform: { cancel_rate: 'no_match' } },
            ],
            expect: {
              winner: 1,
              cost_usd: 80,
              candidates: {
                2: { points: 80, criteria: { distance: 'no_match_preferred', cancel_rate: 'match' } },
                3: { points: 50, blocked_by: ['FM-5001'], criteria: { cancel_rate: 'no_match_required' } },
              },
            },
          },
          {
            work_order: { open_minutes: 60 },
            candidates: [
              { ...first, is_expired: true },
              { id: 2, like: 1, kind: 'bench' },
            ],
            expect: { outcome: 'route', winner: 2, cost_usd: 100 },
          },
        ],
        { guardrails: '"pay": {"accept_counters": true}' },
      ),
    ).toEqual([]);
  });

  it('is skipped, and says why, where the file does not apply', () => {
    const more = '"applies_to": {"fact": "work_order.is_remote", "operator": "=", "value": true},';
    const test = (outcome: string) => ({ candidates: [asks(1)], expect: { outcome } });
    expect(failuresOf([test('skip')], { more })).toEqual([]);
    expect(failuresOf([test('assign')], { more }).join('\n')).toContain(
      'the file does not apply: work_order.is_remote is no, asked = true',
    );
  });

  it('counts a file that is off or in shadow as one that acts', () => {
    const test = { candidates: [asks(1)], expect: { outcome: 'assign' } };
    expect([...failuresOf([test], { mode: '"off"' }), ...failuresOf([test], { mode: '"shadow"' })]).toEqual([]);
  });

  it('knows drafts, and facts that follow from the rest of the test', () => {
    const rules = [
      '{"key": "fresh", "name": "Asked lately", "when": {"fact": "request.requested_at", "operator": ">", "value": 1}}',
      '{"name": "pay_total", "operator": "<=", "value": 150}',
      '{"name": "assigned_now", "operator": "<", "value": 1, "is_required": false}',
      '{"key": "said", "name": "Said", "is_required": false, "when": {"fact": "fn.criterion", "params": {"name": "Drug test"}, "operator": "=", "value": "match"}}',
      '{"key": "soon", "name": "Soon", "is_required": false, "when": {"all": [{"fact": "work_order.hours_until_start", "operator": "<", "value": 48}, {"fact": "work_order.local_date", "operator": "=", "value": "2027-01-07"}, {"fact": "work_order.pay_kind", "operator": "=", "value": "hourly"}]}}',
    ].join(',');
    const stages = '{"after_minutes": 0, "do": "publish"}, {"after_minutes": 10, "do": "assign"}';
    const work_order = { starts_in_hours: 24, pay_usd: 120, facts: { 'work_order.pay_kind': 'hourly' } };
    const said = { requested_minutes_ago: 5, platform: { 'Drug test': 'match' } };
    expect(
      failuresOf(
        [
          { work_order: { status: 'draft' }, expect: { outcome: 'publish', stage: 1, reason: 'FM-1201' } },
          { work_order: { status: 'draft', actions: [] }, expect: { outcome: 'hold', reason: 'FM-3009' } },
          {
            work_order: { ...work_order, open_minutes: 10 },
            candidates: [asks(1, {}, said), asks(2, { assigned_now: 3 }, { ...said, counter_usd: 151 })],
            commitments: [{ provider: 1, kind: 'routed', starts_in_hours: 90 }],
            expect: {
              winner: 1,
              candidates: {
                1: {
                  criteria: { fresh: 'match', pay_total: 'match', assigned_now: 'match', said: 'match', soon: 'match' },
                },
                2: { criteria: { pay_total: 'no_match_required', assigned_now: 'no_match_preferred' } },
              },
            },
          },
        ],
        { rules, stages },
      ),
    ).toEqual([]);
  });

  it('of a recorded decision that is not there fails, and says what is missing', () => {
    const lines = failuresOf([{ recorded: { decision: '4047.1.3' }, expect: { outcome: 'assign' } }]);
    expect(lines.join('\n')).toContain('There is no ledger.');
  });
});

const REVIEW = {
  version: 1,
  kind: 'review',
  id: 'a',
  name: 'A',
  mode: 'shadow',
  applies_to: { fact: 'work_order.is_remote', operator: '=', value: false },
  criteria: [
    { name: 'problems_open', operator: '=', value: 0 },
    { name: 'pay_over_offer', operator: '<=', value: 10 },
    { name: 'closing_notes', is_required: false },
  ],
  decision: { approve_when: 'all_required', otherwise: { incomplete: { reason_id: 4, reason: 'Please mend it.' } } },
};

describe('a test of a review file', () => {
  it('is judged as a run judges finished work', () => {
    const done = (facts: object) => ({
      pay_usd: 200,
      facts: { problems_open: 0, 'work_order.pay_to_release': 210, ...facts },
    });
    const tests = [
      {
        work_order: done({}),
        expect: { outcome: 'approve', reason: 'FM-1301', holds: [], criteria: { closing_notes: 'unknown_preferred' } },
      },
      {
        work_order: done({ 'work_order.pay_to_release': 230 }),
        expect: { outcome: 'incomplete', criteria: { pay_over_offer: 'no_match_required' } },
      },
      { work_order: done({ problems_open: 1 }), sent_back: 2, expect: { outcome: 'hold', reason: 'FM-3023' } },
      {
        work_order: done({ problems_open: null }),
        expect: { outcome: 'hold', holds: ['problems_open'], reason: 'FM-3021' },
      },
      { work_order: { ...done({}), actions: [] }, expect: { outcome: 'hold', reason: 'FM-3009' } },
      { work_order: { ...done({}), status: 'approved' }, expect: { outcome: 'skip' } },
      { work_order: done({ 'work_order.is_remote': true }), expect: { outcome: 'skip', reason: 'FM-4004' } },
    ].map((test, place) => ({ name: `test ${place}`, ...test }));
    const ran = runText(JSON.stringify({ ...REVIEW, tests }));
    expect(ruleTestLines(ran)).toEqual(['rules/x.json: 7 passed']);
    expect(ran.coverage).toMatchObject({ covered: 6, total: 9, stages: [] });
  });
});

describe('a test that fails', () => {
  it('shows wanted, got, and the values behind both in the units of the file', () => {
    const lines = failuresOf([
      {
        candidates: [asks(1, { ...good, rating: 4.4 }), asks(2, { ...good, distance: 60 }), asks(3)],
        commitments: [{ provider: 3, starts_in_hours: 1 }],
        expect: { winner: 1, candidates: { 1: { points: 100 } } },
      },
    ]);
    const text = lines.join('\n');
    expect(text).toContain('  FAILED  test 1\n          rules/x.json:7:11\n');
    expect(text).toContain('winner: wanted 1, got 3');
    expect(text).toContain('candidates.1.points: wanted 100, got 50');
    expect(text).toMatch(/it came to: assign by stage 1, FM-1002 Provider 3 /);
    expect(text).toContain('1 (request): 50 of 100 points, not eligible');
    expect(text).toMatch(/rating +no_match_required +0 of 50 +provider.rating is 4.4 stars, asked >= 4.5/);
    expect(text).toMatch(/distance +no_match_preferred +0 of 20 +provider.distance is 60 mi, asked <= 50/);
  });

  it('says why a value is not known, and what settled the criterion', () => {
    const text = failuresOf([
      {
        candidates: [asks(1, { cancel_rate: null }, { platform: { cancel_rate: 'match' } })],
        expect: { outcome: 'assign', holds: [] },
      },
    ]).join('\n');
    expect(text).toContain('holds: wanted none, got rating');
    expect(text).toContain(
      "provider.cancel_rate is not known (The test says that it is not known.), asked <= 5; by the platform's own verdict",
    );
    expect(text).toContain('provider.rating is not known (The test does not say it.), asked >= 4.5; by on_missing');
  });

  it('takes points that are a hundredth off where the file grants credit, and no more', () => {
    const graded =
      '{"name": "distance", "operator": "<=", "value": 50, "weight": 45, "credit": {"kind": "linear", "full_at": 10, "zero_at": 50}}';
    const test = (points: number, distance: number) => ({
      candidates: [{ id: 1, kind: 'request', facts: { distance } }],
      expect: { candidates: { '1': { points } } },
    });
    expect(failuresOf([test(33.75, 20), test(33.74, 20)], { rules: graded })).toEqual([]);
    expect(failuresOf([test(33.77, 20)], { rules: graded }).join()).toContain('points: wanted 33.77, got 33.749');
    const plain = graded.replace(/, "credit".*/, '}');
    expect(failuresOf([test(45.01, 20)], { rules: plain }).join()).toContain('points: wanted 45.01, got 45');
  });

  it('is told of in XML that holds whatever a name holds', () => {
    const name = 'a <b> & "c" — \u{1f600}\n';
    const xml = ruleTestsJunit(
      [run([{ name, candidates: [asks(1)], expect: { winner: null } }, { expect: { outcome: 'wait' } }])],
      [],
    );
    expect(xml).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="[^"]+" tests="2" failures="1" errors="0">/,
    );
    expect(xml).toContain('name="a &lt;b&gt; &amp; &quot;c&quot; — \u{1f600}&#10;" file="rules/x.json" line="7">');
    expect(xml).toContain(
      '<failure message="winner: wanted nobody, got 1">winner: wanted nobody, got 1&#10;it came to: assign',
    );
    expect(escapeXml('\u0007\ud800\ufffe')).toBe('   ');
    expect(xml).toContain('<testcase classname="small" name="test 2" file="rules/x.json" line="7"/>');
  });
});

describe('coverage', () => {
  it('counts each criterion matched, missed and unknown, each stage acting, and names what is missing', () => {
    const ran = run([
      { candidates: [asks(1), asks(2, { rating: 1 })], expect: { winner: 1 } },
      { work_order: { open_minutes: 240 }, expect: { outcome: 'hold' } },
    ]);
    expect(ran.coverage).toMatchObject({ covered: 8, total: 14, percent: 57 });
    expect(coverageLines(ran)).toEqual([
      'Coverage of rules/x.json: 57 % (8 of 14)',
      '  criterion     matched  missed  unknown',
      '  rating        yes      yes     no',
      '  cancel_rate   yes      no      yes',
      '  distance      yes      no      yes',
      '  stage         acted',
      '  1 assign      yes',
      '  2 assign      no',
      '  3 route       no',
      '  4 mass_route  no',
      '  5 hold        yes',
      '  missing: rating never unknown; cancel_rate never missed; distance never missed; stage 2 (assign) never acted; stage 3 (route) never acted; stage 4 (mass_route) never acted',
      '  limits never seen at work (not counted): per_provider.overlap, pay.accept_counters',
    ]);
  });

  it('does not ask for unknown where every fact is always known, nor takes a hold of a stage that assigns for its part', () => {
    const rules =
      '{"name": "assigned_now", "operator": "<", "value": 1, "weight": 1}, {"name": "rating", "operator": ">=", "value": 4, "on_missing": "hold"}';
    const ran = run([{ candidates: [asks(1, {})], expect: { outcome: 'hold', stage: 1 } }], {
      rules,
      stages: '{"after_minutes": 0, "do": "assign"}',
    });
    expect(ran.coverage.criteria[0]).toEqual({
      key: 'assigned_now',
      isMatched: true,
      isMissed: false,
      isUnknown: null,
    });
    expect(ran.coverage).toMatchObject({ covered: 2, total: 6 });
  });

  it('takes no part of criteria that do not apply to remote work', () => {
    const ran = run([
      {
        work_order: { open_minutes: 30, facts: { 'work_order.is_remote': true } },
        candidates: [asks(1)],
        expect: { winner: 1, candidates: { 1: { max_points: 80, criteria: { distance: 'does_not_apply' } } } },
      },
    ]);
    expect(ran.results).toMatchObject([{ kind: 'passed' }]);
    expect(ran.coverage.criteria[2]).toEqual({ key: 'distance', isMatched: false, isMissed: false, isUnknown: false });
  });
});

describe('a recorded decision, as a test takes it', () => {
  const review = aReviewFile();
  const reviews = { reviews: [] };
  const dispatch = {
    takenAtMs: NOW_MS,
    openWorkOrders: 1,
    committedTodayCents: 0,
    committedTodayByRuleFile: {},
    commitments: [],
    members: [],
  };
  const decide = (batch: JsonValue, file: RuleFile | ReviewFile = aRuleFile()) =>
    decideRecordedTest({ slate: aSlate(), batch }, file, () => null);

  it('is missing where it was of the other kind, cannot be read, or lacks what the file asks for', () => {
    const pool: RuleFile['stages'] = [
      { n: 1, afterMinutes: 0, do: 'mass_route', top: 5, talentPoolId: 9922, minPoints: 0 },
    ];
    expect(decide(reviews)).toEqual({ missing: expect.stringContaining('It was a review of finished work') });
    expect(decide(dispatch, review)).toEqual({ missing: expect.stringContaining('who does the work') });
    expect(decide('nothing')).toEqual({ missing: expect.stringContaining('cannot be read') });
    expect(decide(dispatch)).toEqual({ missing: 'Its run does not know this work order.' });
    expect(decide(dispatch, aRuleFile({ stages: pool }))).toEqual({
      missing: expect.stringContaining('talent pool 9922'),
    });
  });

  it('is judged afresh where it was a review', () => {
    const workOrder = aWorkOrder({ status: 'work_done', actions: ['approve'], work: aFinishedWork() });
    const judged = decideRecordedTest({ slate: aSlate({ workOrder }), batch: reviews }, review, () => null);
    expect(judged).toMatchObject({
      notFor: [],
      decision: { ruleFileId: review.id, review: [{ key: 'problems_open' }] },
    });
  });
});

describe('a file of tests', () => {
  const file = parseRuleFile({ path: 'rules/x.json', text: ruleText() }, DEFAULT_LIMITS);
  const problemsOf = (text: string) => {
    if (file.kind !== 'ok') throw new Error('the rule file is good');
    const read = parseTestFile({ path: 'rules/x.test.json', text }, file.file, DEFAULT_LIMITS);
    const problems = read.kind === 'ok' ? read.broken.flatMap((test) => test.problems) : read.problems;
    return problems.map(formatProblem);
  };

  it('is held against its rule file, under the limits of one', () => {
    expect(problemsOf('{"version": 1, "tests": [{"name": "t", "expect": {"stage": 1}}]}')).toEqual([]);
    expect(problemsOf('{"version": 2,\n"tests": [{"name": "t", "expect": {"stage": 2}}], }')).toEqual([
      expect.stringMatching(/^rules\/x\.test\.json:1:13 FM-R210/),
      expect.stringMatching(/^rules\/x\.test\.json:2:45 FM-R910/),
      expect.stringMatching(/^rules\/x\.test\.json:2:49 FM-R103/),
    ]);
    expect(problemsOf('[]')).toEqual([expect.stringMatching(/^rules\/x\.test\.json:1:1 FM-R203/)]);
    expect(problemsOf('nothing')).toEqual([expect.stringMatching(/^rules\/x\.test\.json:1:1 FM-R1/)]);
    expect(problemsOf(`{"tests": ${'['.repeat(40)}`)).toEqual([expect.stringMatching(/FM-R109/)]);
  });
});

describe('a test file spoilt anywhere', () => {
  const rules = join(import.meta.dirname, '../../rules');
  const file = parseRuleFile(
    { path: 'default.json', text: readFileSync(join(rules, 'default.json'), 'utf8') },
    DEFAULT_LIMITS,
  );
  const text = readFileSync(join(rules, 'default.test.json'), 'utf8');

  /** Every value in it, by its place among all of them. */
  function spoil(at: number, by: unknown): string {
    let place = 0;
    return JSON.stringify(JSON.parse(text), (_, value: unknown) => (place++ === at ? by : value));
  }

  const values = JSON.stringify(JSON.parse(text)).match(/[[{]|"[^"]*"(?!:)|-?[\d.]+|true|false|null/g)?.length ?? 0;
  const anything = fc.constantFrom<unknown>(
    0,
    -1,
    801,
    1e9,
    0.5,
    '',
    'match',
    'FM-1001',
    null,
    true,
    [],
    {},
    [801],
    undefined,
  );

  it('is refused with a place, or run', () => {
    if (file.kind !== 'ok') throw new Error('the rule file is good');
    const rule = file.file;
    fc.assert(
      fc.property(fc.nat(values - 1), anything, (at, by) => {
        const read = parseTestFile({ path: 'default.test.json', text: spoil(at, by) ?? 'null' }, rule, DEFAULT_LIMITS);
        if (read.kind === 'problems')
          return read.problems.length > 0 && read.problems.every(({ line }) => line !== null);
        const { tests, broken } = read;
        if (broken.some(({ problems }) => problems.length === 0)) return false;
        const ran = runRuleTests({ file: rule, tests, broken }, () => ({ missing: 'There is no ledger.' }));
        return [...ruleTestLines(ran), ...coverageLines(ran)].every((line) => !/undefined|NaN/.test(line));
      }),
      { numRuns: 120 },
    );
  });
});

describe('rules/README.md', () => {
  it('shows a test that passes', () => {
    const rules = join(import.meta.dirname, '../../rules');
    const section = readFileSync(join(rules, 'README.md'), 'utf8').split('## Tests: ')[1] ?? '';
    const example: unknown = JSON.parse(/```json\n([^`]*)```/.exec(section)?.[1] ?? '');
    const file = JSON.parse(readFileSync(join(rules, 'default.json'), 'utf8'));
    expect(ruleTestLines(runText(JSON.stringify({ ...file, tests: [example] })))).toEqual(['rules/x.json: 1 passed']);
  });
});
