import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { solveNone } from '../../src/decide/assignment/program.ts';
import { unseenCommitments } from '../../src/decide/bookings.ts';
import { decideBatch, stopBatch } from '../../src/decide/decide-batch.ts';
import type { OrderInput } from '../../src/decide/input.ts';
import { toHold } from '../../src/decide/to-hold.ts';
import type { PlannedDecision } from '../../src/domain/decision.ts';
import { providerId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { keepRecent } from '../../src/domain/recent.ts';
import type { RuleFile, Stage } from '../../src/domain/rule-file.ts';
import type { ScoredCandidate } from '../../src/domain/scored-slate.ts';
import { aCommitment, aRoute, aWorkOrder, HOUR_MS, knownFacts, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anInput,
  anOrder,
  aRequestOf,
  aRoutedOf,
  assignStage,
  codesOf,
  decide,
  guardrails,
  MISSED,
  massRouteStage,
  OPENED_MS,
  rankedOf,
  routeStage,
  SOLVE,
  said,
  scoredBy,
  sentenceOf,
} from './builders.ts';

const FORBID = guardrails({ perProvider: { forbidOverlap: true } });
const BOOKED = aFile([assignStage()], { guardrails: FORBID });
const TOMORROW = NOW_MS + 24 * HOUR_MS;

/** All at the same hours unless told otherwise. */
function order(id: number, candidates: readonly ScoredCandidate[], given: { file?: RuleFile; startMs?: number } = {}) {
  const startMs = given.startMs ?? TOMORROW;
  const workOrder = aWorkOrder({ id, schedule: { startMs, endMs: startMs + 2 * HOUR_MS } });
  return anOrder({ workOrder, candidates, file: given.file ?? BOOKED });
}

function winners(orders: readonly OrderInput[]) {
  return decide(orders).decisions.map(({ winner }) => winner);
}

type Wish = { readonly points: readonly (number | null)[]; readonly hour: number };

/** Of all plans in which nobody is at two places in one hour: the most filled, and the most points with so many. */
function bestOf(rows: readonly Wish[], taken: ReadonlySet<string> = new Set()): readonly [number, number] {
  const [first, ...rest] = rows;
  if (first === undefined) return [0, 0];
  let best = bestOf(rest, taken);
  for (const [provider, points] of first.points.entries()) {
    const place = `${provider} at ${first.hour}`;
    if (points === null || taken.has(place)) continue;
    const [filled, won] = bestOf(rest, new Set([...taken, place]));
    if (filled + 1 > best[0] || (filled + 1 === best[0] && won + points > best[1])) best = [filled + 1, won + points];
  }
  return best;
}

const BY_LOAD_AT_LAST: RuleFile['tieBreak'] = [
  { by: 'points', direction: 'desc' },
  { by: 'total_pay', direction: 'asc' },
  { by: 'assigned_7d', direction: 'asc' },
  { by: 'provider_id', direction: 'asc' },
];

describe('a batch', () => {
  it('comes out ascending by work order', () => {
    const { decisions } = decide([order(9, []), order(10, []), order(2, [])]);
    expect(decisions.map(({ workOrder }) => workOrder.id)).toEqual([2, 9, 10]);
    expect(decide([]).decisions).toEqual([]);
  });

  it('gives a provider who asked for two jobs at one hour only one of them', () => {
    const { decisions } = decide([order(1, [aRequestOf(7, 300), aRequestOf(8, 200)]), order(2, [aRequestOf(7, 250)])]);
    expect(decisions.map(({ winner }) => winner)).toEqual([8, 7]);
    const [second] = decisions;
    if (second === undefined) throw new Error('no decision');
    expect(said(second)).toEqual(['assign', 'FM-1003']);
    expect(second.reason.detail).toMatchObject({ provider: 8, taken: 1 });
    expect(rankedOf(second, 7).blockedBy).toEqual([
      { code: 'FM-5010', detail: { how: 'planned for', other: 2, buffer: 0 } },
    ]);
  });

  it('gives it to the work order with fewest candidates, then the earliest, then the lowest id', () => {
    const wanted = [aRequestOf(7, 300)];
    expect(winners([order(1, wanted), order(2, wanted, { startMs: TOMORROW - HOUR_MS })])).toEqual([null, 7]);
    expect(winners([order(2, wanted), order(1, wanted)])).toEqual([7, null]);
  });

  it('takes a work order without a start last', () => {
    const untimed = anOrder({
      workOrder: aWorkOrder({ id: 1, schedule: { startMs: null } }),
      candidates: [aRequestOf(7)],
      file: aFile([assignStage()], { guardrails: guardrails({ perProvider: { perDay: 1 } }) }),
    });
    expect(winners([untimed, order(2, [aRequestOf(7)])])).toEqual([null, 7]);
  });

  it('waits when everybody eligible serves another work order of the run, whatever stage is left', () => {
    const { decisions } = decide([order(1, [aRequestOf(7)]), order(2, [aRequestOf(7)])]);
    expect(decisions.map(said)).toEqual([
      ['assign', 'FM-1002'],
      ['wait', 'FM-2004'],
    ]);
    const later = aFile([assignStage(), routeStage({ afterMinutes: 999 })], { guardrails: FORBID });
    const waiting = decide([order(1, [aRequestOf(7)]), order(2, [aRequestOf(7)], { file: later })]).decisions[1];
    expect(waiting?.reason).toEqual({ code: 'FM-2004', detail: { other: 1 } });
  });

  it('names the work order at the same hour that took the provider, else the last that filled the day', () => {
    const wanted = [aRequestOf(7)];
    const early = { startMs: TOMORROW - 4 * HOUR_MS };
    const overlap = decide([order(1, wanted, early), order(2, wanted), order(3, wanted), order(4, wanted, early)]);
    expect(overlap.decisions.map(({ reason }) => reason.detail['other'])).toEqual([undefined, undefined, 2, 1]);
    const file = aFile([assignStage()], { guardrails: guardrails({ perProvider: { perDay: 2 } }) });
    const full = decide([1, 2, 3].map((id) => order(id, wanted, { file }))).decisions[2];
    expect(full?.reason).toEqual({ code: 'FM-2004', detail: { other: 2 } });
  });

  it('says of whom it invites that they are invited, not bound', () => {
    const routing = aFile([routeStage()], { guardrails: FORBID });
    const { decisions } = decide([
      order(1, [aBenchOf(7)], { file: routing }),
      order(2, [aBenchOf(7), aBenchOf(8)], { file: routing }),
    ]);
    expect(decisions.map(({ winner }) => winner)).toEqual([7, 8]);
    const blocks = decisions.flatMap((one) => rankedOf(one, 7).blockedBy);
    expect(blocks.map(sentenceOf)).toEqual([
      'Already invited to work order 1 at the same time (with 0 min to travel).',
    ]);
  });

  it('does not call taken whom something else blocks as well', () => {
    const commitments = [aCommitment({ providerId: 7 })];
    const missed = [aRequestOf(7, 300, { criteria: [MISSED] })];
    expect(decide([order(1, missed)], { commitments }).decisions.map(said)).toEqual([['hold', 'FM-3001']]);
  });

  it('gives the same provider work at other hours', () => {
    const wanted = [aRequestOf(7)];
    expect(winners([order(1, wanted), order(2, wanted, { startMs: TOMORROW + 2 * HOUR_MS })])).toEqual([7, 7]);
  });

  it('counts what it gives away against the day', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ perProvider: { perDay: 2 } }) });
    const commitments = [aCommitment({ providerId: 7 })];
    const orders = [1, 2, 3].map((id) => order(id, [aRequestOf(7)], { file }));
    const { decisions } = decide(orders, { commitments });
    expect(decisions.map(({ winner }) => winner)).toEqual([7, null, null]);
    expect(decisions.slice(1).map((one) => codesOf(one, 7))).toEqual([['FM-5011'], ['FM-5011']]);
  });

  it('counts a work order once against the day whose provider was invited before and is assigned now', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ perProvider: { perDay: 2 } }) });
    const invited = aRequestOf(7, 300, { route: aRoute() });
    const commitments = [aCommitment({ providerId: 7, workOrderId: 1, kind: 'routed' })];
    const orders = [order(1, [invited], { file }), order(2, [aRequestOf(7)], { file })];
    for (const oneByOne of [false, true]) {
      const { decisions } = decide(orders, { commitments, oneByOne });
      expect(decisions.map(({ winner }) => winner)).toEqual([7, 7]);
    }
  });

  it('spreads work when the file prefers who has less of it', () => {
    const file = aFile([assignStage()], {
      tieBreak: [
        { by: 'assigned_7d', direction: 'asc' },
        { by: 'points', direction: 'desc' },
        { by: 'provider_id', direction: 'asc' },
      ],
    });
    const candidates = [aRequestOf(7, 300), aRequestOf(8, 200)];
    expect(winners([order(1, candidates, { file }), order(2, candidates, { file })])).toEqual([7, 8]);
  });

  it('leaves a work order its second choice where the first is all that another has', () => {
    const file = BOOKED;
    const orders = [
      order(101, [aRequestOf(7, 300), aRequestOf(8, 290)], { file }),
      order(107, [aRequestOf(7, 100)], { file }),
      order(109, [aRequestOf(8, 280), aRequestOf(9, 200)], { file }),
    ];
    const { decisions, solutions } = decide(orders);
    expect(decisions.map(({ winner, reason }) => [winner, reason.code])).toEqual([
      [8, 'FM-1003'],
      [7, 'FM-1002'],
      [9, 'FM-1003'],
    ]);
    expect(solutions).toMatchObject([
      { group: 'acting', components: [{ workOrderIds: [101, 107, 109] }], dropped: [] },
    ]);
  });

  it('fills what counts for more when there are too few providers', () => {
    const weighed = (id: number, fillWeight: number) =>
      order(id, [aRequestOf(7, id)], { file: { ...BOOKED, id: `file-${id}`, fillWeight } });
    expect(winners([weighed(100, 3), weighed(200, 2)])).toEqual([7, null]);
    expect(winners([weighed(100, 2), weighed(200, 2)])).toEqual([null, 7]);
  });

  it('takes work orders one at a time, after the others, where their file says so', () => {
    const file: RuleFile = { ...BOOKED, id: 'apart', batch: 'off' };
    const { decisions, solutions } = decide([
      order(1, [aRequestOf(7, 300)], { file }),
      order(2, [aRequestOf(7, 100), aRequestOf(8, 90)]),
      order(3, [aRequestOf(8, 300)], { file }),
      order(4, [aRequestOf(7, 200), aRequestOf(9, 100)], { file }),
    ]);
    expect(decisions.map(({ winner }) => winner)).toEqual([null, 7, 8, 9]);
    expect(solutions).toEqual([]);
  });

  it('says so when somebody else serves the whole run better', () => {
    const file = aFile([assignStage()], { tieBreak: BY_LOAD_AT_LAST });
    const apart = [1, 2].map((id) => {
      const made = order(id, [aRequestOf(7), aRequestOf(8)], { file, startMs: TOMORROW + id * 480 * HOUR_MS });
      const { workOrder } = made;
      const localDate = id === 1 ? '2026-11-30' : '2026-12-20';
      return { ...made, workOrder: { ...workOrder, schedule: { ...workOrder.schedule, localDate } } };
    });
    const { decisions } = decide(apart);
    expect(decisions.map(({ winner }) => winner).toSorted()).toEqual([7, 8]);
    const second = decisions.find(({ winner }) => winner === 8);
    expect(second?.reason).toMatchObject({ code: 'FM-1006', detail: { first: 7, eligible: 2 } });
  });

  it('gives up a bid that is no assignment beside what the others got, and solves again', () => {
    // Alone, 1 is far ahead of 2; with 1 gone, 2 and 3 are too close for anybody to be chosen.
    const file = aFile([assignStage({ minMargin: 20 })], { guardrails: FORBID });
    const { decisions, solutions } = decide([
      order(1, [aRequestOf(1, 300), aRequestOf(2, 100), aRequestOf(3, 95)], { file }),
      order(2, [aRequestOf(1, 400)], { file }),
    ]);
    expect(decisions.map(({ winner, reason }) => [winner, reason.code])).toEqual([
      [null, 'FM-3003'],
      [1, 'FM-1002'],
    ]);
    expect(solutions).toMatchObject([{ dropped: [{ workOrderId: 1, fromRank: 2 }] }]);
  });

  it('gives up all bids of whoever fails when it has been solved often enough, and comes to an end', () => {
    // Each has a star whom one other needs, and two near each other of whom the second is the next one's first: alone in its
    // choice until the next one gives up, so that one gives up after the other.
    const file = aFile([assignStage({ minMargin: 20 })], { guardrails: FORBID });
    const links = Array.from({ length: 25 }, (_, link) => link);
    const chain = links.map((link) =>
      order(100 + link, [aRequestOf(1000 + link, 300), aRequestOf(1 + link, 100), aRequestOf(link || 999, 95)], {
        file,
      }),
    );
    const stars = links.map((link) => order(200 + link, [aRequestOf(1000 + link, 400)], { file }));
    const orders = [...chain, ...stars];
    const { decisions, solutions } = decide(orders);
    const [solution] = solutions;
    const given = solution?.dropped.map(({ workOrderId, fromRank }) => [workOrderId - 100, fromRank]);
    // Nineteen times one bid and what is behind it, from then on everything.
    expect(given).toEqual(links.map((link) => [link, link < 19 ? 2 : 1]));
    expect(decisions.slice(0, 25).every(({ winner, reason }) => winner === null && reason.code === 'FM-3003')).toBe(
      true,
    );
    expect(decisions.slice(25).map(({ winner }) => winner)).toEqual(links.map((link) => 1000 + link));
    expect(decide(orders.toReversed()).solutions).toEqual(solutions);
  });

  it('is decided one at a time where nothing was solved together when it was recorded', () => {
    const orders = [order(1, [aRequestOf(7, 300)]), order(2, [aRequestOf(7, 100)])];
    const { decisions, solutions } = decide(orders, { oneByOne: true });
    expect([decisions.map(({ winner }) => winner), solutions]).toEqual([[7, null], []]);
    expect(solveNone).toThrow('a work order alone is no program');
  });

  it('fills as many as any plan could, with as many points, and never fewer than one at a time', () => {
    const points = fc.array(fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }), { minLength: 4, maxLength: 4 });
    const wishes = fc.array(fc.record({ points, hour: fc.constantFrom(0, 3) }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(wishes, (rows) => {
        const ordersBy = (file: RuleFile) =>
          rows.map(({ points: asked, hour }, index) => {
            const candidates = asked.flatMap((own, at) => (own === null ? [] : [aRequestOf(at + 1, own)]));
            return order(index + 1, candidates, { file, startMs: TOMORROW + hour * HOUR_MS });
          });
        const worthOf = (chosen: readonly (number | null)[]) => {
          const won = chosen.flatMap((winner, row) => (winner === null ? [] : (rows[row]?.points[winner - 1] ?? [])));
          return [won.length, won.reduce((sum, own) => sum + own, 0)] as const;
        };
        const [filled, won] = worthOf(winners(ordersBy(BOOKED)));
        const [most, best] = bestOf(rows);
        expect([filled, won]).toEqual([most, best]);
        const [filledSingly] = worthOf(winners(ordersBy({ ...BOOKED, batch: 'off' })));
        expect(filledSingly).toBeLessThanOrEqual(filled);
      }),
      { numRuns: 60 },
    );
  });

  it('asks points and lead of who is left', () => {
    const file = aFile([assignStage({ minPoints: 250, minMargin: 20 })], { guardrails: FORBID });
    const few = decide([order(1, [aRequestOf(7, 300)]), order(2, [aRequestOf(7, 300), aRequestOf(8, 200)], { file })]);
    expect(few.decisions.map(({ reason }) => reason.code)).toEqual(['FM-1002', 'FM-3002']);
    const free = decide([order(1, [aRequestOf(7, 300)]), order(2, [aRequestOf(7, 300), aRequestOf(8, 299)], { file })]);
    expect(free.decisions.map(({ winner }) => winner)).toEqual([7, 8]);
  });

  it('assigns before it invites, and uses up whom it invites', () => {
    const inviting = aFile([assignStage(), massRouteStage()], { guardrails: FORBID });
    const routing = aFile([routeStage()], { guardrails: FORBID });
    const { decisions } = decide([
      order(1, [aBenchOf(7), aBenchOf(8), aBenchOf(9)], { file: inviting }),
      order(2, [aBenchOf(7), aBenchOf(8), aBenchOf(6, 50), aBenchOf(5, 50)], { file: routing }),
      order(3, [aRequestOf(7, 300), aRequestOf(6), aRequestOf(5), aRequestOf(4)]),
    ]);
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['mass_route', 'route', 'assign']);
    expect(decisions.map(({ winner }) => winner)).toEqual([null, 8, 7]);
    expect(decisions[0]?.intents[0]?.call).toMatchObject({ providerIds: [9] });
  });

  it('lets one whose candidates are gone fall back to its next stage', () => {
    const fallback = aFile([assignStage(), routeStage()], { guardrails: FORBID });
    const { decisions } = decide([
      order(1, [aRequestOf(7), aBenchOf(8)], { file: fallback }),
      order(2, [aRequestOf(7)], { startMs: TOMORROW - 1 }),
      order(3, [aRequestOf(8), aRequestOf(9, 50)]),
    ]);
    expect(decisions.map(said)).toEqual([
      ['wait', 'FM-2004'],
      ['assign', 'FM-1002'],
      ['assign', 'FM-1001'],
    ]);
    const free = decide([
      order(1, [aRequestOf(7), aBenchOf(8)], { file: fallback }),
      order(2, [aRequestOf(7)], { startMs: TOMORROW - 1 }),
    ]);
    expect(free.decisions[0]).toMatchObject({ outcome: 'route', winner: 8, stage: 2 });
  });

  it('says the live route before the provider who is elsewhere', () => {
    const file = aFile([assignStage(), routeStage()], { guardrails: FORBID });
    const { decisions } = decide([
      order(1, [aRequestOf(7), aRoutedOf(5), aBenchOf(6)], { file }),
      order(2, [aRequestOf(7)], { startMs: TOMORROW - 1 }),
    ]);
    expect(decisions.map(({ reason }) => reason.code)).toEqual(['FM-2003', 'FM-1002']);
  });
});

describe('modes', () => {
  const mode = (value: RuleFile['mode']) =>
    decide([order(1, [aRequestOf(7)], { file: { ...BOOKED, mode: value } })]).decisions[0];

  it('act in enforce and canary, and only say what they would do in recommend', () => {
    for (const acting of ['enforce', 'canary'] as const) expect(mode(acting)?.intents).toHaveLength(1);
    expect(mode('recommend')).toMatchObject({
      outcome: 'assign',
      winner: 7,
      costCents: 25_000,
      intents: [],
      mode: 'recommend',
    });
  });

  it('of shadows decide beside the live file, by id, without acting or taking anybody', () => {
    const workOrder = aWorkOrder({ id: 1 });
    const shadow = (id: string, candidates: readonly ScoredCandidate[]) =>
      scoredBy({ ...BOOKED, id, mode: 'shadow' }, candidates, workOrder);
    const first = {
      ...order(1, [aRequestOf(7, 100), aRequestOf(8, 50)]),
      shadows: [shadow('z', [aRequestOf(8)]), shadow('a', [aRequestOf(9)])],
    };
    const second = order(2, [aRequestOf(8), aRequestOf(9, 50)]);
    const { decisions } = decide([second, first]);
    expect(decisions.map((one) => [one.workOrder.id, one.ruleFileId, one.winner, one.intents.length])).toEqual([
      [1, 'default', 7, 1],
      [1, 'a', 9, 0],
      [1, 'z', 8, 0],
      [2, 'default', 8, 1],
    ]);
  });

  it('of shadows give a provider of their own batch only one job at a time', () => {
    const file = { ...BOOKED, id: 'shade', mode: 'shadow' } as const;
    const shaded = [1, 2].map((id) => {
      const workOrder = aWorkOrder({ id });
      return { ...anOrder({ workOrder, file: null }), shadows: [scoredBy(file, [aRequestOf(7)], workOrder)] };
    });
    const { decisions } = decide(shaded);
    expect(decisions.map(({ reason }) => reason.code)).toEqual(['FM-4001', 'FM-1002', 'FM-4001', 'FM-2004']);
  });
});

describe('trip-wires', () => {
  const many = (count: number, file: RuleFile) =>
    Array.from({ length: count }, (_, index) => order(index + 1, [aRequestOf(100 + index)], { file }));
  const limited = (given: Parameters<typeof guardrails>[0], id = 'default') =>
    aFile([assignStage()], { id, guardrails: guardrails(given) });

  it('stop the whole run when a file wants too many actions', () => {
    const file = limited({ maxActionsPerRun: 2 });
    expect(decide(many(2, file)).tripped).toBeNull();
    const other = order(50, [aRequestOf(7)], { file: aFile([assignStage()], { id: 'other' }) });
    const idle = order(51, [], { file: aFile([assignStage()], { id: 'other' }) });
    const { decisions, tripped } = decide([...many(3, file), other, idle]);
    expect(tripped).toEqual({ code: 'FM-7001', detail: { actions: 3, limit: 2, scope: 'default' } });
    expect(decisions.map(said)).toEqual([...Array.from({ length: 4 }, () => ['hold', 'FM-3010']), ['hold', 'FM-3001']]);
    expect(decisions.flatMap(({ intents }) => intents)).toEqual([]);
    expect(decisions[0]).toMatchObject({ winner: null, runnerUp: null, marginMilli: null, costCents: null, stage: 1 });
    const reason = decisions[0]?.reason;
    expect(reason?.detail).toMatchObject({ tripped: 'FM-7001', wanted: 'assign provider 100 for $250.00' });
    expect(reason === undefined ? '' : sentenceOf(reason)).toBe(
      'The run wanted more than a limit allows (3 actions were wanted; the limit is 2 (default)), so nothing at all was done. Here it wanted: assign provider 100 for $250.00.',
    );
  });

  it('count over all files first, and files by id', () => {
    const a = limited({ maxActionsPerRun: 0 }, 'a');
    const b = limited({ maxActionsPerRun: 0 }, 'b');
    const orders = [order(1, [aRequestOf(1)], { file: b }), order(2, [aRequestOf(2)], { file: a })];
    expect(decide(orders).tripped?.detail['scope']).toBe('a');
    const limits = { ...DEFAULT_LIMITS, maxActionsPerRun: 1 };
    expect(decide(orders, { limits }).tripped?.detail).toEqual({ actions: 2, limit: 1, scope: 'all rule files' });
  });

  it('count a mass-route as one action and withdrawals as none', () => {
    const massRoute = aFile([massRouteStage()], { guardrails: guardrails({ maxActionsPerRun: 1 }) });
    expect(decide([order(1, [aBenchOf(1), aBenchOf(2)], { file: massRoute })]).tripped).toBeNull();
    const withdraw = aFile([assignStage({ withdrawRoutes: true })], {
      guardrails: guardrails({ maxActionsPerRun: 1 }),
    });
    expect(decide([order(1, [aRequestOf(1), aRoutedOf(2)], { file: withdraw })]).tripped).toBeNull();
    const stopped = decide([
      order(1, [aBenchOf(1)], { file: { ...massRoute, guardrails: guardrails({ maxActionsPerRun: 0 }) } }),
    ]);
    expect(stopped.decisions[0]?.reason.detail).toMatchObject({ wanted: 'mass-route provider 1 for $250.00' });
  });

  it('look at the share of the open work orders only from some number up', () => {
    const file = limited({ maxShareOfOpenPercent: 40 });
    expect(decide(many(5, file), { openWorkOrders: 9 }).tripped).toBeNull();
    expect(decide(many(4, file), { openWorkOrders: 10 }).tripped).toBeNull();
    const { tripped } = decide(many(5, file), { openWorkOrders: 12 });
    expect(tripped).toEqual({
      code: 'FM-7002',
      detail: { actions: 5, open: 12, percent: 42, limit: 40, scope: 'default' },
    });
    const limits = { ...DEFAULT_LIMITS, shareCountsFromOpen: 0 };
    expect(decide(many(1, BOOKED), { openWorkOrders: 0, limits }).tripped?.detail['percent']).toBe('∞');
  });

  it('stop when the day’s money would not do, spent money included', () => {
    const file = limited({ pay: { maxDailyTotalCents: 100_000 } });
    const spent = { committedTodayByRuleFile: { default: 50_000, other: 99 } };
    expect(decide(many(2, file), spent).tripped).toBeNull();
    expect(decide(many(3, file), spent).tripped).toEqual({
      code: 'FM-7003',
      detail: { wanted: '$750.00', spent: '$500.00', limit: '$1,000.00', scope: 'default' },
    });
    const limits = { ...DEFAULT_LIMITS, maxDailyTotalCents: 24_999 };
    expect(decide(many(1, BOOKED), { limits }).tripped?.code).toBe('FM-7003');
    expect(decide(many(1, BOOKED), { limits: { ...limits, maxDailyTotalCents: 25_000 } }).tripped).toBeNull();
    expect(decide(many(1, BOOKED), { committedTodayCents: DEFAULT_LIMITS.maxDailyTotalCents }).tripped?.code).toBe(
      'FM-7003',
    );
  });

  it('count a work order once: what its own standing invitation counts with is not wanted again', () => {
    const file = limited({ pay: { maxDailyTotalCents: 25_000 } });
    const spent = { committedTodayByRuleFile: { default: 25_000 } };
    const [order] = many(1, file);
    if (order === undefined) throw new Error('no order');
    expect(decide([order], spent).tripped?.code).toBe('FM-7003');
    const { id } = order.workOrder;
    const own = { ...spent, committedTodayByWorkOrder: { [id]: 25_000 }, committedTodayFileOf: { [id]: 'default' } };
    expect(decide([order], own).tripped).toBeNull();
    // Gone over by hand, or lowered since: what is counted may have been declined, and would be bound once more.
    expect(decide([order], { ...own, committedTodayByRuleFile: { default: 25_001 } }).tripped?.code).toBe('FM-7003');
    const cheaper = { ...own, committedTodayByWorkOrder: { [id]: 24_999 } };
    expect(decide([order], cheaper).tripped?.detail['wanted']).toBe('$0.01');
  });

  it('of the whole run stop what is decided already, and nothing where nothing would act', () => {
    const tripped = { code: 'FM-7003', detail: {} } as const;
    const sums = { committedTodayCents: 0, committedTodayByRuleFile: {} };
    const acting = decide([order(1, [aRequestOf(7)])]);
    const stopped = stopBatch(acting, tripped, sums);
    expect(acting.decisions.map(({ outcome }) => outcome)).toEqual(['assign']);
    expect(stopped.decisions.map(({ outcome, intents }) => [outcome, intents])).toEqual([['hold', []]]);
    expect(stopped.tripped).toBe(tripped);
    const idle = decide([order(1, [])]);
    expect(stopBatch(idle, tripped, sums)).toBe(idle);
  });

  it('hold what a file wants against its own limit where a person has invited somebody by hand', () => {
    const file = limited({ pay: { maxDailyTotalCents: 25_000 } });
    const [order] = many(1, file);
    if (order === undefined) throw new Error('no order');
    const byHand = {
      committedTodayCents: 25_000,
      committedTodayByRuleFile: { default: 1 },
      committedTodayByWorkOrder: { [order.workOrder.id]: 25_000 },
    };
    expect(decide([order], byHand).tripped).toMatchObject({ code: 'FM-7003', detail: { scope: 'default' } });
    const limits = { ...DEFAULT_LIMITS, maxDailyTotalCents: 25_000 };
    expect(decide([order], { ...byHand, committedTodayByRuleFile: {}, limits }).tripped).toBeNull();
  });

  it('count invitations as if they were accepted, a mass-route once', () => {
    const perFile = { guardrails: guardrails({ pay: { maxDailyTotalCents: 49_999 } }) };
    const orders = (file: RuleFile) =>
      [1, 2].map((id) => order(id, [aBenchOf(id * 10), aBenchOf(id * 10 + 1)], { file }));
    for (const stage of [routeStage(), massRouteStage()]) {
      const { tripped, decisions } = decide(orders(aFile([stage], perFile)));
      expect(tripped?.detail).toMatchObject({ wanted: '$500.00', limit: '$499.99', scope: 'default' });
      expect(decisions.flatMap(({ intents }) => intents)).toEqual([]);
      const limits = { ...DEFAULT_LIMITS, maxDailyTotalCents: 49_999 };
      expect(decide(orders(aFile([stage])), { limits }).tripped?.code).toBe('FM-7003');
      expect(decide(orders(aFile([stage])), { limits: { ...limits, maxDailyTotalCents: 50_000 } }).tripped).toBeNull();
    }
  });

  it('do not stop a run that wants no money because money was spent before', () => {
    const workOrder = aWorkOrder({ pay: { kind: 'none', maxCents: 0 } });
    const employee = { costCents: null, facts: knownFacts({ 'provider.is_w2': true }) };
    const invite = (stage: Stage) =>
      anOrder({ workOrder, candidates: [aBenchOf(1, 100, employee)], file: aFile([stage]) });
    const input = { committedTodayCents: DEFAULT_LIMITS.maxDailyTotalCents + 1 };
    const unpaid = { costCents: null, intents: [{ costCents: 0 }] };
    expect(decide([invite(routeStage())], input)).toMatchObject({
      tripped: null,
      decisions: [{ outcome: 'route', ...unpaid }],
    });
    expect(decide([invite(massRouteStage())], input)).toMatchObject({
      tripped: null,
      decisions: [{ outcome: 'mass_route', ...unpaid }],
    });
  });

  it('neither count nor stop what would not act anyway', () => {
    const limits = { ...DEFAULT_LIMITS, maxActionsPerRun: 0 };
    const recommend = order(1, [aRequestOf(7)], { file: { ...BOOKED, mode: 'recommend' } });
    expect(decide([recommend], { limits })).toMatchObject({ tripped: null, decisions: [{ outcome: 'assign' }] });
    const workOrder = aWorkOrder({ id: 1 });
    const shadow = scoredBy({ ...BOOKED, id: 'shade', mode: 'shadow' }, [aRequestOf(7)], workOrder);
    const { decisions, tripped } = decide([{ ...order(1, [aRequestOf(7)]), shadows: [shadow] }], { limits });
    expect(tripped?.code).toBe('FM-7001');
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['hold', 'assign']);
  });
});

/** One of files that act, ask and shadow, with limits that some runs break. */
const anyMember = fc.record({
  asked: fc.uniqueArray(
    fc.record({ provider: fc.integer({ min: 1, max: 5 }), points: fc.integer({ min: 1, max: 9 }) }),
    {
      selector: ({ provider }) => provider,
      maxLength: 4,
    },
  ),
  known: fc.uniqueArray(fc.integer({ min: 6, max: 9 }), { maxLength: 3 }),
  mode: fc.constantFrom('enforce' as const, 'enforce' as const, 'recommend' as const),
  isShadowed: fc.boolean(),
  isUnseen: fc.boolean(),
  startMs: fc.constantFrom(TOMORROW, TOMORROW + HOUR_MS, TOMORROW + 12 * HOUR_MS),
  second: fc.constantFrom(routeStage(), massRouteStage({ top: 2 })),
});

describe('the shares of a batch', () => {
  it('leave free whom one that is not here has invited, as it was when all were solved', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ perProvider: { perDay: 2 } }) });
    const orders = [order(1, [aRequestOf(7, 300), aRequestOf(8)], { file }), order(2, [aRequestOf(7)], { file })];
    const commitments = [aCommitment({ kind: 'routed', providerId: 7, workOrderId: 2, startMs: TOMORROW })];
    const whole = decide(orders, { commitments });
    expect(whole.solutions).toMatchObject([{ dropped: [], problem: { booked: [] } }]);
    const shares = whole.shares.filter(({ workOrderId }) => workOrderId === 2);
    const standIns = { shares, files: [file], solutions: whole.solutions };
    expect(decide(orders.slice(0, 1), { commitments, standIns }).solutions).toEqual(whole.solutions);
  });

  it('name the same work order that took a provider, whoever is not here', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ perProvider: { perDay: 2 } }) });
    const orders = [order(1, [aRequestOf(7, 300)], { file }), order(2, [aRequestOf(7, 100)], { file })];
    const all = [...orders, order(6, [aRequestOf(7, 300)], { file })];
    const whole = decide(all);
    expect(whole.decisions[1]?.reason).toEqual({ code: 'FM-2004', detail: { other: 6 } });
    const shares = whole.shares.filter(({ workOrderId }) => workOrderId === 1);
    const partly = decide(all.slice(1), { standIns: { shares, files: [file], solutions: whole.solutions } });
    expect(partly.decisions).toEqual(whole.decisions.slice(1));
  });

  it('are all that one decision has to know of the others', () => {
    fc.assert(
      fc.property(
        fc.array(anyMember, { minLength: 2, maxLength: 6 }),
        fc.integer({ min: 0, max: 9 }),
        (members, maxActionsPerRun) => {
          const orders = members.map((one, index) => {
            const candidates = [
              ...one.asked.map(({ provider, points }) => aRequestOf(provider, points * 10)),
              ...one.known.map((provider) => aBenchOf(provider)),
            ];
            const stages = [assignStage({ minMargin: 20 }), one.second];
            const limited = guardrails({ maxActionsPerRun: 2, perProvider: { forbidOverlap: true } });
            const file = aFile(stages, { id: one.mode, mode: one.mode, guardrails: limited });
            const shadow = aFile(stages.toReversed(), { id: 'shadow', mode: 'shadow', guardrails: FORBID });
            const made = order(index + 1, candidates, { file, startMs: one.startMs });
            const shadows = one.isShadowed ? [scoredBy(shadow, candidates, made.workOrder)] : [];
            const assigned = one.isUnseen ? { providerId: providerId(3), confirmedAtMs: NOW_MS } : null;
            return { ...made, shadows, assigned };
          });
          const limits = { ...DEFAULT_LIMITS, maxActionsPerRun };
          const whole = decideBatch(anInput(orders, { limits }), SOLVE);
          // What is made again is what it was.
          expect(decideBatch(anInput(orders, { limits, recent: keepRecent(1) }), SOLVE)).toEqual(whole);
          const files = orders.flatMap(({ live }) => live?.file ?? []);
          for (const one of orders) {
            const shares = whole.shares.filter(({ workOrderId }) => workOrderId !== one.workOrder.id);
            const commitments = unseenCommitments(orders);
            const alone = decideBatch(
              anInput([one], { limits, commitments, standIns: { shares, files, solutions: whole.solutions } }),
              SOLVE,
            );
            const isOwn = ({ workOrder }: PlannedDecision) => workOrder.id === one.workOrder.id;
            expect(alone.decisions).toEqual(whole.decisions.filter(isOwn));
            expect(alone.tripped).toEqual(whole.tripped);
            expect(alone.shares).toEqual(whole.shares.filter(({ workOrderId }) => workOrderId === one.workOrder.id));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('a decision', () => {
  it('that becomes a hold chooses nobody and keeps where it came from', () => {
    const [planned] = decide([order(1, [aRequestOf(9, 300), aRequestOf(8)])]).decisions;
    if (planned === undefined) throw new Error('no decision');
    expect(planned).toMatchObject({ winner: 9, runnerUp: 8, marginMilli: 200_000, costCents: 25_000 });
    const reason = { code: 'FM-3008', detail: { criterion: 'Provider rating', provider: 9 } } as const;
    const nothing = { winner: null, runnerUp: null, marginMilli: null, costCents: null, intents: [] };
    expect(toHold(planned, reason)).toEqual({ ...planned, ...nothing, outcome: 'hold', reason });
  });

  it('carries what it was made from', () => {
    const openedAt = { atMs: OPENED_MS, source: 'first_seen' } as const;
    const given = { ...order(1, [aRequestOf(9), aRequestOf(8)]), openedAt, episode: 3 };
    const [decision] = decide([given]).decisions;
    expect(decision).toMatchObject({
      episode: 3,
      openedAt,
      ruleFileId: 'default',
      ruleFileHash: BOOKED.hash,
      mode: 'enforce',
    });
    expect(decision?.candidates.map(({ scored }) => scored.candidate.providerId)).toEqual([8, 9]);
  });
});
