import { expect } from 'vitest';
import { loadHighs } from '../../src/decide/assignment/highs.ts';
import { decideBatch } from '../../src/decide/decide-batch.ts';
import type { BatchDecisions, DecideInput, OrderInput, ScoredFile } from '../../src/decide/input.ts';
import type { Attempt, PlannedDecision, RankedCandidate, Reason } from '../../src/domain/decision.ts';
import { NO_DIRECTIVES } from '../../src/domain/directive.ts';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import { reasonRemedy, reasonSentence } from '../../src/domain/reason-codes.ts';
import type { Guardrails, RuleFile, Stage } from '../../src/domain/rule-file.ts';
import type { CriterionResult, ScoredCandidate } from '../../src/domain/scored-slate.ts';
import type { WorkOrder } from '../../src/domain/work-order.ts';
import type { AutoDispatch, WriteCall } from '../../src/domain/write-call.ts';
import { aCandidate, aRuleFile, aSlate, aWorkOrder, HOUR_MS, NO_GUARDRAILS, NOW_MS } from '../support/builders.ts';

/** Loaded once for all tests of a file. */
export const SOLVE = await loadHighs();

export const OPENED_MS = NOW_MS - 2 * HOUR_MS;

/** A criterion as scored: required and matched unless said otherwise. */
export function aResult(given: Partial<CriterionResult> = {}): CriterionResult {
  return {
    position: 1,
    key: 'rating',
    label: 'Provider rating',
    weight: 100,
    isRequired: true,
    canRemote: true,
    applies: true,
    factVerdict: 'match',
    decidedBy: 'facts',
    verdict: 'match',
    status: 'match',
    pointsMilli: 0,
    order: 1,
    width: '100%',
    needsPerson: false,
    evidence: [],
    ...given,
  };
}

export const MISSED = aResult({ verdict: 'no_match', status: 'no_match_required' });
/** Required, unknown, and the file says that a person must look; worth 100 points. */
export const HELD = aResult({ label: 'Background check', verdict: 'unknown', needsPerson: true });

type ScoredGiven = Partial<Omit<Parameters<typeof aCandidate>[0] & object, 'id'>> & {
  readonly points?: number;
  readonly criteria?: readonly CriterionResult[];
};

/** A scored candidate; whether it matches follows from its criteria, of which there are none unless named. */
export function aScored({ points, criteria, ...given }: ScoredGiven = {}): ScoredCandidate {
  const results = criteria ?? [];
  const missing = results.filter((one) => one.isRequired && one.applies && one.verdict !== 'match');
  return {
    candidate: aCandidate(given),
    pointsMilli: Math.round((points ?? 100) * 1000),
    maxPoints: 500,
    isMatch: missing.length === 0,
    needsPerson: missing.length > 0 && missing.every((one) => one.needsPerson),
    criteria: results,
  };
}

export function aRequestOf(provider: number, points = 100, given: ScoredGiven = {}): ScoredCandidate {
  return aScored({ providerId: provider, points, ...given });
}

export function aBenchOf(provider: number, points = 100, given: ScoredGiven = {}): ScoredCandidate {
  return aScored({ providerId: provider, kind: 'bench', points, ...given });
}

export function aRoutedOf(provider: number, given: ScoredGiven = {}): ScoredCandidate {
  return aScored({ providerId: provider, kind: 'routed', ...given });
}

export function assignStage(given: Partial<Extract<Stage, { do: 'assign' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: false, ...given };
}

export function routeStage(given: Partial<Extract<Stage, { do: 'route' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'route', minPoints: 0, ...given };
}

export function massRouteStage(given: Partial<Extract<Stage, { do: 'mass_route' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'mass_route', top: 10, talentPoolId: null, minPoints: 0, ...given };
}

export function publishStage(given: Partial<Extract<Stage, { do: 'publish' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'publish', ...given };
}

export function unpublishStage(given: Partial<Extract<Stage, { do: 'unpublish' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'unpublish', discardRequests: false, ...given };
}

/** Hands over for half an hour, to be published and given to the best request. */
export function handOverStage(given: Partial<Extract<Stage, { do: 'auto_dispatch' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'auto_dispatch', discardRequests: false, dispatch: DISPATCH, ...given };
}

const DISPATCH: AutoDispatch = {
  selectionRuleId: 0,
  shouldRoute: false,
  delaySeconds: 1800,
  w2SkipPublish: null,
  w2FailSwitch: null,
  networkIds: null,
  tieredAutoDispatchId: null,
  autoAssign: null,
  alsoPublish: null,
};

export function poolStage(given: Partial<Extract<Stage, { do: 'mass_route_pool' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'mass_route_pool', talentPoolId: 9921, ...given };
}

export function holdStage(given: Partial<Extract<Stage, { do: 'hold' }>> = {}): Stage {
  return { n: 1, afterMinutes: 0, do: 'hold', ...given };
}

/** Stages numbered by their place. */
export function aFile(stages: readonly Stage[], given: Partial<RuleFile> = {}): RuleFile {
  return aRuleFile({ stages: stages.map((stage, index) => ({ ...stage, n: index + 1 })), ...given });
}

type GuardrailsGiven = Partial<Omit<Guardrails, 'perProvider' | 'pay'>> & {
  readonly perProvider?: Partial<Guardrails['perProvider']>;
  readonly pay?: Partial<Guardrails['pay']>;
};

export function guardrails({ perProvider, pay, ...given }: GuardrailsGiven): Guardrails {
  return {
    ...NO_GUARDRAILS,
    ...given,
    perProvider: { ...NO_GUARDRAILS.perProvider, ...perProvider },
    pay: { ...NO_GUARDRAILS.pay, ...pay },
  };
}

export function scoredBy(file: RuleFile, candidates: readonly ScoredCandidate[], workOrder: WorkOrder): ScoredFile {
  const ordered = candidates.toSorted((a, b) => a.candidate.providerId - b.candidate.providerId);
  const slate = aSlate({ workOrder, candidates: ordered.map(({ candidate }) => candidate) });
  return { file, scored: { slate, ruleFileId: file.id, ruleFileHash: file.hash, candidates: ordered } };
}

type OrderGiven = Partial<Omit<OrderInput, 'live'>> & {
  readonly file?: RuleFile | null;
  readonly candidates?: readonly ScoredCandidate[];
};

/** A work order opened two hours ago that one file assigns at once, with the candidates given. */
export function anOrder({ file, candidates, ...given }: OrderGiven = {}): OrderInput {
  const workOrder = given.workOrder ?? aWorkOrder();
  const live = file === null ? null : scoredBy(file ?? aFile([assignStage()]), candidates ?? [], workOrder);
  return {
    workOrder,
    episode: 1,
    openedAt: { atMs: OPENED_MS, source: 'published' },
    live,
    shadows: [],
    attempts: [],
    assigned: null,
    openIntent: null,
    ...given,
  };
}

export function anInput(orders: readonly OrderInput[], given: Partial<DecideInput> = {}): DecideInput {
  return {
    nowMs: NOW_MS,
    orders,
    commitments: [],
    committedTodayCents: 0,
    committedTodayByRuleFile: {},
    committedTodayByWorkOrder: {},
    committedTodayFileOf: {},
    openWorkOrders: 5,
    limits: DEFAULT_LIMITS,
    talentPools: new Map(),
    projectDispatch: new Map(),
    undoneCount: 0,
    directives: NO_DIRECTIVES,
    ...given,
  };
}

/** Decides, and checks of every reason given that its sentence and remedy have no gap. */
export function decide(orders: readonly OrderInput[], given: Partial<DecideInput> = {}): BatchDecisions {
  const batch = decideBatch(anInput(orders, given), SOLVE);
  expectNoGaps(batch);
  return batch;
}

export function expectNoGaps(batch: BatchDecisions): void {
  for (const { code, detail } of reasonsOf(batch)) {
    const text = `${reasonSentence(code, detail)} ${reasonRemedy(code, detail)}`;
    expect(text.includes('?'), `${code}: ${text}`).toBe(false);
  }
}

export function reasonsOf({ decisions, tripped }: BatchDecisions): readonly Reason[] {
  const given = decisions.flatMap((one) => [one.reason, ...one.candidates.flatMap(({ blockedBy }) => blockedBy)]);
  return tripped === null ? given : [...given, tripped];
}

/** The live decision of the only work order. */
export function decideOne(given: OrderGiven, input: Partial<DecideInput> = {}): PlannedDecision {
  const [decision] = decide([anOrder(given)], input).decisions;
  if (decision === undefined) throw new Error('no decision');
  return decision;
}

export function said(decision: PlannedDecision): readonly [string, string] {
  return [decision.outcome, decision.reason.code];
}

export function sentenceOf(reason: Reason): string {
  return reasonSentence(reason.code, reason.detail);
}

export function rankedOf(decision: PlannedDecision, provider: number): RankedCandidate {
  const found = decision.candidates.find(({ scored }) => scored.candidate.providerId === provider);
  if (found === undefined) throw new Error(`no candidate ${provider}`);
  return found;
}

export function codesOf(decision: PlannedDecision, provider: number): readonly string[] {
  return rankedOf(decision, provider).blockedBy.map(({ code }) => code);
}

export function callsOf(decision: PlannedDecision): readonly WriteCall[] {
  return decision.intents.map(({ call }) => call);
}

type AttemptGiven = Partial<Omit<Attempt, 'effect' | 'call'>> & {
  readonly effect?: Partial<NonNullable<Attempt['effect']>> | null;
};

/** An earlier attempt of the default file's first stage on 4047, confirmed an hour ago. */
export function anAttempt(call: WriteCall, { effect, ...given }: AttemptGiven = {}): Attempt {
  return {
    decisionId: decisionId(workOrderId(4047), 1, 1),
    ruleFileId: 'default',
    stage: 1,
    intentN: 1,
    call,
    effect: effect === null ? null : { kind: 'confirmed', reason: 'FM-6001', atMs: NOW_MS - HOUR_MS, ...effect },
    ...given,
  };
}

export function routeCall(provider: number): WriteCall {
  return { kind: 'route', workOrderId: workOrderId(4047), providerId: providerId(provider) };
}

export function massRouteCall(...providers: readonly number[]): WriteCall {
  return { kind: 'mass_route', workOrderId: workOrderId(4047), providerIds: providers.map(providerId) };
}

export function assignCall(provider: number): WriteCall {
  return {
    kind: 'assign',
    workOrderId: workOrderId(4047),
    providerId: providerId(provider),
    clientPayTermsAccepted: false,
  };
}

export function publishCall(): WriteCall {
  return { kind: 'publish', workOrderId: workOrderId(4047) };
}

export function unpublishCall(keepsRequests = false): WriteCall {
  const call = { kind: 'unpublish', workOrderId: workOrderId(4047) } as const;
  return keepsRequests ? { ...call, keepsRequests: true } : call;
}

export function handOverCall(given: Partial<AutoDispatch> = {}): WriteCall {
  return { kind: 'auto_dispatch', workOrderId: workOrderId(4047), dispatch: { ...DISPATCH, ...given } };
}

export function poolCall(talentPoolId = 9921): WriteCall {
  return { kind: 'mass_route_pool', workOrderId: workOrderId(4047), talentPoolId };
}

export function unrouteCall(provider: number): WriteCall {
  return { kind: 'unroute', workOrderId: workOrderId(4047), providerId: providerId(provider) };
}
