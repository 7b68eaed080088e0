import { describe, expect, it } from 'vitest';
import { type Directives, NO_DIRECTIVES, type Pin } from '../../src/domain/directive.ts';
import { providerId, workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { HOUR_MS, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anOrder,
  aRequestOf,
  aRoutedOf,
  assignStage,
  callsOf,
  codesOf,
  decide,
  decideOne,
  guardrails,
  holdStage,
  MISSED,
  massRouteStage,
  rankedOf,
  routeStage,
  said,
  sentenceOf,
} from './builders.ts';

const TERMS = { atMs: NOW_MS - HOUR_MS, actor: 'ana', because: 'storm', untilMs: null };

function given(directives: Partial<Directives>) {
  return { directives: { ...NO_DIRECTIVES, ...directives } };
}

const PAUSED = given({ pause: { source: 'ledger', ...TERMS, untilMs: NOW_MS + HOUR_MS } });

function pinnedTo(provider: number): { readonly directives: Directives } {
  const pin: Pin = { ...TERMS, because: 'asked for', workOrderId: workOrderId(4047), providerId: providerId(provider) };
  return given({ pins: [pin] });
}

function excluded(provider: number): { readonly directives: Directives } {
  return given({ exclusions: [{ ...TERMS, because: 'site ban', providerId: providerId(provider) }] });
}

describe('a pause', () => {
  it('holds what would act, and says by whom, until when, why, and what was wanted', () => {
    const decision = decideOne({ candidates: [aRequestOf(1)] }, PAUSED);
    expect(said(decision)).toEqual(['hold', 'FM-3030']);
    expect(sentenceOf(decision.reason)).toBe(
      'Acting is paused by ana until 2026-11-23T16:00:00.000Z (storm); otherwise this would be done: assign provider 1 for $250.00.',
    );
    expect(decision).toMatchObject({ intents: [], winner: null, costCents: null });
    expect(rankedOf(decision, 1)).toMatchObject({ isEligible: true, rank: 1 });
  });

  it('counts the providers where several are wanted', () => {
    const file = aFile([massRouteStage()]);
    const decision = decideOne({ file, candidates: [aBenchOf(1), aBenchOf(2)] }, PAUSED);
    expect(sentenceOf(decision.reason)).toContain('otherwise this would be done: mass-route 2 providers for $250.00.');
  });

  it('leaves alone what does not act: waiting, and a file that only recommends', () => {
    expect(said(decideOne({ file: aFile([assignStage({ afterMinutes: 900 })]) }, PAUSED))).toEqual(['wait', 'FM-2001']);
    const file = aFile([assignStage()], { mode: 'recommend' });
    expect(said(decideOne({ file, candidates: [aRequestOf(1)] }, PAUSED))[0]).toBe('assign');
  });

  it('trips no wire: nothing is wanted any more', () => {
    const limits = { ...DEFAULT_LIMITS, maxActionsPerRun: 0, maxDailyTotalCents: 0 };
    expect(decide([anOrder({ candidates: [aRequestOf(1)] })], { ...PAUSED, limits }).tripped).toBeNull();
  });
});

describe('assignments of ours that were undone', () => {
  it.each([
    [9, null, 'assign'],
    [10, 'FM-7011', 'hold'],
  ] as const)('trip the run from the limit on: %i', (undoneCount, code, outcome) => {
    const { tripped, decisions } = decide([anOrder({ candidates: [aRequestOf(1)] })], { undoneCount });
    expect([tripped?.code ?? null, decisions[0]?.outcome]).toEqual([code, outcome]);
    if (tripped !== null)
      expect(sentenceOf(tripped)).toBe('10 assignments of ours were undone within 60 min; from 10 on nothing is sent.');
  });

  it('trip nothing where nothing is to be sent', () => {
    expect(decide([anOrder()], { undoneCount: 99 }).tripped).toBeNull();
  });
});

describe('an exclusion', () => {
  it('keeps a provider out and takes the next, whoever has more points', () => {
    const decision = decideOne({ candidates: [aRequestOf(1, 300), aRequestOf(2, 100)] }, excluded(1));
    expect(decision.winner).toBe(2);
    expect(codesOf(decision, 1)).toEqual(['FM-5020']);
    const [block] = rankedOf(decision, 1).blockedBy;
    expect(block && sentenceOf(block)).toBe('Excluded by ana until further notice: site ban.');
  });

  it('keeps a provider of the bench from being invited', () => {
    const file = aFile([massRouteStage()]);
    const decision = decideOne({ file, candidates: [aBenchOf(1), aBenchOf(2)] }, excluded(1));
    expect(callsOf(decision)).toMatchObject([{ kind: 'mass_route', providerIds: [2] }]);
  });
});

describe('a pin', () => {
  it('gives the work order to the pinned provider at once, whatever the points', () => {
    const file = aFile([assignStage({ minPoints: 200, minMargin: 50 })]);
    const decision = decideOne({ file, candidates: [aRequestOf(1, 300), aRequestOf(2, 10)] }, pinnedTo(2));
    expect(said(decision)).toEqual(['assign', 'FM-1002']);
    expect(decision.winner).toBe(2);
    expect(codesOf(decision, 1)).toEqual(['FM-5021']);
  });

  it('waits for the pinned provider, and gives it to nobody else, also after the last stage', () => {
    const decision = decideOne({ candidates: [aRequestOf(1, 300)] }, pinnedTo(2));
    expect(said(decision)).toEqual(['wait', 'FM-2010']);
    expect(sentenceOf(decision.reason)).toBe(
      'Pinned to provider 2 by ana until further notice (asked for), who can be neither assigned nor invited yet; nobody else is.',
    );
  });

  it.each([
    ['misses a required criterion', [aRequestOf(2, 10, { criteria: [MISSED] })], 'FM-5001'],
    ['asks a price the file does not accept', [aRequestOf(2, 10, { costCents: null })], 'FM-5016'],
  ])('goes to a person when the pinned provider %s', (_, candidates, code) => {
    const decision = decideOne({ candidates: [aRequestOf(1, 300), ...candidates] }, pinnedTo(2));
    expect(said(decision)).toEqual(['hold', 'FM-3031']);
    expect(sentenceOf(decision.reason)).toContain(`not eligible (${code})`);
  });

  it('outweighs that the provider gave the work order back, and nobody else’s pin does', () => {
    const file = aFile([assignStage()], { guardrails: guardrails({ perProvider: { forbidAfterGiveBack: true } }) });
    const order = { file, gaveBack: [providerId(2)], candidates: [aRequestOf(2)] };
    expect(said(decideOne(order, pinnedTo(2)))[0]).toBe('assign');
    expect(codesOf(decideOne(order, pinnedTo(3)), 2)).toEqual(['FM-5021', 'FM-5041']);
  });

  it('does not outweigh an exclusion', () => {
    const pin = pinnedTo(2).directives.pins;
    const decision = decideOne({ candidates: [aRequestOf(2)] }, given({ ...excluded(2).directives, pins: pin }));
    expect(said(decision)).toEqual(['hold', 'FM-3031']);
  });

  it('invites the pinned provider alone, at the first stage that invites', () => {
    const bench = [aBenchOf(1, 300), aBenchOf(2, 10)];
    const routed = decideOne(
      { file: aFile([assignStage(), routeStage({ minPoints: 99 })]), candidates: bench },
      pinnedTo(2),
    );
    expect(callsOf(routed)).toMatchObject([{ kind: 'route', providerId: 2 }]);
    const massRouted = decideOne({ file: aFile([massRouteStage({ minPoints: 99 })]), candidates: bench }, pinnedTo(2));
    expect(callsOf(massRouted)).toMatchObject([{ kind: 'mass_route', providerIds: [2] }]);
  });

  it('waits for the answer of the pinned provider once invited, and holds where the file says a person', () => {
    const candidates = [aRequestOf(1, 300), aRoutedOf(2)];
    expect(said(decideOne({ candidates }, pinnedTo(2)))).toEqual(['wait', 'FM-2010']);
    const file = aFile([assignStage(), holdStage()]);
    expect(said(decideOne({ file, candidates }, pinnedTo(2)))).toEqual(['hold', 'FM-3004']);
  });

  it('says so when the platform does not let us route', () => {
    const workOrder = { ...anOrder().workOrder, actions: [] };
    const file = aFile([routeStage()]);
    expect(said(decideOne({ workOrder, file, candidates: [aBenchOf(2)] }, pinnedTo(2)))).toEqual(['hold', 'FM-3009']);
  });

  it('binds its own work order only', () => {
    const pins = [{ ...TERMS, workOrderId: workOrderId(9), providerId: providerId(2) }];
    expect(decideOne({ candidates: [aRequestOf(1)] }, given({ pins })).winner).toBe(1);
  });
});
