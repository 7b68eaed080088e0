import type { Criterion } from '../domain/rule-file.ts';
import type { Candidate, Evidence, ScoredCandidate, Slate, Verdict } from '../domain/scored-slate.ts';
import { primaryTypeOfWork, type WorkOrder } from '../domain/work-order.ts';
import { codeOf } from './kleene.ts';
import { gradedFact, pointsOf } from './points.ts';
import { LazilyScored } from './scored-candidate.ts';
import { settle } from './settle.ts';
import { oldestVerdictMs, type Placed, type SlateTerms } from './slate-terms.ts';

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
  if (!label.includes('{type_of_work}')) return label;
  return label.replaceAll('{type_of_work}', () => primaryTypeOfWork(workOrder)?.name ?? 'unknown type of work');
}

/** Points, gate and statuses of one candidate, by Field Nation's arithmetic; `judged` in file order. */
export function scoreCandidate(
  terms: ScoringTerms,
  candidate: Candidate,
  judged: readonly JudgedCriterion[],
): ScoredCandidate {
  const criteria = judged.map(({ criterion, evidence }, index) => {
    return { criterion, index, column: index, collect: () => evidence };
  });
  const codes = Uint8Array.from(judged, ({ verdict }) => codeOf(verdict));
  const on: SlateTerms = {
    slate: terms.slate,
    criteria,
    labels: judged.map(({ label }) => label),
    judged: { count: 1, facts: [], codes },
    oldestVerdictMs: oldestVerdictMs(terms.slate, terms.maxVerdictAgeDays),
  };
  return scorePlaced(on, { candidate, place: 0 });
}

/**
 * The same of criteria that are judged for a whole slate. Here only the sums are made, without as much as a list of the verdicts:
 * the results criterion by criterion are, by the same `settle` and `pointsOf`, once somebody reads them.
 */
export function scorePlaced(terms: SlateTerms, placed: Placed): ScoredCandidate {
  let pointsMilli = 0;
  let maxPoints = 0;
  let isMatch = true;
  let onlyPersonsMissing = true;
  for (const ready of terms.criteria) {
    const settlement = settle(terms, ready, placed);
    if (!settlement.applies) continue;
    const { criterion } = ready;
    maxPoints += criterion.weight;
    if (settlement.verdict === 'match')
      pointsMilli += pointsOf(criterion, settlement, gradedFact(criterion, terms.slate, placed.candidate));
    else if (criterion.isRequired) {
      isMatch = false;
      onlyPersonsMissing &&= settlement.needsPerson;
    }
  }
  const needsPerson = !isMatch && onlyPersonsMissing;
  return new LazilyScored(terms, placed, { pointsMilli, maxPoints, isMatch, needsPerson });
}
