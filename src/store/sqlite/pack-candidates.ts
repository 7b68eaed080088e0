import type { RankedCandidate, Reason } from '../../domain/decision.ts';
import type { Fact, Facts } from '../../domain/fact.ts';
import type { JsonValue } from '../../domain/json.ts';
import { toCanonicalJson } from '../../domain/json.ts';
import type { CandidateKind } from '../../domain/provider.ts';
import type { Candidate, CriterionResult } from '../../domain/scored-slate.ts';
import { type PreparedBody, prepareBody } from './body.ts';
import type { CandidateShape, DecisionHeader, LeafHeader } from './decision-header.ts';
import type { candidate as candidateTable } from './decision-tables.ts';
import { createDictionary, type Dictionary } from './dictionary.ts';
import { maskOf } from './mask.ts';
import { isInBodies } from './row-evidence.ts';

/** A row of `candidate` but for the numbers only the database gives. */
export type PackedCandidate = {
  readonly row: Omit<typeof candidateTable.$inferSelect, 'decision' | 'body'>;
  readonly body: PreparedBody;
};

export const CANDIDATE_KINDS: readonly CandidateKind[] = ['request', 'routed', 'bench'];

type Dictionaries = {
  readonly leaves: Dictionary<LeafHeader>;
  readonly origins: Dictionary<readonly [string, number]>;
  readonly times: Dictionary<number>;
  readonly shapes: Dictionary<CandidateShape>;
  readonly reasons: Dictionary<Reason>;
};

/** Candidate rows and the header they share. `workOrder` is the body that goes with them, and the facts in it. */
export function packCandidates(
  candidates: readonly RankedCandidate[],
  workOrder: { readonly body: PreparedBody; readonly facts: Facts },
): { readonly header: DecisionHeader; readonly packed: readonly PackedCandidate[] } {
  const dictionaries = createDictionaries();
  const workOrderTimes = workOrder.body.times.map(dictionaries.times.placeOf);
  const packed = candidates.map((ranked) => packCandidate(ranked, workOrder.facts, dictionaries));
  const header = {
    criteria: (candidates[0]?.scored.criteria ?? []).map(({ key, label, weight, isRequired, canRemote }) => ({
      key,
      label,
      weight,
      isRequired,
      canRemote,
    })),
    leaves: dictionaries.leaves.items,
    origins: dictionaries.origins.items,
    times: dictionaries.times.items,
    shapes: dictionaries.shapes.items,
    reasons: dictionaries.reasons.items,
    workOrderTimes,
  };
  return { header, packed };
}

function createDictionaries(): Dictionaries {
  return {
    leaves: createDictionary((leaf) => `${leaf.criterion} ${leaf.fact} ${leaf.written}`),
    origins: createDictionary(([source, time]) => `${source} ${time}`),
    times: createDictionary((time) => time),
    shapes: createDictionary((shape) => `${shape.widths.join()} ${shape.leaves.join()}`),
    reasons: createDictionary((reason) => toCanonicalJson(reason)),
  };
}

function packCandidate(ranked: RankedCandidate, workOrder: Facts, dictionaries: Dictionaries): PackedCandidate {
  const { candidate, criteria, pointsMilli, maxPoints, isMatch } = ranked.scored;
  const body = bodyOfCandidate(candidate);
  // The body's times first, as its text counts them; then those that no body has.
  const times = [...body.times];
  const { leaves, evidence } = packEvidence(ranked.scored, { workOrder, dictionaries, times });
  const timePlaces = times.map(dictionaries.times.placeOf);
  const graded = criteria.flatMap((result, n) =>
    result.pointsMilli === plainPoints(result) ? [] : [[n + 1, result.pointsMilli]],
  );
  const row = {
    providerId: candidate.providerId,
    kind: CANDIDATE_KINDS.indexOf(candidate.kind),
    isEligible: Number(ranked.isEligible),
    rank: ranked.rank,
    isMatch: Number(isMatch),
    pointsMilli,
    maxPoints,
    costCents: candidate.costCents,
    ...packVerdicts(criteria),
    shape: dictionaries.shapes.placeOf({ widths: criteria.map((result) => result.width), leaves }),
    blockedBy: listOrNull(ranked.blockedBy.map(dictionaries.reasons.placeOf)),
    graded: listOrNull(graded),
    evidence: JSON.stringify(evidence),
    times: timePlaces.length === 1 && timePlaces[0] === 0 ? null : JSON.stringify(timePlaces),
  };
  return { row, body };
}

/** What a matched criterion gives without graded credit. */
export function plainPoints(result: Pick<CriterionResult, 'applies' | 'verdict' | 'weight'>): number {
  return result.applies && result.verdict === 'match' ? result.weight * 1000 : 0;
}

function packVerdicts(criteria: readonly CriterionResult[]) {
  return {
    matched: maskOf(criteria, (result) => result.verdict === 'match'),
    missed: maskOf(criteria, (result) => result.verdict === 'no_match'),
    unknown: maskOf(criteria, (result) => result.verdict === 'unknown'),
    notApplying: maskOf(criteria, (result) => !result.applies),
    byPlatform: maskOf(criteria, (result) => result.decidedBy === 'platform'),
    byOnMissing: maskOf(criteria, (result) => result.decidedBy === 'on_missing'),
    needsPerson: maskOf(criteria, (result) => result.needsPerson),
  };
}

/** Adds to the candidate's `times` what is not there yet. */
function packEvidence(
  { candidate, criteria }: RankedCandidate['scored'],
  { workOrder, dictionaries, times }: { workOrder: Facts; dictionaries: Dictionaries; times: number[] },
) {
  const leaves: number[] = [];
  const evidence: { [leaf: string]: JsonValue } = {};
  const inBodies = { candidate: candidate.facts, workOrder };
  for (const [criterion, result] of criteria.entries()) {
    for (const { fact, written, actual } of result.evidence) {
      if (!isInBodies(actual, fact.key, inBodies)) {
        evidence[leaves.length] = packActual(actual, (known) =>
          dictionaries.origins.placeOf([known.source, placeOf(known.observedAtMs, times)]),
        );
      }
      leaves.push(dictionaries.leaves.placeOf({ criterion, fact: fact.key, written, origin: null }));
    }
  }
  return { leaves, evidence };
}

type KnownFact = Extract<Fact, { readonly kind: 'known' }>;

function packActual(actual: Fact, originOf: (known: KnownFact) => number): JsonValue {
  return actual.kind === 'unknown' ? null : [actual.value, originOf(actual)];
}

function placeOf(time: number, times: number[]): number {
  const known = times.indexOf(time);
  return known === -1 ? times.push(time) - 1 : known;
}

/** Live and shadow decisions of one run share their candidates. */
const bodies = new WeakMap<Candidate, PreparedBody>();

function bodyOfCandidate(candidate: Candidate): PreparedBody {
  const known = bodies.get(candidate);
  if (known !== undefined) return known;
  const { facts, verdicts, raw, ...plain } = candidate;
  const body = prepareBody(plain, { facts, verdicts }, { raw: writeRaw(raw) });
  bodies.set(candidate, body);
  return body;
}

/** Once they are written: the texts of a thousand slates are more than half a gigabyte. Made again where somebody needs one once more. */
export function forgetBodies(candidates: readonly RankedCandidate[]): void {
  for (const { scored } of candidates) bodies.delete(scored.candidate);
}

/** A provider's profile is the same object on every slate of a run. */
const writtenProfiles = new WeakMap<object, string>();

function writeRaw(raw: JsonValue): string {
  if (typeof raw !== 'object' || raw === null || !('profile' in raw)) return toCanonicalJson(raw);
  const { profile, row, ...others } = raw;
  const isPlain = typeof profile === 'object' && profile !== null && row !== undefined;
  if (!isPlain || Object.keys(others).length > 0) return toCanonicalJson(raw);
  const written = writtenProfiles.get(profile) ?? toCanonicalJson(profile);
  writtenProfiles.set(profile, written);
  return `{"profile":${written},"row":${toCanonicalJson(row)}}`;
}

function listOrNull(list: readonly JsonValue[]): string | null {
  return list.length === 0 ? null : JSON.stringify(list);
}
