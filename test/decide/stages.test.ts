import { describe, expect, it } from 'vitest';
import { findQuietHours } from '../../src/decide/quiet-hours.ts';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import type { QuietHours } from '../../src/domain/quiet-hours.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import {
  aCommitment,
  aCounter,
  aRequest,
  aRoute,
  aWorkOrder,
  HOUR_MS,
  knownFacts,
  NOW_MS,
} from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anAttempt,
  anOrder,
  aRequestOf,
  aResult,
  aRoutedOf,
  assignCall,
  assignStage,
  callsOf,
  codesOf,
  decide,
  decideOne,
  guardrails,
  HELD,
  holdStage,
  MISSED,
  massRouteCall,
  massRouteStage,
  rankedOf,
  routeCall,
  routeStage,
  said,
  sentenceOf,
} from './builders.ts';

const SUNDAY: QuietHours = {
  days: [0],
  fromMinute: 0,
  toMinute: 1440,
  timeZone: 'America/Chicago',
  because: 'no Sunday dispatch without a lead',
};

describe('before any stage', () => {
  const star = [aRequestOf(1, 400)];

  it('skips a work order that no file applies to', () => {
    const decision = decideOne({ file: null });
    expect(said(decision)).toEqual(['skip', 'FM-4001']);
    expect(decision).toMatchObject({ ruleFileId: null, mode: null, dueStages: [], candidates: [], intents: [] });
  });

  it('skips one that is not open, saying what it is', () => {
    const done = decideOne({ workOrder: aWorkOrder({ status: 'work_done' }), candidates: star });
    expect([...said(done), done.reason.detail['status']]).toEqual(['skip', 'FM-4002', 'work done']);
    const taken = decideOne({ workOrder: aWorkOrder({ assigneeId: 9 }), candidates: star });
    expect([...said(taken), taken.reason.detail['status']]).toEqual(['skip', 'FM-4002', 'assigned']);
  });

  it('holds a bundled one, and still shows who would have been eligible', () => {
    const decision = decideOne({ workOrder: aWorkOrder({ bundleId: 77 }), candidates: star });
    expect(said(decision)).toEqual(['hold', 'FM-3006']);
    expect(rankedOf(decision, 1)).toMatchObject({ isEligible: true, rank: 1 });
    expect(decision.stage).toBeNull();
  });

  it('holds while an earlier action is unsettled', () => {
    const openIntent = { decisionId: decisionId(workOrderId(4047), 1, 2), action: 'assign' };
    const decision = decideOne({ openIntent, candidates: star });
    expect(said(decision)).toEqual(['hold', 'FM-3007']);
    expect(decision.reason.detail).toEqual({ action: 'assign', decision: '4047.1.2' });
  });

  it('waits when we have assigned it a moment ago', () => {
    const assigned = { providerId: providerId(3), confirmedAtMs: NOW_MS - 90_500 };
    const decision = decideOne({ assigned, candidates: star });
    expect(said(decision)).toEqual(['wait', 'FM-2006']);
    expect(decision.reason.detail).toEqual({ provider: 3, seconds: 90 });
  });

  it('waits in quiet hours of the zone the rule names, not of UTC', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ quietHours: [SUNDAY] }) });
    const order = { file, candidates: [aRequestOf(1, 400, { request: aRequest({ expiresMs: null }) })] };
    const at = (nowMs: number) => decideOne(order, { nowMs });
    // Chicago is six hours behind UTC in winter.
    expect(said(at(Date.UTC(2026, 10, 29, 5, 59)))).toEqual(['assign', 'FM-1002']);
    expect(said(at(Date.UTC(2026, 10, 29, 6, 0)))).toEqual(['wait', 'FM-2005']);
    expect(said(at(Date.UTC(2026, 10, 30, 5, 59)))).toEqual(['wait', 'FM-2005']);
    expect(said(at(Date.UTC(2026, 10, 30, 6, 0)))).toEqual(['assign', 'FM-1002']);
    expect(sentenceOf(at(Date.UTC(2026, 10, 29, 12)).reason)).toContain('no Sunday dispatch without a lead');
  });

  it('names the quiet hours themselves when the file gives no reason', () => {
    const quiet = { ...SUNDAY, days: [1, 2], fromMinute: 8 * 60, toMinute: 17 * 60 + 30, because: null };
    const file = aFile([assignStage()], { guardrails: guardrails({ quietHours: [quiet] }) });
    const decision = decideOne({ file, candidates: star });
    expect(decision.reason.detail).toEqual({ because: 'quiet Mon, Tue 08:00–17:30 America/Chicago' });
  });
});

describe('quiet hours', () => {
  const night = { ...SUNDAY, days: [5], fromMinute: 22 * 60, toMinute: 6 * 60, timeZone: 'UTC' };
  const isQuiet = (hours: QuietHours, nowMs: number) => findQuietHours([hours], nowMs) !== null;

  it('run past midnight and belong to the day on which they begin', () => {
    const friday = Date.UTC(2026, 10, 27);
    const at = [21.99, 22, 29.99, 30].map((hour) => isQuiet(night, friday + hour * HOUR_MS));
    expect(at).toEqual([false, true, true, false]);
    expect(isQuiet(night, friday + HOUR_MS)).toBe(false);
  });

  it('of no length are never', () => {
    expect(isQuiet({ ...night, fromMinute: 60, toMinute: 60 }, Date.UTC(2026, 10, 27, 1))).toBe(false);
  });

  it('follow the zone through the change to summer time', () => {
    const early = { ...SUNDAY, fromMinute: 180, toMinute: 240 };
    // 2027-03-14 in Chicago: 01:59 is followed by 03:00.
    expect(isQuiet(early, Date.UTC(2027, 2, 14, 7, 59))).toBe(false);
    expect(isQuiet(early, Date.UTC(2027, 2, 14, 8, 0))).toBe(true);
  });
});

describe('stages in time', () => {
  const late = aFile([assignStage({ afterMinutes: 121, minPoints: 300 }), holdStage({ afterMinutes: 240 })]);

  it('wait for the first', () => {
    const decision = decideOne({ file: late, candidates: [aRequestOf(1, 400)] });
    expect(said(decision)).toEqual(['wait', 'FM-2001']);
    expect(decision.reason.detail).toEqual({ open_minutes: 120, after_minutes: 121 });
    expect(decision.dueStages).toEqual([]);
  });

  it('are due to the millisecond, counted from the opening', () => {
    const openedAt = { atMs: NOW_MS - 121 * 60_000, source: 'routed' } as const;
    const order = { file: late, candidates: [aRequestOf(1, 400)], openedAt };
    expect(decideOne(order, { nowMs: NOW_MS - 1 }).outcome).toBe('wait');
    expect(decideOne(order)).toMatchObject({ outcome: 'assign', stage: 1, dueStages: [1] });
  });

  it('say that the work order opened no time ago when clocks disagree', () => {
    const openedAt = { atMs: NOW_MS + HOUR_MS, source: 'published' } as const;
    expect(decideOne({ file: late, openedAt }).reason.detail).toMatchObject({ open_minutes: 0 });
  });

  it('wait for the next when none that is due can act', () => {
    const file = aFile([assignStage(), massRouteStage({ afterMinutes: 180 })]);
    const decision = decideOne({ file, candidates: [aRequestOf(1, 100, { criteria: [MISSED] })] });
    expect(said(decision)).toEqual(['wait', 'FM-2002']);
    expect(decision.reason.detail).toEqual({ next_do: 'mass-route', after_minutes: 180, work_order: 4047 });
    expect(decision.stage).toBeNull();
  });

  it('stay open: a star who asks late is taken by the first stage', () => {
    const file = aFile([assignStage({ minPoints: 350 }), assignStage({ afterMinutes: 30, minPoints: 200 })]);
    expect(decideOne({ file, candidates: [aRequestOf(1, 360)] })).toMatchObject({ stage: 1, dueStages: [1, 2] });
    expect(decideOne({ file, candidates: [aRequestOf(1, 210)] })).toMatchObject({ stage: 2, outcome: 'assign' });
  });

  it('hold for a person only once every earlier due stage cannot act', () => {
    const file = aFile([assignStage(), holdStage({ afterMinutes: 60 })]);
    expect(decideOne({ file, candidates: [aRequestOf(1)] }).outcome).toBe('assign');
    const held = decideOne({ file, candidates: [] });
    expect([...said(held), held.stage]).toEqual(['hold', 'FM-3004', 2]);
    expect(sentenceOf(held.reason)).toContain('60 min after opening');
  });

  it('hold a work order whose file has no stages', () => {
    const decision = decideOne({ file: aFile([]), candidates: [aRequestOf(1)] });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3011', null]);
  });
});

const aMissed = { criteria: [MISSED], isMatch: false };

describe('an assign stage', () => {
  it('assigns the one with the most points and says by how much', () => {
    const decision = decideOne({ candidates: [aRequestOf(1, 200), aRequestOf(2, 262.5), aRequestOf(3, 250)] });
    expect(said(decision)).toEqual(['assign', 'FM-1001']);
    expect(decision).toMatchObject({ winner: 2, runnerUp: 3, marginMilli: 12_500, costCents: 25_000, stage: 1 });
    expect(decision.candidates.map(({ rank }) => rank)).toEqual([3, 1, 2]);
    expect(decision.reason.detail).toEqual({ provider: 2, eligible: 3, points: '262.5', max_points: 500 });
    expect(sentenceOf(decision.reason)).toBe(
      'Provider 2 has the most points of the 3 eligible among those who asked (262.5 of 500).',
    );
    expect(decision.intents).toEqual([{ n: 1, call: assignCall(2), costCents: 25_000 }]);
  });

  it('says when there was only one', () => {
    const decision = decideOne({ candidates: [aRequestOf(1, 200), aRequestOf(2, 300, { criteria: [MISSED] })] });
    expect(said(decision)).toEqual(['assign', 'FM-1002']);
    expect(decision).toMatchObject({ winner: 1, runnerUp: null, marginMilli: null });
  });

  it('accepts the terms of pay only where the file says so', () => {
    const file = aFile([assignStage()], { acceptClientPayTerms: true });
    expect(callsOf(decideOne({ file, candidates: [aRequestOf(1)] }))).toEqual([
      { ...assignCall(1), clientPayTermsAccepted: true },
    ]);
  });

  it('accepts a counter-offer at its own price', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ pay: { acceptCounters: true } }) });
    const counter = aCounter(27_000, { id: 33, expensesCents: 500 });
    const candidates = [aRequestOf(1, 300, { request: counter, costCents: 27_500 }), aRequestOf(2, 200)];
    const decision = decideOne({ file, candidates });
    expect(said(decision)).toEqual(['assign', 'FM-1004']);
    expect(sentenceOf(decision.reason)).toContain('asks $275.00');
    expect(decision.intents).toEqual([
      {
        n: 1,
        call: { kind: 'accept_counter', workOrderId: 4047, providerId: 1, requestId: 33, payCents: 27_000 },
        costCents: 27_500,
      },
    ]);
  });

  it('says that it accepts a counter-offer also on a draw of points', () => {
    const accepting = { guardrails: guardrails({ pay: { acceptCounters: true } }) };
    const counter = aRequestOf(1, 300, { request: aCounter(20_000), costCents: 20_000 });
    const drawn = decideOne({ file: aFile([assignStage()], accepting), candidates: [counter, aRequestOf(2, 300)] });
    expect([drawn.winner, drawn.reason.code]).toEqual([1, 'FM-1004']);
  });

  it('gives an employee a work order without pay, which binds no money', () => {
    const workOrder = aWorkOrder({ pay: { kind: 'none', maxCents: 0 } });
    const employee = aRequestOf(1, 100, { costCents: null, facts: knownFacts({ 'provider.is_w2': true }) });
    const decision = decideOne({ workOrder, candidates: [employee] });
    expect(decision).toMatchObject({ outcome: 'assign', costCents: null, intents: [{ costCents: 0 }] });
  });

  it('holds when nobody reaches its points and no stage is left', () => {
    const file = aFile([assignStage({ minPoints: 350 }), assignStage({ afterMinutes: 30, minPoints: 200 })]);
    const decision = decideOne({ file, candidates: [aRequestOf(1, 199.999), aRequestOf(2, 150)] });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3002', 2]);
    expect(decision.reason.detail).toEqual({ points: '199.999', min_points: 200 });
    expect(decision.winner).toBeNull();
  });

  it('holds when the lead is too small, and does not when the best is alone', () => {
    const file = aFile([assignStage({ minMargin: 20 })]);
    const close = decideOne({ file, candidates: [aRequestOf(1, 300), aRequestOf(2, 281)] });
    expect([...said(close), close.stage]).toEqual(['hold', 'FM-3003', 1]);
    expect(close.reason.detail).toEqual({ provider: 1, margin: 19, min_margin: 20 });
    expect(decideOne({ file, candidates: [aRequestOf(1, 300), aRequestOf(2, 280)] }).outcome).toBe('assign');
    expect(decideOne({ file, candidates: [aRequestOf(1, 5)] }).outcome).toBe('assign');
  });

  it('measures the lead against requests only', () => {
    const file = aFile([assignStage({ minMargin: 20 })]);
    expect(decideOne({ file, candidates: [aRequestOf(1, 300), aBenchOf(2, 299)] }).outcome).toBe('assign');
  });

  it('holds when nobody is eligible, counting those it could have chosen from', () => {
    const candidates = [aRequestOf(1, 500, { criteria: [MISSED] }), aBenchOf(2), aBenchOf(3)];
    const decision = decideOne({ candidates });
    expect(said(decision)).toEqual(['hold', 'FM-3001']);
    expect(decision.reason.detail).toEqual({ candidates: 1, work_order: 4047 });
    expect(codesOf(decision, 1)).toEqual(['FM-5001']);
    expect(decideOne({ file: aFile([routeStage()]), candidates: [] }).reason.detail).toMatchObject({ candidates: 0 });
    const both = {
      file: aFile([assignStage(), routeStage()]),
      candidates: candidates.map((one) => ({ ...one, ...aMissed })),
    };
    expect(decideOne(both).reason.detail).toMatchObject({ candidates: 3 });
  });

  it('prefers the more telling reason: a close race before few points', () => {
    const file = aFile([assignStage({ minMargin: 20 }), assignStage({ minPoints: 400 })]);
    const decision = decideOne({ file, candidates: [aRequestOf(1, 300), aRequestOf(2, 290)] });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3003', 1]);
  });
});

describe('the order among equals', () => {
  const known = (provider: number, points: number, facts: { readonly [key: string]: number | boolean }) =>
    aRequestOf(provider, points, { facts: knownFacts(facts) });
  const winnerBy = (
    by: Parameters<typeof fileBy>[0],
    direction: 'asc' | 'desc',
    ...candidates: ReturnType<typeof known>[]
  ) => decideOne({ file: fileBy(by, direction), candidates });
  const fileBy = (
    by: 'total_pay' | 'distance' | 'rating' | 'worked_with' | 'requested_at' | 'provider_id',
    direction: 'asc' | 'desc',
  ) =>
    aFile([assignStage()], {
      tieBreak: [
        { by: 'points', direction: 'desc' },
        { by, direction },
        { by: 'provider_id', direction: 'asc' },
      ],
    });

  it('is settled by the file, unknown last whatever the direction', () => {
    const near = winnerBy(
      'distance',
      'asc',
      aRequestOf(1),
      known(2, 100, { 'provider.distance': 90 }),
      known(3, 100, { 'provider.distance': 80 }),
    );
    expect(near).toMatchObject({ winner: 3, runnerUp: 2, marginMilli: 0 });
    expect(said(near)).toEqual(['assign', 'FM-1005']);
    expect(sentenceOf(near.reason)).toContain('distance put it before provider 2');
    const rated = winnerBy(
      'rating',
      'desc',
      aRequestOf(1),
      known(2, 100, { 'provider.rating': 450 }),
      known(3, 100, { 'provider.rating': 480 }),
    );
    expect(rated).toMatchObject({ winner: 3, runnerUp: 2 });
    const trusted = winnerBy(
      'worked_with',
      'desc',
      aRequestOf(1),
      known(2, 100, { 'provider.worked_with': false }),
      known(3, 100, { 'provider.worked_with': true }),
    );
    expect(trusted).toMatchObject({ winner: 3, runnerUp: 2 });
    const early = winnerBy(
      'requested_at',
      'asc',
      aRequestOf(1, 100, { request: aRequest({ createdMs: null }) }),
      aRequestOf(2, 100, { request: aRequest({ createdMs: NOW_MS - 5 }) }),
      aRequestOf(3, 100, { request: aRequest({ createdMs: NOW_MS - 9 }) }),
    );
    expect(early).toMatchObject({ winner: 3, runnerUp: 2 });
  });

  it('takes a fact that is unknown or no figure as unknown', () => {
    const odd = aRequestOf(1, 100, {
      facts: {
        'provider.distance': { kind: 'unknown', because: 'no place' },
        ...knownFacts({ 'provider.rating': 'high' }),
      },
    });
    expect(winnerBy('distance', 'asc', odd, known(2, 100, { 'provider.distance': 90 })).winner).toBe(2);
    expect(winnerBy('rating', 'desc', odd, known(2, 100, { 'provider.rating': 1 })).winner).toBe(2);
  });

  it('ends with the provider id', () => {
    const decision = winnerBy('provider_id', 'asc', aRequestOf(8), aRequestOf(7));
    expect(decision.winner).toBe(7);
    expect(sentenceOf(decision.reason)).toContain('the provider id put it before provider 8');
  });

  it('can begin with pay: the cheapest who reaches the points wins', () => {
    const file = aFile([assignStage({ minPoints: 200 })], {
      tieBreak: [
        { by: 'total_pay', direction: 'asc' },
        { by: 'provider_id', direction: 'asc' },
      ],
      guardrails: guardrails({ pay: { acceptCounters: true } }),
    });
    const cheap = aRequestOf(1, 100, { costCents: 10_000 });
    const good = aRequestOf(2, 250, { costCents: 24_000, request: aCounter(24_000) });
    const best = aRequestOf(3, 400, { costCents: 25_000 });
    const decision = decideOne({ file, candidates: [cheap, good, best] });
    expect(decision).toMatchObject({ winner: 2, runnerUp: 1, marginMilli: 150_000 });
    expect(said(decision)).toEqual(['assign', 'FM-1005']);
    expect(decision.reason.detail).toMatchObject({ eligible: 2, decided_by: 'total pay', runner_up: 3 });
  });
});

describe('criteria a person must look at', () => {
  const uncertain = (provider: number, points: number) => aRequestOf(provider, points, { criteria: [HELD] });

  it('hold the work order when the candidate could win', () => {
    const decision = decideOne({ candidates: [aRequestOf(1, 300), uncertain(2, 250)] });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3005', 1]);
    expect(decision.reason.detail).toEqual({ provider: 2, criterion: 'Background check' });
    expect(codesOf(decision, 2)).toEqual(['FM-5002']);
  });

  it('hold it on a draw, which only the provider id would settle', () => {
    expect(said(decideOne({ candidates: [aRequestOf(1, 300), uncertain(2, 200)] }))).toEqual(['hold', 'FM-3005']);
  });

  it('do not matter when the candidate could not win', () => {
    const decision = decideOne({ candidates: [aRequestOf(1, 300), uncertain(2, 199)] });
    expect(decision).toMatchObject({ outcome: 'assign', winner: 1, runnerUp: null });
  });

  it('hold it when nobody else can be chosen, unless the points would not do', () => {
    const file = aFile([assignStage({ minPoints: 200 })]);
    expect(said(decideOne({ file, candidates: [uncertain(2, 100)] }))).toEqual(['hold', 'FM-3005']);
    expect(said(decideOne({ file, candidates: [uncertain(2, 99)] }))).toEqual(['hold', 'FM-3001']);
  });

  it('do not matter when something else blocks the candidate', () => {
    const expired = aRequestOf(2, 400, { criteria: [HELD], request: aRequest({ isExpired: true }) });
    const missed = aRequestOf(3, 400, { criteria: [HELD, MISSED] });
    const decision = decideOne({ candidates: [aRequestOf(1, 100), expired, missed] });
    expect(decision.winner).toBe(1);
    expect(codesOf(decision, 3)).toEqual(['FM-5002', 'FM-5001']);
  });

  it('are not those that match: whoever has nothing unknown holds nothing', () => {
    const known = (provider: number, points: number) => aRequestOf(provider, points, { criteria: [aResult()] });
    expect(decideOne({ candidates: [known(1, 300), known(2, 290)] })).toMatchObject({ outcome: 'assign', winner: 1 });
    const leftOut = aRequestOf(2, 290, { criteria: [aResult({ ...HELD, applies: false })] });
    expect(decideOne({ candidates: [known(1, 300), leftOut] })).toMatchObject({ outcome: 'assign', winner: 1 });
  });

  it('do not matter when the candidate is both expired and booked elsewhere', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ perProvider: { forbidOverlap: true } }) });
    const expired = aRequestOf(2, 400, { criteria: [HELD], request: aRequest({ isExpired: true }) });
    const decision = decideOne(
      { file, candidates: [aRequestOf(1), expired] },
      { commitments: [aCommitment({ providerId: 2 })] },
    );
    expect(codesOf(decision, 2)).toEqual(['FM-5002', 'FM-5004', 'FM-5010']);
    expect(decision.winner).toBe(1);
  });

  it('hold it when a preferred one could lift another above the winner, not when it is the winner’s own', () => {
    const preferred = aResult({ ...HELD, isRequired: false });
    const lifted = (provider: number, points: number) => aRequestOf(provider, points, { criteria: [preferred] });
    expect(said(decideOne({ candidates: [aRequestOf(1, 300), lifted(2, 250)] }))).toEqual(['hold', 'FM-3005']);
    expect(decideOne({ candidates: [aRequestOf(1, 240), lifted(2, 250)] })).toMatchObject({ winner: 2 });
  });

  it('name the best of several, and all that is unknown of it', () => {
    const both = aRequestOf(3, 280, { criteria: [HELD, aResult({ ...HELD, label: 'Drug test' })] });
    const decision = decideOne({ candidates: [aRequestOf(1, 300), uncertain(2, 290), both] });
    expect(decision.reason.detail).toEqual({ provider: 3, criterion: 'Background check, Drug test' });
  });
});

describe('live routes', () => {
  const withdrawing = aFile([assignStage({ withdrawRoutes: true })]);

  it('make an assign stage wait that does not withdraw them', () => {
    const decision = decideOne({ candidates: [aRequestOf(1), aRoutedOf(5), aRoutedOf(4)] });
    expect(said(decision)).toEqual(['wait', 'FM-2003']);
    expect(decision.reason.detail).toEqual({ count: 2 });
    expect(codesOf(decision, 4)).toEqual(['FM-5013']);
  });

  it('do so too while a person would have to look first', () => {
    const candidates = [aRequestOf(1, 100, { criteria: [HELD] }), aRoutedOf(5)];
    expect(said(decideOne({ candidates }))).toEqual(['wait', 'FM-2003']);
  });

  it('are not what stops a stage that has nobody to assign', () => {
    const candidates = [aRequestOf(1, 100, { criteria: [MISSED] }), aRoutedOf(5)];
    expect(said(decideOne({ candidates }))).toEqual(['hold', 'FM-3001']);
  });

  it('are withdrawn one by one before assigning, where the stage says so', () => {
    const decision = decideOne({ file: withdrawing, candidates: [aRequestOf(3), aRoutedOf(5), aRoutedOf(4)] });
    const withdraw = (id: number) => ({ kind: 'unroute', workOrderId: 4047, providerId: id });
    expect(decision.intents).toEqual([
      { n: 1, call: withdraw(4), costCents: 0 },
      { n: 2, call: withdraw(5), costCents: 0 },
      { n: 3, call: assignCall(3), costCents: 25_000 },
    ]);
  });

  it('of the winner stays: it is no rival to assigning the same provider', () => {
    const asked = aRequestOf(3, 300, { route: aRoute() });
    expect(callsOf(decideOne({ candidates: [asked] }))).toEqual([assignCall(3)]);
    const other = aRequestOf(4, 100, { route: aRoute() });
    expect(said(decideOne({ candidates: [asked, other] }))).toEqual(['wait', 'FM-2003']);
    expect(callsOf(decideOne({ file: withdrawing, candidates: [asked, other] })).map(({ kind }) => kind)).toEqual([
      'unroute',
      'assign',
    ]);
  });

  it('keep a route stage from inviting a second one, and let a mass-route invite more', () => {
    const candidates = [aRoutedOf(5), aBenchOf(6)];
    expect(said(decideOne({ file: aFile([routeStage()]), candidates }))).toEqual(['wait', 'FM-2003']);
    expect(callsOf(decideOne({ file: aFile([massRouteStage()]), candidates }))).toEqual([massRouteCall(6)]);
  });
});

describe('stages that invite', () => {
  it('route the best of the bench, at the cost it has once accepted', () => {
    const file = aFile([assignStage(), routeStage()]);
    const decision = decideOne({ file, candidates: [aBenchOf(1, 150), aBenchOf(2, 175), aBenchOf(3, 170)] });
    expect([...said(decision), decision.stage]).toEqual(['route', 'FM-1101', 2]);
    expect(decision).toMatchObject({ winner: 2, runnerUp: 3, marginMilli: 5000, costCents: 25_000 });
    expect(decision.intents).toEqual([{ n: 1, call: routeCall(2), costCents: 25_000 }]);
    expect(decision.candidates.map(({ rank }) => rank)).toEqual([3, 1, 2]);
  });

  it('mass-route the top so many who reach the points, ascending by id', () => {
    const file = aFile([massRouteStage({ top: 2, minPoints: 120 })]);
    const candidates = [aBenchOf(1, 119), aBenchOf(2, 130), aBenchOf(3, 125), aBenchOf(4, 140)];
    const decision = decideOne({ file, candidates });
    expect(said(decision)).toEqual(['mass_route', 'FM-1102']);
    expect(decision.reason.detail).toEqual({ count: 2 });
    expect(decision).toMatchObject({ winner: null, runnerUp: null, marginMilli: null, costCents: 25_000 });
    expect(decision.intents).toEqual([{ n: 1, call: massRouteCall(2, 4), costCents: 25_000 }]);
  });

  it('mass-route at the cost of the dearest invited, for only one can accept', () => {
    const file = aFile([massRouteStage({ top: 2 })]);
    const costing = (provider: number, points: number, costCents: number) => aBenchOf(provider, points, { costCents });
    const candidates = [costing(1, 200, 24_000), costing(2, 190, 26_000), costing(3, 180, 90_000)];
    expect(decideOne({ file, candidates })).toMatchObject({ costCents: 26_000, intents: [{ costCents: 26_000 }] });
  });

  it('hold where the platform does not let our user route, instead of trying at every run', () => {
    const workOrder = aWorkOrder({ actions: ['publish'] });
    const decision = decideOne({ workOrder, candidates: [aBenchOf(1, 400)], file: aFile([routeStage()]) });
    expect(said(decision)).toEqual(['hold', 'FM-3009']);
    expect(decision.reason.detail).toEqual({ action: 'route' });
    expect(callsOf(decision)).toEqual([]);
  });

  it('rank requests and bench apart', () => {
    const decision = decideOne({ candidates: [aRequestOf(1, 100), aBenchOf(2, 300)] });
    expect(decision.candidates.map(({ rank }) => rank)).toEqual([1, 1]);
    expect(decision.winner).toBe(1);
  });

  it('do their part once an episode, also when its end is unknown', () => {
    const file = aFile([routeStage(), routeStage({ afterMinutes: 60 })]);
    const candidates = [aBenchOf(1), aBenchOf(2)];
    for (const kind of ['confirmed', 'unknown'] as const) {
      const attempts = [anAttempt(routeCall(9), { effect: { kind } })];
      expect(decideOne({ file, candidates, attempts })).toMatchObject({ outcome: 'route', stage: 2 });
    }
    for (const kind of ['refused', 'lost_race'] as const) {
      const attempts = [anAttempt(routeCall(9), { effect: { kind, reason: 'FM-6004' } })];
      expect(decideOne({ file, candidates, attempts })).toMatchObject({ outcome: 'route', stage: 1 });
    }
  });

  it('count only the attempts of their own file and place', () => {
    const file = aFile([routeStage()]);
    for (const given of [{ ruleFileId: 'other' }, { stage: 2 }, { ruleFileId: null, stage: null }]) {
      const attempts = [anAttempt(routeCall(9), given)];
      expect(decideOne({ file, candidates: [aBenchOf(1)], attempts }).outcome).toBe('route');
    }
    const attempts = [anAttempt({ kind: 'publish', workOrderId: workOrderId(4047) })];
    expect(decideOne({ file, candidates: [aBenchOf(1)], attempts }).outcome).toBe('route');
  });

  it('hold when they have done their part and nothing is left', () => {
    const file = aFile([assignStage(), massRouteStage()]);
    const attempts = [anAttempt(massRouteCall(1, 2), { stage: 2 })];
    const decision = decideOne({ file, attempts, candidates: [aBenchOf(1), aBenchOf(3)] });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3011', 2]);
  });

  it('let a person look at the one to route, but invite the others of a mass-route', () => {
    const candidates = [aBenchOf(1, 100), aBenchOf(2, 300, { criteria: [HELD] })];
    expect(said(decideOne({ file: aFile([routeStage()]), candidates }))).toEqual(['hold', 'FM-3005']);
    const file = aFile([massRouteStage()]);
    expect(callsOf(decideOne({ file, candidates }))).toEqual([massRouteCall(1)]);
    expect(said(decideOne({ file, candidates: candidates.slice(1) }))).toEqual(['hold', 'FM-3005']);
  });
});

describe('what the ledger knows and the platform does not show', () => {
  const booked = aFile([assignStage()], { guardrails: guardrails({ perProvider: { forbidOverlap: true } }) });
  const second = aWorkOrder({ id: 5000 });

  it('binds the provider of an assignment we have just confirmed', () => {
    const assigned = { providerId: providerId(1), confirmedAtMs: NOW_MS };
    const { decisions } = decide([
      anOrder({ assigned, file: booked }),
      anOrder({ workOrder: second, file: booked, candidates: [aRequestOf(1), aRequestOf(2, 50)] }),
    ]);
    expect(decisions.map(({ winner }) => winner)).toEqual([null, 2]);
  });

  it('binds the providers of writes whose end is unsettled', () => {
    const counter: WriteCall = {
      kind: 'accept_counter',
      workOrderId: workOrderId(4047),
      providerId: providerId(1),
      requestId: aRequest().id,
      payCents: 1,
    };
    const unroute: WriteCall = { kind: 'unroute', workOrderId: workOrderId(4047), providerId: providerId(1) };
    const binds = (call: WriteCall, kind: 'unknown' | 'refused' | null) => {
      const attempts = [anAttempt(call, { effect: kind === null ? null : { kind } })];
      const candidates = [aRequestOf(1)];
      const { decisions } = decide([
        anOrder({ attempts, file: booked }),
        anOrder({ workOrder: second, file: booked, candidates }),
      ]);
      return decisions[1]?.winner === null;
    };
    for (const call of [assignCall(1), counter, routeCall(1), massRouteCall(2, 1)]) {
      expect([binds(call, null), binds(call, 'unknown'), binds(call, 'refused')]).toEqual([true, true, false]);
    }
    expect(binds(unroute, null)).toBe(false);
  });
});
