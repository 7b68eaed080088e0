import type { Fact, Facts } from '../../domain/fact.ts';
import type { JsonValue } from '../../domain/json.ts';
import type { CriteriaInBrief, CriterionResult, ScoredCandidate, VerdictMasks } from '../../domain/scored-slate.ts';
import { addToMasks, emptyMasks } from '../../domain/verdict-masks.ts';
import type { HeaderDictionaries } from './header-dictionaries.ts';
import { bitsFor } from './mask.ts';
import { isInBodies } from './row-evidence.ts';

export type PackedCriteria = {
  readonly masks: VerdictMasks;
  readonly shape: number;
  /** JSON `[position, points_milli]` of those whose points are neither 0 nor the whole weight. */
  readonly graded: readonly string[];
  readonly evidence: string;
  /** The candidate's own, and what evidence says of another time behind them. */
  readonly times: readonly number[];
};

export type Around = {
  readonly workOrder: Facts;
  readonly dictionaries: HeaderDictionaries;
  /** The candidate's own. */
  readonly times: readonly number[];
};

export function packCriteria(scored: ScoredCandidate, around: Around): PackedCriteria {
  const brief = scored.inBrief?.(around.workOrder);
  return brief ? packBrief(brief, around) : packOneByOne(scored, around);
}

/** Without a look at any fact. */
function packBrief(
  { masks, graded, widths, leaves }: CriteriaInBrief,
  { dictionaries, times }: Around,
): PackedCriteria {
  return {
    masks,
    shape: dictionaries.briefShapes.placeOf(widths, leaves),
    graded: graded.map(([position, pointsMilli]) => `[${position},${pointsMilli}]`),
    evidence: '{}',
    times,
  };
}

/** All of it in one walk: each criterion of each candidate is made when it is read, and there are a thousand a decision. */
function packOneByOne(
  { candidate, criteria }: ScoredCandidate,
  { workOrder, dictionaries, times: own }: Around,
): PackedCriteria {
  const times = [...own];
  const masks = emptyMasks();
  const bits = bitsFor(criteria.length);
  const widths: string[] = [];
  const leaves: number[] = [];
  const graded: string[] = [];
  const inBodies = { candidate: candidate.facts, workOrder };
  let evidence: { [leaf: string]: JsonValue } | null = null;
  for (const [n, result] of criteria.entries()) {
    addToMasks(masks, bits[n] ?? 0, result);
    if (result.pointsMilli !== plainPoints(result)) graded.push(`[${n + 1},${result.pointsMilli}]`);
    widths.push(result.width);
    for (const { fact, written, actual } of result.evidence) {
      if (!isInBodies(actual, fact.key, inBodies)) {
        evidence ??= {};
        evidence[leaves.length] = packActual(actual, dictionaries, times);
      }
      leaves.push(dictionaries.leaves.placeOf(n, fact.key, written));
    }
  }
  const shape = dictionaries.shapes.placeOf({ leaves, widths });
  return { masks, shape, graded, evidence: evidence === null ? '{}' : JSON.stringify(evidence), times };
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
