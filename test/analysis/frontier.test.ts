import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asRecorded } from '../../src/analysis/as-recorded.ts';
import { type Frontier, findFrontier } from '../../src/analysis/frontier.ts';
import { readRecordedBatch } from '../../src/analysis/recorded-batch.ts';
import { relaxFile } from '../../src/analysis/relaxation-fills.ts';
import { dispatchAgain } from '../../src/analysis/replay-dispatch.ts';
import { loadHighs } from '../../src/decide/assignment/highs.ts';
import type { PlannedDecision } from '../../src/domain/decision.ts';
import { NO_DIRECTIVES } from '../../src/domain/directive.ts';
import { hashText, type JsonValue } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RecordedRun } from '../../src/domain/recorded-run.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import type { Slate } from '../../src/domain/scored-slate.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import { frontierCsv, frontierSections } from '../../src/report/frontier-sections.ts';
import { sectionsAsText } from '../../src/report/section.ts';
import {
  aCandidate,
  aCriterion,
  aRequest,
  aRuleFile,
  aSlate,
  aTest,
  aWorkOrder,
  HOUR_MS,
  knownFacts,
  NOW_MS,
} from '../support/builders.ts';

/** Three required criteria of 40, 30 and 20 points, and whoever is best gets the work. */
const FILE: RuleFile = aRuleFile({
  criteria: [
    aCriterion({
      key: 'rating',
      label: 'Rating',
      weight: 40,
      when: aTest('provider.rating', 'greaterThanInclusive', 450),
    }),
    aCriterion({
      position: 2,
      key: 'near',
      label: 'Near',
      weight: 30,
      when: aTest('provider.distance', 'lessThan', 20),
    }),
    aCriterion({
      position: 3,
      key: 'known',
      label: 'Known',
      weight: 20,
      when: aTest('provider.worked_with', 'equal', true),
    }),
  ],
  stages: [{ n: 1, afterMinutes: 0, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: false }],
});

/** What a provider misses of rating, near and known; `gone`: the request is over. */
type Asked = { readonly provider: number; readonly misses: string; readonly isGone?: boolean };
type Past = readonly (readonly { readonly order: number; readonly asked: readonly Asked[] }[])[];

function aSlateOf(order: number, asked: readonly Asked[], takenAtMs: number): Slate {
  return aSlate({
    workOrder: aWorkOrder({ id: order, title: `Order ${order}` }),
    takenAtMs,
    candidates: asked.map(({ provider, misses, isGone = false }) =>
      aCandidate({
        providerId: provider,
        request: aRequest({ id: provider, expiresMs: null, isActive: !isGone }),
        facts: knownFacts({
          'provider.rating': misses.includes('r') ? 400 : 480,
          'provider.distance': misses.includes('n') ? 90 : 5,
          'provider.worked_with': !misses.includes('k'),
        }),
      }),
    ),
  });
}

function aBatch(orders: readonly number[], takenAtMs: number): JsonValue {
  const openedAt = { atMs: NOW_MS - HOUR_MS, source: 'published' };
  const member = { episode: 1, ruleFileHash: null, openedAt, openIntent: null, assigned: null, attempts: [] };
  return {
    ...{ takenAtMs, openWorkOrders: 9, committedTodayCents: 0, committedTodayByRuleFile: {}, undoneCount: 0 },
    ...{ committedTodayByWorkOrder: {}, committedTodayFileOf: {}, approved: null, limits: DEFAULT_LIMITS },
    ...{ directives: NO_DIRECTIVES, stoppedBy: null, talentPools: [], projectDispatch: [[88, 'off']], commitments: [] },
    shares: [],
    members: orders.map((workOrderId) => ({ ...member, workOrderId })),
  };
}

const READY = { kind: 'ready', files: [compileRuleFile(FILE)], reviews: [] } as const;

async function decide(run: number, orders: Past[number], file: RuleFile) {
  const takenAtMs = NOW_MS + run * HOUR_MS;
  const slates = orders.map(({ order, asked }) => aSlateOf(order, asked, takenAtMs));
  const batch = aBatch(
    orders.map(({ order }) => order),
    takenAtMs,
  );
  const read = readRecordedBatch(batch);
  if (read.kind !== 'dispatch') throw new Error('no batch');
  const { decisions } = await dispatchAgain(read.batch, [compileRuleFile(file)], {
    confirm: async (one) => one,
    solve: await loadHighs(),
  }).decide(slates);
  return { decisions, slates, batch, takenAtMs };
}

/** A ledger in which the file decided every slate. */
async function* ledgerOf(past: Past): AsyncGenerator<RecordedRun> {
  for (const [run, orders] of past.entries()) {
    const { decisions, slates, batch, takenAtMs } = await decide(run, orders, FILE);
    const by = { decidedAtMs: takenAtMs, engineVersion: '0', ruleSetHash: hashText('set'), inputHash: hashText('in') };
    yield {
      runId: `run-${run}`,
      ruleSetHash: hashText('set'),
      batch: { kind: 'kept', value: batch },
      decisions: decisions.map((planned) => {
        const { candidates, ...decision } = asRecorded(planned, { ...by, facts: {} });
        return {
          decision,
          candidates: () => candidates,
          slate: slates.find(({ workOrder }) => workOrder.id === planned.workOrder.id) ?? null,
          ...{ holds: () => false, erased: [], broken: [], isAsChained: true },
        };
      }),
    };
  }
}

function frontierOf(past: Past, ruleFileId: string | null = null): Promise<Frontier> {
  const terms = { ruleFileId, rulesOf: async () => READY, onProgress: () => undefined };
  return findFrontier({ ...terms, runs: () => ledgerOf(past) });
}

const PAST: Past = [
  [
    {
      order: 11,
      asked: [
        { provider: 1, misses: '' },
        { provider: 2, misses: 'r' },
      ],
    },
    { order: 12, asked: [{ provider: 3, misses: 'r' }] },
    {
      order: 13,
      asked: [
        { provider: 4, misses: 'rn' },
        { provider: 5, misses: 'n' },
      ],
    },
    { order: 14, asked: [{ provider: 6, misses: 'r', isGone: true }] },
  ],
  // The same again an hour later, with one more: nobody is counted twice.
  [
    { order: 12, asked: [{ provider: 3, misses: 'r' }] },
    {
      order: 14,
      asked: [
        { provider: 6, misses: 'r', isGone: true },
        { provider: 7, misses: 'rnk' },
      ],
    },
  ],
];

describe('what required criteria cost', () => {
  it('is counted by the sets that keep candidates out, and decided again for who would get the work', async () => {
    const { decisions, files } = await frontierOf(PAST);
    expect(decisions).toBe(6);
    const [file] = files;
    // 7 providers for 4 work orders: 1 is eligible, 6 asked too late.
    expect(file).toMatchObject({ workOrders: 4, candidates: 7, eligible: 1, blockedOtherwise: 1 });
    const rows = file?.sets.map(({ kind, criteria, moreEligible, fills }) => [
      kind,
      criteria.map(({ key }) => key).join('+'),
      moreEligible,
      fills.more,
      fills.medianPerMille,
    ]);
    expect(rows).toEqual([
      // 2 and 3; work order 12 is filled by 3, who has 50 of 90 points.
      ['one', 'rating', 2, 1, 555],
      // 5; work order 13 is filled by 5, who has 60 of 90.
      ['one', 'near', 1, 1, 666],
      ['one', 'known', 0, 0, null],
      // 2, 3, 4 and 5; 12 and 13 are filled: the lower of 555 and 666 stands for the median of two.
      ['pair', 'rating+near', 4, 2, 555],
      ['pair', 'rating+known', 2, 1, 555],
      ['pair', 'near+known', 1, 1, 666],
      // And 7, who has none of the 90 points, fills 14.
      ['best', 'rating+near+known', 5, 3, 555],
    ]);
    expect(file?.sets.map(({ fills }) => [fills.fewer, fills.others])).toEqual(file?.sets.map(() => [0, 0]));
  });

  it('is told with what it means, and what it is not', async () => {
    const text = sectionsAsText(frontierSections(await frontierOf(PAST)), 120);
    expect(text).toContain('Relaxing has a price');
    expect(text).toMatch(/rating \+ near\s+pair\s+\+4\s+\+2\s+0\s+0\s+55\.5 %/);
    expect(frontierCsv(await frontierOf(PAST, 'default')).split('\n')[1]).toBe(
      'default,one,1,rating,Rating,2,1,0,0,55.5',
    );
    expect(await frontierOf(PAST, 'other')).toEqual({ decisions: 0, leftOut: 0, files: [] });
    expect(sectionsAsText(frontierSections(await frontierOf([])), 80)).toContain('No rule file that requires anything');
  });

  it('never makes fewer eligible, and counts whom deciding by the relaxed file finds eligible', async () => {
    const anyAsked = fc.record({
      provider: fc.integer({ min: 1, max: 9 }),
      misses: fc.constantFrom('', 'r', 'n', 'k', 'rn', 'rk', 'nk', 'rnk'),
      isGone: fc.constantFrom(false, false, false, true),
    });
    const anyOrders = fc.array(fc.uniqueArray(anyAsked, { selector: ({ provider }) => provider, maxLength: 5 }), {
      minLength: 1,
      maxLength: 5,
    });
    await fc.assert(
      fc.asyncProperty(anyOrders, async (all) => {
        const orders = all.map((asked, index) => ({ order: 11 + index, asked }));
        const [file] = (await frontierOf([orders])).files;
        const eligibleOf = (decisions: readonly PlannedDecision[]) =>
          decisions.flatMap(({ candidates }) => candidates).filter(({ isEligible }) => isEligible).length;
        const before = eligibleOf((await decide(0, orders, FILE)).decisions);
        for (const { criteria, moreEligible } of file?.sets ?? []) {
          const relaxed = relaxFile(FILE, new Set(criteria.map(({ key }) => key)));
          expect(eligibleOf((await decide(0, orders, relaxed)).decisions) - before).toBe(moreEligible);
        }
        const best = [1, 2, 3].map((size) =>
          Math.max(
            0,
            ...(file?.sets ?? []).filter(({ criteria }) => criteria.length === size).map((set) => set.moreEligible),
          ),
        );
        expect(best.toSorted((a, b) => a - b)).toEqual(best);
      }),
      { numRuns: 60 },
    );
  });
});
