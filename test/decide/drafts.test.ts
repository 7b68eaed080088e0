import { describe, expect, it } from 'vitest';
import type { OrderInput } from '../../src/decide/input.ts';
import { aWorkOrder, HOUR_MS, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anAttempt,
  aRequestOf,
  assignCall,
  assignStage,
  callsOf,
  decideOne,
  holdStage,
  massRouteStage,
  publishCall,
  publishStage,
  routeStage,
  said,
  sentenceOf,
} from './builders.ts';

const DRAFT = aWorkOrder({ status: 'draft', publishedMs: null, createdMs: NOW_MS - HOUR_MS });
const CREATED: OrderInput['openedAt'] = { atMs: NOW_MS - HOUR_MS, source: 'created' };
const draft = { workOrder: DRAFT, openedAt: CREATED };

describe('a draft', () => {
  const file = aFile([publishStage({ afterMinutes: 30 }), assignStage({ afterMinutes: 30 })]);

  it('is published by its stage, which binds nobody and no money', () => {
    const decision = decideOne({ ...draft, file });
    expect(said(decision)).toEqual(['publish', 'FM-1201']);
    expect(sentenceOf(decision.reason)).toContain('30 min after it was created');
    expect(callsOf(decision)).toEqual([publishCall()]);
    expect(decision).toMatchObject({ stage: 1, winner: null, costCents: null });
  });

  it('is left alone by a file that publishes nothing, whoever is known', () => {
    const decision = decideOne({ ...draft, file: aFile([routeStage(), holdStage()]), candidates: [aBenchOf(1)] });
    expect([...said(decision), decision.reason.detail['status']]).toEqual(['skip', 'FM-4002', 'draft']);
  });

  it('waits for the stage that publishes: no other acts on it', () => {
    const late = aFile([routeStage(), massRouteStage(), assignStage(), publishStage({ afterMinutes: 90 })]);
    const decision = decideOne({ ...draft, file: late, candidates: [aBenchOf(1), aRequestOf(2)] });
    expect(said(decision)).toEqual(['wait', 'FM-2002']);
    expect(decision.reason.detail).toMatchObject({ next_do: 'publish', after_minutes: 90 });
  });

  it('is published in shadow only as a word', () => {
    const decision = decideOne({ ...draft, file: { ...file, mode: 'recommend' } });
    expect([...said(decision), decision.intents.length]).toEqual(['publish', 'FM-1201', 0]);
  });

  it('is a person’s where the platform does not let our user publish', () => {
    const blocked = { ...DRAFT, actions: ['route'] };
    const decision = decideOne({ ...draft, workOrder: blocked, file });
    expect([...said(decision), decision.stage]).toEqual(['hold', 'FM-3009', 1]);
  });

  it('is a person’s once it was published by us and taken back', () => {
    const decision = decideOne({ ...draft, file, attempts: [anAttempt(publishCall())] });
    expect(said(decision)).toEqual(['hold', 'FM-3011']);
    const other = [anAttempt(publishCall(), { ruleFileId: 'other' }), anAttempt(publishCall(), { stage: 2 })];
    expect(decideOne({ ...draft, file, attempts: other }).outcome).toBe('publish');
  });

  it('is a person’s after one refusal of the platform, two of our guard, or two losses', () => {
    const refused = (reason: 'FM-6002' | 'FM-6008' | 'FM-6009' | 'FM-6020', times: number) =>
      said(
        decideOne({
          ...draft,
          file,
          attempts: Array.from({ length: times }, () =>
            anAttempt(publishCall(), { effect: { kind: 'refused', reason } }),
          ),
        }),
      )[1];
    expect(refused('FM-6002', 1)).toBe('FM-3013');
    expect([refused('FM-6008', 1), refused('FM-6008', 2)]).toEqual(['FM-1201', 'FM-3013']);
    expect([refused('FM-6020', 1), refused('FM-6020', 2)]).toEqual(['FM-1201', 'FM-3013']);
    expect(refused('FM-6009', 3)).toBe('FM-1201');
  });

  it('is not brought back to the marketplace while an assignment believed lost could land there', () => {
    const lost = anAttempt(assignCall(1), { effect: { kind: 'refused', reason: 'FM-6020' } });
    expect(said(decideOne({ ...draft, file, attempts: [lost] }))).toEqual(['hold', 'FM-3012']);
  });

  it('goes to a person by the hold stage', () => {
    const decision = decideOne({ ...draft, file: aFile([holdStage(), publishStage()]) });
    expect(said(decision)).toEqual(['hold', 'FM-3004']);
  });
});

describe('a work order that began as a draft and is published', () => {
  const file = aFile([
    publishStage({ afterMinutes: 10 }),
    assignStage({ afterMinutes: 30, minPoints: 100 }),
    routeStage({ afterMinutes: 60 }),
  ]);
  const candidates = [aRequestOf(1, 150)];
  const publishedAgo = (minutes: number | null, given: Partial<OrderInput> = {}) =>
    decideOne({
      workOrder: aWorkOrder({ publishedMs: minutes === null ? null : NOW_MS - minutes * 60_000 }),
      openedAt: { atMs: NOW_MS - 48 * HOUR_MS, source: 'created' },
      file,
      candidates,
      ...given,
    });

  it('gives the marketplace the time that the file puts between publishing and a later stage', () => {
    expect(publishedAgo(19)).toMatchObject({ outcome: 'wait', dueStages: [1] });
    expect(said(publishedAgo(20))).toEqual(['assign', 'FM-1002']);
    expect(publishedAgo(49).dueStages).toEqual([1, 2]);
    expect(publishedAgo(50).dueStages).toEqual([1, 2, 3]);
  });

  it('counts from our own publishing where the platform does not say when', () => {
    const attempts = [anAttempt(publishCall(), { effect: { atMs: NOW_MS - 20 * 60_000 } })];
    expect(publishedAgo(null, { attempts }).outcome).toBe('assign');
    expect(publishedAgo(null, { attempts: [anAttempt(publishCall(), { effect: { atMs: NOW_MS } })] }).outcome).toBe(
      'wait',
    );
    expect(publishedAgo(null).outcome).toBe('assign');
  });

  it('counts from publishing under a file that publishes nothing itself', () => {
    const plain = aFile([assignStage({ afterMinutes: 30 })]);
    const under = (minutes: number) =>
      decideOne({
        workOrder: aWorkOrder({ publishedMs: NOW_MS - minutes * 60_000 }),
        openedAt: { atMs: NOW_MS - 48 * HOUR_MS, source: 'created' },
        file: plain,
        candidates,
      }).outcome;
    expect([under(29), under(30)]).toEqual(['wait', 'assign']);
  });

  it('has no use for the publish stage any more, which therefore is never the reason for a hold', () => {
    const decision = decideOne({ file: aFile([publishStage(), assignStage()]), candidates: [] });
    expect(said(decision)).toEqual(['hold', 'FM-3001']);
  });
});
