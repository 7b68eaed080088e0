import type { RankedCandidate, Reason } from '../../domain/decision.ts';
import { toCanonicalJson } from '../../domain/json.ts';
import type { CriterionResult, Evidence } from '../../domain/scored-slate.ts';
import type { DecisionHeader } from './decision-header.ts';
import { CANDIDATE_KINDS } from './pack-candidates.ts';
import { plainPoints } from './pack-criteria.ts';
import type { BodyFacts } from './row-evidence.ts';
import type { CandidateRow } from './unpack-candidate.ts';

/** The rows of one decision as they are read, and what they point into. */
export type PackedSlate = {
  readonly header: DecisionHeader;
  readonly rows: readonly CandidateRow[];
  /** Of each row, in the same order. */
  readonly facts: readonly BodyFacts[];
};

/**
 * Whether these candidates are what the rows say, without unpacking one: every mask, number, reason, width and leaf. False where
 * a row is not of the usual form as well, which the one who asks then finds out in the long way.
 */
export function areRecorded(packed: PackedSlate, candidates: readonly RankedCandidate[]): boolean {
  if (packed.rows.length !== candidates.length) return false;
  return candidates.every((ranked, place) => isRecorded(packed, place, ranked));
}

function isRecorded({ header, rows, facts }: PackedSlate, place: number, ranked: RankedCandidate): boolean {
  const { scored, isEligible, rank, blockedBy } = ranked;
  const { candidate, criteria, pointsMilli, maxPoints, isMatch } = scored;
  const row = rows[place];
  const own = facts[place];
  if (row === undefined || own === undefined) return false;
  return (
    row.providerId === candidate.providerId &&
    CANDIDATE_KINDS[row.kind] === candidate.kind &&
    row.isEligible === Number(isEligible) &&
    row.rank === rank &&
    row.isMatch === Number(isMatch) &&
    row.pointsMilli === pointsMilli &&
    row.maxPoints === maxPoints &&
    row.costCents === candidate.costCents &&
    areReasons(row.blockedBy, header.reasons, blockedBy) &&
    areVerdicts(row, header, criteria) &&
    areLeaves(row, header, { criteria, own })
  );
}

function areReasons(places: string | null, all: readonly Reason[], reasons: readonly Reason[]): boolean {
  if (places === null) return reasons.length === 0;
  const recorded = JSON.parse(places) as readonly number[];
  return recorded.length === reasons.length && reasons.every((one, n) => isReason(all[recorded[n] ?? -1], one));
}

function isReason(recorded: Reason | undefined, reason: Reason): boolean {
  if (recorded === undefined || recorded.code !== reason.code) return false;
  return toCanonicalJson(recorded.detail) === toCanonicalJson(reason.detail);
}

/** Bit n of a mask is the criterion at place n. */
function areVerdicts(row: CandidateRow, header: DecisionHeader, criteria: readonly CriterionResult[]): boolean {
  const widths = header.shapes[row.shape]?.widths ?? [];
  if (criteria.length !== header.criteria.length || (row.graded === null) !== !isGraded(criteria)) return false;
  let [matched, missed, unknown, notApplying, byPlatform, byOnMissing] = [0, 0, 0, 0, 0, 0];
  for (const [n, result] of criteria.entries()) {
    const bit = 2 ** n;
    const { verdict, decidedBy } = result;
    if (verdict === 'match') matched += bit;
    else if (verdict === 'no_match') missed += bit;
    else unknown += bit;
    if (!result.applies) notApplying += bit;
    if (decidedBy === 'platform') byPlatform += bit;
    else if (decidedBy === 'on_missing') byOnMissing += bit;
    const told = header.criteria[n];
    if (told === undefined || result.position !== n + 1 || widths[n] !== result.width) return false;
    if (told.key !== result.key || told.label !== result.label) return false;
    if (told.weight !== result.weight || told.isRequired !== result.isRequired) return false;
  }
  return (
    row.matched === matched &&
    row.missed === missed &&
    row.unknown === unknown &&
    row.notApplying === notApplying &&
    row.byPlatform === byPlatform &&
    row.byOnMissing === byOnMissing &&
    (row.graded === null || row.graded === JSON.stringify(gradedIn(criteria)))
  );
}

function isGraded(criteria: readonly CriterionResult[]): boolean {
  return criteria.some((result) => result.pointsMilli !== plainPoints(result));
}

function gradedIn(criteria: readonly CriterionResult[]): readonly (readonly [number, number])[] {
  return criteria.flatMap((result, n) =>
    result.pointsMilli === plainPoints(result) ? [] : [[n + 1, result.pointsMilli] as const],
  );
}

type Seen = { readonly criteria: readonly CriterionResult[]; readonly own: BodyFacts };

/** Only where all that the leaves saw is what the bodies say. */
function areLeaves({ evidence, shape }: CandidateRow, header: DecisionHeader, { criteria, own }: Seen): boolean {
  if (evidence !== '{}') return false;
  const places = header.shapes[shape]?.leaves ?? [];
  let met = 0;
  for (const [criterion, result] of criteria.entries()) {
    for (const leaf of result.evidence) {
      const told = header.leaves[places[met] ?? -1];
      if (told === undefined || told.criterion !== criterion || told.written !== leaf.written) return false;
      if (told.fact !== leaf.fact.key || !isWhatBodiesSay(leaf, own)) return false;
      met += 1;
    }
  }
  return met === places.length;
}

/** Why a fact is not known is not recorded in a row. */
function isWhatBodiesSay({ fact, actual }: Evidence, { candidate, workOrder }: BodyFacts): boolean {
  const found = candidate?.[fact.key] ?? workOrder?.[fact.key];
  return found === actual || (actual.kind === 'unknown' && (found === undefined || found.kind === 'unknown'));
}
