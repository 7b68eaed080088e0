import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { giniPerMille, herfindahl, topPerMille } from '../../src/analysis/concentration.ts';
import { providerId, workOrderId } from '../../src/domain/ids.ts';
import type { JsonValue } from '../../src/domain/json.ts';
import { exclusionsReport } from '../../src/report/exclusions.ts';
import { fairnessReport } from '../../src/report/fairness.ts';
import { formatReport } from '../../src/report/formats.ts';
import { providerShareReport } from '../../src/report/provider-share.ts';
import type { ReportRange } from '../../src/report/report.ts';
import { spendReport } from '../../src/report/spend.ts';
import { NOW_MS } from '../support/builders.ts';
import { rowsOf } from '../support/report-rows.ts';
import { closeSmallLedgers, plant, smallLedger } from '../support/small-ledger.ts';
import type { SmallLedgerPlan } from '../support/small-ledger-words.ts';

afterEach(closeSmallLedgers);

const ALL = { sinceMs: null, untilMs: null, nowMs: NOW_MS } as const;
const EVERYTHING = { sinceMs: null, untilMs: null, workOrderId: null, withCandidates: true } as const;

it('writes a described ledger through the store, so that its chain holds and its readers agree', async () => {
  const { reader } = await smallLedger({
    rules: { atm: { guardrails: { pay: { max_daily_total_usd: 1000 } } }, spare: { mode: 'shadow' } },
    decisions: [
      { order: 11, winner: 557, at: '2026-11-23T09:00Z', runnerUp: 558 },
      { order: 12, rule: null, mode: null, outcome: 'route', winner: 601, at: '2026-11-23T09:00Z' },
      { order: 12, rule: 'spare', outcome: 'wait', candidates: [{ provider: 733, verdicts: { rating: 'no_match' } }] },
      {
        order: 14,
        winner: 9,
        intents: [{ effects: ['unknown', 'refused'] }],
        candidates: [{ provider: 9, facts: { 'provider.rating': 490 } }],
      },
    ],
    observations: [{ kind: 'route_accepted', order: 12, provider: 601, decision: '12.1.1' }],
    directives: [
      { kind: 'pin', order: 15, provider: 4, at: NOW_MS + 3_000_000 },
      { kind: 'exclusion', provider: 3, at: '2026-11-23T08:00Z', ended: { at: '2026-11-23T08:30Z' } },
    ],
  });
  expect((await reader.verifyChain()).kind).toBe('intact');
  const decisions = await reader.decisions(EVERYTHING);
  expect(
    decisions.map(({ id, mode, intents }) => [
      id,
      mode,
      ...intents.flatMap(({ effects }) => effects.map(({ kind }) => kind)),
    ]),
  ).toEqual([
    ['11.1.1', 'enforce', 'confirmed'],
    ['12.1.1', null, 'confirmed'],
    ['12.1.2', 'shadow'],
    ['14.1.1', 'enforce', 'unknown', 'refused'],
  ]);
  expect(decisions[2]?.candidates).toMatchObject([
    { providerId: 733, isEligible: false, rank: null, pointsMilli: 0, blockedBy: [{ code: 'FM-5001' }] },
  ]);
  expect(decisions[3]?.candidates[0]?.criteria[0]?.evidence[0]?.value).toBe(490);
  expect(await reader.directives()).toMatchObject([{ kind: 'exclusion', ended: { because: 'over' } }, { kind: 'pin' }]);
  expect((await reader.snapshot([workOrderId(12)], NOW_MS - 8 * 3_600_000, 0)).committedTodayCents).toBe(50_000);
});

it('refuses what the store refuses, unless it is planted', async () => {
  await expect(
    smallLedger({
      decisions: [
        { order: 11, seq: 1 },
        { order: 11, seq: 1 },
      ],
    }),
  ).rejects.toThrow('collision');
  const ledger = await smallLedger({ decisions: [{ order: 11, winner: 557 }] });
  plant(ledger, 'UPDATE decision SET winner_id = 558');
  expect((await ledger.reader.decisions(EVERYTHING))[0]?.winner).toBe(558);
});

/** What a run shared, as far as these reports read it. */
function batchWith(limits: { readonly [name: string]: number }): JsonValue {
  const money = { committedTodayCents: 0, committedTodayByRuleFile: {} };
  return { takenAtMs: NOW_MS, openWorkOrders: 1, ...money, commitments: [], members: [], limits };
}

describe('the report of what is spent', () => {
  const RULES = {
    atm: { guardrails: { pay: { max_daily_total_usd: 1000, accept_counters: true } } },
    shelf: {},
  } as const;

  /** A Sunday and a Monday; `NOW_MS` is Monday 15:00. */
  const PLAN: SmallLedgerPlan = {
    rules: RULES,
    decisions: [
      // Sunday: 300 dollars, taken back on Monday, which changes nothing of Sunday.
      { order: 1, rule: 'atm', winner: 10, costCents: 30_000, at: '2026-11-22T09:00Z' },
      { order: 1, rule: null, mode: null, outcome: 'unassign', winner: 10, at: '2026-11-23T08:00Z' },
      // Monday, atm: 250 plain; a counter-offer of 310 for work that offers 250.
      { order: 2, rule: 'atm', winner: 11, client: 311 },
      {
        order: 3,
        rule: 'atm',
        winner: 12,
        costCents: 31_000,
        intents: [{ do: 'accept_counter' }],
        candidates: [{ provider: 12, counterCents: 31_000 }],
      },
      // Monday, shelf: an invitation of three of whom the dearest counts; one refused; one that lost the race.
      { order: 4, rule: 'shelf', outcome: 'mass_route', providers: [11, 13, 14], costCents: 20_000 },
      { order: 5, rule: 'shelf', winner: 15, intents: [{ effects: ['refused'] }] },
      { order: 6, rule: 'shelf', winner: 15, intents: [{ effects: ['lost_race'] }] },
      // Its route of 150 was accepted: an assignment of that price, and no invitation.
      {
        order: 7,
        rule: 'shelf',
        outcome: 'route',
        winner: 16,
        costCents: 15_000,
        batch: batchWith({ maxDailyTotalCents: 200_000 }),
      },
      // By hand: 90, of which nobody knows yet whether it happened.
      {
        order: 8,
        rule: null,
        mode: null,
        winner: 17,
        costCents: 9_000,
        intents: [{ effects: ['unknown'] }],
        reason: 'FM-1901',
      },
      // Finished work is paid: released and not committed.
      { order: 9, rule: 'atm', outcome: 'approve', intents: [{ costCents: 12_300 }] },
      // Only shadowed, only recommended: nothing.
      { order: 10, rule: 'shelf', mode: 'shadow', winner: 18 },
    ],
    observations: [{ kind: 'route_accepted', order: 7, provider: 16, decision: '7.1.1', at: NOW_MS + 60_000 }],
  };

  it('counts each work order once a day, by rule file and in all', async () => {
    const { reader } = await smallLedger(PLAN);
    expect(formatReport(spendReport, await spendReport.load(reader, ALL), { format: 'csv', columns: null })).toBe(
      [
        'day_utc,rule_file,assignments,invitations,committed_usd,cap_usd,cap_used_percent,counters,over_base_usd,approved_usd',
        '2026-11-22,atm,1,0,300.00,1000.00,30.0,0,0.00,0.00',
        '2026-11-22,all,1,0,300.00,,,0,0.00,0.00',
        '2026-11-23,atm,2,0,560.00,1000.00,56.0,1,60.00,123.00',
        '2026-11-23,shelf,1,1,350.00,,,0,0.00,0.00',
        '2026-11-23,by hand,1,0,90.00,,,0,0.00,0.00',
        '2026-11-23,all,4,1,1000.00,2000.00,50.0,1,60.00,123.00',
        '',
      ].join('\n'),
    );
  });

  it('says what the guardrails say of the day', async () => {
    const { reader } = await smallLedger(PLAN);
    const [dayMs, weekAgoMs] = [Date.UTC(2026, 10, 23), Date.UTC(2026, 10, 16)];
    const { committedTodayCents, committedTodayByRuleFile } = await reader.snapshot([], dayMs, weekAgoMs);
    const rows = await rowsOf(spendReport, reader, { sinceMs: dayMs });
    const cents = new Map(rows.map((row) => [row['rule_file'], Math.round(Number(row['committed_usd']) * 100)]));
    expect(cents.get('all')).toBe(committedTodayCents);
    expect(Object.fromEntries([...cents].filter(([id]) => id !== 'all' && id !== 'by hand'))).toEqual(
      committedTodayByRuleFile,
    );
    expect((await reader.readApproved(dayMs)).totalCents).toBe(12_300);
  });

  it('is narrowed by day, rule file, client, project and provider', async () => {
    const { reader } = await smallLedger(PLAN);
    const said = async (range: Partial<ReportRange>) =>
      (await rowsOf(spendReport, reader, range)).map(
        (row) => `${row['day_utc']} ${row['rule_file']} ${row['committed_usd']}`,
      );
    expect(await said({ untilMs: Date.UTC(2026, 10, 23) })).toEqual(['2026-11-22 atm 300', '2026-11-22 all 300']);
    // The day of --since counts whole.
    expect(await said({ sinceMs: NOW_MS + 1, ruleFileId: 'atm' })).toEqual(['2026-11-23 atm 560']);
    expect(await said({ clientId: 311 })).toEqual(['2026-11-23 atm 250', '2026-11-23 all 250']);
    expect(await said({ projectId: 89 })).toEqual([]);
    expect(await said({ providerId: providerId(16) })).toEqual(['2026-11-23 shelf 150', '2026-11-23 all 150']);
  });

  it('counts an open mass-route for each that it invites, and for nobody else once one has it', async () => {
    const { reader } = await smallLedger({
      decisions: [
        { order: 1, outcome: 'mass_route', providers: [10, 11] },
        { order: 2, outcome: 'mass_route', providers: [10, 11] },
      ],
      observations: [{ kind: 'route_accepted', order: 2, provider: 10, decision: '2.1.1', at: NOW_MS + 60_000 }],
    });
    const said = async (range: Partial<ReportRange>) =>
      (await rowsOf(spendReport, reader, { ...range, ruleFileId: 'default' })).map(
        (row) => `${row['assignments']} ${row['invitations']} ${row['committed_usd']}`,
      );
    // Each work order once for 250 dollars, whoever may still accept it.
    expect(await said({})).toEqual(['1 1 500']);
    expect(await said({ providerId: providerId(10) })).toEqual(['1 1 500']);
    expect(await said({ providerId: providerId(11) })).toEqual(['0 1 250']);
  });

  it('counts a day that is over as it stood when it ended', async () => {
    const at = '2026-11-22T23:59:59Z';
    const { reader } = await smallLedger({
      decisions: [
        // Sent before midnight and confirmed after it: the money of the day on which it was sent.
        { order: 1, winner: 10, at, intents: [{ effects: [{ kind: 'confirmed', at: '2026-11-23T00:00:30Z' }] }] },
        // An invitation withdrawn on the same day, and one withdrawn on the next.
        { order: 2, outcome: 'route', winner: 11, at: '2026-11-22T10:00Z' },
        { order: 2, outcome: 'unroute', winner: 11, at: '2026-11-22T11:00Z', intents: [{ do: 'unroute' }] },
        { order: 3, outcome: 'route', winner: 12, at: '2026-11-22T10:00Z' },
        { order: 3, outcome: 'unroute', winner: 12, at: '2026-11-23T11:00Z', intents: [{ do: 'unroute' }] },
        // Left by its provider on the same day, and given to the next one in a second episode.
        { order: 4, winner: 13, at: '2026-11-22T10:00Z' },
        { order: 4, episode: 2, winner: 14, at: '2026-11-22T12:00Z', costCents: 26_000 },
      ],
    });
    expect(
      await rowsOf(spendReport, reader, {
        columns: ['day_utc', 'rule_file', 'assignments', 'invitations', 'committed_usd'],
      }),
    ).toEqual([
      { day_utc: '2026-11-22', rule_file: 'default', assignments: 2, invitations: 1, committed_usd: 760 },
      { day_utc: '2026-11-22', rule_file: 'all', assignments: 2, invitations: 1, committed_usd: 760 },
    ]);
  });
});

/** Five assignments of ours that three providers got, for two clients; 14 is only ever looked at, 15 only invited. */
const GIVEN: SmallLedgerPlan = {
  rules: { atm: {}, shelf: {} },
  decisions: [
    { order: 1, rule: 'atm', client: 310, winner: 11, runnerUp: 14, at: '2026-11-20T09:00Z' },
    { order: 2, rule: 'atm', client: 310, winner: 11, runnerUp: 12, at: '2026-11-21T09:00Z', costCents: 10_000 },
    { order: 3, rule: 'atm', client: 311, winner: 12, runnerUp: 11, at: '2026-11-22T09:00Z' },
    // It left order 3, which is then given to another one.
    { order: 3, rule: 'atm', client: 311, episode: 2, winner: 11, at: '2026-11-22T12:00Z' },
    { order: 4, rule: 'shelf', client: 311, outcome: 'mass_route', providers: [13, 15], at: '2026-11-23T09:00Z' },
    // Taken back by a person, which is nobody's leaving.
    { order: 1, rule: null, mode: null, outcome: 'unassign', winner: 11, at: '2026-11-23T10:00Z' },
    { order: 5, rule: 'shelf', mode: 'shadow', winner: 16, at: '2026-11-23T10:00Z' },
  ],
  observations: [{ kind: 'route_accepted', order: 4, provider: 13, decision: '4.1.1', at: '2026-11-23T09:30Z' }],
};

describe('the report of who gets the work', () => {
  it('orders providers by their share, with those who got nothing last', async () => {
    const { reader } = await smallLedger(GIVEN);
    const rows = await providerShareReport.load(reader, ALL);
    expect(formatReport(providerShareReport, rows, { format: 'csv', columns: null })).toBe(
      [
        'provider,slates,invited,assigned,share_percent,cumulative_percent,cost_usd,left,last_assigned_utc',
        // Orders 1, 2 and 3 again: 250 + 100 + 250 of five assignments; on the first slate of order 3 it was second.
        '11,4,0,3,60.0,60.0,600.00,0,2026-11-22T12:00:01Z',
        '12,2,0,1,20.0,80.0,250.00,1,2026-11-22T09:00:01Z',
        '13,1,1,1,20.0,100.0,250.00,0,2026-11-23T09:30:00Z',
        '14,1,0,0,0.0,100.0,0.00,0,',
        '15,1,1,0,0.0,100.0,0.00,0,',
        '',
      ].join('\n'),
    );
    expect(await reader.readCancellations(0)).toMatchObject([{ workOrderId: 3, providerId: 12 }]);
  });

  it('is narrowed by time, rule file, client, project and provider', async () => {
    const { reader } = await smallLedger(GIVEN);
    const said = async (range: Partial<ReportRange>) =>
      (await rowsOf(providerShareReport, reader, range)).map(
        (row) => `${row['provider']}: ${row['assigned']} of ${row['slates']}`,
      );
    expect(await said({ sinceMs: Date.UTC(2026, 10, 22), untilMs: Date.UTC(2026, 10, 23) })).toEqual([
      '11: 1 of 2',
      '12: 1 of 1',
    ]);
    expect(await said({ ruleFileId: 'shelf' })).toEqual(['13: 1 of 1', '15: 0 of 1']);
    expect(await said({ clientId: 310 })).toEqual(['11: 2 of 2', '12: 0 of 1', '14: 0 of 1']);
    expect(await said({ projectId: 7 })).toEqual([]);
    const [own] = await rowsOf(providerShareReport, reader, { providerId: providerId(12) });
    expect(own).toMatchObject({ provider: 12, share_percent: 20, cumulative_percent: 80 });
  });
});

describe('the report of fairness', () => {
  const COLUMNS = [
    'scope',
    'assignments',
    'providers',
    'gini',
    'hhi',
    'first_timers',
    'repeat_percent',
    'never_assigned',
  ];

  it('measures all of it, each rule file and each client', async () => {
    const { reader } = await smallLedger(GIVEN);
    expect(await rowsOf(fairnessReport, reader, { columns: COLUMNS })).toEqual([
      // 3, 1 and 1: Gini (2 (1·1 + 2·1 + 3·3) - 4·5) / (3·5) = 4/15; HHI (9 + 1 + 1) / 25. Order 2 alone repeats.
      {
        scope: 'all',
        assignments: 5,
        providers: 3,
        gini: 0.267,
        hhi: 4400,
        first_timers: 3,
        repeat_percent: 20,
        never_assigned: 2,
      },
      {
        scope: 'rule atm',
        assignments: 4,
        providers: 2,
        gini: 0.25,
        hhi: 6250,
        first_timers: 2,
        repeat_percent: 25,
        never_assigned: 1,
      },
      {
        scope: 'rule shelf',
        assignments: 1,
        providers: 1,
        gini: 0,
        hhi: 10_000,
        first_timers: 1,
        repeat_percent: 0,
        never_assigned: 1,
      },
      {
        scope: 'client 310',
        assignments: 2,
        providers: 1,
        gini: 0,
        hhi: 10_000,
        first_timers: 1,
        repeat_percent: 50,
        never_assigned: 2,
      },
      // 12, 11 and 13 once each: 10,000 / 3.
      {
        scope: 'client 311',
        assignments: 3,
        providers: 3,
        gini: 0,
        hhi: 3333,
        first_timers: 2,
        repeat_percent: 0,
        never_assigned: 1,
      },
    ]);
  });

  it('knows of what was before the time asked for who is no first-timer', async () => {
    const { reader } = await smallLedger(GIVEN);
    const asked = { columns: COLUMNS, sinceMs: Date.UTC(2026, 10, 22, 10) };
    // Since then: 11 again, for a client that never had it, and 13.
    expect(await rowsOf(fairnessReport, reader, { ...asked, clientId: 311, ruleFileId: 'atm' })).toMatchObject([
      { scope: 'all', assignments: 1, first_timers: 0, repeat_percent: 0 },
      { scope: 'rule atm' },
      { scope: 'client 311' },
    ]);
    expect((await rowsOf(fairnessReport, reader, asked))[0]).toMatchObject({ assignments: 2, first_timers: 1 });
    expect(await rowsOf(fairnessReport, reader, { projectId: 7 })).toEqual([]);
  });
});

describe('measures of concentration', () => {
  const shares = fc.array(fc.nat(1000), { minLength: 1, maxLength: 40 });

  it('are lowest when all have the same and highest when one has everything', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 500 }), (n, each) => {
        const equal = Array.from({ length: n }, () => each);
        const one = equal.map((_, place) => (place === 0 ? each : 0));
        expect([giniPerMille(equal), herfindahl(equal)]).toEqual([0, Math.round(10_000 / n)]);
        expect([giniPerMille(one), herfindahl(one), topPerMille(one, 1)]).toEqual([
          Math.round((1000 * (n - 1)) / n),
          10_000,
          1000,
        ]);
      }),
    );
  });

  it('heed neither the scale nor the order, and stay within their bounds', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 2, max: 9 }), (given, factor) => {
        const all = [giniPerMille, herfindahl, (values: readonly number[]) => topPerMille(values, 10)];
        const same = [given.map((value) => value * factor), given.toReversed()];
        for (const measure of all) {
          const value = measure(given);
          for (const other of same) expect(measure(other)).toBe(value);
          expect(value === null).toBe(given.every((one) => one === 0));
          expect(value ?? 0).toBeGreaterThanOrEqual(0);
        }
        expect(giniPerMille(given) ?? 0).toBeLessThan(1000);
        expect(topPerMille(given, given.length) ?? 1000).toBe(1000);
      }),
    );
  });

  it('fall when the richest gives the poorest something without becoming poorer than it', () => {
    fc.assert(
      fc.property(shares, (given) => {
        const sorted = given.toSorted((a, b) => a - b);
        const [low = 0, high = 0] = [sorted[0], sorted.at(-1)];
        fc.pre(sorted.length > 1 && high - low >= 2);
        const after = [low + 1, ...sorted.slice(1, -1), high - 1];
        expect(giniPerMille(after) ?? 0).toBeLessThanOrEqual(giniPerMille(sorted) ?? 0);
        expect(herfindahl(after) ?? 0).toBeLessThanOrEqual(herfindahl(sorted) ?? 0);
      }),
    );
  });
});

describe('the report of exclusions', () => {
  const DAY_MS = 86_400_000;
  const EXCLUDED = [
    { code: 'FM-5020', detail: {} },
    { code: 'FM-5009', detail: {} },
  ] as const;

  it('has every exclusion and pin with its state and whom it stopped since', async () => {
    const { reader } = await smallLedger({
      rules: { atm: { guardrails: { exclude_providers: [{ id: 30, until: '2027-01-31', because: 'site ban' }] } } },
      directives: [
        { kind: 'exclusion', provider: 30, at: NOW_MS - DAY_MS },
        { kind: 'exclusion', provider: 31, at: NOW_MS - DAY_MS, until: NOW_MS + 7 * DAY_MS },
        { kind: 'exclusion', provider: 32, at: NOW_MS - DAY_MS, until: NOW_MS },
        { kind: 'exclusion', provider: 33, at: NOW_MS - DAY_MS, ended: { at: NOW_MS - 1 } },
        { kind: 'pin', order: 2, provider: 34, at: NOW_MS - DAY_MS },
      ],
      decisions: [
        // Before the exclusion; since; only shadowed.
        { order: 1, outcome: 'wait', at: NOW_MS - 2 * DAY_MS, candidates: [{ provider: 30, blockedBy: EXCLUDED }] },
        { order: 1, outcome: 'wait', candidates: [{ provider: 30, blockedBy: EXCLUDED }, { provider: 31 }] },
        { order: 1, outcome: 'wait', mode: 'shadow', candidates: [{ provider: 30, blockedBy: EXCLUDED }] },
        {
          order: 2,
          outcome: 'wait',
          candidates: [
            { provider: 34 },
            { provider: 35, blockedBy: ['FM-5021'] },
            { provider: 36, blockedBy: ['FM-5021'] },
          ],
        },
      ],
    });
    const said = async (range: Partial<ReportRange> = {}) =>
      (await rowsOf(exclusionsReport, reader, { nowMs: NOW_MS, ...range })).map(
        (row) =>
          `${row['kind']} ${row['provider']} ${row['rule_file'] ?? row['by']}: ${row['state']}, ${row['stopped']}`,
      );
    expect(await said()).toEqual([
      'exclusion 30 ops@example: standing, 1',
      'exclusion 31 ops@example: expires soon, 0',
      'exclusion 32 ops@example: expired, 0',
      'exclusion 33 ops@example: ended, 0',
      'pin 34 ops@example: standing, 2',
      'exclusion 30 atm: standing, 2',
    ]);
    expect(await said({ ruleFileId: 'atm' })).toEqual(['exclusion 30 atm: standing, 2']);
    expect(await said({ providerId: providerId(34) })).toEqual(['pin 34 ops@example: standing, 2']);
  });
});
