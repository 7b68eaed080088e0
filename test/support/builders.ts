import type { Cancellation, Commitment } from '../../src/domain/decision.ts';
import { type FactParams, type Facts, type FactValue, factRef } from '../../src/domain/fact.ts';
import { providerId, requestId, routeId, workOrderId } from '../../src/domain/ids.ts';
import { hashText } from '../../src/domain/json.ts';
import type {
  DirectoryEntry,
  PendingRow,
  PlatformVerdict,
  ProviderProfile,
  ProviderRequest,
  Route,
} from '../../src/domain/provider.ts';
import type {
  Condition,
  Criterion,
  Guardrails,
  OnMissing,
  ReviewCriterion,
  ReviewFile,
  RuleFile,
} from '../../src/domain/rule-file.ts';
import type { Candidate, Slate } from '../../src/domain/scored-slate.ts';
import type { Coordinates, FinishedWork, Schedule, WorkOrder } from '../../src/domain/work-order.ts';

/** The moment at which everything built here was pulled: 2026-11-23 15:00:00 UTC, a Monday. */
export const NOW_MS = Date.UTC(2026, 10, 23, 15);
export const HOUR_MS = 3_600_000;

/** The first founding document's kind of work. */
export const ATM = { id: 62, name: 'Automated Teller Machine (ATM)', isPrimary: true } as const;

/** Every field may be named, ids as plain numbers, and nested objects in part. */
type Given<Whole, Plain> = Partial<Omit<Whole, keyof Plain>> & Partial<Plain>;

type WorkOrderIds = { readonly id: number; readonly assigneeId: number | null; readonly schedule: Partial<Schedule> };

/** An open ATM work order in Minneapolis, fixed 250 dollars, two hours from tomorrow 15:00 UTC. */
export function aWorkOrder({ id, assigneeId, schedule, ...given }: Given<WorkOrder, WorkOrderIds> = {}): WorkOrder {
  return {
    id: workOrderId(id ?? 4047),
    title: 'ATM repair',
    status: 'published',
    isRouted: false,
    actions: ['publish', 'route', 'assign', 'mass_route'],
    typesOfWork: [ATM],
    isRemote: false,
    companyId: 15,
    clientId: 310,
    projectId: 88,
    coordinates: placeAt(44.9778, -93.265),
    schedule: {
      startMs: NOW_MS + 24 * HOUR_MS,
      endMs: NOW_MS + 26 * HOUR_MS,
      localDate: '2026-11-24',
      timeZone: 'America/Chicago',
      estimatedMinutes: 120,
      ...schedule,
    },
    pay: { kind: 'fixed', maxCents: 25_000 },
    bundleId: null,
    assigneeId: assigneeId == null ? null : providerId(assigneeId),
    createdMs: NOW_MS - 3 * HOUR_MS,
    publishedMs: NOW_MS - 2 * HOUR_MS,
    routedMs: null,
    declines: [],
    publishStats: null,
    work: null,
    raw: {},
    ...given,
  };
}

/** Degrees as the platform writes them. */
export function placeAt(latitude: number, longitude: number): Coordinates {
  return { latitudeE6: Math.round(latitude * 1e6), longitudeE6: Math.round(longitude * 1e6) };
}

type RequestIds = { readonly id: number };

/** A plain request at the work order's pay, active for another half hour. */
export function aRequest({ id, ...given }: Given<ProviderRequest, RequestIds> = {}): ProviderRequest {
  return {
    id: requestId(id ?? 107),
    isCounter: false,
    isActive: true,
    isExpired: false,
    createdMs: NOW_MS - HOUR_MS,
    expiresMs: NOW_MS + HOUR_MS / 2,
    pay: { kind: 'none', maxCents: 0 },
    expensesCents: 0,
    ...given,
  };
}

/** A counter-offer: the same job for `payCents` fixed. */
export function aCounter(payCents: number, given: Given<ProviderRequest, RequestIds> = {}): ProviderRequest {
  return aRequest({ isCounter: true, pay: { kind: 'fixed', maxCents: payCents }, ...given });
}

export function aRoute({ id, ...given }: Given<Route, RequestIds> = {}): Route {
  return { id: routeId(id ?? 417), createdMs: NOW_MS - HOUR_MS, ...given };
}

type RowIds = { readonly providerId: number };

/** A pending row of provider 557: a request unless `kind` says routed. */
export function aRow({ providerId: id, ...given }: Given<PendingRow, RowIds> = {}): PendingRow {
  const isRequest = (given.kind ?? 'request') === 'request';
  return {
    providerId: providerId(id ?? 557),
    kind: 'request',
    request: isRequest ? aRequest({ id: 10_000 + (id ?? 557) }) : null,
    route: isRequest ? null : aRoute({ id: 20_000 + (id ?? 557) }),
    actions: isRequest ? ['message', 'assign', 'hide'] : ['message', 'un_route'],
    isW2: false,
    isMarketplace: true,
    isManaged: false,
    isRoutable: true,
    hasWorkedWithUs: false,
    isRecommended: false,
    isNewConnection: false,
    providerScore: null,
    platform: null,
    raw: {},
    ...given,
  };
}

/** Field Nation's verdict of one criterion; required and matched unless said otherwise. */
export function aVerdict(given: Partial<PlatformVerdict> = {}): PlatformVerdict {
  const isMatch = given.isMatch ?? true;
  const weight = given.weight ?? 45;
  return { name: 'Provider rating', weight, isRequired: true, isMatch, points: isMatch ? weight : 0, ...given };
}

/** A profile that shows nothing but what is named. */
export function aProfile({ providerId: id, ...given }: Given<ProviderProfile, RowIds> = {}): ProviderProfile {
  return {
    providerId: providerId(id ?? 557),
    observedAtMs: NOW_MS - HOUR_MS,
    coordinates: null,
    ratingHundredths: null,
    ratingCount: null,
    ourRatingHundredths: null,
    ourRatingCount: null,
    onTimeBasisPoints: null,
    completedOverall: null,
    completedForUs: null,
    completedByType: null,
    preferredGroups: null,
    certifications: null,
    licenses: null,
    hasBackgroundCheck: null,
    hasDrugTest: null,
    insurances: null,
    isBlocked: null,
    isProtec: null,
    isW2: null,
    isMarketplace: null,
    isRoutable: null,
    ...given,
  };
}

/** A provider once seen in a pending list a week ago; give `flags: null` for one that was not. */
export function aDirectoryEntry({ providerId: id, ...given }: Given<DirectoryEntry, RowIds> = {}): DirectoryEntry {
  const seenMs = NOW_MS - 7 * 24 * HOUR_MS;
  return {
    providerId: providerId(id ?? 557),
    firstSeenMs: seenMs,
    lastSeenMs: seenMs,
    flags: {
      observedAtMs: seenMs,
      isW2: false,
      isMarketplace: true,
      isManaged: false,
      isRoutable: true,
      hasWorkedWithUs: false,
    },
    verdicts: [],
    profile: null,
    pools: null,
    imported: {},
    ...given,
  };
}

type CommitmentIds = { readonly workOrderId: number; readonly providerId: number };

/** Provider 557 assigned elsewhere, tomorrow 15:00 to 17:00 UTC: the same hours as `aWorkOrder`. */
export function aCommitment(given: Given<Commitment, CommitmentIds> = {}): Commitment {
  const { workOrderId: order, providerId: provider, ...rest } = given;
  return {
    kind: 'assigned',
    workOrderId: workOrderId(order ?? 9001),
    providerId: providerId(provider ?? 557),
    startMs: NOW_MS + 24 * HOUR_MS,
    endMs: NOW_MS + 26 * HOUR_MS,
    localDate: '2026-11-24',
    ...rest,
  };
}

/** Provider 557, given this very work order an hour ago and gone. */
export function aCancellation(given: Given<Cancellation, CommitmentIds> = {}): Cancellation {
  const { workOrderId: order, providerId: provider, ...rest } = given;
  return {
    workOrderId: workOrderId(order ?? 4047),
    providerId: providerId(provider ?? 557),
    assignedAtMs: NOW_MS - HOUR_MS,
    ...rest,
  };
}

/** One condition leaf; `value` in the fact's kept unit. */
export function aTest(fact: string, operator: string, value: FactValue, params: FactParams | null = null): Condition {
  return {
    kind: 'test',
    fact: factRef(fact, params),
    operator,
    value,
    written: `${operator} ${JSON.stringify(value)}`,
  };
}

/** The same for every kind of candidate. */
export function always(onMissing: OnMissing): Criterion['onMissing'] {
  return { request: onMissing, routed: onMissing, bench: onMissing };
}

/** Provider rating at least 4.5, required, 45 points, unknown is no match. */
export function aCriterion(given: Partial<Criterion> = {}): Criterion {
  return {
    position: 1,
    key: 'rating',
    label: 'Provider rating',
    weight: 45,
    isRequired: true,
    canRemote: true,
    when: aTest('provider.rating', 'greaterThanInclusive', 450),
    onMissing: always('no_match'),
    credit: null,
    because: null,
    ...given,
  };
}

export const NO_GUARDRAILS: Guardrails = {
  maxActionsPerRun: null,
  maxShareOfOpenPercent: null,
  perProvider: {
    perDay: null,
    per7Days: null,
    forbidOverlap: false,
    travelBufferMinutes: 0,
    forbidAfterGiveBack: false,
  },
  pay: { maxTotalCents: null, acceptCounters: false, maxCounterOverBasePercent: null, maxDailyTotalCents: null },
  quietHours: [],
  excludeProviders: [],
  stopAfterErrors: null,
};

/** An enforcing catch-all with one criterion and one stage: assign the best eligible request at once. */
export function aRuleFile(given: Partial<RuleFile> = {}): RuleFile {
  const text = given.text ?? `{"id":"${given.id ?? 'default'}"}`;
  return {
    id: 'default',
    name: 'Default',
    owner: null,
    because: null,
    mode: 'enforce',
    canaryPercent: 0,
    priority: 0,
    appliesTo: null,
    selectionRuleId: 0,
    criteria: [aCriterion()],
    stages: [{ n: 1, afterMinutes: 0, do: 'assign', minPoints: 0, minMargin: 0, withdrawRoutes: false }],
    tieBreak: [
      { by: 'points', direction: 'desc' },
      { by: 'provider_id', direction: 'asc' },
    ],
    batch: 'on',
    fillWeight: 1,
    maxVerdictAgeDays: 30,
    acceptClientPayTerms: false,
    guardrails: NO_GUARDRAILS,
    path: 'rules/default.json',
    hash: hashText(text),
    ...given,
    text,
  };
}

/** Facts given outright, in kept units: `knownFacts({ 'provider.rating': 450 })`. */
export function knownFacts(values: { readonly [key: string]: FactValue }): Facts {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      { kind: 'known', value, source: 'given', observedAtMs: NOW_MS },
    ]),
  );
}

/** A candidate with the facts given; a request unless `kind` says otherwise. */
export function aCandidate({ providerId: id, ...given }: Given<Candidate, RowIds> = {}): Candidate {
  const kind = given.kind ?? 'request';
  const row = kind === 'bench' ? null : aRow({ providerId: id ?? 557, kind });
  return {
    providerId: providerId(id ?? 557),
    kind,
    request: row?.request ?? null,
    route: row?.route ?? null,
    actions: row?.actions ?? [],
    facts: {},
    verdicts: [],
    platform: null,
    costCents: 25_000,
    raw: {},
    ...given,
  };
}

/** Candidates come out in the slate's order, by provider id. */
export function aSlate(given: Partial<Slate> = {}): Slate {
  const candidates = [...(given.candidates ?? [])].sort((a, b) => a.providerId - b.providerId);
  return { workOrder: aWorkOrder(), facts: {}, takenAtMs: NOW_MS, ...given, candidates };
}

/** Handed in as it should be: two hours, a file, closing notes, nothing open, and the pay that was offered. */
export function aFinishedWork(given: Partial<FinishedWork> = {}): FinishedWork {
  return {
    reportedMinutes: 120,
    problemsOpen: 0,
    tasksOpen: 0,
    attachmentsCount: 1,
    hasClosingNotes: true,
    approvedPayCents: 25_000,
    ...given,
  };
}

export function aReviewCriterion(given: Partial<ReviewCriterion> = {}): ReviewCriterion {
  return {
    position: 1,
    key: 'problems_open',
    label: 'Problems not resolved',
    weight: 0,
    isRequired: true,
    when: aTest('work_order.problems_open', 'equal', 0),
    onMissing: 'hold',
    because: null,
    ...given,
  };
}

/** An enforcing review of everything: no open problem, and work sent back otherwise. */
export function aReviewFile(given: Partial<ReviewFile> = {}): ReviewFile {
  const text = given.text ?? `{"kind":"review","id":"${given.id ?? 'review'}"}`;
  return {
    id: 'review',
    name: 'Review',
    owner: null,
    because: null,
    mode: 'enforce',
    canaryPercent: 0,
    priority: 0,
    appliesTo: null,
    criteria: [aReviewCriterion()],
    otherwise: { kind: 'incomplete', reasonId: 4, reason: 'Solve the problem.' },
    guardrails: { maxActionsPerRun: null, maxDailyApprovedCents: null, quietHours: [], stopAfterErrors: null },
    path: 'rules/review.json',
    hash: hashText(text),
    ...given,
    text,
  };
}
