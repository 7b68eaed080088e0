import type { RankedCandidate, Reason } from '../../domain/decision.ts';
import type { Facts } from '../../domain/fact.ts';
import { toCanonicalJson } from '../../domain/json.ts';
import type { CriteriaInBrief, CriterionResult, Evidence, ScoredCandidate } from '../../domain/scored-slate.ts';
import { type CandidateCells, rowOf } from './candidate-rows.ts';
import type { DecisionHeader } from './decision-header.ts';
import { CANDIDATE_KINDS } from './pack-candidates.ts';
import { plainPoints } from './pack-criteria.ts';
import type { BodyFacts } from './row-evidence.ts';
import type { CandidateRow } from './unpack-candidate.ts';

/** The rows of one decision as they are read, and what they point into. */
export type PackedSlate = {
  readonly header: DecisionHeader;
  readonly cells: readonly CandidateCells[];
  /** Of each row, in the same order. */
  readonly candidates: readonly { readonly facts: Facts }[];
  readonly workOrder: Facts;
};

/**
 * Whether these candidates are what the rows say, without unpacking one: every mask, number, reason, width and leaf. False where
 * a row is not of the usual form as well, which the one who asks then finds out in the long way.
 */
export function areRecorded(packed: PackedSlate, candidates: readonly RankedCandidate[]): boolean {
  if (packed.cells.length !== candidates.length) return false;
  const isToldBy = createToldBy(packed.header);
  return candidates.every((ranked, place) => isRecorded(packed, place, { ranked, isToldBy }));
}

type Looking = { readonly ranked: RankedCandidate; readonly isToldBy: ToldBy };

function isRecorded(packed: PackedSlate, place: number, { ranked, isToldBy }: Looking): boolean {
  const { header } = packed;
  const { scored, isEligible, rank, blockedBy } = ranked;
  const { candidate, pointsMilli, maxPoints, isMatch } = scored;
  const cells = packed.cells[place];
  if (cells === undefined) return false;
  const row = rowOf(cells);
  const own = { candidate: packed.candidates[place]?.facts ?? null, workOrder: packed.workOrder };
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
    areCriteria(row, header, { scored, own, isToldBy })
  );
}

type Scored = { readonly scored: ScoredCandidate; readonly own: BodyFacts; readonly isToldBy: ToldBy };

/** In brief where that says all of it: what leaves saw are then the candidate's own facts and the work order's, as they are. */
function areCriteria(row: CandidateRow, header: DecisionHeader, { scored, own, isToldBy }: Scored): boolean {
  const isOfBodies = own.workOrder !== null && scored.candidate.facts === own.candidate;
  const brief = isOfBodies ? scored.inBrief?.(own.workOrder) : undefined;
  if (brief) return isBrief(row, brief) && isToldBy(row.shape, brief, scored);
  const { criteria } = scored;
  return areVerdicts(row, header, criteria) && areLeaves(row, header, { criteria, own });
}

function isBrief(row: CandidateRow, { masks, graded }: CriteriaInBrief): boolean {
  return (
    row.evidence === '{}' &&
    row.matched === masks.matched &&
    row.missed === masks.missed &&
    row.unknown === masks.unknown &&
    row.notApplying === masks.notApplying &&
    row.byPlatform === masks.byPlatform &&
    row.byOnMissing === masks.byOnMissing &&
    (graded.length === 0 ? row.graded === null : row.graded === JSON.stringify(graded))
  );
}

/** Whether the header says under this shape what the candidate's criteria, widths and leaves are. */
type ToldBy = (shape: number, brief: CriteriaInBrief, scored: ScoredCandidate) => boolean;

/** Most candidates of a slate have the very same lists: what is told of them is looked at once. */
function createToldBy(header: DecisionHeader): ToldBy {
  const known = new Map<CriteriaInBrief['widths'], Map<number, boolean>>();
  return (shape, brief, scored) => {
    const byShape = known.get(brief.widths) ?? new Map<number, boolean>();
    known.set(brief.widths, byShape);
    const told = byShape.get(shape) ?? isTold(header, shape, { ...brief, criteria: scored.criteria });
    byShape.set(shape, told);
    return told;
  };
}

type Told = Pick<CriteriaInBrief, 'widths' | 'leaves'> & { readonly criteria: readonly CriterionResult[] };

function isTold({ criteria: all, shapes, leaves }: DecisionHeader, shape: number, told: Told): boolean {
  const { widths, leaves: places } = shapes[shape] ?? { widths: [], leaves: [] };
  return (
    all.length === told.criteria.length &&
    told.criteria.every((result, n) => isSameCriterion(result, all[n], n) && widths[n] === told.widths[n]) &&
    places.length === told.leaves.length &&
    told.leaves.every(({ criterion, fact, written }, n) => {
      const leaf = leaves[places[n] ?? -1];
      return leaf?.criterion === criterion && leaf.fact === fact && leaf.written === written;
    })
  );
}

function isSameCriterion(
  { position, key, label, weight, isRequired }: CriterionResult,
  told: DecisionHeader['criteria'][number] | undefined,
  n: number,
): boolean {
  return (
    position === n + 1 &&
    told?.key === key &&
    told.label === label &&
    told.weight === weight &&
    told.isRequired === isRequired
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
    if (!isSameCriterion(result, header.criteria[n], n) || widths[n] !== result.width) return false;
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
