import { amend } from '../domain/amend.ts';
import { requestCostCents } from '../domain/cost.ts';
import type { Cancellation, Commitment } from '../domain/decision.ts';
import type { FactRef } from '../domain/fact.ts';
import type { ProviderId } from '../domain/ids.ts';
import type {
  CandidateKind,
  DirectoryEntry,
  PendingRow,
  PlatformVerdict,
  ProviderProfile,
} from '../domain/provider.ts';
import type { Candidate, DatedVerdict, Slate } from '../domain/scored-slate.ts';
import type { WorkOrder } from '../domain/work-order.ts';
import { newestProfile } from './directory-entry.ts';
import { planReading, type ReadingPlan, readCandidateFacts, readWorkOrderFacts } from './plan-reading.ts';

export type SlateInput = {
  readonly workOrder: WorkOrder;
  readonly pending: readonly PendingRow[];
  /** When the rows were pulled, epoch ms, where an earlier run did; left out: at `takenAtMs`. */
  readonly rowsObservedAtMs?: number;
  /** Known providers to consider besides the pending rows; who has a row is dropped here. */
  readonly bench: readonly DirectoryEntry[];
  readonly directory: ReadonlyMap<ProviderId, DirectoryEntry>;
  /** Profiles read in this run; the directory's stands in where there is none, the newer one where there are both. */
  readonly profiles: ReadonlyMap<ProviderId, ProviderProfile>;
  /** Of all providers, as the cancellations. */
  readonly commitments: readonly Commitment[];
  readonly cancellations: readonly Cancellation[];
  /** The facts to build; see `factsNeeded`. */
  readonly refs: readonly FactRef[];
  /** When the work order was pulled, epoch ms: the time of the slate. */
  readonly takenAtMs: number;
};

/** Pulled rows, known providers and our own history → every candidate with every fact asked for. Input order does not matter. */
export function buildSlate(input: SlateInput): Slate {
  const plan = planReading(input.refs);
  const rows = rowByProvider(input.pending);
  const benched = new Map(input.bench.map((entry) => [entry.providerId, entry]));
  const ids = [...new Set([...rows.keys(), ...benched.keys()])].sort((a, b) => a - b);
  const bookings = byProvider(input.commitments);
  const departures = byProvider(input.cancellations);
  return {
    workOrder: input.workOrder,
    facts: readWorkOrderFacts(plan, input),
    candidates: ids.map((id) => {
      const row = rows.get(id) ?? null;
      const directory = (row === null ? benched.get(id) : undefined) ?? input.directory.get(id) ?? null;
      const profile = newestProfile(input.profiles.get(id) ?? null, directory?.profile ?? null);
      const own = { commitments: bookings.get(id) ?? [], cancellations: departures.get(id) ?? [] };
      return toCandidate(input, plan, { providerId: id, row, directory, profile, ...own });
    }),
    takenAtMs: input.takenAtMs,
  };
}

type Sources = {
  readonly providerId: ProviderId;
  readonly row: PendingRow | null;
  readonly directory: DirectoryEntry | null;
  readonly profile: ProviderProfile | null;
  readonly commitments: readonly Commitment[];
  readonly cancellations: readonly Cancellation[];
};

function toCandidate(
  { workOrder, takenAtMs, rowsObservedAtMs: rowObservedAtMs = takenAtMs }: SlateInput,
  plan: ReadingPlan,
  { providerId, ...sources }: Sources,
): Candidate {
  const { row, profile } = sources;
  const kind: CandidateKind = row?.kind ?? 'bench';
  const request = row?.request ?? null;
  const costCents = requestCostCents(request, workOrder);
  return {
    providerId,
    kind,
    request,
    route: row?.route ?? null,
    actions: row?.actions ?? [],
    facts: readCandidateFacts(plan, { workOrder, takenAtMs, rowObservedAtMs, kind, costCents, ...sources }),
    verdicts: datedVerdicts(sources, rowObservedAtMs),
    platform: row?.platform ?? null,
    costCents,
    get raw() {
      return { row: row?.raw ?? null, profile };
    },
  };
}

/** The row's verdicts are of its own moment; the directory's are kept with their own age, and only for who has no row. */
function datedVerdicts(
  { row, directory }: Pick<Sources, 'row' | 'directory'>,
  rowObservedAtMs: number,
): readonly DatedVerdict[] {
  if (row === null) return (directory?.verdicts ?? []).map((verdict) => ({ ...verdict, source: 'directory' }));
  return (row.platform?.verdicts ?? []).map((verdict) => datedVerdict(verdict, rowObservedAtMs));
}

/** Many rows have the very same verdict: it is dated once. */
const datedOnce = new WeakMap<PlatformVerdict, DatedVerdict>();

function datedVerdict(verdict: PlatformVerdict, observedAtMs: number): DatedVerdict {
  const known = datedOnce.get(verdict);
  if (known?.observedAtMs === observedAtMs) return known;
  const { isMatch, isRequired, name, points, weight } = verdict;
  // In the order of canonical JSON, as facts are.
  const dated = { isMatch, isRequired, name, observedAtMs, points, source: 'row', weight } as const;
  datedOnce.set(verdict, dated);
  return dated;
}

/**
 * One row a provider: a request before a route, then the lower id. A route next to a request stays known; a request that
 * the platform no longer counts as one (category `routed`) does not.
 */
function rowByProvider(pending: readonly PendingRow[]): ReadonlyMap<ProviderId, PendingRow> {
  const rows = new Map<ProviderId, PendingRow>();
  for (const row of [...pending].sort(byStanding)) {
    const first = rows.get(row.providerId);
    if (first !== undefined) rows.set(row.providerId, amend(first, { route: first.route ?? row.route }));
    else rows.set(row.providerId, row.kind === 'request' ? row : amend(row, { request: null }));
  }
  return rows;
}

function byStanding(a: PendingRow, b: PendingRow): number {
  if (a.kind !== b.kind) return a.kind === 'request' ? -1 : 1;
  return (a.request?.id ?? a.route?.id ?? 0) - (b.request?.id ?? b.route?.id ?? 0);
}

/** Of all providers, and the same for every slate of a run: put in order once. */
const byProviderOnce = new WeakMap<readonly object[], ReadonlyMap<ProviderId, readonly unknown[]>>();

function byProvider<Item extends { readonly providerId: ProviderId }>(
  items: readonly Item[],
): ReadonlyMap<ProviderId, readonly Item[]> {
  const known = byProviderOnce.get(items) as ReadonlyMap<ProviderId, readonly Item[]> | undefined;
  if (known !== undefined) return known;
  const made = Map.groupBy(items, (item) => item.providerId);
  byProviderOnce.set(items, made);
  return made;
}
