import { describe, expect, it } from 'vitest';
import type { OrderInput, ProjectDispatch } from '../../src/decide/input.ts';
import type { Attempt, PlannedDecision } from '../../src/domain/decision.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { Stage } from '../../src/domain/rule-file.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import { aRequest, aWorkOrder, HOUR_MS, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anAttempt,
  aRequestOf,
  aRoutedOf,
  assignCall,
  assignStage,
  callsOf,
  decideOne,
  guardrails,
  handOverCall,
  handOverStage,
  holdStage,
  massRouteStage,
  poolCall,
  poolStage,
  publishCall,
  publishStage,
  routeCall,
  routeStage,
  said,
  sentenceOf,
  unpublishCall,
  unpublishStage,
  unrouteCall,
} from './builders.ts';

const MINUTE_MS = 60_000;
const OPEN = aWorkOrder({ status: 'published', actions: ['route', 'unpublish'] });
const ROUTED = { ...OPEN, isRouted: true };
const DRAFT = aWorkOrder({ status: 'draft', actions: ['publish', 'route'] });
const CREATED: OrderInput['openedAt'] = { atMs: NOW_MS - HOUR_MS, source: 'created' };
const OPENED: OrderInput['openedAt'] = { atMs: NOW_MS - 8 * HOUR_MS, source: 'published' };

type Given = Parameters<typeof decideOne>[0];

function underStages(stages: readonly Stage[], given: Given = {}): PlannedDecision {
  return decideOne({ workOrder: OPEN, openedAt: OPENED, file: aFile(stages), ...given });
}

function minutesAgo(minutes: number, call: WriteCall, given: Parameters<typeof anAttempt>[1] = {}): Attempt {
  return anAttempt(call, { ...given, effect: { atMs: NOW_MS - minutes * MINUTE_MS, ...given.effect } });
}

const refused = (
  reason: 'FM-3015' | 'FM-6002' | 'FM-6004' | 'FM-6017' | 'FM-6008' | 'FM-6012' | 'FM-6013' | 'FM-6020' | 'FM-6047',
) => ({ effect: { kind: 'refused', reason } }) as const;

describe('an unpublish stage', () => {
  it('takes the work order off the marketplace, which binds nobody and no money', () => {
    const decision = underStages([unpublishStage({ afterMinutes: 60 })]);
    expect(said(decision)).toEqual(['unpublish', 'FM-1202']);
    expect(callsOf(decision)).toEqual([unpublishCall(true)]);
    expect(decision).toMatchObject({ winner: null, costCents: null, stage: 1 });
  });

  it('does not lose pending requests without leave, and says how many', () => {
    const asked = [aRequestOf(1), aRequestOf(2, 100, { request: aRequest({ isExpired: true }) })];
    const decision = underStages([unpublishStage()], { candidates: asked });
    expect([...said(decision), decision.reason.detail['count'], decision.stage]).toEqual(['hold', 'FM-3015', 1, 1]);
    const leave = underStages([unpublishStage({ discardRequests: true })], { candidates: asked });
    expect(callsOf(leave)).toEqual([unpublishCall()]);
    const gone = [aRequestOf(3, 1, { request: aRequest({ expiresMs: NOW_MS }) }), aBenchOf(4)];
    expect(underStages([unpublishStage()], { candidates: gone }).outcome).toBe('unpublish');
  });

  it('does its part once, and only where there is something to take off', () => {
    const stages = [unpublishStage(), holdStage({ afterMinutes: 600 })];
    expect(said(underStages(stages, { attempts: [anAttempt(unpublishCall())] }))).toEqual(['wait', 'FM-2002']);
    expect(said(underStages(stages, { workOrder: { ...ROUTED, status: 'routed' } }))).toEqual(['wait', 'FM-2002']);
  });

  it.each([
    ['the platform does not offer it', { workOrder: aWorkOrder({ actions: ['route'] }) }, 'FM-3009'],
    ['the platform refused it', { attempts: [anAttempt(unpublishCall(), refused('FM-6002'))] }, 'FM-3013'],
    ['an assignment believed lost could land', { attempts: [anAttempt(assignCall(1), refused('FM-6020'))] }, 'FM-3012'],
  ] as const)('is a person’s where %s', (_why, given, code) => {
    expect(said(underStages([unpublishStage()], given))).toEqual(['hold', code]);
  });

  it.each(['FM-3015', 'FM-6004', 'FM-6008'] as const)('is not tried at every tick where the guard says %s', (code) => {
    const refusedBefore = (times: number) => ({
      attempts: Array.from({ length: times }, () => anAttempt(unpublishCall(true), refused(code))),
    });
    expect(underStages([unpublishStage()], refusedBefore(1)).outcome).toBe('unpublish');
    expect(said(underStages([unpublishStage()], refusedBefore(2)))).toEqual(['hold', 'FM-3013']);
  });

  it('leaves its draft a draft: no publish stage puts it back, a hold may come', () => {
    const own = { workOrder: DRAFT, attempts: [minutesAgo(30, unpublishCall(), { stage: 2 })] };
    const stages = [publishStage(), unpublishStage(), publishStage({ afterMinutes: 20 })];
    expect(said(underStages(stages, own))).toEqual(['hold', 'FM-3011']);
    expect(said(underStages([...stages, holdStage({ afterMinutes: 30 })], own))).toEqual(['hold', 'FM-3004']);
    expect(said(underStages([assignStage(), unpublishStage()], own))).toEqual(['hold', 'FM-3011']);
    expect(said(underStages([assignStage(), unpublishStage()], { workOrder: DRAFT }))).toEqual(['skip', 'FM-4002']);
  });

  it('gives the next stage the time that the file puts between the two, even when both are late', () => {
    const stages = [unpublishStage(), handOverStage({ afterMinutes: 60 })];
    const since = (minutes: number) =>
      underStages(stages, { workOrder: DRAFT, attempts: [minutesAgo(minutes, unpublishCall())] });
    expect(said(since(59))).toEqual(['wait', 'FM-2002']);
    expect(since(60).outcome).toBe('auto_dispatch');
  });
});

describe('a stage that hands over', () => {
  it('hands a draft over straight away, at the work order’s own pay', () => {
    const decision = underStages([handOverStage()], { workOrder: DRAFT, openedAt: CREATED });
    expect(said(decision)).toEqual(['auto_dispatch', 'FM-1203']);
    expect(decision.intents).toEqual([{ n: 1, call: handOverCall(), costCents: 25_000 }]);
    expect(decision).toMatchObject({ costCents: 25_000, winner: null });
    expect(sentenceOf(decision.reason)).toContain('0 route(s) withdrawn, 0 request(s) discarded');
  });

  it('withdraws, unpublishes, then hands over, each on its own', () => {
    const candidates = [aRoutedOf(3), aRequestOf(2, 100)];
    const file = aFile([handOverStage({ discardRequests: true })]);
    const decision = decideOne({ workOrder: ROUTED, openedAt: OPENED, file, candidates });
    expect(decision.intents).toEqual([
      { n: 1, call: unrouteCall(3), costCents: 0 },
      { n: 2, call: unpublishCall(), costCents: 0 },
      { n: 3, call: handOverCall(), costCents: 25_000 },
    ]);
    expect(sentenceOf(decision.reason)).toContain('1 route(s) withdrawn, 1 request(s) discarded');
  });

  it('needs no unpublishing where there is only the route to withdraw', () => {
    const workOrder = { ...ROUTED, status: 'routed' as const, actions: ['route'] };
    expect(callsOf(underStages([handOverStage()], { workOrder, candidates: [aRoutedOf(3)] }))).toEqual([
      unrouteCall(3),
      handOverCall(),
    ]);
  });

  it('lets stages before it act first, and does not lose requests without leave', () => {
    const stages = [assignStage({ minPoints: 200 }), handOverStage()];
    expect(underStages(stages, { candidates: [aRequestOf(1, 250)] }).outcome).toBe('assign');
    const decision = underStages(stages, { candidates: [aRequestOf(1, 150)] });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3015', 2]);
    expect(callsOf(underStages(stages))).toEqual([unpublishCall(true), handOverCall()]);
  });

  it('goes on from where a stopped run left it', () => {
    const stages = [publishStage(), routeStage(), handOverStage()];
    const half = [
      anAttempt(publishCall(), { stage: 1, effect: { atMs: 1 } }),
      anAttempt(unrouteCall(3), { stage: 3 }),
      anAttempt(unpublishCall(), { stage: 3, intentN: 2 }),
      anAttempt(handOverCall(), { stage: 3, intentN: 3, ...refused('FM-6012') }),
    ];
    const decision = underStages(stages, { workOrder: DRAFT, attempts: half });
    expect([decision.stage, callsOf(decision)]).toEqual([3, [handOverCall()]]);
    const only = underStages(stages, { candidates: [aRoutedOf(4)], workOrder: ROUTED, attempts: half.slice(0, 2) });
    expect(callsOf(only)).toEqual([unrouteCall(4), unpublishCall(true), handOverCall()]);
  });

  it('leaves a draft that a person has taken back to the person', () => {
    const taken = { workOrder: DRAFT, openedAt: OPENED };
    expect(said(underStages([handOverStage()], taken))).toEqual(['hold', 'FM-3019']);
    expect(said(underStages([handOverStage()], { ...taken, attempts: [anAttempt(unpublishCall())] }))).toEqual([
      'auto_dispatch',
      'FM-1203',
    ]);
  });

  it.each([
    ['the platform does not offer publishing', { workOrder: { ...DRAFT, actions: [] }, openedAt: CREATED }, 'FM-3009'],
    ['the platform does not offer unpublishing', { workOrder: aWorkOrder({ actions: ['route'] }) }, 'FM-3009'],
    ['a route does not show', { workOrder: ROUTED }, 'FM-3009'],
    ['it was absent before', { attempts: [anAttempt(handOverCall(), refused('FM-6013'))] }, 'FM-3013'],
    ['a person says it was not', { attempts: [anAttempt(handOverCall(), refused('FM-6047'))] }, 'FM-3013'],
    [
      'it was absent before, and is a draft',
      { workOrder: DRAFT, attempts: [anAttempt(unpublishCall()), anAttempt(handOverCall(), refused('FM-6013'))] },
      'FM-3013',
    ],
    ['unpublishing was refused', { attempts: [anAttempt(unpublishCall(), refused('FM-6002'))] }, 'FM-3013'],
    [
      'withdrawing was refused',
      {
        workOrder: ROUTED,
        candidates: [aRoutedOf(3)],
        attempts: [anAttempt(unrouteCall(3), refused('FM-6002'))],
      },
      'FM-3013',
    ],
    ['an assignment believed lost could land', { attempts: [anAttempt(assignCall(1), refused('FM-6020'))] }, 'FM-3012'],
  ] as const)('is a person’s where %s', (_why, given, code) => {
    expect(said(underStages([handOverStage()], given))).toEqual(['hold', code]);
  });

  it('keeps to the limit on one work order, and to pay that is known', () => {
    const file = aFile([handOverStage()], { guardrails: guardrails({ pay: { maxTotalCents: 24_999 } }) });
    const dear = underStages([], { file });
    expect([...said(dear), sentenceOf(dear.reason).includes('$250.00')]).toEqual(['hold', 'FM-3018', true]);
    const enough = aFile([handOverStage()], { guardrails: guardrails({ pay: { maxTotalCents: 25_000 } }) });
    expect(underStages([], { file: enough }).outcome).toBe('auto_dispatch');
    const unpaid = { ...OPEN, pay: { kind: 'none', maxCents: 0 } as const };
    expect(said(underStages([handOverStage()], { workOrder: unpaid }))).toEqual(['hold', 'FM-3018']);
  });

  it('counts as one action, and its money as an invitation’s', () => {
    const day = aFile([handOverStage()], { guardrails: guardrails({ pay: { maxDailyTotalCents: 24_000 } }) });
    expect(said(underStages([], { file: day }))).toEqual(['hold', 'FM-3010']);
    const one = aFile([handOverStage()], { guardrails: guardrails({ maxActionsPerRun: 1 }) });
    expect(callsOf(underStages([], { file: one }))).toHaveLength(2);
  });

  it('waits, as every invitation, for those whom an earlier stage has invited', () => {
    const stages = [routeStage(), handOverStage({ afterMinutes: 60 })];
    const since = (minutes: number) => underStages(stages, { attempts: [minutesAgo(minutes, routeCall(1))] }).outcome;
    expect([since(59), since(60)]).toEqual(['wait', 'auto_dispatch']);
  });
});

describe('a work order that was handed over', () => {
  const DELAY_MINUTES = 30;
  const UNTIL_MINUTES = DELAY_MINUTES + DEFAULT_LIMITS.handOverMarginMs / MINUTE_MS;
  const stages = [handOverStage(), assignStage(), holdStage({ afterMinutes: 1 })];
  const since = (minutes: number, given: Given = {}, call = handOverCall()) =>
    underStages(stages, { attempts: [minutesAgo(minutes, call)], candidates: [aRequestOf(1)], ...given });

  it('is the platform’s until delay and margin have passed, whatever is due', () => {
    const decision = since(UNTIL_MINUTES - 1);
    expect(said(decision)).toEqual(['wait', 'FM-2007']);
    expect(decision.reason.detail).toEqual({ minutes: UNTIL_MINUTES - 1, until_minutes: UNTIL_MINUTES });
    expect(said(since(UNTIL_MINUTES))).toEqual(['assign', 'FM-1002']);
    expect(since(UNTIL_MINUTES, { candidates: [] }).reason.code).toBe('FM-3004');
  });

  it('is so twice as long where employees are asked first and the marketplace after', () => {
    const twice = handOverCall({ w2SkipPublish: true, w2FailSwitch: true });
    const later = UNTIL_MINUTES + DELAY_MINUTES;
    expect([since(later - 1, {}, twice).outcome, since(later, {}, twice).outcome]).toEqual(['wait', 'assign']);
  });

  it('is so for every file, and when a person has handed it over', () => {
    const byHand = [minutesAgo(5, handOverCall(), { ruleFileId: null, stage: null })];
    expect(said(underStages([assignStage()], { attempts: byHand, candidates: [aRequestOf(1)] }))).toEqual([
      'wait',
      'FM-2007',
    ]);
  });

  it('counts from the last hand-over, one whose end nobody knows included', () => {
    const unknown = minutesAgo(5, handOverCall(), { effect: { kind: 'unknown' } });
    const attempts = [unknown, minutesAgo(90, handOverCall())];
    expect(said(underStages(stages, { attempts }))).toEqual(['wait', 'FM-2007']);
    expect(underStages(stages, { attempts: [minutesAgo(5, handOverCall(), refused('FM-6002'))] }).reason.code).toBe(
      'FM-3004',
    );
  });

  it('is not handed over by the same stage again, but by a later one', () => {
    const attempts = [minutesAgo(90, unpublishCall()), minutesAgo(90, handOverCall(), { intentN: 2 })];
    const back = { workOrder: DRAFT, attempts };
    expect(said(underStages([handOverStage()], back))).toEqual(['hold', 'FM-3011']);
    const again = underStages([handOverStage(), handOverStage({ afterMinutes: 60 })], back);
    expect([again.outcome, again.stage]).toEqual(['auto_dispatch', 2]);
  });

  it('may be published by a later stage when it came back as a draft, not by an earlier one', () => {
    const attempts = [minutesAgo(90, unpublishCall(), { stage: 2 }), minutesAgo(90, handOverCall(), { stage: 2 })];
    const back = { workOrder: DRAFT, attempts };
    const later = publishStage({ afterMinutes: 60 });
    expect(underStages([publishStage(), handOverStage(), later], back).stage).toBe(3);
    expect(said(underStages([publishStage(), handOverStage()], back))).toEqual(['hold', 'FM-3011']);
  });

  it('has its next stages counted from the hand-over where the clock began with a draft', () => {
    const drafted = { openedAt: { atMs: NOW_MS - 48 * HOUR_MS, source: 'created' } as const };
    const publishedAgo = (minutes: number) =>
      underStages([handOverStage({ afterMinutes: 30 }), assignStage({ afterMinutes: 90 })], {
        ...drafted,
        workOrder: { ...OPEN, publishedMs: NOW_MS - minutes * MINUTE_MS },
        attempts: [minutesAgo(minutes, handOverCall())],
        candidates: [aRequestOf(1)],
      }).outcome;
    expect([publishedAgo(59), publishedAgo(60)]).toEqual(['wait', 'assign']);
  });
});

describe('a project that the platform dispatches', () => {
  const workOrder = { ...OPEN, projectId: 7 };
  const under = (state: 'on' | 'off' | 'unreadable' | null, stages: readonly Stage[], given: Given = {}) => {
    const projectDispatch: ProjectDispatch = new Map(state === null ? [] : [[7, state]]);
    const candidates = [aRequestOf(1), aBenchOf(2)];
    return decideOne({ workOrder, openedAt: OPENED, file: aFile(stages), candidates, ...given }, { projectDispatch });
  };
  const ACTING = [
    assignStage(),
    routeStage(),
    massRouteStage(),
    poolStage(),
    unpublishStage({ discardRequests: true }),
    handOverStage({ discardRequests: true }),
  ];

  it.each(ACTING.map((stage) => [stage.do, stage] as const))('is left alone by a stage that would %s', (_do, stage) => {
    expect(said(under('on', [stage]))).toEqual(['hold', 'FM-3016']);
    expect(said(under('unreadable', [stage]))).toEqual(['hold', 'FM-3017']);
    expect(callsOf(under('off', [stage])).length).toBeGreaterThan(0);
    expect(callsOf(under(null, [stage])).length).toBeGreaterThan(0);
  });

  it('is left alone as a draft, too', () => {
    const draft = { workOrder: { ...DRAFT, projectId: 7 }, openedAt: CREATED };
    expect(said(under('on', [publishStage()], draft))).toEqual(['hold', 'FM-3016']);
  });

  it('is no reason where nothing would be sent, or for another project', () => {
    expect(said(under('on', [assignStage({ afterMinutes: 600 })]))).toEqual(['wait', 'FM-2001']);
    expect(said(under('on', [holdStage()]))).toEqual(['hold', 'FM-3004']);
    expect(under('on', [assignStage()], { workOrder: OPEN }).outcome).toBe('assign');
    expect(under('on', [assignStage()], { workOrder: { ...OPEN, projectId: 8 } }).outcome).toBe('assign');
  });
});

describe('a talent pool invited unscored', () => {
  it('is invited by its id, whoever is in it, at the work order’s own pay', () => {
    const decision = underStages([poolStage()]);
    expect(said(decision)).toEqual(['mass_route', 'FM-1204']);
    expect(decision.intents).toEqual([{ n: 1, call: poolCall(), costCents: 25_000 }]);
  });

  it('is invited once by a stage, and the next pool after the time between the two', () => {
    const stages = [poolStage(), poolStage({ talentPoolId: 5, afterMinutes: 60 })];
    const since = (minutes: number) => underStages(stages, { attempts: [minutesAgo(minutes, poolCall())] });
    expect(said(since(59))).toEqual(['wait', 'FM-2002']);
    expect(callsOf(since(60))).toEqual([poolCall(5)]);
  });

  it('waits while anybody is invited, shown or not', () => {
    expect(said(underStages([poolStage()], { candidates: [aRoutedOf(1)] }))).toEqual(['wait', 'FM-2003']);
    const hidden = underStages([poolStage()], { workOrder: ROUTED });
    expect([...said(hidden), hidden.reason.detail['count']]).toEqual(['wait', 'FM-2003', 1]);
  });

  it('is a person’s where it was absent, not offered, or is too dear; another pool is not', () => {
    const absent = { attempts: [anAttempt(poolCall(), refused('FM-6013'))] };
    expect(said(underStages([poolStage()], absent))).toEqual(['hold', 'FM-3013']);
    expect(underStages([poolStage({ talentPoolId: 5 })], absent).outcome).toBe('mass_route');
    expect(said(underStages([poolStage()], { workOrder: { ...OPEN, actions: [] } }))).toEqual(['hold', 'FM-3009']);
    const file = aFile([poolStage()], { guardrails: guardrails({ pay: { maxTotalCents: 1 } }) });
    expect(said(underStages([], { file }))).toEqual(['hold', 'FM-3018']);
  });
});

describe('a selection rule', () => {
  const rating = { name: 'rating', operator: '>=', value: 4.5 };
  const sends = [
    { ...rating, canRemote: true },
    { name: 'distance', operator: '<=', value: 50, canRemote: false },
  ];
  const selectionRule = { rules: [rating, { name: 'distance', operator: '<=', value: 50 }] };

  it('goes along with what a stage sends, where the stage says so', () => {
    const bench = { candidates: [aBenchOf(1)] };
    const sent = (stage: Stage) => callsOf(underStages([stage], bench)).at(-1);
    expect(sent(routeStage({ sends }))).toEqual({ ...routeCall(1), selectionRule });
    expect(sent(massRouteStage({ sends }))).toMatchObject({ selectionRule });
    expect(sent(poolStage({ sends }))).toEqual({ ...poolCall(), selectionRule });
    for (const stage of [routeStage(), massRouteStage(), poolStage()])
      expect(sent(stage)).not.toHaveProperty('selectionRule');
  });

  it('asks nothing of remote work that only holds on site', () => {
    const remote = { candidates: [aBenchOf(1)], workOrder: { ...OPEN, isRemote: true } };
    const sent = (stage: Stage) => callsOf(underStages([stage], remote)).at(-1);
    expect(sent(poolStage({ sends }))).toEqual({ ...poolCall(), selectionRule: { rules: [rating] } });
    expect(sent(poolStage({ sends: sends.slice(1) }))).toEqual(poolCall());
  });
});
