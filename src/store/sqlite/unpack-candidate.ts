import type { ProviderId } from '../../domain/ids.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { RecordedCandidate } from '../../domain/recorded-decision.ts';
import type { DecisionHeader } from './decision-header.ts';
import type { candidate as candidateTable } from './decision-tables.ts';
import { hasBit } from './mask.ts';
import { CANDIDATE_KINDS } from './pack-candidates.ts';
import { plainPoints } from './pack-criteria.ts';
import { type BodyFacts, evidenceInBodies, type RecordedEvidence, type RowLeaf } from './row-evidence.ts';

export type CandidateRow = typeof candidateTable.$inferSelect;
type RecordedCriterion = RecordedCandidate['criteria'][number];
/** As an earlier release wrote them: null unknown; a value from the leaf's usual origin; or value and origin. */
type ListedLeaf = null | number | boolean | string | readonly [JsonValue, number];
type RecordedLeaf = RecordedEvidence & { readonly criterion: number };

/** A candidate's row, its decision's header and the facts of its bodies → what was recorded, criterion by criterion. */
export function unpackCandidate(row: CandidateRow, header: DecisionHeader, facts: BodyFacts): RecordedCandidate {
  const leaves = unpackEvidence(row, header, facts);
  const graded = new Map(parseList<readonly [number, number]>(row.graded));
  return {
    providerId: row.providerId as ProviderId,
    kind: at(CANDIDATE_KINDS, row.kind),
    isEligible: row.isEligible === 1,
    rank: row.rank,
    isMatch: row.isMatch === 1,
    pointsMilli: row.pointsMilli,
    maxPoints: row.maxPoints,
    costCents: row.costCents,
    blockedBy: parseList<number>(row.blockedBy).map((place) => at(header.reasons, place)),
    criteria: header.criteria.map((criterion, n) => {
      const { key, label, weight, isRequired } = criterion;
      const verdict = {
        applies: !hasBit(row.notApplying, n),
        verdict: verdictOf(row, n),
        decidedBy: decidedBy(row, n),
      };
      return {
        position: n + 1,
        key,
        label,
        weight,
        isRequired,
        ...verdict,
        pointsMilli: graded.get(n + 1) ?? plainPoints({ weight, ...verdict }),
        width: at(at(header.shapes, row.shape).widths, n),
        evidence: leaves.filter((leaf) => leaf.criterion === n).map(({ criterion: _, ...leaf }) => leaf),
      };
    }),
  };
}

/** The times that its body and its evidence count: first the body's. */
export function candidateTimes(
  row: Pick<CandidateRow, 'times'>,
  header: Pick<DecisionHeader, 'times'>,
): readonly number[] {
  return (row.times === null ? [0] : parseList<number>(row.times)).map((place) => at(header.times, place));
}

/** The same for many candidates of one decision: few of them have times of their own. */
export function createTimesReader(header: Pick<DecisionHeader, 'times'>): (times: string | null) => readonly number[] {
  const known = new Map<string | null, readonly number[]>();
  return (times) => {
    const found = known.get(times) ?? candidateTimes({ times }, header);
    known.set(times, found);
    return found;
  };
}

function verdictOf(row: CandidateRow, n: number): RecordedCriterion['verdict'] {
  if (hasBit(row.matched, n)) return 'match';
  return hasBit(row.missed, n) ? 'no_match' : 'unknown';
}

function decidedBy(row: CandidateRow, n: number): RecordedCriterion['decidedBy'] {
  if (hasBit(row.byPlatform, n)) return 'platform';
  return hasBit(row.byOnMissing, n) ? 'on_missing' : 'facts';
}

function unpackEvidence(row: CandidateRow, header: DecisionHeader, facts: BodyFacts): readonly RecordedLeaf[] {
  const times = candidateTimes(row, header);
  const entries = JSON.parse(row.evidence) as readonly ListedLeaf[] | { readonly [place: string]: RowLeaf };
  return at(header.shapes, row.shape).leaves.map((place, n) => {
    const { criterion, fact, written, origin } = at(header.leaves, place);
    const entry = isList(entries) ? withOrigin(at(entries, n), origin) : entries[n];
    if (entry === undefined) return { criterion, fact, written, ...evidenceInBodies(fact, facts) };
    if (entry === null) return { criterion, fact, written, value: null, source: null, observedAtMs: null };
    const [value, from] = entry;
    const [source, time] = at(header.origins, from);
    return { criterion, fact, written, value, source, observedAtMs: at(times, time) };
  });
}

function withOrigin(entry: ListedLeaf, origin: number | null): RowLeaf {
  return entry === null || typeof entry === 'object' ? entry : [entry, origin ?? -1];
}

function isList(entries: object): entries is readonly ListedLeaf[] {
  return Array.isArray(entries);
}

function parseList<Item>(text: string | null): readonly Item[] {
  return text === null ? [] : (JSON.parse(text) as readonly Item[]);
}

function at<Item>(list: readonly Item[], place: number): Item {
  const item = list[place];
  if (item === undefined) throw new TypeError(`no place ${place} in a list of ${list.length}`);
  return item;
}
