import type { RankedCandidate } from '../../domain/decision.ts';
import type { Facts } from '../../domain/fact.ts';
import type { CandidateKind } from '../../domain/provider.ts';
import type { DecisionHeader } from './decision-header.ts';
import type { candidate as candidateTable } from './decision-tables.ts';
import type { Dictionary } from './dictionary.ts';
import { createHeaderDictionaries } from './header-dictionaries.ts';
import { type Around, packCriteria } from './pack-criteria.ts';

/** A row of `candidate` but for the numbers only the database gives. */
export type PackedCandidate = Omit<typeof candidateTable.$inferSelect, 'decision' | 'body'>;

/** The times that a body's text counts. */
export type Dated = { readonly times: readonly number[] };

export const CANDIDATE_KINDS: readonly CandidateKind[] = ['request', 'routed', 'bench'];

/** What goes with the rows: the candidates' bodies, as the candidates come, the work order's, and the facts in that. */
export type PackedWith = {
  readonly bodies: readonly Dated[];
  readonly workOrder: Dated;
  readonly facts: Facts;
};

/** Candidate rows, as the candidates come, and the header they share. */
export function packCandidates(
  candidates: readonly RankedCandidate[],
  { bodies, workOrder, facts }: PackedWith,
): { readonly header: DecisionHeader; readonly rows: readonly PackedCandidate[] } {
  const dictionaries = createHeaderDictionaries();
  const workOrderTimes = workOrder.times.map(dictionaries.times.placeOf);
  const rows = candidates.map((ranked, n) =>
    packCandidate(ranked, { times: bodies[n]?.times ?? [], workOrder: facts, dictionaries }),
  );
  // In the order of canonical JSON, as are the parts of it.
  const header = {
    criteria: (candidates[0]?.scored.criteria ?? []).map(({ key, label, weight, isRequired, canRemote }) => ({
      canRemote,
      isRequired,
      key,
      label,
      weight,
    })),
    leaves: dictionaries.leaves.items,
    origins: dictionaries.origins.items,
    reasons: dictionaries.reasons.items,
    shapes: dictionaries.shapes.items,
    times: dictionaries.times.items,
    workOrderTimes,
  };
  return { header, rows };
}

/** `times`: the body's first, as its text counts them; those that no body has are added. */
function packCandidate(ranked: RankedCandidate, around: Around): PackedCandidate {
  const { scored } = ranked;
  const { candidate } = scored;
  const { dictionaries } = around;
  const { masks, shape, graded, evidence, times } = packCriteria(scored, around);
  return {
    providerId: candidate.providerId,
    kind: CANDIDATE_KINDS.indexOf(candidate.kind),
    isEligible: Number(ranked.isEligible),
    rank: ranked.rank,
    isMatch: Number(scored.isMatch),
    pointsMilli: scored.pointsMilli,
    maxPoints: scored.maxPoints,
    costCents: candidate.costCents,
    // One by one: to spread them takes longer than to count them.
    matched: masks.matched,
    missed: masks.missed,
    unknown: masks.unknown,
    notApplying: masks.notApplying,
    byPlatform: masks.byPlatform,
    byOnMissing: masks.byOnMissing,
    needsPerson: masks.needsPerson,
    shape,
    blockedBy: ranked.blockedBy.length === 0 ? null : placesText(ranked.blockedBy, dictionaries.reasons),
    graded: graded.length === 0 ? null : `[${graded.join()}]`,
    evidence,
    times:
      times.length === 1 && dictionaries.times.placeOf(times[0] ?? 0) === 0
        ? null
        : placesText(times, dictionaries.times),
  };
}

/** As JSON. */
function placesText<Item>(items: readonly Item[], { placeOf }: Dictionary<Item>): string {
  let text = '[';
  for (let n = 0; n < items.length; n += 1) {
    const item = items[n];
    if (item !== undefined) text += n === 0 ? placeOf(item) : `,${placeOf(item)}`;
  }
  return `${text}]`;
}
