import { describe, expect, it } from 'vitest';
import type { ApprovedDecision, DecisionAnswer } from '../../src/domain/approval.ts';
import type { PlannedDecision } from '../../src/domain/decision.ts';
import { type DecisionId, providerId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RuleFile, Stage } from '../../src/domain/rule-file.ts';
import { aWorkOrder, NOW_MS } from '../support/builders.ts';
import {
  aBenchOf,
  aFile,
  anOrder,
  aRequestOf,
  assignStage,
  callsOf,
  codesOf,
  decide,
  decideOne,
  guardrails,
  massRouteStage,
  rankedOf,
  routeStage,
  said,
  sentenceOf,
} from './builders.ts';

const FORBID = guardrails({ perProvider: { forbidOverlap: true } });

function asking(stages: readonly Stage[] = [assignStage()], given: Partial<RuleFile> = {}): RuleFile {
  return aFile(stages, { id: 'asks', mode: 'recommend', guardrails: FORBID, ...given });
}

/** Work orders of the same hour, each with its file and who asked for it. */
function order(id: number, file: RuleFile, ...candidates: readonly ReturnType<typeof aRequestOf>[]) {
  return anOrder({ workOrder: aWorkOrder({ id }), file, candidates });
}

function approvalOf(decision: PlannedDecision | undefined): ApprovedDecision {
  if (decision?.recommends === undefined) throw new Error('nothing is recommended');
  return { decisionId: `${decision.workOrder.id}.1.1` as DecisionId, action: decision.recommends };
}

function answer(given: Partial<DecisionAnswer> = {}): DecisionAnswer {
  return {
    decisionId: '4047.1.1' as DecisionId,
    verdict: 'rejected',
    actor: 'ana',
    because: 'left tools behind',
    atMs: NOW_MS - 1,
    outcome: 'assign',
    winner: providerId(7),
    ...given,
  };
}

describe('a recommendation', () => {
  it('says what would be done, under the reason it would be done for, and sends nothing', () => {
    const decision = decideOne({ file: asking(), candidates: [aRequestOf(7)] });
    expect(said(decision)).toEqual(['assign', 'FM-1002']);
    expect(decision.intents).toEqual([]);
    expect(decision.recommends).toEqual({
      workOrderId: 4047,
      ruleFileId: 'asks',
      outcome: 'assign',
      winner: 7,
      providers: [7],
      costCents: 25_000,
    });
    const invited = decideOne({ file: asking([massRouteStage()]), candidates: [aBenchOf(8), aBenchOf(9)] });
    expect(invited.recommends).toMatchObject({ outcome: 'mass_route', winner: null, providers: [8, 9] });
  });

  it('is none where nothing would be done, and no other mode makes any', () => {
    expect(decideOne({ file: asking() })).not.toHaveProperty('recommends');
    for (const mode of ['enforce', 'canary'] as const)
      expect(decideOne({ file: asking([assignStage()], { mode }), candidates: [aRequestOf(7)] })).not.toHaveProperty(
        'recommends',
      );
    const workOrder = aWorkOrder();
    const shadow = anOrder({ file: asking([assignStage()], { mode: 'shadow' }), candidates: [aRequestOf(7)] });
    const { decisions } = decide([{ ...anOrder({ workOrder }), shadows: shadow.live === null ? [] : [shadow.live] }]);
    expect(decisions.at(-1)).toMatchObject({ mode: 'shadow', outcome: 'assign' });
    expect(decisions.at(-1)).not.toHaveProperty('recommends');
  });

  it('takes nobody away from work that is given out now, and proposes nobody who gets it', () => {
    const acting = aFile([assignStage()], { id: 'acts', guardrails: FORBID });
    // Work order 1 has fewer candidates and would be decided first, were it not for its mode.
    const { decisions } = decide([
      order(1, asking(), aRequestOf(7)),
      order(2, acting, aRequestOf(7), aRequestOf(8, 50)),
      order(3, asking(), aRequestOf(7, 200), aRequestOf(9)),
    ]);
    expect(decisions.map((one) => [one.workOrder.id, one.outcome, one.winner])).toEqual([
      [1, 'wait', null],
      [2, 'assign', 7],
      [3, 'assign', 9],
    ]);
  });

  it('shares the providers with the other recommendations of the run', () => {
    const { decisions } = decide([order(1, asking(), aRequestOf(7)), order(2, asking(), aRequestOf(7), aRequestOf(8))]);
    expect(decisions.map(({ winner }) => winner)).toEqual([7, 8]);
  });

  it('is bound by the limits on one provider and one price, not by those on a run', () => {
    const dear = guardrails({ maxActionsPerRun: 0, pay: { maxTotalCents: 24_999 } });
    const decision = decideOne({ file: asking([assignStage()], { guardrails: dear }), candidates: [aRequestOf(7)] });
    expect(said(decision)).toEqual(['hold', 'FM-3001']);
    expect(codesOf(decision, 7)).toEqual(['FM-5008']);
    const many = asking([assignStage()], { guardrails: guardrails({ maxActionsPerRun: 0 }) });
    const limits = { ...DEFAULT_LIMITS, maxActionsPerRun: 0 };
    expect(decide([order(1, many, aRequestOf(7))], { limits })).toMatchObject({
      tripped: null,
      decisions: [{ outcome: 'assign' }],
    });
  });
});

describe('approving', () => {
  const three = [
    order(1, asking(), aRequestOf(7)),
    order(2, asking(), aRequestOf(7, 200), aRequestOf(8)),
    order(3, aFile([assignStage()], { id: 'acts', guardrails: FORBID }), aRequestOf(9)),
  ];
  const recommended = decide(three).decisions;

  it('sends what was recommended, and nothing of the other work orders, whoever decides them', () => {
    const { decisions } = decide(three, { approvedDecisions: [approvalOf(recommended[1])] });
    expect(decisions.map(({ workOrder }) => workOrder.id)).toEqual([2]);
    expect(callsOf(decisions[0] as PlannedDecision)).toMatchObject([{ kind: 'assign', providerId: 8 }]);
    expect(decisions[0]).not.toHaveProperty('recommends');
  });

  it('holds whatever is not the same any more, and says so', () => {
    const approved = { approvedDecisions: [approvalOf(recommended[0])] };
    const [held] = decide([order(1, asking(), aRequestOf(5, 300), aRequestOf(7))], approved).decisions;
    expect(held && said(held)).toEqual(['hold', 'FM-3040']);
    expect(held && sentenceOf(held.reason)).toBe(
      'Of recommendation 1.1.1 this was approved: assign provider 7 for $250.00. Now it would be: assign provider 5 for $250.00. So nothing is done.',
    );
    const acting = aFile([assignStage()], { id: 'acts' });
    expect(decide([order(1, acting, aRequestOf(7))], approved).decisions.map(said)).toEqual([['hold', 'FM-3040']]);
    expect(decide([order(1, asking())], approved).decisions.map(said)).toEqual([['hold', 'FM-3001']]);
    const other = asking([assignStage()], { id: 'other' });
    expect(decide([order(1, other, aRequestOf(7))], approved).decisions[0]).toMatchObject({ intents: [] });
    expect(decide([order(9, asking(), aRequestOf(7))], approved).decisions).toEqual([]);
  });

  it('sends it also where the file has been promoted since', () => {
    const promoted = asking([assignStage()], { mode: 'enforce' });
    const approved = { approvedDecisions: [approvalOf(recommended[0])] };
    expect(decide([order(1, promoted, aRequestOf(7))], approved).decisions[0]?.intents).toHaveLength(1);
  });

  it('lifts no limit: of the run, of the file or on money', () => {
    const approvedDecisions = [approvalOf(recommended[0])];
    const none = { ...DEFAULT_LIMITS, maxActionsPerRun: 0 };
    expect(decide(three, { approvedDecisions, limits: none }).tripped?.code).toBe('FM-7001');
    const poor = { ...DEFAULT_LIMITS, maxDailyTotalCents: 24_999 };
    expect(decide(three, { approvedDecisions, limits: poor }).tripped?.code).toBe('FM-7003');
    const own = asking([assignStage()], { guardrails: guardrails({ maxActionsPerRun: 0 }) });
    expect(decide([order(1, own, aRequestOf(7))], { approvedDecisions }).decisions.map(said)).toEqual([
      ['hold', 'FM-3010'],
    ]);
  });

  it('may be done by approving the run that a limit stopped it in', () => {
    const limits = { ...DEFAULT_LIMITS, maxActionsPerRun: 0 };
    const { wanted } = decide(three, { approvedDecisions: [approvalOf(recommended[0])], limits });
    if (wanted === undefined) throw new Error('nothing was stopped');
    const [done] = decide(three.slice(0, 1), { limits, approved: { ...wanted, runId: 'run-1' } }).decisions;
    expect(done?.intents).toHaveLength(1);
  });
});

describe('a no', () => {
  const both = [aRequestOf(7, 200), aRequestOf(8)];

  it('keeps the provider from being proposed again; the next best is', () => {
    const decision = decideOne({ file: asking(), candidates: both, answers: [answer()] });
    expect(decision).toMatchObject({ outcome: 'assign', winner: 8, recommends: { winner: 8 } });
    expect(rankedOf(decision, 7).blockedBy.map(sentenceOf)).toEqual([
      'Recommended for this work order before (decision 4047.1.1), and ana said no: left tools behind.',
    ]);
  });

  it('is a no to inviting as well as to assigning, the last word of several', () => {
    const again = answer({ decisionId: '4047.1.4' as DecisionId, actor: 'bob', because: null });
    const file = asking([routeStage()]);
    const decision = decideOne({ file, candidates: [aBenchOf(7)], answers: [answer(), again] });
    expect(rankedOf(decision, 7).blockedBy.map(sentenceOf)).toEqual([
      'Recommended for this work order before (decision 4047.1.4), and bob said no: no reason given.',
    ]);
  });

  it('of an action that names nobody leaves the work order to a person', () => {
    const answers = [answer({ outcome: 'mass_route', winner: null })];
    const file = asking([massRouteStage()]);
    const decision = decideOne({ file, candidates: [aBenchOf(7)], answers });
    expect(said(decision)).toEqual(['hold', 'FM-3041']);
    expect(decision).not.toHaveProperty('recommends');
    expect(sentenceOf(decision.reason)).toBe(
      'ana said no to mass-route (decision 4047.1.1): left tools behind. What is done instead is for a person to say.',
    );
    const assigning = decideOne({ file: asking(), candidates: both, answers });
    expect(assigning.recommends?.winner).toBe(7);
  });

  it('is none where it was a yes', () => {
    const yes = decideOne({ file: asking(), candidates: both, answers: [answer({ verdict: 'approved' })] });
    expect(yes.winner).toBe(7);
  });

  it.each(['shadow', 'recommend', 'canary', 'enforce'] as const)('binds a file in %s as well', (mode) => {
    const heeding = (stage: Stage, answers: readonly DecisionAnswer[], candidates = both) =>
      decideOne({ file: asking([stage], { mode }), candidates, answers });
    const assigning = heeding(assignStage(), [answer()]);
    expect(assigning.winner).toBe(8);
    expect(codesOf(assigning, 7)).toEqual(['FM-5050']);
    const toNobody = [answer({ outcome: 'mass_route', winner: null })];
    const inviting = heeding(massRouteStage(), toNobody, [aBenchOf(7)]);
    expect(said(inviting)).toEqual(['hold', 'FM-3041']);
    expect(inviting.intents).toEqual([]);
  });
});
