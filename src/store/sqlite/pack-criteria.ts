import type { Fact, Facts } from '../../domain/fact.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { CriterionResult, ScoredCandidate } from '../../domain/scored-slate.ts';
import type { HeaderDictionaries } from './header-dictionaries.ts';
import { bitsFor } from './mask.ts';
import { isInBodies } from './row-evidence.ts';

/** As the columns of `candidate` have them: bit n tells of criterion n. */
export type VerdictMasks = {
  matched: number;
  missed: number;
  unknown: number;
  notApplying: number;
  byPlatform: number;
  byOnMissing: number;
  needsPerson: number;
};

export type PackedCriteria = {
  readonly masks: VerdictMasks;
  readonly shape: number;
  /** JSON `[position, points_milli]` of those whose points are neither 0 nor the whole weight. */
  readonly graded: readonly string[];
  readonly evidence: string;
};

export type Around = {
  readonly workOrder: Facts;
  readonly dictionaries: HeaderDictionaries;
  /** The candidate's own; what evidence says of another time is added. */
  readonly times: number[];
};

/** All of it in one walk: each criterion of each candidate is made when it is read, and there are a thousand a decision. */
export function packCriteria(
  { candidate, criteria }: Pick<ScoredCandidate, 'candidate' | 'criteria'>,
  { workOrder, dictionaries, times }: Around,
): PackedCriteria {
  const masks = emptyMasks();
  const bits = bitsFor(criteria.length);
  const widths: string[] = [];
  const leaves: number[] = [];
  const graded: string[] = [];
  const inBodies = { candidate: candidate.facts, workOrder };
  let evidence: { [leaf: string]: JsonValue } | null = null;
  for (const [n, result] of criteria.entries()) {
    const pointsMilli = addToMasks(masks, bits[n] ?? 0, result);
    if (pointsMilli !== null) graded.push(`[${n + 1},${pointsMilli}]`);
    widths.push(result.width);
    for (const { fact, written, actual } of result.evidence) {
      if (!isInBodies(actual, fact.key, inBodies)) {
        evidence ??= {};
        evidence[leaves.length] = packActual(actual, dictionaries, times);
      }
      leaves.push(dictionaries.leaves.placeOf(n, fact.key, written));
    }
  }
  const shape = dictionaries.shapes.placeOf({ widths, leaves });
  return { masks, shape, graded, evidence: evidence === null ? '{}' : JSON.stringify(evidence) };
}

function emptyMasks(): VerdictMasks {
  return { matched: 0, missed: 0, unknown: 0, notApplying: 0, byPlatform: 0, byOnMissing: 0, needsPerson: 0 };
}

/** Its points, where the masks and the weight do not tell them; null: they do. */
function addToMasks(masks: VerdictMasks, bit: number, result: CriterionResult): number | null {
  const { verdict, applies, decidedBy, pointsMilli } = result;
  if (verdict === 'match') masks.matched += bit;
  else if (verdict === 'no_match') masks.missed += bit;
  else masks.unknown += bit;
  if (!applies) masks.notApplying += bit;
  if (decidedBy === 'platform') masks.byPlatform += bit;
  else if (decidedBy === 'on_missing') masks.byOnMissing += bit;
  if (result.needsPerson) masks.needsPerson += bit;
  return pointsMilli === plainPoints({ applies, verdict, weight: result.weight }) ? null : pointsMilli;
}

/** What a matched criterion gives without graded credit. */
export function plainPoints({
  applies,
  verdict,
  weight,
}: Pick<CriterionResult, 'applies' | 'verdict' | 'weight'>): number {
  return applies && verdict === 'match' ? weight * 1000 : 0;
}

function packActual(actual: Fact, { origins }: HeaderDictionaries, times: number[]): JsonValue {
  if (actual.kind === 'unknown') return null;
  return [actual.value, origins.placeOf([actual.source, placeOf(actual.observedAtMs, times)])];
}

function placeOf(time: number, times: number[]): number {
  const known = times.indexOf(time);
  return known === -1 ? times.push(time) - 1 : known;
}
