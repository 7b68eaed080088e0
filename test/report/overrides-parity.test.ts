import { afterEach, describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { providerId } from '../../src/domain/ids.ts';
import type { PlatformEvaluation } from '../../src/domain/provider.ts';
import { overridesReport } from '../../src/report/overrides.ts';
import { parityReport } from '../../src/report/parity.ts';
import type { Report, ReportRange } from '../../src/report/report.ts';
import { openLedger } from '../../src/store/sqlite/open-ledger.ts';
import { NOW_MS } from '../support/builders.ts';
import { closeSmallLedgers, MIGRATIONS, type SmallLedger, smallLedger } from '../support/small-ledger.ts';

afterEach(closeSmallLedgers);

/** The named cells of every row, as asked for. */
async function rowsOf({ reader }: SmallLedger, report: Report, names: string, query: Partial<ReportRange> = {}) {
  const places = names.split(' ').map((name) => report.columns.findIndex((column) => column.name === name));
  const rows = await report.load(reader, { sinceMs: null, untilMs: null, nowMs: NOW_MS, ...query });
  return rows.map((row) => places.map((place) => row[place]).join(' '));
}

describe('report overrides', () => {
  it('has what people did against what was decided, why, and what became of it', async () => {
    const ledger = await smallLedger({
      rules: { atm: {}, look: { mode: 'shadow' } },
      decisions: [
        // Held; a person gave it to 612, the second by points and id, and the work was approved by hand.
        { order: 11, outcome: 'hold', at: '2026-11-23T09:00Z', candidates: [{ provider: 557 }, { provider: 612 }] },
        { order: 11, rule: null, mode: null, outcome: 'approve', at: '2026-11-24T20:00Z' },
        // Both files said otherwise than 733, who was not eligible, and who left.
        { order: 12, client: 7, outcome: 'wait', at: '2026-11-23T09:00Z', candidates: [{ provider: 557 }] },
        {
          ...{ order: 12, client: 7, rule: 'look', winner: 557, at: '2026-11-23T09:00Z' },
          candidates: [{ provider: 557 }, { provider: 733, verdicts: { rating: 'no_match' } }],
        },
        // Only shadow named somebody here, and the person thought so too.
        { order: 13, rule: 'look', winner: 557, at: '2026-11-23T09:00Z' },
        // Nobody is known to be assigned.
        { order: 14, outcome: 'wait', at: '2026-11-23T09:00Z' },
      ],
      observations: [
        { kind: 'assigned_by_other', order: 11, provider: 612, at: '2026-11-23T10:00Z' },
        { kind: 'assigned_by_other', order: 12, provider: 733, at: '2026-11-23T11:00Z' },
        { kind: 'unassigned', order: 12, provider: 733, at: '2026-11-23T12:00Z' },
        { kind: 'assigned_by_other', order: 13, provider: 557, at: '2026-11-23T11:00Z' },
      ],
    });
    const names = 'decision rule_file outcome named provider standing afterwards right';
    expect(await rowsOf(ledger, overridesReport, names)).toEqual([
      '11.1.1 atm hold  612 rank 2 approved yes',
      '12.1.1 atm wait  733 not on the slate gone no',
      '12.1.2 look assign 557 733 not eligible gone no',
    ]);
    const narrowed = (query: Partial<ReportRange>) => rowsOf(ledger, overridesReport, 'decision', query);
    expect(await narrowed({ untilMs: Date.parse('2026-11-23T10:30Z') })).toEqual(['11.1.1']);
    expect(await narrowed({ sinceMs: Date.parse('2026-11-23T10:30Z') })).toEqual(['12.1.1', '12.1.2']);
    expect(await narrowed({ ruleFileId: 'look' })).toEqual(['12.1.2']);
    expect(await narrowed({ clientId: 7 })).toEqual(['12.1.1', '12.1.2']);
    expect(await narrowed({ projectId: 7 })).toEqual([]);
    expect(await narrowed({ providerId: providerId(557) })).toEqual(['12.1.2']);
    expect(await rowsOf(ledger, overridesReport, 'blocked_by', { ruleFileId: 'look' })).toEqual([
      expect.stringMatching(/^FM-5001 Misses required: /),
    ]);
  });
});

/** By one criterion. */
function evaluation(isMatch: boolean, weight = 45): PlatformEvaluation {
  const points = isMatch ? weight : 0;
  const verdict = { name: 'Provider rating', weight, isRequired: true, isMatch, points };
  return { ruleId: null, isMatch, points, maxPoints: weight, verdicts: [verdict] };
}

describe('report parity', () => {
  it('counts where both say the same and where not, by criterion and of whole candidates', async () => {
    const ledger = await smallLedger({
      rules: { atm: {} },
      decisions: [
        {
          ...{ order: 15, outcome: 'wait', at: '2026-11-23T09:00Z', client: 7 },
          candidates: [
            { provider: 601, platform: evaluation(true) },
            { provider: 602, platform: evaluation(true), verdicts: { rating: 'no_match' } },
            // Nothing of theirs, and nothing of ours: not compared.
            { provider: 603, kind: 'bench' },
          ],
        },
        {
          ...{ order: 16, outcome: 'wait', at: '2026-11-24T09:00Z' },
          candidates: [
            // Another weight: the verdicts are compared, the points are not.
            { provider: 601, platform: evaluation(false, 50) },
            // Not known to us, so it is theirs that decided; the points agree, for they are theirs.
            { provider: 604, platform: evaluation(false), verdicts: { rating: 'unknown' } },
          ],
        },
      ],
    });
    const names =
      'criterion compared agree differ differ_percent only_ours only_theirs since_day decision provider other_rule';
    const rows = [
      // 601 and 602 on the first day, 601 on the second.
      'rating 3 1 2 66.7 1 1 2026-11-23 16.1.1 601 ',
      // 601 has 45 of both; 602 none of ours and 45 of theirs; 604 none of both; 601 by other weights.
      '(points) 3 2 1 33.3 1 0  15.1.1 602 1',
    ];
    expect(await rowsOf(ledger, parityReport, names)).toEqual(rows);
    const narrowed = (query: Partial<ReportRange>) => rowsOf(ledger, parityReport, 'criterion compared', query);
    expect(await narrowed({ clientId: 7 })).toEqual(['(points) 2', 'rating 2']);
    expect(await narrowed({ sinceMs: Date.parse('2026-11-24T00:00Z') })).toEqual(['rating 1', '(points) 1']);
    expect(await narrowed({ untilMs: Date.parse('2026-11-23T09:00Z') })).toEqual([]);
    expect(await narrowed({ ruleFileId: 'other' })).toEqual([]);
    // Counted anew from rows and bodies, it is the same.
    const store = openLedger({ path: ledger.path, migrationsFolder: MIGRATIONS });
    expect(await store.rebuildRollUp()).toBe(2);
    await store.close();
    expect(await rowsOf(ledger, parityReport, names)).toEqual(rows);
  });

  it('stands on the card and in the JSON of explain, with the value behind our verdict', async () => {
    const { path } = await smallLedger({
      rules: { atm: {} },
      decisions: [
        {
          ...{ order: 15, winner: 601 },
          candidates: [
            { provider: 601, platform: evaluation(false), facts: { 'provider.rating': 480 } },
            { provider: 602, platform: evaluation(true), facts: { 'provider.rating': 470 } },
          ],
        },
      ],
    });
    const explain = async (...words: readonly string[]) => {
      let out = '';
      await runCli(['explain', '15', '--db', path, ...words], {
        stdout: { write: (text) => (out += text) },
        stderr: { write: () => undefined, isTTY: false },
        cwd: path.replace(/\/[^/]+$/, ''),
        env: {},
      });
      return out.replaceAll(/\s+/g, ' ');
    };
    const card = await explain('--provider', '602');
    expect(card).toContain(
      "Provider 601: Field Nation 0 of 45, ours 45 of 45; differs in rating (they no match; ours match: 4.8 stars from the provider's profile (GET /users/{id})).",
    );
    expect(card).toContain(
      'Provider 602: Field Nation 45 of 45, ours 45 of 45; the same in all 1 that both have judged.',
    );
    expect(JSON.parse(await explain('--json')).parity).toMatchObject([
      {
        providerId: 601,
        fieldNation: { points: 0, maxPoints: 45 },
        ours: { points: 45 },
        isSameRule: true,
        differs: [{ key: 'rating', ours: 'match', theirs: 'no_match' }],
      },
      { providerId: 602, differs: [] },
    ]);
  });
});
