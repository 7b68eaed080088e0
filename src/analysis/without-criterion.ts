import type { ScoredCandidate, ScoredSlate } from '../domain/scored-slate.ts';
import type { CompiledRuleFile } from '../evaluate/compile.ts';

/** The same file as if one criterion were deleted from it: neither gate nor points know of it. Thresholds stay as they are. */
export function withoutCriterion(compiled: CompiledRuleFile, position: number): CompiledRuleFile {
  const { file } = compiled;
  return {
    ...compiled,
    file: { ...file, criteria: file.criteria.filter((criterion) => criterion.position !== position) },
    score: (slate) => dropCriterion(compiled.score(slate), position),
  };
}

/** A file that scores a slate once, however often it is asked for the same one. */
export function scoringOnce(compiled: CompiledRuleFile): CompiledRuleFile {
  const known = new WeakMap<object, ScoredSlate>();
  return {
    ...compiled,
    score: (slate) => {
      const scored = known.get(slate) ?? compiled.score(slate);
      known.set(slate, scored);
      return scored;
    },
  };
}

function dropCriterion(scored: ScoredSlate, position: number): ScoredSlate {
  return { ...scored, candidates: scored.candidates.map((candidate) => dropFrom(candidate, position)) };
}

function dropFrom(scored: ScoredCandidate, position: number): ScoredCandidate {
  const dropped = scored.criteria.find((criterion) => criterion.position === position);
  if (dropped === undefined) return scored;
  const criteria = scored.criteria.filter((criterion) => criterion !== dropped);
  const missed = criteria.filter(({ isRequired, applies, verdict }) => isRequired && applies && verdict !== 'match');
  return {
    ...scored,
    pointsMilli: scored.pointsMilli - dropped.pointsMilli,
    maxPoints: scored.maxPoints - (dropped.applies ? dropped.weight : 0),
    isMatch: missed.length === 0,
    needsPerson: missed.length > 0 && missed.every(({ needsPerson }) => needsPerson),
    criteria,
  };
}

/**
 * Whether a criterion sets any two candidates apart: by its gate, by a person it asks for, or by points that change who is
 * ahead of whom. Where it does not, and gives nobody points, nothing can come out otherwise without it.
 */
export function influenceOf(
  candidates: readonly ScoredCandidate[],
  position: number,
): { readonly isGate: boolean; readonly givesPoints: boolean; readonly reorders: boolean } {
  const own = candidates.flatMap(({ criteria, pointsMilli }) => {
    const criterion = criteria.find((one) => one.position === position);
    return criterion === undefined ? [] : [{ criterion, pointsMilli, restMilli: pointsMilli - criterion.pointsMilli }];
  });
  const isGate = own.some(
    ({ criterion }) =>
      criterion.needsPerson || (criterion.isRequired && criterion.applies && criterion.verdict !== 'match'),
  );
  const sorted = own.toSorted((a, b) => b.pointsMilli - a.pointsMilli || b.restMilli - a.restMilli);
  // Where every neighbour stands to the next as before, so does everybody to everybody.
  const reorders = sorted.some((one, place) => {
    const next = sorted[place + 1];
    if (next === undefined) return false;
    return Math.sign(one.pointsMilli - next.pointsMilli) !== Math.sign(one.restMilli - next.restMilli);
  });
  return { isGate, givesPoints: own.some(({ criterion }) => criterion.pointsMilli > 0), reorders };
}
