import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { FINDING_REMEDIES } from '../../src/domain/finding.ts';
import { providerId } from '../../src/domain/ids.ts';
import { invariantsReport } from '../../src/report/invariants.ts';
import type { ReportRange } from '../../src/report/report.ts';
import { NOW_MS } from '../support/builders.ts';
import { rowsOf } from '../support/report-rows.ts';
import { closeSmallLedgers, plant, smallLedger } from '../support/small-ledger.ts';
import type { SmallLedgerPlan } from '../support/small-ledger-words.ts';

afterEach(closeSmallLedgers);

const STRICT = {
  guardrails: {
    per_provider: { per_day: 2, per_7_days: 3, overlap: 'forbid', travel_buffer_minutes: 60 },
    pay: { max_total_usd: 400, accept_counters: true, max_counter_over_base_percent: 20, max_daily_total_usd: 600 },
    quiet_hours: [{ days: ['sun'], from: '00:00', to: '24:00', time_zone: 'UTC' }],
  },
} as const;
const SILENT = { mode: 'shadow' } as const;
const HAND = { rule: null, mode: null, reason: 'FM-1901' } as const;

/** What is found: `over_pay 11.1.1`, in order. */
async function found(plan: SmallLedgerPlan, ...statements: readonly string[]): Promise<readonly string[]> {
  const ledger = await smallLedger({ rules: { strict: STRICT, silent: SILENT }, ...plan });
  if (statements.length > 0) plant(ledger, ...statements);
  return said(ledger.reader);
}

async function said(
  reader: Parameters<typeof rowsOf>[1],
  range: Partial<ReportRange> = {},
): Promise<readonly string[]> {
  return (await rowsOf(invariantsReport, reader, range)).map((row) => `${row['finding']} ${row['decision']}`);
}

const AT_9 = '2026-11-24T09:00Z';

describe('the report of what must never happen', () => {
  it.each<[string, SmallLedgerPlan, readonly string[]]>([
    [
      'two assignments of ours on one work order at once',
      {
        decisions: [
          { order: 1, winner: 10 },
          { order: 1, winner: 11, at: NOW_MS + 60_000 },
        ],
      },
      ['assigned_twice 1.1.2'],
    ],
    [
      'nothing where the first was taken back, left, or accepted and then seen to be done',
      {
        decisions: [
          { order: 1, winner: 10, costCents: 100 },
          { order: 1, ...HAND, outcome: 'unassign', winner: 10, at: NOW_MS + 30_000 },
          { order: 1, episode: 2, winner: 11, at: NOW_MS + 60_000, costCents: 100 },
          { order: 2, outcome: 'route', winner: 12, costCents: 100 },
          {
            order: 2,
            winner: 12,
            at: NOW_MS + 60_000,
            costCents: 100,
            intents: [{ claimed: [], effects: [{ kind: 'confirmed', at: NOW_MS + 61_000 }] }],
          },
        ],
        observations: [{ kind: 'route_accepted', order: 2, provider: 12, decision: '2.1.1', at: NOW_MS + 30_000 }],
      },
      [],
    ],
    [
      'a provider who would have to be at two places',
      {
        decisions: [
          { order: 1, winner: 10, start: AT_9, costCents: 100 },
          // Two hours of work and an hour to travel: until 12:00.
          { order: 2, winner: 10, start: '2026-11-24T11:59Z', at: NOW_MS + 60_000, costCents: 100 },
        ],
      },
      ['double_booked 2.1.1'],
    ],
    [
      'nothing where there is time to travel, or a person has decided it',
      {
        decisions: [
          { order: 1, winner: 10, start: AT_9, costCents: 100 },
          { order: 2, winner: 10, start: '2026-11-24T12:00Z', at: NOW_MS + 60_000, costCents: 100 },
          { order: 3, ...HAND, winner: 10, start: AT_9, at: NOW_MS + 120_000, costCents: 100 },
          { order: 4, winner: 11, start: AT_9, costCents: 100 },
          { order: 4, ...HAND, outcome: 'unassign', winner: 11, at: NOW_MS + 30_000 },
          { order: 5, winner: 11, start: AT_9, at: NOW_MS + 60_000, costCents: 100 },
        ],
      },
      [],
    ],
    [
      'more on a day and in seven days than the file allows',
      {
        decisions: [
          { order: 1, winner: 10, start: '2026-11-24T06:00Z', costCents: 100 },
          { order: 2, winner: 10, start: '2026-11-24T10:00Z', at: NOW_MS + 10_000, costCents: 100 },
          { order: 3, winner: 10, start: '2026-11-24T14:00Z', at: NOW_MS + 20_000, costCents: 100 },
          // In the seven days that begin with the 24th, and in those that begin the day after.
          { order: 4, winner: 10, start: '2026-11-30T10:00Z', at: NOW_MS + 30_000, costCents: 100 },
          { order: 5, winner: 10, start: '2026-12-01T10:00Z', at: NOW_MS + 40_000, costCents: 100 },
        ],
      },
      ['over_per_day 3.1.1', 'over_per_7_days 4.1.1'],
    ],
    [
      'a write in the quiet hours of its file, decided in them or sent long after',
      {
        decisions: [
          { order: 1, winner: 10, at: '2026-11-22T23:59Z', costCents: 100 },
          {
            order: 2,
            winner: 11,
            at: '2026-11-21T23:58Z',
            intents: [{ claimed: ['2026-11-22T00:09Z'] }],
            costCents: 100,
          },
          // Decided before, and sent by the same run; by hand.
          {
            order: 3,
            winner: 12,
            at: '2026-11-21T23:58Z',
            intents: [{ claimed: ['2026-11-22T00:01Z'] }],
            costCents: 100,
          },
          { order: 4, ...HAND, winner: 13, at: '2026-11-22T12:00Z' },
        ],
      },
      ['quiet_hours 2.1.1', 'quiet_hours 1.1.1'],
    ],
    [
      'more money on a day than the file allows',
      {
        decisions: [
          { order: 1, winner: 10, costCents: 30_000 },
          { order: 2, winner: 11, costCents: 30_000, at: NOW_MS + 10_000 },
          { order: 3, winner: 12, costCents: 1, at: NOW_MS + 20_000 },
          { order: 4, winner: 13, costCents: 1, at: NOW_MS + 30_000 },
        ],
      },
      ['over_daily_money 3.1.1'],
    ],
    [
      'nothing where it was the next day, was freed again, or is of a person',
      {
        decisions: [
          { order: 1, winner: 10, costCents: 40_000, at: '2026-11-23T23:59Z' },
          { order: 2, winner: 11, costCents: 40_000, at: '2026-11-24T00:01Z' },
          { order: 2, ...HAND, outcome: 'unassign', winner: 11, at: '2026-11-24T01:00Z' },
          { order: 3, winner: 12, costCents: 40_000, at: '2026-11-24T02:00Z' },
          { order: 4, ...HAND, winner: 13, costCents: 90_000, at: '2026-11-24T03:00Z' },
        ],
      },
      [],
    ],
    [
      'pay above what the file allows',
      {
        decisions: [
          { order: 1, winner: 10, costCents: 40_001 },
          { order: 2, winner: 11, costCents: 12_001, payCents: 10_000, intents: [{ do: 'accept_counter' }] },
          { order: 3, winner: 12, costCents: 6_000, payCents: 5_000, intents: [{ do: 'accept_counter' }] },
          // Never sent; by hand.
          { order: 4, winner: 13, costCents: 50_000, intents: [{ claimed: [] }] },
          { order: 5, ...HAND, winner: 14, costCents: 50_000 },
        ],
      },
      ['over_pay 1.1.1', 'over_pay 2.1.1'],
    ],
    [
      'a write that may have been sent three times',
      {
        decisions: [
          { order: 1, winner: 10, costCents: 100, intents: [{ claimed: [NOW_MS, NOW_MS + 1_000, NOW_MS + 2_000] }] },
          { order: 2, winner: 11, costCents: 100, intents: [{ claimed: [NOW_MS, NOW_MS + 1_000] }] },
        ],
      },
      ['claimed_too_often 1.1.1'],
    ],
    [
      'whom a person had excluded, by whomever',
      {
        directives: [
          { kind: 'exclusion', provider: 10, at: NOW_MS - 60_000 },
          { kind: 'exclusion', provider: 11, at: NOW_MS - 60_000, ended: { at: NOW_MS - 30_000 } },
          { kind: 'exclusion', provider: 12, at: NOW_MS - 60_000, until: NOW_MS },
          { kind: 'exclusion', provider: 13, at: NOW_MS + 60_000 },
        ],
        decisions: [
          { order: 1, winner: 10, costCents: 100 },
          { order: 2, ...HAND, outcome: 'route', winner: 10, costCents: 100 },
          ...[11, 12, 13].map((winner) => ({ order: winner, winner, costCents: 100 })),
        ],
      },
      ['excluded 1.1.1', 'excluded 2.1.1'],
    ],
    [
      'somebody who was not eligible, or not looked at',
      {
        decisions: [
          { order: 1, winner: 10, candidates: [{ provider: 10, verdicts: { rating: 'no_match' } }], costCents: 100 },
          {
            order: 2,
            outcome: 'mass_route',
            providers: [11, 12],
            candidates: [{ provider: 11, kind: 'bench' }],
            costCents: 100,
          },
          { order: 3, winner: 13, costCents: 100 },
        ],
      },
      ['not_eligible 1.1.1', 'not_eligible 2.1.1'],
    ],
    [
      'what a file in shadow was to send',
      {
        decisions: [
          { order: 1, rule: 'silent', winner: 10, intents: [{}], costCents: 100 },
          { order: 2, rule: 'silent', winner: 11 },
        ],
      },
      ['shadow_acted 1.1.1'],
    ],
  ])('finds %s', async (_, plan, expected) => {
    expect(await found(plan)).toEqual(expected);
  });

  it('finds what the ledger itself would refuse', async () => {
    const decisions = [
      { order: 1, winner: 10, costCents: 100 },
      { order: 2, winner: 11, costCents: 100, at: NOW_MS + 60_000, intents: [{ effects: ['refused'] }] },
    ] as const;
    const again = (intent: number, kind: string) =>
      `INSERT INTO effect (intent, n, kind, reason_code, reason_detail, at_ms, run_id, saw)
       SELECT intent, 2, '${kind}', reason_code, reason_detail, at_ms + 1, run_id, saw FROM effect WHERE intent = ${intent}`;
    const pause = (untilMs: number) =>
      `INSERT INTO directive (kind, actor, because, at_ms, until_ms) VALUES ('pause', 'ops', 'stop', ${NOW_MS - 1}, ${untilMs})`;
    expect(await found({ decisions })).toEqual([]);
    expect(await found({ decisions }, again(1, 'confirmed'), again(2, 'unknown'))).toEqual([
      'effect_after_final 1.1.1',
      'confirmed_twice 1.1.1',
      'effect_after_final 2.1.1',
    ]);
    // Over before the second was sent.
    expect(await found({ decisions }, pause(NOW_MS + 30_000))).toEqual(['while_paused 1.1.1']);
  });

  it('takes a pause that was lifted for over', async () => {
    const pause = { kind: 'pause', at: NOW_MS - 60_000, ended: { at: NOW_MS - 1 } } as const;
    expect(await found({ directives: [pause], decisions: [{ order: 1, winner: 10, at: NOW_MS }] })).toEqual([]);
  });

  it('ends with exit code 1 where there is a finding, and with 0 where there is none', async () => {
    const codes: number[] = [];
    for (const costCents of [100, 40_001]) {
      const { path } = await smallLedger({
        rules: { strict: STRICT },
        decisions: [{ order: 1, winner: 10, costCents }],
      });
      const silent = { write: () => true, isTTY: false };
      const io = { stdout: silent, stderr: silent, cwd: process.cwd(), env: {} };
      codes.push(await runCli(['report', 'invariants', '--db', path], io));
    }
    expect(codes).toEqual([0, 1]);
  });

  it('believes what the platform showed of times that were changed', async () => {
    const batchWith = (startMs: number) => ({
      takenAtMs: NOW_MS,
      openWorkOrders: 1,
      committedTodayCents: 0,
      committedTodayByRuleFile: {},
      commitments: [
        { kind: 'assigned', workOrderId: 1, providerId: 10, startMs, endMs: startMs + 1, localDate: '2026-11-26' },
      ],
      members: [],
    });
    const plan = (shownMs: number): SmallLedgerPlan => ({
      decisions: [
        { order: 1, winner: 10, start: AT_9, costCents: 100 },
        { order: 2, winner: 10, start: AT_9, at: NOW_MS + 60_000, batch: batchWith(shownMs), costCents: 100 },
      ],
    });
    expect(await found(plan(Date.parse('2026-11-26T09:00Z')))).toEqual([]);
    expect(await found(plan(Date.parse(AT_9)))).toEqual(['double_booked 2.1.1']);
  });

  it('is narrowed by time, rule file, client, project and provider, and says what to do', async () => {
    const { reader } = await smallLedger({
      rules: { strict: STRICT, spare: STRICT },
      decisions: [
        { order: 1, rule: 'strict', client: 311, winner: 10, costCents: 40_001, at: '2026-11-20T09:00Z' },
        { order: 2, rule: 'spare', client: 312, winner: 11, costCents: 40_001, at: '2026-11-21T09:00Z' },
      ],
    });
    const [first, second] = ['over_pay 1.1.1', 'over_pay 2.1.1'];
    expect(await said(reader)).toEqual([first, second]);
    expect(await said(reader, { sinceMs: Date.UTC(2026, 10, 21) })).toEqual([second]);
    expect(await said(reader, { ruleFileId: 'strict' })).toEqual([first]);
    expect(await said(reader, { clientId: 312 })).toEqual([second]);
    expect(await said(reader, { projectId: 7 })).toEqual([]);
    expect(await said(reader, { providerId: providerId(10) })).toEqual([first]);
    expect((await rowsOf(invariantsReport, reader))[0]).toMatchObject({ remedy: FINDING_REMEDIES.over_pay });
  });
});
