import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { attritionOfCounts } from '../../src/analysis/attrition-of-counts.ts';
import type { Decision, RankedCandidate, Reason } from '../../src/domain/decision.ts';
import { providerId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RecordedCandidate, RecordedDecision } from '../../src/domain/recorded-decision.ts';
import type { RuleMode } from '../../src/domain/rule-file.ts';
import type { Verdict } from '../../src/domain/scored-slate.ts';
import type { SlateCounts } from '../../src/domain/slate-counts.ts';
import type { LedgerQuery } from '../../src/engine/figures.ts';
import type { LedgerReader } from '../../src/engine/ports.ts';
import { attritionReport } from '../../src/report/attrition.ts';
import { formatReport } from '../../src/report/formats.ts';
import { openLedger, openLedgerReader } from '../../src/store/sqlite/open-ledger.ts';
import { aDecision, aFullSlate, aRun, aRunEnd, begin, rank } from '../contract/ledger-rows.ts';
import { HOUR_MS, NOW_MS } from '../support/builders.ts';
import { plainResult } from '../support/plain-result.ts';

const migrationsFolder = join(import.meta.dirname, '../../migrations/sqlite');
const ALL: LedgerQuery = {
  ...{ sinceMs: null, untilMs: null, ruleFileId: null, clientId: null, projectId: null, providerId: null },
};

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-counts-'));
  path = join(folder, 'ledger.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

/** What of a candidate decides where it is counted: the verdict of each criterion, the first of them required. */
type Cast = {
  readonly verdicts: readonly Verdict[];
  readonly applies: boolean;
  readonly codes: readonly Reason['code'][];
};

const CRITERIA = [
  { key: 'rating', isRequired: true },
  { key: 'distance', isRequired: true },
  { key: 'skills', isRequired: false },
] as const;

/** The first candidates of the full slate, with these verdicts and reasons. */
function candidatesOf(casts: readonly Cast[]): readonly RankedCandidate[] {
  return rank(aFullSlate())
    .slice(0, casts.length)
    .map((ranked, index) => {
      const { verdicts, applies, codes } = casts[index] ?? expect.unreachable();
      const criteria = ranked.scored.criteria.map((criterion, n) => ({
        ...plainResult(criterion),
        ...CRITERIA[n],
        ...{ verdict: verdicts[n] ?? criterion.verdict, applies: n === 1 ? applies : true },
      }));
      const gate = criteria
        .filter((one) => one.isRequired && one.applies && one.verdict !== 'match')
        .map(({ verdict, label }): Reason => {
          return { code: verdict === 'unknown' ? 'FM-5002' : 'FM-5001', detail: { criterion: label } };
        });
      const blockedBy = [...gate, ...codes.map((code): Reason => ({ code, detail: {} }))];
      const isEligible = blockedBy.length === 0;
      const scored = { ...ranked.scored, criteria, isMatch: gate.length === 0 };
      return { scored, isEligible, rank: isEligible ? 1 : null, blockedBy };
    });
}

type Given = {
  readonly order: number;
  readonly seq: number;
  readonly file: string;
  readonly mode: RuleMode;
  readonly text: string;
  readonly atMs: number;
  readonly clientId: number | null;
  readonly candidates: readonly Cast[];
};

function decisionOf({ order, seq, file, mode, text, atMs, clientId, candidates }: Given): Decision {
  const slate = aFullSlate(order);
  return aDecision({
    given: { ...slate, workOrder: { ...slate.workOrder, clientId, projectId: 7 } },
    ...{ orderId: order, seq, ruleFileId: file, ruleFileHash: hashText(text), mode, decidedAtMs: atMs },
    ...{ candidates: candidatesOf(candidates), calls: [], outcome: 'hold', winner: null },
  });
}

async function write(given: readonly Given[]): Promise<void> {
  const store = openLedger({ path, migrationsFolder });
  await begin(store);
  for (const one of given) expect(await store.recordDecision(decisionOf(one))).toBe('recorded');
  await store.close();
}

async function read<Answer>(ask: (reader: LedgerReader) => Promise<Answer>): Promise<Answer> {
  const reader = openLedgerReader({ path, migrationsFolder });
  try {
    return await ask(reader);
  } finally {
    await reader.close();
  }
}

function meddle(sql: string): void {
  const db = new Database(path);
  db.exec(sql);
  db.close();
}

/** Counted one by one from what the ledger gives back whole. */
function countWhole(decisions: readonly RecordedDecision[], provider: number | null) {
  const own = ({ candidates }: RecordedDecision) =>
    candidates.filter((one) => provider === null || one.providerId === provider);
  const of = decisions.filter((one) => one.ruleFileId !== null && (provider === null || own(one).length > 0));
  return [...Map.groupBy(of, (one) => `${Number(one.mode === 'shadow')} ${one.ruleFileId}`)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, all]) => {
      const nobody = all.filter(({ candidates }) => !candidates.some(({ isEligible }) => isEligible));
      return {
        file: all[0]?.ruleFileId,
        decisions: all.length,
        withoutCandidates: all.filter(({ candidates }) => candidates.length === 0).length,
        withoutEligible: nobody.length,
        sets: count(all.flatMap(own).map((one) => stoppersOf(one).join(' '))),
        fillableWithout: count(
          nobody.flatMap((one) => {
            const sole = own(one)
              .map(stoppersOf)
              .flatMap(([first, ...more]) =>
                first !== undefined && more.length === 0 ? [first.replace('?', '')] : [],
              );
            return [...new Set(sole)];
          }),
        ),
      };
    });
}

function stoppersOf({ criteria, blockedBy }: RecordedCandidate): readonly string[] {
  const gate = criteria.flatMap(({ key, isRequired, applies, verdict }) =>
    isRequired && applies && verdict !== 'match' ? [verdict === 'unknown' ? `${key}?` : key] : [],
  );
  const codes = blockedBy.map(({ code }) => code).filter((code) => code > 'FM-5002');
  return [...new Set([...gate, ...codes])].sort();
}

function count(names: readonly string[]): { readonly [name: string]: number } {
  const counts = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...counts].map(([name, all]): [string, number] => [name, all.length]).sort());
}

function asCounted({ ruleFileId: file, decisions, withoutCandidates, withoutEligible, ...rest }: SlateCounts) {
  const sets = rest.sets.map(({ stoppedBy, candidates }): [string, number] => [stoppedBy.join(' '), candidates]);
  const { fillableWithout } = rest;
  return {
    file,
    decisions,
    withoutCandidates,
    withoutEligible,
    sets: Object.fromEntries(sets.sort()),
    fillableWithout,
  };
}

const cast: fc.Arbitrary<Cast> = fc.record({
  verdicts: fc.array(fc.constantFrom<Verdict[]>('match', 'match', 'no_match', 'unknown'), {
    minLength: 3,
    maxLength: 3,
  }),
  applies: fc.boolean(),
  codes: fc.subarray<Reason['code']>(['FM-5003', 'FM-5004', 'FM-5009'], { maxLength: 2 }),
});

const anOrder = fc.record({
  file: fc.constantFrom('atm', 'catch-all'),
  mode: fc.constantFrom<RuleMode[]>('enforce', 'shadow', 'canary'),
  text: fc.constantFrom('old', 'new'),
  hours: fc.integer({ min: 0, max: 72 }),
  clientId: fc.constantFrom(50, 51, null),
  candidates: fc.array(cast, { maxLength: 4 }),
});

describe('counts of slates', () => {
  it('equal what the candidates themselves come to, whatever is rolled up and whatever is asked', async () => {
    const question = fc.record({
      hours: fc.tuple(fc.integer({ min: 0, max: 72 }), fc.integer({ min: 0, max: 72 })),
      ruleFileId: fc.constantFrom(null, 'atm'),
      clientId: fc.constantFrom(null, 50),
      provider: fc.constantFrom(null, 557, 733),
    });
    const watermark = fc.integer({ min: 0, max: 12 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anOrder, { minLength: 1, maxLength: 12 }),
        question,
        watermark,
        async (all, asked, below) => {
          path = join(mkdtempSync(join(folder, 'one-')), 'ledger.db');
          await write(
            all.map(({ hours, ...one }, index) => ({
              ...one,
              order: index + 1,
              seq: 1,
              atMs: NOW_MS + hours * HOUR_MS,
            })),
          );
          const [from, to] = asked.hours.toSorted((a, b) => a - b);
          const query = {
            ...{ sinceMs: NOW_MS + (from ?? 0) * HOUR_MS, untilMs: NOW_MS + (to ?? 0) * HOUR_MS + 1, projectId: null },
            ...{ ruleFileId: asked.ruleFileId, clientId: asked.clientId },
            providerId: asked.provider === null ? null : providerId(asked.provider),
          };
          const whole = (
            await read((reader) => reader.decisions({ ...query, workOrderId: null, withCandidates: true }))
          )
            .filter((one) => asked.ruleFileId === null || one.ruleFileId === asked.ruleFileId)
            .filter((one) => asked.clientId === null || all[one.workOrderId - 1]?.clientId === asked.clientId);
          const expected = countWhole(whole, asked.provider);
          const counted = async () => (await read((reader) => reader.figures.slateCounts(query))).map(asCounted);
          expect(await counted()).toEqual(expected);
          meddle(`DELETE FROM roll_up WHERE decision <= ${below}`);
          expect(await counted()).toEqual(expected);
          const store = openLedger({ path, migrationsFolder });
          await store.closeRun(aRunEnd());
          expect(await counted()).toEqual(expected);
          meddle("UPDATE roll_up SET sets = '[]'");
          expect(await store.rebuildRollUp()).toBe(all.length);
          expect(await counted()).toEqual(expected);
          await store.close();
        },
      ),
      { numRuns: 25 },
    );
  });

  it('count an old ledger a part at a time, at the end of runs', async () => {
    const casts: readonly Cast[] = [{ verdicts: ['match', 'match', 'match'], applies: true, codes: [] }];
    const one = { file: 'atm', mode: 'enforce', text: 'text', clientId: 50, candidates: casts } as const;
    await write([1, 2, 3].map((order) => ({ ...one, order, seq: 1, atMs: NOW_MS })));
    meddle(`
      WITH RECURSIVE n (i) AS (VALUES (1000) UNION ALL SELECT i + 1 FROM n WHERE i < 1700)
      INSERT INTO decision SELECT i, run_id, i, episode, seq, title, start_ms, end_ms, local_date, rule_file_id, rule_file_hash,
        rule_set_hash, mode, decided_at_ms, taken_at_ms, engine_version, opened_at_ms, opened_source, due_stages, stage, outcome,
        reason_code, reason_detail, winner_id, runner_up_id, margin_milli, cost_cents, input_hash, header, work_order_body,
        batch_body FROM n, decision WHERE decision.id = 1;
      DELETE FROM roll_up; DELETE FROM work_order_label`);
    const store = openLedger({ path, migrationsFolder });
    const lines = () => {
      const db = new Database(path, { readonly: true });
      const found = ['roll_up', 'work_order_label'].map((table) =>
        db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get(),
      );
      db.close();
      return found;
    };
    await store.closeRun(aRunEnd());
    expect(lines()).toEqual([500, 500]);
    await store.openRun(aRun({ id: 'run-2' }));
    await store.closeRun(aRunEnd({ runId: 'run-2' }));
    // 701 copies and the three.
    expect(lines()).toEqual([704, 704]);
    await store.close();
  });
});

describe('the attrition report', () => {
  const fit: Cast = { verdicts: ['match', 'match', 'match'], applies: true, codes: [] };
  const poor: Cast = { ...fit, verdicts: ['no_match', 'match', 'match'] };
  const far: Cast = { ...fit, verdicts: ['match', 'unknown', 'match'] };

  it('shows the funnel of each file, each blocker jointly and alone, and what a preferred criterion would give', async () => {
    const live = { file: 'atm', mode: 'enforce', text: 'text', seq: 1, atMs: NOW_MS, clientId: 50 } as const;
    await write([
      // Somebody eligible; one misses the rating alone, one the rating and an unknown distance; one is expired and poor.
      {
        ...live,
        order: 1,
        candidates: [
          fit,
          poor,
          { ...poor, verdicts: ['no_match', 'unknown', 'match'] },
          { ...poor, codes: ['FM-5004'] },
        ],
      },
      // Nobody: one poor, one whose distance is unknown, one excluded.
      { ...live, order: 2, candidates: [poor, far, { ...fit, codes: ['FM-5009'] }] },
      // Nobody, and nothing alone would help.
      { ...live, order: 3, clientId: 51, candidates: [{ ...poor, codes: ['FM-5009'] }] },
      { ...live, order: 4, clientId: 51, mode: 'shadow', candidates: [far] },
    ]);
    const table = async (query: Partial<LedgerQuery>) => {
      const rows = await read((reader) => attritionReport.load(reader, { ...ALL, nowMs: NOW_MS, ...query }));
      return formatReport(attritionReport, rows, { format: 'table', columns: null });
    };
    expect(await table({})).toMatchInlineSnapshot(`
      "rule_file  decided  step                                  passed  stopped  jointly  alone  eligible_if_preferred  filled_if_preferred  filled  decisions
      atm        live     slate                                      8                                                                            1          3
      atm        live     open on the platform                       8        0        0      0                                                   1          3
      atm        live     not expired                                7        1        1      0                                                   1          3
      atm        live     required: Provider rating                  3        4        5      2                      3                    2       1          3
      atm        live     required: Distance from work address       2        1        2      1                      2                    2       1          3
      atm        live     guardrails                                 1        1        2      1                                                   1          3
      atm        shadow   slate                                      1                                                                            0          1
      atm        shadow   open on the platform                       1        0        0      0                                                   0          1
      atm        shadow   not expired                                1        0        0      0                                                   0          1
      atm        shadow   required: Provider rating                  1        0        0      0                      0                    0       0          1
      atm        shadow   required: Distance from work address       0        1        1      1                      1                    1       0          1
      atm        shadow   guardrails                                 0        0        0      0                                                   0          1
      "
    `);
    expect(await table({ clientId: 51 })).toMatchInlineSnapshot(`
      "rule_file  decided  step                                  passed  stopped  jointly  alone  eligible_if_preferred  filled_if_preferred  filled  decisions
      atm        live     slate                                      1                                                                            0          1
      atm        live     open on the platform                       1        0        0      0                                                   0          1
      atm        live     not expired                                1        0        0      0                                                   0          1
      atm        live     required: Provider rating                  0        1        1      0                      0                    0       0          1
      atm        live     required: Distance from work address       0        0        0      0                      0                    0       0          1
      atm        live     guardrails                                 0        0        1      0                                                   0          1
      atm        shadow   slate                                      1                                                                            0          1
      atm        shadow   open on the platform                       1        0        0      0                                                   0          1
      atm        shadow   not expired                                1        0        0      0                                                   0          1
      atm        shadow   required: Provider rating                  1        0        0      0                      0                    0       0          1
      atm        shadow   required: Distance from work address       0        1        1      1                      1                    1       0          1
      atm        shadow   guardrails                                 0        0        0      0                                                   0          1
      "
    `);
    // Provider 557 is the first of each slate.
    expect(await table({ providerId: providerId(557), ruleFileId: 'atm', untilMs: NOW_MS + 1 })).toMatchInlineSnapshot(`
      "rule_file  decided  step                                  passed  stopped  jointly  alone  eligible_if_preferred  filled_if_preferred  filled  decisions
      atm        live     slate                                      3                                                                            1          3
      atm        live     open on the platform                       3        0        0      0                                                   1          3
      atm        live     not expired                                3        0        0      0                                                   1          3
      atm        live     required: Provider rating                  1        2        2      1                      2                    2       1          3
      atm        live     required: Distance from work address       1        0        0      0                      1                    1       1          3
      atm        live     guardrails                                 1        0        1      0                                                   1          3
      atm        shadow   slate                                      1                                                                            0          1
      atm        shadow   open on the platform                       1        0        0      0                                                   0          1
      atm        shadow   not expired                                1        0        0      0                                                   0          1
      atm        shadow   required: Provider rating                  1        0        0      0                      0                    0       0          1
      atm        shadow   required: Distance from work address       0        1        1      1                      1                    1       0          1
      atm        shadow   guardrails                                 0        0        0      0                                                   0          1
      "
    `);
    const [counts] = await read((reader) => reader.figures.slateCounts({ ...ALL, ruleFileId: 'atm' }));
    const guardrails = attritionOfCounts(counts ?? expect.unreachable()).at(-1);
    expect(guardrails?.reasons).toEqual([{ code: 'FM-5009', stops: 2, alone: 1 }]);
  });
});
