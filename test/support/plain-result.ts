import type { CriterionResult, ScoredCandidate } from '../../src/domain/scored-slate.ts';

/** What there is to read of a criterion's result, as properties of its own: to be compared, copied with a change, written as JSON. */
type PlainResult = { readonly [name in keyof CriterionResult]: CriterionResult[name] };

export function plainResult(result: CriterionResult): PlainResult {
  const { position, key, label, weight, isRequired, canRemote, applies, factVerdict, decidedBy } = result;
  const { verdict, status, pointsMilli, order, width, needsPerson, evidence } = result;
  return {
    ...{ position, key, label, weight, isRequired, canRemote, applies, factVerdict, decidedBy },
    ...{ verdict, status, pointsMilli, order, width, needsPerson, evidence },
  };
}

/** With its criteria, which comparing would leave out: they are a getter's, and their members too. */
export function plainCandidate(scored: ScoredCandidate) {
  return { ...scored, criteria: scored.criteria.map(plainResult) };
}
