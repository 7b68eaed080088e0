import type { Decision, Effect, PlannedDecision, RankedCandidate } from '../../src/domain/decision.ts';
import { type DecisionId, decisionId, providerId, requestId, sha256, workOrderId } from '../../src/domain/ids.ts';
import { hashJson, hashText } from '../../src/domain/json.ts';
import type { RecordedDecision } from '../../src/domain/recorded-decision.ts';
import type { RuleEvent } from '../../src/domain/rule-event.ts';
import type { RuleFile, RuleSet } from '../../src/domain/rule-file.ts';
import type { Run, RunEnd } from '../../src/domain/run.ts';
import type { ScoredCandidate, Slate } from '../../src/domain/scored-slate.ts';
import type { WriteCall } from '../../src/domain/write-call.ts';
import type { DecisionStore } from '../../src/engine/ports.ts';
import { compileRuleFile } from '../../src/evaluate/compile.ts';
import {
  aCandidate,
  aCriterion,
  always,
  aRuleFile,
  aSlate,
  aTest,
  aVerdict,
  aWorkOrder,
  NOW_MS,
} from '../support/builders.ts';

export const RULE_FILE = aRuleFile({
  criteria: [
    aCriterion({ onMissing: always('platform') }),
    aCriterion({
      position: 2,
      key: 'distance',
      label: 'Distance from work address',
      weight: 25,
      isRequired: false,
      canRemote: false,
      when: aTest('provider.distance', 'lessThanInclusive', 80_467),
      credit: {
        kind: 'linear',
        fullAt: 16_093,
        zeroAt: 80_467,
        fact: { name: 'provider.distance', params: null, key: 'provider.distance' },
      },
      onMissing: { request: 'no_match', routed: 'match', bench: 'ignore' },
    }),
    aCriterion({
      position: 3,
      key: 'skills',
      label: 'Skills',
      weight: 30,
      isRequired: false,
      when: {
        kind: 'any',
        of: [aTest('provider.certifications', 'contains', 'CompTIA A+'), aTest('work_order.is_remote', 'equal', true)],
      },
    }),
  ],
});

export const RULE_SET = aRuleSet([RULE_FILE]);

export function aRuleSet(files: readonly RuleFile[]): RuleSet {
  return { files, reviews: [], hash: hashJson(files.map((file) => [file.id, file.hash])) };
}

export function aTakenSet(given: Partial<Extract<RuleEvent, { readonly kind: 'taken' }>> = {}): RuleEvent {
  return {
    kind: 'taken',
    atMs: NOW_MS,
    setHash: RULE_SET.hash,
    textHash: hashText('texts'),
    commit: { hash: '0'.repeat(40), isDirty: true },
    files: [{ id: RULE_FILE.id, mode: RULE_FILE.mode, hash: RULE_FILE.hash }],
    ...given,
  };
}

export function aRefusal(given: Partial<Extract<RuleEvent, { readonly kind: 'refused' }>> = {}): RuleEvent {
  const problems = ['first.json:1:1 FM-R111 is empty — Write it.'];
  return { kind: 'refused', atMs: NOW_MS, setHash: null, textHash: hashText(''), commit: null, problems, ...given };
}

export function aDemotion(given: Partial<Extract<RuleEvent, { readonly kind: 'demoted' }>> = {}): RuleEvent {
  return {
    kind: 'demoted',
    atMs: NOW_MS,
    setHash: RULE_SET.hash,
    textHash: RULE_FILE.hash,
    commit: null,
    ruleFileId: RULE_FILE.id,
    reason: { code: 'FM-7030', detail: { undone: 3 } },
    figures: {
      workOrders: 20,
      withoutEligible: 0,
      assignments: 10,
      undone: 3,
      writes: 10,
      conflicts: 0,
      priced: 10,
      costCents: 100_000,
      baseCents: 100_000,
    },
    ...given,
  };
}

export function aRun(given: Partial<Run> = {}): Run {
  return {
    id: 'run-1',
    environment: 'sandbox',
    tick: `manual:${given.id ?? 'run-1'}`,
    startedAtMs: NOW_MS,
    engineVersion: '0.1.0',
    ruleSetHash: RULE_SET.hash,
    ...given,
  };
}

export function aRunEnd(given: Partial<RunEnd> = {}): RunEnd {
  return {
    runId: 'run-1',
    endedAtMs: NOW_MS + 4_000,
    result: 'done',
    summary: {
      openWorkOrders: 3,
      decisions: 2,
      unchanged: 1,
      collisions: 0,
      byOutcome: { assign: 1, wait: 1 },
      byReason: { 'FM-1001': 1, 'FM-2001': 1 },
      effects: { confirmed: 1, refused: 0, lost_race: 0, unknown: 0 },
      actions: 1,
      committedCents: 25_000,
      quarantined: [],
      httpRequests: 17,
      alarms: [],
      stopped: null,
    },
    ...given,
  };
}

/** Four providers: everything known; rating by the platform's verdict; a route whose place is unknown; nothing known of the bench. */
export function aFullSlate(orderId = 4047, takenAtMs = NOW_MS): Slate {
  const hourAgo = NOW_MS - 3_600_000;
  return aSlate({
    workOrder: aWorkOrder({ id: orderId, raw: { id: orderId, title: 'ATM repair' } }),
    facts: { 'work_order.is_remote': { kind: 'known', value: false, source: 'work_order', observedAtMs: takenAtMs } },
    takenAtMs,
    candidates: [
      aCandidate({
        providerId: 557,
        facts: {
          'provider.rating': { kind: 'known', value: 480, source: 'profile', observedAtMs: hourAgo },
          'provider.distance': { kind: 'known', value: 30_000, source: 'coordinates', observedAtMs: takenAtMs },
          'provider.certifications': {
            kind: 'known',
            value: ['BICSI', 'CompTIA A+'],
            source: 'profile',
            observedAtMs: hourAgo,
          },
        },
        raw: { id: 557, request: { id: 10_557 }, '7': 'seven' },
      }),
      aCandidate({
        providerId: 601,
        facts: {
          'provider.rating': { kind: 'unknown', because: 'no source has it' },
          'provider.distance': { kind: 'known', value: 120_000, source: 'coordinates', observedAtMs: takenAtMs },
        },
        verdicts: [{ ...aVerdict({ isMatch: false }), observedAtMs: takenAtMs, source: 'row' }],
        raw: { id: 601 },
      }),
      aCandidate({
        providerId: 733,
        kind: 'routed',
        facts: { 'provider.rating': { kind: 'known', value: 450, source: 'row', observedAtMs: takenAtMs } },
      }),
      aCandidate({ providerId: 902, kind: 'bench', costCents: null }),
    ],
  });
}

/** A decision of `aFullSlate`: assign provider 557. What is named replaces; intents are numbered from 1. */
export type DecisionGiven = Partial<Omit<PlannedDecision, 'intents'>> & {
  readonly orderId?: number;
  readonly seq?: number;
  readonly calls?: readonly WriteCall[];
  /** By call; what binds nobody costs nothing unless named. */
  readonly costs?: readonly number[];
  readonly costCents?: number | null;
  readonly runId?: string;
  readonly decidedAtMs?: number;
  readonly given?: Slate;
};

export function aDecision({
  orderId = 4047,
  seq = 1,
  calls,
  costs = [],
  runId = 'run-1',
  decidedAtMs = NOW_MS,
  given,
  ...planned
}: DecisionGiven = {}): Decision {
  const slate = given ?? aFullSlate(orderId);
  const order = workOrderId(orderId);
  const episode = planned.episode ?? 1;
  return {
    id: decisionId(order, episode, seq),
    seq,
    runId,
    decidedAtMs,
    engineVersion: '0.1.0',
    ruleSetHash: RULE_SET.hash,
    inputHash: hashText(`${orderId}.${seq}`),
    slate: { facts: slate.facts, takenAtMs: slate.takenAtMs },
    batch: { limits: { perDay: 3 }, members: [4047, 4048] },
    workOrder: slate.workOrder,
    episode,
    ruleFileId: RULE_FILE.id,
    ruleFileHash: RULE_FILE.hash,
    mode: 'enforce',
    openedAt: { atMs: NOW_MS - 7_200_000, source: 'published' },
    dueStages: [1],
    stage: 1,
    outcome: 'assign',
    reason: { code: 'FM-1001', detail: { provider: 557, eligible: 1, points: 95, max_points: 100 } },
    winner: providerId(557),
    runnerUp: null,
    marginMilli: null,
    costCents: 25_000,
    candidates: rank(slate),
    ...planned,
    intents: (calls ?? [assign(orderId)]).map((call, index) => ({
      n: index + 1,
      call,
      costCents: costs[index] ?? costOf(call),
    })),
  };
}

export function rank(slate: Slate): readonly RankedCandidate[] {
  return compileRuleFile(RULE_FILE)
    .score(slate)
    .candidates.map((scored) => ({
      scored,
      isEligible: scored.isMatch,
      rank: scored.isMatch ? 1 : null,
      blockedBy: scored.isMatch ? [] : [{ code: 'FM-5001', detail: { criterion: 'Provider rating' } }],
    }));
}

export function assign(orderId = 4047, provider = 557): WriteCall {
  return {
    kind: 'assign',
    workOrderId: workOrderId(orderId),
    providerId: providerId(provider),
    clientPayTermsAccepted: false,
  };
}

export function acceptCounter(orderId = 4047, provider = 557): WriteCall {
  return {
    kind: 'accept_counter',
    workOrderId: workOrderId(orderId),
    providerId: providerId(provider),
    requestId: requestId(10_557),
    payCents: 31_000,
  };
}

export function route(orderId = 4047, provider = 733): WriteCall {
  return { kind: 'route', workOrderId: workOrderId(orderId), providerId: providerId(provider) };
}

export function massRoute(orderId: number, providers: readonly number[]): WriteCall {
  return { kind: 'mass_route', workOrderId: workOrderId(orderId), providerIds: providers.map(providerId) };
}

export function routePool(orderId = 4047): WriteCall {
  return { kind: 'mass_route_pool', workOrderId: workOrderId(orderId), talentPoolId: 9921 };
}

export function unroute(orderId = 4047, provider = 733): WriteCall {
  return { kind: 'unroute', workOrderId: workOrderId(orderId), providerId: providerId(provider) };
}

export function unassign(orderId = 4047, provider = 557): WriteCall {
  return {
    kind: 'unassign',
    workOrderId: workOrderId(orderId),
    providerId: providerId(provider),
    reasonId: 4,
    comment: 'site closed',
  };
}

function costOf(call: WriteCall): number {
  if (call.kind === 'accept_counter') return call.payCents;
  return call.kind === 'assign' || call.kind === 'route' || call.kind === 'mass_route' ? 25_000 : 0;
}

export function anEffect(id: DecisionId, given: Partial<Effect> = {}): Effect {
  return {
    decisionId: id,
    intentN: 1,
    n: 1,
    kind: 'confirmed',
    reason: { code: 'FM-6001', detail: { what: 'assigned' } },
    atMs: NOW_MS + 2_000,
    runId: 'run-1',
    saw: { status: 'assigned', assignee: 557 },
    ...given,
  };
}

/** Rule set and run, so that decisions have what they refer to. */
export async function begin(store: DecisionStore): Promise<void> {
  await store.recordRuleSet(RULE_SET, NOW_MS);
  await store.openRun(aRun());
}

/** What the ledger must say of a decision, worked out from the decision alone. */
export function asRecorded(decision: Decision): RecordedDecision {
  const { workOrder, candidates, intents, slate, batch: _, ...rest } = decision;
  return {
    ...rest,
    workOrderId: workOrder.id,
    workOrder: { title: workOrder.title, facts: slate.facts },
    candidates: candidates.map(({ scored, isEligible, rank: place, blockedBy }) => ({
      providerId: scored.candidate.providerId,
      kind: scored.candidate.kind,
      isEligible,
      rank: place,
      isMatch: scored.isMatch,
      pointsMilli: scored.pointsMilli,
      maxPoints: scored.maxPoints,
      costCents: scored.candidate.costCents,
      blockedBy,
      criteria: scored.criteria.map(asRecordedCriterion),
    })),
    intents: intents.map((intent) => ({ ...intent, claimedAtMs: [], effects: [] })),
  };
}

function asRecordedCriterion(
  result: ScoredCandidate['criteria'][number],
): RecordedDecision['candidates'][number]['criteria'][number] {
  const { position, key, label, weight, isRequired, applies, verdict, decidedBy, pointsMilli, width } = result;
  return {
    position,
    key,
    label,
    weight,
    isRequired,
    applies,
    verdict,
    decidedBy,
    pointsMilli,
    width,
    evidence: result.evidence.map(({ fact, written, actual }) => ({
      fact: fact.key,
      written,
      value: actual.kind === 'known' ? actual.value : null,
      source: actual.kind === 'known' ? actual.source : null,
      observedAtMs: actual.kind === 'known' ? actual.observedAtMs : null,
    })),
  };
}

export const NO_SUCH_HASH = sha256('0'.repeat(64));
