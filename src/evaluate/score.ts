import type { Criterion } from '../domain/rule-file.ts';
import type { Candidate, Evidence, ScoredCandidate, Slate, Verdict } from '../domain/scored-slate.ts';
import { primaryTypeOfWork, type WorkOrder } from '../domain/work-order.ts';
import { gradedFact, pointsOf } from './points.ts';
import { LazilyScored, type SlateTerms } from './scored-candidate.ts';
import { type CriterionOnSlate, settle } from './settle.ts';

/** A criterion with what an evaluator, whichever, says of it from the facts alone. */
export type JudgedCriterion = {
  readonly criterion: Criterion;
  /** As `fillLabel` gives it. */
  readonly label: string;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
};

/** What scoring needs besides the verdicts. */
export type ScoringTerms = { readonly slate: Slate; readonly maxVerdictAgeDays: number };

/** The criterion's label with the work order's own primary kind of work in place of `{type_of_work}`. */
export function fillLabel(label: string, workOrder: WorkOrder): string {
  return label.replaceAll('{type_of_work}', () => primaryTypeOfWork(workOrder)?.name ?? 'unknown type of work');
}

export function placeOnSlate(
  criterion: Criterion,
  label: string,
  { slate, maxVerdictAgeDays }: ScoringTerms,
): CriterionOnSlate {
  const isLeftOut = slate.workOrder.isRemote && !criterion.canRemote;
  return { criterion, label, isLeftOut, oldestVerdictMs: slate.takenAtMs - maxVerdictAgeDays * 86_400_000 };
}

/** Points, gate and statuses of one candidate, by Field Nation's arithmetic; `judged` in file order. */
export function scoreCandidate(
  terms: ScoringTerms,
  candidate: Candidate,
  judged: readonly JudgedCriterion[],
): ScoredCandidate {
  const criteria = judged.map(({ criterion, label, verdict, evidence }) => ({
    ...placeOnSlate(criterion, label, terms),
    judge: () => verdict,
    collect: () => evidence,
  }));
  return scoreOnSlate({ slate: terms.slate, criteria }, candidate);
}

/**
 * The same by criteria that judge for themselves. Here only the sums are made, without as much as a list of the verdicts:
 * the results criterion by criterion are, by the same `settle` and `pointsOf`, once somebody reads them.
 */
export function scoreOnSlate(terms: SlateTerms, candidate: Candidate): ScoredCandidate {
  const { slate, criteria } = terms;
  let pointsMilli = 0;
  let maxPoints = 0;
  let isMatch = true;
  let onlyPersonsMissing = true;
  for (const on of criteria) {
    const settlement = settle(on, candidate, on.judge(candidate.facts, slate.facts));
    if (!settlement.applies) continue;
    const { criterion } = on;
    maxPoints += criterion.weight;
    if (settlement.verdict === 'match')
      pointsMilli += pointsOf(criterion, settlement, gradedFact(criterion, slate, candidate));
    else if (criterion.isRequired) {
      isMatch = false;
      onlyPersonsMissing &&= settlement.needsPerson;
    }
  }
  const needsPerson = !isMatch && onlyPersonsMissing;
  return new LazilyScored(terms, candidate, { pointsMilli, maxPoints, isMatch, needsPerson });
}
