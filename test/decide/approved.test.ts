import { describe, expect, it } from 'vitest';
import { decideBatch } from '../../src/decide/decide-batch.ts';
import type { Approved, Wanted } from '../../src/domain/approval.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { aWorkOrder } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anInput,
  anOrder,
  aRequestOf,
  assignStage,
  decide,
  guardrails,
  massRouteStage,
  poolStage,
  SOLVE,
  said,
  sentenceOf,
} from './builders.ts';

const TWO = { ...DEFAULT_LIMITS, maxActionsPerRun: 1 };

function orders(file = aFile([assignStage()])) {
  return [1, 2].map((id) => anOrder({ workOrder: aWorkOrder({ id }), file, candidates: [aRequestOf(id)] }));
}

/** What a run over these work orders wanted when it tripped, as a person approved it. */
function approvedOf(input: Parameters<typeof decideBatch>[0]): Approved {
  const { wanted } = decideBatch(input, SOLVE);
  if (wanted === undefined) throw new Error('nothing was stopped');
  return { ...wanted, runId: 'run-1' };
}

describe('a tripped run', () => {
  it('keeps what it wanted, and the money that counted', () => {
    const { wanted, tripped } = decide(orders(), { limits: TWO, committedTodayCents: 7 });
    expect(tripped?.code).toBe('FM-7001');
    const action = { ruleFileId: 'default', outcome: 'assign', costCents: 25_000 };
    expect(wanted).toEqual({
      actions: [
        { ...action, workOrderId: 1, winner: 1, providers: [1] },
        { ...action, workOrderId: 2, winner: 2, providers: [2] },
      ],
      committedTodayCents: 7,
      committedTodayByRuleFile: {},
    } satisfies Record<keyof Wanted, unknown>);
    expect(decide(orders()).wanted).toBeUndefined();
  });
});

describe('an approved run', () => {
  it.each([
    ['actions', { limits: TWO }, orders()],
    ['actions of a file', {}, orders(aFile([assignStage()], { guardrails: guardrails({ maxActionsPerRun: 1 }) }))],
    ['share', { limits: { ...DEFAULT_LIMITS, maxShareOfOpenPercent: 10 }, openWorkOrders: 10 }, orders()],
    ['money', { limits: { ...DEFAULT_LIMITS, maxDailyTotalCents: 49_999 } }, orders()],
    [
      'money of a file',
      { committedTodayByRuleFile: { default: 1 } },
      orders(aFile([assignStage()], { guardrails: guardrails({ pay: { maxDailyTotalCents: 50_000 } }) })),
    ],
  ])('may do what the limit on %s had stopped', (_, given, all) => {
    const approved = approvedOf(anInput(all, given));
    const { tripped, decisions } = decide(all, { ...given, approved });
    expect(tripped).toBeNull();
    expect(decisions.map(({ outcome }) => outcome)).toEqual(['assign', 'assign']);
  });

  it('does not stretch the money: what was committed since counts', () => {
    const limits = { ...DEFAULT_LIMITS, maxDailyTotalCents: 49_999 };
    const approved = approvedOf(anInput(orders(), { limits }));
    expect(decide(orders(), { limits, approved, committedTodayCents: 1 }).tripped?.code).toBe('FM-7003');
  });

  it('is tripped by what nobody can approve away', () => {
    const approved = approvedOf(anInput(orders(), { limits: TWO }));
    expect(decide(orders(), { limits: TWO, approved, undoneCount: 99 }).tripped?.code).toBe('FM-7011');
  });

  it('holds whatever differs: another winner, a higher cost, a work order that was not there', () => {
    const approved = approvedOf(anInput(orders(), { limits: TWO }));
    const dearer: Approved = { ...approved, actions: approved.actions.map((one) => ({ ...one, costCents: 24_999 })) };
    const [first] = decide(orders(), { limits: TWO, approved: dearer }).decisions;
    expect(first && said(first)).toEqual(['hold', 'FM-3032']);
    expect(first && sentenceOf(first.reason)).toBe(
      'Of run run-1 this was approved: assign provider 1 for $249.99. Now it would be: assign provider 1 for $250.00. So nothing is done.',
    );
    const other = [anOrder({ workOrder: aWorkOrder({ id: 1 }), candidates: [aRequestOf(3)] })];
    expect(decide(other, { approved }).decisions.map(said)).toEqual([['hold', 'FM-3032']]);
    const unseen = [anOrder({ workOrder: aWorkOrder({ id: 9 }), candidates: [aRequestOf(1)] })];
    const [stranger] = decide(unseen, { approved }).decisions;
    expect(stranger && sentenceOf(stranger.reason)).toContain('this was approved: nothing.');
  });

  it('holds what would ask another talent pool, since only the rule file says which', () => {
    const of = (talentPoolId: number) => orders(aFile([poolStage({ talentPoolId })]));
    const approved = approvedOf(anInput(of(5), { limits: TWO }));
    expect(decide(of(5), { limits: TWO, approved }).decisions.map(said)).toEqual([
      ['mass_route', 'FM-1204'],
      ['mass_route', 'FM-1204'],
    ]);
    expect(decide(of(6), { limits: TWO, approved }).decisions.map(said)).toEqual([
      ['hold', 'FM-3032'],
      ['hold', 'FM-3032'],
    ]);
  });

  it('leaves what does not act as it is, and tells a mass-route by everybody it invites', () => {
    const file = aFile([massRouteStage()]);
    const three = [anOrder({ file, candidates: [aBenchOf(1), aBenchOf(2)] })];
    const limits = { ...DEFAULT_LIMITS, maxActionsPerRun: 0 };
    const approved = approvedOf(anInput(three, { limits }));
    expect(decide(three, { limits, approved }).decisions[0]?.outcome).toBe('mass_route');
    const fewer = [anOrder({ file, candidates: [aBenchOf(1)] })];
    const [held] = decide(fewer, { limits, approved }).decisions;
    expect(held && sentenceOf(held.reason)).toContain('mass-route 2 providers');
    expect(decide([anOrder()], { limits, approved }).decisions.map(said)).toEqual([['hold', 'FM-3001']]);
  });
});
