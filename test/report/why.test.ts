import { afterEach, describe, expect, it } from 'vitest';
import { providerId } from '../../src/domain/ids.ts';
import type { LedgerQuery } from '../../src/engine/figures.ts';
import { decisionsReport } from '../../src/report/decisions.ts';
import { formatReport } from '../../src/report/formats.ts';
import type { Report } from '../../src/report/report.ts';
import { whyReport } from '../../src/report/why.ts';
import { whyNotReport } from '../../src/report/why-not.ts';
import { NOW_MS } from '../support/builders.ts';
import { closeSmallLedgers, plant, type SmallLedger, smallLedger } from '../support/small-ledger.ts';

afterEach(closeSmallLedgers);

const ALL = { sinceMs: null, untilMs: null, nowMs: NOW_MS } as const;

const CRITERIA = {
  id: 0,
  rules: [
    { key: 'rating', name: 'rating', operator: '>=', value: 4.5, weight: 45, is_required: true, can_remote: true },
    {
      ...{ key: 'distance', name: 'Distance from work address', operator: '<=', value: 50 },
      ...{ weight: 25, is_required: false, can_remote: true },
    },
    {
      key: 'drug_test',
      name: 'Drug test',
      operator: '=',
      value: true,
      weight: 10,
      is_required: false,
      can_remote: true,
    },
  ],
};

/** Three criteria of 45 (required), 25 and 10 points. */
async function aLedger(): Promise<SmallLedger> {
  return smallLedger({
    rules: { atm: { selection_rule: CRITERIA }, trial: { mode: 'shadow', priority: 1, selection_rule: CRITERIA } },
    laterRules: [
      {
        at: '2026-11-23T10:00Z',
        rules: { atm: { selection_rule: CRITERIA, name: 'Renamed' }, trial: { mode: 'shadow', priority: 1 } },
      },
    ],
    decisions: [
      // 557 wins with 80 of 80 over 601, who has 45 + 10: the distance makes 25 of it. 733 misses the rating.
      {
        ...{ order: 11, winner: 557, runnerUp: 601, marginPoints: 25, at: '2026-11-23T09:00Z', client: 50 },
        candidates: [
          { provider: 557 },
          { provider: 601, verdicts: { distance: 'no_match' } },
          {
            provider: 733,
            verdicts: { rating: 'no_match', drug_test: 'unknown' },
            blockedBy: [{ code: 'FM-5001', detail: { criterion: 'Provider rating' } }, 'FM-5004'],
          },
        ],
      },
      // 601 alone is eligible; 733 (25 + 10 points) is the best of the others, 734 has 25.
      {
        ...{ order: 12, winner: 601, costCents: 30_000, at: '2026-11-23T11:00Z' },
        candidates: [
          { provider: 601 },
          { provider: 734, verdicts: { rating: 'no_match', drug_test: 'no_match' } },
          { provider: 733, verdicts: { rating: 'unknown' } },
        ],
      },
      // Nobody is chosen although 557 is eligible.
      {
        order: 13,
        outcome: 'wait',
        reason: { code: 'FM-2001', detail: { open_minutes: 5, after_minutes: 30 } },
        at: '2026-11-23T11:30Z',
        candidates: [{ provider: 557 }, { provider: 733 }],
      },
      // 557 and 601 are invited; of the others 733 has 25 points and misses the rating.
      {
        ...{ order: 15, outcome: 'mass_route', providers: [557, 601], at: '2026-11-23T11:40Z' },
        candidates: [
          ...[557, 601].map((provider) => ({ provider, kind: 'bench' }) as const),
          { provider: 733, verdicts: { rating: 'no_match', drug_test: 'no_match' } },
        ],
      },
      // By a file in shadow, and by hand.
      { order: 11, rule: 'trial', winner: 601, at: '2026-11-23T09:00Z', client: 50 },
      { order: 14, rule: null, mode: null, winner: 557, at: '2026-11-23T12:00Z' },
    ],
  });
}

async function shown(report: Report, { reader }: SmallLedger, query: Partial<LedgerQuery> = {}): Promise<string> {
  const rows = await report.load(reader, { ...ALL, ...query });
  return formatReport(report, rows, { format: 'table', columns: null });
}

describe('the report why', () => {
  it('says whom live files chose, over whom, by which criteria, and at what cost', async () => {
    const ledger = await aLedger();
    expect(await shown(whyReport, ledger)).toMatchInlineSnapshot(`
      "decided_utc           decision  outcome  provider  points  max_points  runner_up  margin_points  difference    cost_usd  rule_file  commit
      2026-11-23T09:00:00Z  11.1.1    assign        557      80          80        601             25  distance +25    250.00  atm
      2026-11-23T11:00:00Z  12.1.1    assign        601      80          80                                            300.00  atm
      "
    `);
    expect((await whyReport.load(ledger.reader, { ...ALL, clientId: 50 })).length).toBe(1);
    expect((await whyReport.load(ledger.reader, { ...ALL, providerId: providerId(601) })).length).toBe(1);
    expect((await whyReport.load(ledger.reader, { ...ALL, ruleFileId: 'trial' })).length).toBe(0);
    expect((await whyReport.load(ledger.reader, { ...ALL, sinceMs: Date.parse('2026-11-23T10:00Z') })).length).toBe(1);
  });

  it('names the commit that brought the text, whatever sets were taken after it', async () => {
    const ledger = await aLedger();
    const commit = { hash: 'c0ffee'.repeat(6), isDirty: true };
    const at = Date.parse('2026-11-23T10:00Z');
    plant(ledger, `UPDATE rule_event SET "commit" = '${commit.hash}', is_dirty = 1 WHERE at_ms = ${at}`);
    const name = whyReport.columns.findIndex((column) => column.name === 'commit');
    const rows = await whyReport.load(ledger.reader, ALL);
    expect(rows.map((row) => row[name])).toEqual([null, `*${commit.hash}`]);
  });
});

describe('the report why-not', () => {
  it('says of each live decision who came next, or who was best of those not eligible', async () => {
    const ledger = await aLedger();
    const table = await shown(whyNotReport, ledger);
    expect(table).toMatchInlineSnapshot(`
      "decided_utc           decision  provider  stood         points  max_points  chosen  behind_points  reasons  because
      2026-11-23T09:00:00Z  11.1.1         601  eligible          55          80     557             25           Provider 557 has 25 points more.
      2026-11-23T11:00:00Z  12.1.1         733  not eligible      35          80     601             45  FM-5002  Not known, and required: Provider rating.
      2026-11-23T11:30:00Z  13.1.1         557  eligible          80          80                                  The work order opened 5 min ago; the first stage comes after 30 min.
      2026-11-23T11:40:00Z  15.1.1         733  not eligible      25          80                         FM-5001  Misses required: Provider rating.
      "
    `);
    plant(ledger, 'DELETE FROM roll_up');
    expect(await shown(whyNotReport, ledger)).toBe(table);
  });

  it('says of one provider every decision that had it and did not choose it', async () => {
    const ledger = await aLedger();
    // Not 15.1.1, which invited it, nor 12.1.1, which chose it.
    const of601 = await whyNotReport.load(ledger.reader, { ...ALL, providerId: providerId(601) });
    expect(of601.map(([, decision]) => decision)).toEqual(['11.1.1']);
    expect(await shown(whyNotReport, ledger, { providerId: providerId(733) })).toMatchInlineSnapshot(`
      "decided_utc           decision  provider  stood         points  max_points  chosen  behind_points  reasons          because
      2026-11-23T09:00:00Z  11.1.1         733  not eligible      25          80     557             55  FM-5001 FM-5004  Misses required: Provider rating. The request has expired.
      2026-11-23T11:00:00Z  12.1.1         733  not eligible      35          80     601             45  FM-5002          Not known, and required: Provider rating.
      2026-11-23T11:30:00Z  13.1.1         733  eligible          80          80                                          The work order opened 5 min ago; the first stage comes after 30 min.
      2026-11-23T11:40:00Z  15.1.1         733  not eligible      25          80                         FM-5001          Misses required: Provider rating.
      "
    `);
  });
});

describe('the report decisions', () => {
  it('lists what files and people decided, with what became of it, narrowed by whom it chose and for whom', async () => {
    const { reader } = await aLedger();
    const name = (column: string) => decisionsReport.columns.findIndex((one) => one.name === column);
    const listed = async (query: Partial<LedgerQuery>) =>
      (await decisionsReport.load(reader, { ...ALL, ...query })).map((row) => [
        row[name('decision')],
        row[name('effect')],
      ]);
    expect(await listed({})).toEqual([
      ['11.1.1', 'confirmed'],
      ['11.1.2', null],
      ['12.1.1', 'confirmed'],
      ['13.1.1', null],
      ['15.1.1', 'confirmed'],
      ['14.1.1', 'confirmed'],
    ]);
    expect(await listed({ providerId: providerId(601) })).toEqual([
      ['11.1.2', null],
      ['12.1.1', 'confirmed'],
    ]);
    expect(await listed({ clientId: 50, ruleFileId: 'atm' })).toEqual([['11.1.1', 'confirmed']]);
  });
});
