import { describe, expect, it } from 'vitest';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { aCounter, aRequest, aRoute, aWorkOrder, HOUR_MS, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anAttempt,
  anOrder,
  aRequestOf,
  aRoutedOf,
  assignCall,
  assignStage,
  callsOf,
  codesOf,
  decide,
  decideOne,
  guardrails,
  holdStage,
  massRouteCall,
  massRouteStage,
  rankedOf,
  routeCall,
  routeStage,
  said,
  sentenceOf,
} from './builders.ts';

const MINUTE_MS = 60_000;

/** Sent, and absent after the quiet time; ten minutes ago unless told otherwise. */
function absent(call: WriteCall, { seq = 1, atMs = NOW_MS - 10 * MINUTE_MS } = {}) {
  return anAttempt(call, {
    decisionId: decisionId(workOrderId(4047), 1, seq),
    stage: 9,
    effect: { kind: 'refused', reason: 'FM-6020', atMs },
  });
}

describe('a write believed lost', () => {
  const file = aFile([assignStage(), massRouteStage()]);

  it('to assign is tried once more with the same provider, however good the others', () => {
    const attempts = [absent(assignCall(1))];
    const decision = decideOne({ file, attempts, candidates: [aRequestOf(1), aRequestOf(2, 400), aBenchOf(3)] });
    expect(callsOf(decision)).toEqual([assignCall(1)]);
    expect(rankedOf(decision, 2).blockedBy.map(sentenceOf)).toEqual([
      'A write to provider 1 (assign, decision 4047.1.1) may still land; nothing but the same may be sent.',
    ]);
    expect(codesOf(decision, 3)).toEqual(['FM-5019']);
  });

  it('to assign may be tried again at another price: a counter-offer binds in the same way', () => {
    const accepting = aFile([assignStage()], { guardrails: guardrails({ pay: { acceptCounters: true } }) });
    const counter = aRequestOf(1, 100, { request: aCounter(20_000), costCents: 20_000 });
    const decision = decideOne({ file: accepting, attempts: [absent(assignCall(1))], candidates: [counter] });
    expect(callsOf(decision)).toMatchObject([{ kind: 'accept_counter', providerId: 1 }]);
  });

  it('to route is tried once more with the same provider, alone or in a mass-route, and never becomes an assignment', () => {
    const attempts = [absent(routeCall(1))];
    const candidates = [aBenchOf(1), aBenchOf(2, 400), aRequestOf(3)];
    const routed = decideOne({ file: aFile([assignStage(), routeStage()]), attempts, candidates });
    expect(callsOf(routed)).toEqual([routeCall(1)]);
    expect(codesOf(routed, 3)).toEqual(['FM-5019']);
    expect(callsOf(decideOne({ file, attempts, candidates }))).toEqual([massRouteCall(1)]);
    const asked = decideOne({ file, attempts, candidates: [aRequestOf(1)] });
    expect([...said(asked), ...codesOf(asked, 1)]).toEqual(['hold', 'FM-3012', 'FM-5019']);
  });

  it('to several is tried once more with those of them who are left', () => {
    const attempts = [absent(massRouteCall(1, 2, 3))];
    const candidates = [aBenchOf(1), aBenchOf(3), aBenchOf(4, 400)];
    const decision = decideOne({ file, attempts, candidates });
    expect(callsOf(decision)).toEqual([massRouteCall(1, 3)]);
    expect(rankedOf(decision, 4).blockedBy[0]?.detail).toEqual({
      to: '3 providers',
      action: 'mass-route',
      decision: '4047.1.1',
    });
  });

  it('is a person’s when the same cannot be sent again, whatever stage is left', () => {
    const later = aFile([assignStage(), routeStage({ afterMinutes: 999 })]);
    const decision = decideOne({ file: later, attempts: [absent(assignCall(1))], candidates: [aRequestOf(2)] });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3012', null]);
    expect(decision.reason.detail).toEqual({ action: 'assign', decision: '4047.1.1' });
    expect(codesOf(decision, 2)).toEqual(['FM-5019']);
  });

  it('is a person’s when it was lost twice, for any of its providers', () => {
    for (const [first, second] of [
      [assignCall(1), assignCall(1)],
      [routeCall(1), routeCall(1)],
      [massRouteCall(1, 2), routeCall(2)],
    ] as const) {
      const attempts = [absent(second, { seq: 3, atMs: NOW_MS - MINUTE_MS }), absent(first, { seq: 2 })];
      const candidates = [aRequestOf(1), aBenchOf(2)];
      const decision = decideOne({ file, attempts, candidates });
      expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3012', null]);
      expect(decision.reason.detail['decision']).toBe('4047.1.3');
      expect(
        decideOne({ file, attempts: attempts.slice(1), candidates: [aRequestOf(1), aBenchOf(1), aBenchOf(2)] }),
      ).toMatchObject({ outcome: first.kind === 'assign' ? 'assign' : 'mass_route' });
    }
  });

  it('holds when two different ones are lost, for sending either again would not be the same', () => {
    const attempts = [absent(assignCall(1), { seq: 1 }), absent(routeCall(2), { seq: 2 })];
    const decision = decideOne({ file, attempts, candidates: [aRequestOf(1), aBenchOf(2)] });
    expect([...said(decision), decision.reason.detail['action']]).toEqual(['hold', 'FM-3012', 'route']);
  });

  it('waits until a stage is due, like everything else', () => {
    const attempts = [absent(assignCall(1))];
    const early = aFile([assignStage({ afterMinutes: 999 })]);
    expect(said(decideOne({ file: early, attempts, candidates: [aRequestOf(1)] }))).toEqual(['wait', 'FM-2001']);
  });

  it('to withdraw or publish restricts nothing', () => {
    const target = { workOrderId: workOrderId(4047), providerId: providerId(1) };
    const attempts = [
      absent({ kind: 'unroute', ...target }),
      absent({ kind: 'publish', workOrderId: target.workOrderId }),
    ];
    expect(decideOne({ file, attempts, candidates: [aRequestOf(2)] }).winner).toBe(2);
  });

  it('restricts nothing any more once the same is confirmed, or shows as live', () => {
    const stage = { ruleFileId: 'other', stage: 1 };
    const confirmed = anAttempt(routeCall(1), { ...stage, effect: { atMs: NOW_MS - 10 * MINUTE_MS } });
    const candidates = [aBenchOf(2)];
    expect(callsOf(decideOne({ file, attempts: [confirmed, absent(routeCall(1))], candidates }))).toEqual([
      massRouteCall(2),
    ]);
    const earlier = anAttempt(routeCall(1), { ...stage, effect: { atMs: NOW_MS - 11 * MINUTE_MS } });
    const assigned = anAttempt(assignCall(1), { ...stage, effect: { atMs: NOW_MS } });
    const others = anAttempt(routeCall(3), { ...stage, effect: { atMs: NOW_MS } });
    for (const given of [[earlier], [assigned], [others]]) {
      const decision = decideOne({ file, attempts: [...given, absent(routeCall(1))], candidates });
      expect(said(decision)).toEqual(['hold', 'FM-3012']);
    }
    const live = [aRoutedOf(1), aBenchOf(2)];
    expect(callsOf(decideOne({ file, attempts: [absent(routeCall(1))], candidates: live }))).toEqual([
      massRouteCall(2),
    ]);
    expect(said(decideOne({ file, attempts: [absent(massRouteCall(1, 3))], candidates: live }))).toEqual([
      'hold',
      'FM-3012',
    ]);
    const asked = aRequestOf(1, 100, { route: aRoute() });
    expect(decideOne({ file, attempts: [absent(assignCall(2))], candidates: [asked, aRoutedOf(2)] }).outcome).toBe(
      'hold',
    );
  });

  it('restricts nothing any more once a decline shows that it had come, however often', () => {
    const workOrder = aWorkOrder({ declines: [{ providerId: providerId(1), createdMs: NOW_MS }] });
    const twice = [absent(routeCall(1), { seq: 1 }), absent(routeCall(1), { seq: 2 })];
    const candidates = [aBenchOf(1), aBenchOf(2)];
    const decision = decideOne({ file, workOrder, attempts: twice, candidates });
    expect(callsOf(decision)).toEqual([massRouteCall(2)]);
    expect(codesOf(decision, 1)).toEqual(['FM-5040']);
    const partly = decideOne({ file, workOrder, attempts: [absent(massRouteCall(1, 2))], candidates });
    expect(callsOf(partly)).toEqual([massRouteCall(2)]);
    expect(said(decideOne({ file, workOrder, attempts: [absent(assignCall(1))], candidates }))).toEqual([
      'hold',
      'FM-3012',
    ]);
  });

  it('to several restricts nothing any more once some of them were sent the same again', () => {
    const stage = { ruleFileId: 'other', stage: 1 };
    const again = anAttempt(massRouteCall(1, 2), { ...stage, effect: { atMs: NOW_MS } });
    const candidates = [aBenchOf(3), aBenchOf(4)];
    const decision = decideOne({ file, attempts: [absent(massRouteCall(1, 2, 3)), again], candidates });
    expect(callsOf(decision)).toEqual([massRouteCall(3, 4)]);
  });

  it('keeps its providers from other work orders until then', () => {
    const booked = aFile([assignStage()], { guardrails: guardrails({ perProvider: { forbidOverlap: true } }) });
    const other = { workOrder: aWorkOrder({ id: 5000 }), file: booked, candidates: [aRequestOf(1)] };
    const winners = (...attempts: ReturnType<typeof absent>[]) =>
      decide([anOrder({ attempts, file: booked }), anOrder(other)]).decisions[1]?.winner;
    const counter = {
      kind: 'accept_counter',
      workOrderId: workOrderId(4047),
      providerId: providerId(1),
      requestId: aRequest().id,
      payCents: 1,
    } as const;
    for (const call of [assignCall(1), counter, routeCall(1), massRouteCall(1, 2)])
      expect(winners(absent(call))).toBeNull();
    expect(winners(absent(assignCall(2)))).toBe(1);
    const confirmed = anAttempt(routeCall(1), { effect: { atMs: NOW_MS } });
    expect(winners(absent(routeCall(1)), confirmed)).toBe(1);
  });
});

describe('after a pause, when all stages are late', () => {
  const file = aFile([
    assignStage(),
    routeStage({ afterMinutes: 60 }),
    massRouteStage({ afterMinutes: 90 }),
    holdStage({ afterMinutes: 110 }),
  ]);
  const routed = (minutesAgo: number, kind: 'confirmed' | 'unknown' = 'confirmed') =>
    anAttempt(routeCall(9), { stage: 2, effect: { kind, atMs: NOW_MS - minutesAgo * MINUTE_MS } });
  const massRouted = (minutesAgo: number) =>
    anAttempt(massRouteCall(8), { stage: 3, effect: { atMs: NOW_MS - minutesAgo * MINUTE_MS } });
  const candidates = [aBenchOf(1)];

  it('whoever was routed has as long as the file puts between the stages', () => {
    for (const kind of ['confirmed', 'unknown'] as const) {
      const early = decideOne({ file, candidates, attempts: [routed(29, kind)] });
      expect(said(early)).toEqual(['wait', 'FM-2002']);
      expect(early).toMatchObject({
        dueStages: [1, 2],
        reason: { detail: { next_do: 'mass-route', after_minutes: 121 } },
      });
      expect(decideOne({ file, candidates, attempts: [routed(30, kind)] })).toMatchObject({
        outcome: 'mass_route',
        dueStages: [1, 2, 3],
      });
    }
  });

  it('the hold waits for the last of the stages that invited', () => {
    const attempts = [massRouted(19), routed(49)];
    expect(decideOne({ file, candidates, attempts })).toMatchObject({
      outcome: 'wait',
      dueStages: [1, 2, 3],
      reason: { detail: { next_do: 'hold', after_minutes: 121 } },
    });
    expect(said(decideOne({ file, candidates, attempts: [massRouted(20), routed(50)] }))).toEqual(['hold', 'FM-3004']);
    expect(said(decideOne({ file, candidates, attempts: [massRouted(20), routed(49)] }))).toEqual(['wait', 'FM-2002']);
    expect(said(decideOne({ file, candidates, attempts: [massRouted(99), massRouted(19), routed(99)] }))).toEqual([
      'wait',
      'FM-2002',
    ]);
  });

  it('the time an invitation takes is rounded up to whole minutes', () => {
    const attempts = [anAttempt(routeCall(9), { stage: 2, effect: { atMs: NOW_MS - MINUTE_MS + 1 } })];
    expect(decideOne({ file, candidates, attempts }).reason.detail).toMatchObject({ after_minutes: 150 });
  });

  it('the delay since opening still holds', () => {
    const openedAt = { atMs: NOW_MS - 89 * MINUTE_MS, source: 'published' } as const;
    const attempts = [routed(60)];
    expect(decideOne({ file, candidates, attempts, openedAt }).reason.detail).toMatchObject({ after_minutes: 90 });
  });

  it('a star who asks late is still taken at once', () => {
    const late = aFile([routeStage(), assignStage({ afterMinutes: 30 })]);
    const attempts = [anAttempt(routeCall(9), { effect: { atMs: NOW_MS } })];
    expect(decideOne({ file: late, candidates: [aRequestOf(1)], attempts })).toMatchObject({
      outcome: 'assign',
      stage: 2,
    });
  });

  it('stages wait for no invitation that came to nothing, of another file, or of a later stage', () => {
    const soon = { atMs: NOW_MS };
    for (const attempt of [
      anAttempt(routeCall(9), { stage: 2, effect: { ...soon, kind: 'refused', reason: 'FM-6004' } }),
      anAttempt(routeCall(9), { stage: 2, effect: { ...soon, kind: 'lost_race', reason: 'FM-6003' } }),
      anAttempt(routeCall(9), { stage: 2, ruleFileId: 'other', effect: soon }),
      anAttempt(assignCall(9), { stage: 2, effect: { ...soon, kind: 'refused', reason: 'FM-6005' } }),
      anAttempt(massRouteCall(9), { stage: 3, effect: soon }),
    ]) {
      expect(decideOne({ file, candidates, attempts: [attempt] }).dueStages.slice(0, 3)).toEqual([1, 2, 3]);
    }
  });

  it('no stage follows an invitation of which nobody knows when it was sent, were it at the same minute', () => {
    const same = aFile([routeStage(), massRouteStage(), holdStage({ afterMinutes: 60 })]);
    const attempts = [anAttempt(routeCall(9), { effect: null })];
    const decision = decideOne({ file: same, candidates, attempts });
    expect(decision).toMatchObject({ outcome: 'route', dueStages: [1] });
    const settled = [anAttempt(routeCall(9), { effect: { atMs: NOW_MS } })];
    expect(decideOne({ file: same, candidates, attempts: settled })).toMatchObject({
      outcome: 'mass_route',
      dueStages: [1, 2],
    });
    expect(decideOne({ file: same, candidates: [], attempts }).reason.detail).toMatchObject({
      next_do: 'mass-route',
      after_minutes: 120,
    });
  });

  it('the one that comes first is named, be it later in the file', () => {
    const mixed = aFile([routeStage(), massRouteStage({ afterMinutes: 100 }), assignStage({ afterMinutes: 180 })]);
    const attempts = [anAttempt(routeCall(9), { effect: { atMs: NOW_MS - MINUTE_MS } })];
    const openedAt = { atMs: NOW_MS - 2 * HOUR_MS, source: 'published' } as const;
    expect(decideOne({ file: mixed, attempts, openedAt }).reason.detail).toMatchObject({
      next_do: 'assign',
      after_minutes: 180,
    });
  });
});
