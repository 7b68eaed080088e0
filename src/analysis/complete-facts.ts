import { cancelledOnUs } from '../criteria/cancelled-on-us.ts';
import { unknown } from '../criteria/reading.ts';
import type { Commitment } from '../domain/decision.ts';
import type { Fact, FactRef, FactSource } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import type { JsonValue } from '../domain/json.ts';
import type { DirectoryEntry, PendingRow, ProviderProfile } from '../domain/provider.ts';
import type { Candidate, Slate } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { planReading, type ReadingPlan, readCandidateFacts, readWorkOrderFacts } from '../facts/plan-reading.ts';

/** Turns the row that a candidate keeps back into what facts are read from; null: it cannot be. */
export type ReadRow = (raw: JsonValue, workOrder: WorkOrder) => PendingRow | null;

/** A fact that was never recorded for these candidates, since no rule file of then asked for it. */
export type FactGap = {
  /** Fact key. */
  readonly fact: string;
  /** Read after all from what was recorded: the work order, the row, the profile, the commitments. */
  readonly derived: number;
  /** Among those, how many might have come out otherwise by what was not recorded: the directory, an imported file. */
  readonly unsure: number;
  /** Nothing that was recorded says it. */
  readonly unknown: number;
};

/** Sources that the ledger does not keep beside a slate. */
const NOT_KEPT: readonly FactSource[] = ['directory', 'import', 'pool', 'coordinates'];

/** Counted from history that is not kept beside a slate: nought would be an answer where there is none. */
const NEVER_KEPT: ReadonlySet<string> = new Set([cancelledOnUs.fact.name]);

export type Completion = { readonly slate: Slate; readonly gaps: readonly FactGap[] };

export type CompletionTerms = {
  readonly plan: ReadingPlan;
  /** Of the whole run, by provider. */
  readonly commitments: ReadonlyMap<ProviderId, readonly Commitment[]>;
  readonly readRow: ReadRow;
};

export function planCompletion(refs: readonly FactRef[]): ReadingPlan {
  return planReading(refs);
}

/**
 * The slate with every fact the plan asks for. What was recorded stays as it is, unknown ones too; what no file of then
 * asked for is read from what was recorded by the code that would have read it. The slate itself where nothing is missing.
 */
export function completeSlate(slate: Slate, terms: CompletionTerms): Completion {
  const ofWorkOrder = terms.plan.ofWorkOrder.filter(({ ref }) => slate.facts[ref.key] === undefined);
  const gaps = new Map<string, FactGap>();
  const candidates = slate.candidates.map((candidate) => completeCandidate(slate, candidate, { terms, gaps }));
  if (ofWorkOrder.length === 0 && gaps.size === 0) return { slate, gaps: [] };
  const added = readWorkOrderFacts({ ofWorkOrder, ofCandidate: [] }, slate);
  return {
    slate: { ...slate, facts: { ...slate.facts, ...added }, candidates },
    gaps: [...gaps.values()].sort((a, b) => (a.fact < b.fact ? -1 : 1)),
  };
}

type Filling = { readonly terms: CompletionTerms; readonly gaps: Map<string, FactGap> };

function completeCandidate(slate: Slate, candidate: Candidate, { terms, gaps }: Filling): Candidate {
  const missing = terms.plan.ofCandidate.filter(({ ref }) => candidate.facts[ref.key] === undefined);
  if (missing.length === 0) return candidate;
  const row = rowOf(candidate, slate.workOrder, terms.readRow);
  const isRowLost = row === null && candidate.kind !== 'bench';
  const read = readCandidateFacts(
    { ofCandidate: missing, ofWorkOrder: [] },
    {
      workOrder: slate.workOrder,
      kind: candidate.kind,
      row,
      takenAtMs: slate.takenAtMs,
      directory: entryOf(candidate, slate.takenAtMs),
      profile: profileOf(candidate),
      commitments: terms.commitments.get(candidate.providerId) ?? [],
      cancellations: [],
      costCents: candidate.costCents,
    },
  );
  const added: { [key: string]: Fact } = {};
  for (const { ref, definition } of missing) {
    const isLost = NEVER_KEPT.has(ref.name) || (isRowLost && definition.sources.includes('row'));
    const fact = isLost ? unknown(NOT_RECORDED) : (read[ref.key] ?? unknown(NOT_RECORDED));
    added[ref.key] = fact;
    const isWhole = !isLost && !definition.sources.some((source) => NOT_KEPT.includes(source));
    noteGap(gaps, ref.key, fact.kind === 'known' || isWhole ? (isWhole ? 'derived' : 'unsure') : 'unknown');
  }
  return { ...candidate, facts: { ...candidate.facts, ...added } };
}

export const NOT_RECORDED = 'It was not recorded: no rule file of that time asked for it.';

function noteGap(gaps: Map<string, FactGap>, fact: string, how: 'derived' | 'unsure' | 'unknown'): void {
  const gap = gaps.get(fact) ?? { fact, derived: 0, unsure: 0, unknown: 0 };
  gaps.set(fact, {
    fact,
    derived: gap.derived + (how === 'unknown' ? 0 : 1),
    unsure: gap.unsure + (how === 'unsure' ? 1 : 0),
    unknown: gap.unknown + (how === 'unknown' ? 1 : 0),
  });
}

/** With what the candidate itself says of request and route: a row that stood twice in the list counts as one there. */
function rowOf(candidate: Candidate, workOrder: WorkOrder, readRow: ReadRow): PendingRow | null {
  const { kind, request, route, actions, platform } = candidate;
  const raw = memberOf(candidate.raw, 'row');
  if (kind === 'bench' || raw === null) return null;
  const row = readRow(raw, workOrder);
  return row === null ? null : { ...row, kind, request, route, actions, platform };
}

/** The directory's last verdicts are the only part of an entry that a slate keeps. */
function entryOf({ providerId, kind, verdicts, raw }: Candidate, takenAtMs: number): DirectoryEntry | null {
  if (kind !== 'bench') return null;
  return {
    providerId,
    firstSeenMs: takenAtMs,
    lastSeenMs: takenAtMs,
    flags: null,
    verdicts,
    profile: profileOf({ providerId, raw }),
    pools: null,
    imported: {},
  };
}

/** As recorded; fields that the version of then did not have are not known. Null: it had not been read. */
function profileOf({ providerId, raw }: Pick<Candidate, 'providerId' | 'raw'>): ProviderProfile | null {
  const profile = memberOf(raw, 'profile');
  if (profile === null || typeof profile !== 'object' || typeof memberOf(profile, 'observedAtMs') !== 'number')
    return null;
  return { ...BLANK_PROFILE, ...(profile as Partial<ProviderProfile>), providerId };
}

function memberOf(value: JsonValue, key: string): JsonValue {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  return (value as { readonly [name: string]: JsonValue })[key] ?? null;
}

const BLANK_PROFILE: Omit<ProviderProfile, 'providerId'> = {
  observedAtMs: 0,
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
};
