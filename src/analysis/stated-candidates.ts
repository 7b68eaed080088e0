import { findFact } from '../criteria/catalog.ts';
import type { CandidateFact } from '../criteria/definition.ts';
import { unknown } from '../criteria/reading.ts';
import { requestCostCents } from '../domain/cost.ts';
import type { Commitment } from '../domain/decision.ts';
import type { Fact, FactRef, Facts } from '../domain/fact.ts';
import { requestId, routeId } from '../domain/ids.ts';
import type { DirectoryEntry, PendingRow, PlatformVerdict, ProviderRequest } from '../domain/provider.ts';
import type { Candidate, DatedVerdict } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { fillLabel } from '../evaluate/score.ts';
import { blankEntry } from '../facts/directory-entry.ts';
import type { StatedCandidate } from '../rules/rule-test.ts';
import { toFacts } from './stated-work-order.ts';

const DAY_MS = 86_400_000;

export type StatedAround = {
  readonly workOrder: WorkOrder;
  readonly atMs: number;
  /** What the file asks of a candidate. */
  readonly refs: readonly FactRef[];
  readonly commitments: readonly Commitment[];
};

/** A candidate as a test describes it, as if it had been pulled or taken from the directory. */
export function statedCandidate(said: StatedCandidate, around: StatedAround): Candidate {
  const { workOrder, atMs } = around;
  const request = said.kind === 'request' ? statedRequest(said, atMs) : null;
  const route = said.isInvited ? { id: routeId(said.id), createdMs: null } : null;
  const costCents = requestCostCents(request, workOrder);
  const verdicts = statedVerdicts(said, around);
  return {
    providerId: said.id,
    kind: said.kind,
    request,
    route,
    actions: said.actions ?? USUAL_ACTIONS[said.kind],
    facts: { ...readFacts(said, around, { request, verdicts, costCents }), ...toFacts(said.facts, atMs) },
    verdicts,
    platform: null,
    costCents,
    raw: null,
  };
}

const USUAL_ACTIONS: { readonly [kind in StatedCandidate['kind']]: readonly string[] } = {
  request: ['assign'],
  routed: ['un_route'],
  bench: [],
};

function statedRequest(said: StatedCandidate, atMs: number): ProviderRequest {
  const { counterCents, expiresInMinutes, requestedMinutesAgo } = said;
  return {
    id: requestId(said.id),
    isCounter: counterCents !== null,
    isActive: !said.isWithdrawn,
    isExpired: said.isExpired,
    createdMs: requestedMinutesAgo === null ? null : atMs - requestedMinutesAgo * 60_000,
    expiresMs: expiresInMinutes === null ? null : atMs + expiresInMinutes * 60_000,
    pay: counterCents === null ? { kind: 'none', maxCents: 0 } : { kind: 'fixed', maxCents: counterCents },
    expensesCents: said.expensesCents,
  };
}

function statedVerdicts(said: StatedCandidate, { workOrder, atMs }: StatedAround): readonly DatedVerdict[] {
  const isOfRow = said.kind !== 'bench';
  return said.platform.map(({ label, isMatch }) => ({
    name: fillLabel(label, workOrder),
    weight: 0,
    isRequired: true,
    isMatch,
    points: 0,
    observedAtMs: isOfRow ? atMs : atMs - said.verdictAgeDays * DAY_MS,
    source: isOfRow ? 'row' : 'directory',
  }));
}

type Sources = Pick<Candidate, 'request' | 'verdicts' | 'costCents'>;

/** What follows from the rest of the test is read as in a run; anything else a test leaves out is not known. */
function readFacts(said: StatedCandidate, around: StatedAround, sources: Sources): Facts {
  const read = around.refs.flatMap((ref) => {
    const definition = findFact(ref.name);
    if (definition?.scope !== 'candidate') return [];
    return [
      [ref.key, followsFromTest(definition) ? readOne(definition, ref, { said, around, sources }) : NOT_SAID] as const,
    ];
  });
  return Object.fromEntries(read);
}

const NOT_SAID = unknown('The test does not say it.');

/** Requests, what our own ledger knows, and the platform's verdicts. */
function followsFromTest({ name, sources }: CandidateFact): boolean {
  if (name.startsWith('request.') || name.startsWith('candidate.')) return true;
  return sources.every((source) => source === 'ledger') || sources.includes('platform');
}

function readOne(
  definition: CandidateFact,
  { params }: FactRef,
  {
    said,
    around,
    sources,
  }: { readonly said: StatedCandidate; readonly around: StatedAround; readonly sources: Sources },
): Fact {
  const { workOrder, atMs, commitments } = around;
  const input = {
    workOrder,
    kind: said.kind,
    row: said.kind === 'bench' ? null : rowOf(said, sources),
    takenAtMs: atMs,
    directory: said.kind === 'bench' ? entryOf(said, sources, atMs) : null,
    profile: null,
    commitments: commitments.filter(({ providerId }) => providerId === said.id),
    cancellations: [],
    costCents: sources.costCents,
  };
  return definition.read(input, params ?? {});
}

function rowOf(said: StatedCandidate, { request, verdicts }: Sources): PendingRow {
  return {
    providerId: said.id,
    kind: request === null ? 'routed' : 'request',
    request,
    route: null,
    actions: [],
    isW2: false,
    isMarketplace: false,
    isManaged: false,
    isRoutable: false,
    hasWorkedWithUs: false,
    isRecommended: false,
    isNewConnection: false,
    providerScore: null,
    platform: { ruleId: null, isMatch: false, points: 0, maxPoints: 0, verdicts: verdicts.map(toVerdict) },
    raw: null,
  };
}

function entryOf(said: StatedCandidate, { verdicts }: Sources, atMs: number): DirectoryEntry {
  const kept = verdicts.map((verdict) => ({ ...toVerdict(verdict), observedAtMs: verdict.observedAtMs }));
  return { ...blankEntry(said.id, atMs), verdicts: kept };
}

function toVerdict({ name, weight, isRequired, isMatch, points }: DatedVerdict): PlatformVerdict {
  return { name, weight, isRequired, isMatch, points };
}
