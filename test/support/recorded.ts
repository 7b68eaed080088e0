import type { DecisionLine } from '../../src/domain/decision-line.ts';
import { decisionId, providerId, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type { RecordedCandidate, RecordedDecision, RecordedIntent } from '../../src/domain/recorded-decision.ts';
import type { LedgerFigures } from '../../src/engine/figures.ts';
import type { LedgerReader, OpenIntent, RunRow } from '../../src/engine/ports.ts';
import { NOW_MS } from './builders.ts';

type RecordedCriterion = RecordedCandidate['criteria'][number];

/** Provider rating at least 4.5, required, matched with 4.7 stars from a profile two hours old. */
export function aRecordedCriterion(given: Partial<RecordedCriterion> = {}): RecordedCriterion {
  return {
    position: 1,
    key: 'rating',
    label: 'Provider rating',
    weight: 45,
    isRequired: true,
    applies: true,
    verdict: 'match',
    decidedBy: 'facts',
    pointsMilli: 45_000,
    width: '100%',
    evidence: [
      {
        fact: 'provider.rating',
        written: '>= 4.5',
        value: 470,
        source: 'profile',
        observedAtMs: NOW_MS - 2 * 3_600_000,
      },
    ],
    ...given,
  };
}

/** An eligible request of provider 557, alone at rank 1. */
export function aRecordedCandidate(
  given: Partial<Omit<RecordedCandidate, 'providerId'>> & { readonly providerId?: number } = {},
): RecordedCandidate {
  return {
    kind: 'request',
    isEligible: true,
    rank: 1,
    isMatch: true,
    pointsMilli: 45_000,
    maxPoints: 45,
    costCents: 25_000,
    blockedBy: [],
    criteria: [aRecordedCriterion()],
    ...given,
    providerId: providerId(given.providerId ?? 557),
  };
}

/** Work order 4047 assigned to provider 557 as the only request; nothing sent yet. */
export function aRecordedDecision(given: Partial<RecordedDecision> = {}): RecordedDecision {
  return {
    id: decisionId(workOrderId(4047), 1, 3),
    runId: 'run-1',
    workOrderId: workOrderId(4047),
    episode: 1,
    seq: 3,
    ruleFileId: 'atm-onsite',
    ruleFileHash: hashText('atm-onsite'),
    ruleSetHash: hashText('set'),
    mode: 'enforce',
    decidedAtMs: NOW_MS,
    engineVersion: '0.1.0',
    openedAt: { atMs: NOW_MS - 50 * 60_000, source: 'published' },
    dueStages: [1, 2],
    stage: 2,
    outcome: 'assign',
    reason: { code: 'FM-1002', detail: { provider: 557, points: 45, max_points: 45 } },
    winner: providerId(557),
    runnerUp: null,
    marginMilli: null,
    costCents: 25_000,
    inputHash: hashText('input'),
    workOrder: { title: 'ATM repair', facts: {} },
    candidates: [aRecordedCandidate()],
    intents: [],
    ...given,
  };
}

/** Provider 557 is invited, confirmed a second after the decision. */
export function aRecordedIntent(given: Partial<RecordedIntent> = {}): RecordedIntent {
  return {
    n: 1,
    call: { kind: 'route', workOrderId: workOrderId(4047), providerId: providerId(557) },
    costCents: 0,
    claimedAtMs: [NOW_MS],
    effects: [aRecordedEffect('confirmed')],
    ...given,
  };
}

export function aRecordedEffect(kind: string, given: Partial<RecordedIntent['effects'][number]> = {}) {
  return { n: 1, kind, reason: { code: 'FM-6001', detail: { what: 'it' } }, atMs: NOW_MS + 1000, ...given };
}

export function aRunRow(given: Partial<RunRow> = {}): RunRow {
  return {
    id: 'run-1',
    environment: 'sandbox',
    tick: 'manual:1',
    startedAtMs: NOW_MS,
    engineVersion: '0.1.0',
    ruleSetHash: hashText('set'),
    end: null,
    ...given,
  };
}

/** Of a ledger of which nothing is counted. */
function figuresOf(decisions: readonly RecordedDecision[]): LedgerFigures {
  const none = async () => [];
  const known: { readonly [name: string | symbol]: unknown } = {
    workOrdersOf: async () => null,
    decisionLines: async () => decisions.map(toLine),
    decisionsOfRuns: async (runs: readonly string[]) => decisions.filter(({ runId }) => runs.includes(runId)),
  };
  return new Proxy({} as LedgerFigures, { get: (_, name) => known[name] ?? none });
}

function toLine({ workOrder, openedAt, intents, ...decision }: RecordedDecision): DecisionLine {
  const effects = intents.map((intent) => intent.effects.at(-1)?.kind ?? 'open');
  return { ...decision, title: workOrder.title, openedAtMs: openedAt.atMs, effects };
}

/** A ledger that holds what it is given, in that order. */
export function readerOf(held: {
  readonly runs?: readonly RunRow[];
  readonly decisions?: readonly RecordedDecision[];
  readonly open?: readonly OpenIntent[];
}): LedgerReader {
  const decisions = held.decisions ?? [];
  return {
    figures: figuresOf(decisions),
    runs: async () => held.runs ?? [],
    decisions: async ({ workOrderId: id }) => decisions.filter((one) => id === null || one.workOrderId === id),
    recordedInput: async () => null,
    slates: async function* () {},
    pieces: async (range) => [range],
    countDecisions: async () => decisions.length,
    decision: async (id) => decisions.find((one) => one.id === id) ?? null,
    openIntents: async () => held.open ?? [],
    ruleFileText: async () => null,
    ruleEvents: async () => [],
    agreementCases: async () => [],
    chainHead: async () => null,
    close: async () => undefined,
  };
}
