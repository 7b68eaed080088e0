import { describe, expect, it } from 'vitest';
import type { TalentPools } from '../../src/decide/input.ts';
import { providerId } from '../../src/domain/ids.ts';
import { aWorkOrder, HOUR_MS, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anAttempt,
  aRequestOf,
  assignStage,
  callsOf,
  decideOne,
  guardrails,
  massRouteCall,
  massRouteStage,
  said,
  sentenceOf,
} from './builders.ts';

function pools(members: readonly number[] | null): { readonly talentPools: TalentPools } {
  return { talentPools: new Map([[9921, members === null ? null : members.map(providerId)]]) };
}

const WAVE = massRouteStage({ talentPoolId: 9921, top: 2 });
const BENCH = [1, 2, 3, 4, 5].map((id) => aBenchOf(id, 300 - 10 * id));

describe('a mass-route over a talent pool', () => {
  it('invites the best of its members who are known, and nobody else', () => {
    const decision = decideOne({ file: aFile([WAVE]), candidates: BENCH }, pools([2, 4, 5, 77]));
    expect(said(decision)).toEqual(['mass_route', 'FM-1103']);
    expect(sentenceOf(decision.reason)).toContain('2 known provider(s) of talent pool 9921');
    expect(callsOf(decision)).toEqual([massRouteCall(2, 4)]);
  });

  it('invites all of them where the stage gives no number, under every limit', () => {
    const everybody = massRouteStage({ talentPoolId: 9921, top: null, minPoints: 260 });
    const banned = [{ providerId: providerId(2), untilMs: null, because: 'site ban' }];
    const file = aFile([everybody], { guardrails: guardrails({ excludeProviders: banned }) });
    expect(callsOf(decideOne({ file, candidates: BENCH }, pools([5, 4, 3, 2])))).toEqual([massRouteCall(3, 4)]);
  });

  it('comes in waves: each stage invites those who are not invited yet, after the time between the two', () => {
    const file = aFile([WAVE, { ...WAVE, afterMinutes: 30 }]);
    const sinceFirst = (minutes: number) =>
      decideOne(
        {
          file,
          candidates: BENCH,
          attempts: [anAttempt(massRouteCall(1, 2), { effect: { atMs: NOW_MS - minutes * 60_000 } })],
        },
        pools([1, 2, 3, 4, 5]),
      );
    expect(said(sinceFirst(29))).toEqual(['wait', 'FM-2002']);
    expect(callsOf(sinceFirst(30))).toEqual([massRouteCall(3, 4)]);
    expect(sinceFirst(30).stage).toBe(2);
  });

  it('is a person’s where the pool cannot be read or was not, unless an earlier stage can act', () => {
    const file = aFile([assignStage(), WAVE]);
    const held = decideOne({ file, candidates: BENCH }, pools(null));
    expect([...said(held), held.stage, held.reason.detail['pool']]).toEqual(['hold', 'FM-3014', 2, 9921]);
    expect(said(decideOne({ file, candidates: BENCH }))).toEqual(['hold', 'FM-3014']);
    expect(decideOne({ file, candidates: [aRequestOf(9)] }, pools(null)).outcome).toBe('assign');
  });

  it('has nobody to invite in a pool of strangers', () => {
    const workOrder = aWorkOrder({ publishedMs: NOW_MS - HOUR_MS });
    expect(said(decideOne({ workOrder, file: aFile([WAVE]), candidates: BENCH }, pools([77])))).toEqual([
      'hold',
      'FM-3001',
    ]);
  });
});
