import type { Criterion } from '../domain/rule-file.ts';
import type { Candidate, Evidence, ScoredCandidate, Slate, Verdict } from '../domain/scored-slate.ts';
import { primaryTypeOfWork, type WorkOrder } from '../domain/work-order.ts';
import { endingsByFacts, endingsOf } from './ending.ts';
import { columnOf } from './gather-facts.ts';
import { codeOf } from './kleene.ts';
import { pointsOf } from './points.ts';
import { LazilyScored } from './scored-candidate.ts';
import { settle } from './settle.ts';
import type { CriterionOnSlate, SlateTerms } from './slate-terms.ts';

/** A criterion with what an evaluator, whichever, says of it from the facts alone. */
export type JudgedCriterion = {
  readonly criterion: Criterion;
  /** As `fillLabel` gives it. */
  readonly label: string;
  readonly verdict: Verdict;
  readonly evidence: readonly Evidence[];
};

/** The criterion's label with the work order's own primary kind of work in place of `{type_of_work}`. */
export function fillLabel(label: string, workOrder: WorkOrder): string {
  if (!label.includes('{type_of_work}')) return label;
  return label.replaceAll('{type_of_work}', () => primaryTypeOfWork(workOrder)?.name ?? 'unknown type of work');
}

/** What scoring needs besides the verdicts. */
export type ScoringTerms = { readonly slate: Slate; readonly maxVerdictAgeDays: number };

/** Points, gate and statuses of one candidate, by Field Nation's arithmetic; `judged` in file order. */
export function scoreCandidate(
  terms: ScoringTerms,
  candidate: Candidate,
  judged: readonly JudgedCriterion[],
): ScoredCandidate {
  const criteria = judged.map(({ criterion, label, evidence }, at): CriterionOnSlate => {
    const endings = endingsOf(criterion);
    const byFacts = endingsByFacts(endings, terms.slate);
    return { criterion, label, endings, byFacts, at, collect: () => evidence, leaves: null, leaf: null, actuals: [] };
  });
  const codes = Uint8Array.from(judged, ({ verdict }) => codeOf(verdict));
  const [scored] = scoreAll(terms, [candidate], { criteria, codes });
  if (scored === undefined) throw new TypeError('a candidate was not scored');
  return scored;
}

/**
 * The same of criteria that are judged for a whole slate, one after the other over all candidates. Here only the sums are made:
 * the results criterion by criterion are, by the same `settle` and `pointsOf`, once somebody reads them.
 */
export function scoreAll(
  { slate, maxVerdictAgeDays }: ScoringTerms,
  candidates: readonly Candidate[],
  judged: Pick<SlateTerms, 'criteria' | 'codes'>,
): readonly ScoredCandidate[] {
  const terms = { slate, candidates, ...judged, oldestVerdictMs: slate.takenAtMs - maxVerdictAgeDays * 86_400_000 };
  const none = () => columnOf(0, candidates.length);
  const sums = { pointsMilli: none(), uncounted: none(), shuts: none() };
  for (const on of terms.criteria) addTo(sums, on, terms);
  const weights = terms.criteria.reduce((sum, { criterion }) => sum + criterion.weight, 0);
  return candidates.map((candidate, place) => {
    const pointsMilli = sums.pointsMilli[place] ?? 0;
    const maxPoints = weights - (sums.uncounted[place] ?? 0);
    const shuts = sums.shuts[place];
    return new LazilyScored(terms, place, {
      candidate,
      pointsMilli,
      maxPoints,
      isMatch: shuts === 0,
      needsPerson: shuts === 1,
    });
  });
}

/** By candidate; see `Ending`. */
type Sums = {
  readonly pointsMilli: number[];
  readonly uncounted: number[];
  /** All bits that any criterion has. */
  readonly shuts: number[];
};

/** Adds what one criterion comes to for each candidate. Only a required one shuts a gate. */
function addTo({ pointsMilli, uncounted, shuts }: Sums, on: CriterionOnSlate, terms: SlateTerms): void {
  const { isRequired } = on.criterion;
  const { length } = pointsMilli;
  for (let place = 0; place < length; place += 1) {
    const ending = settle(terms, on, place);
    const milli = ending.credit === null ? ending.fullMilli : pointsOf(ending, terms, place);
    pointsMilli[place] = (pointsMilli[place] ?? 0) + milli;
    if (ending.uncounted > 0) uncounted[place] = (uncounted[place] ?? 0) + ending.uncounted;
    if (isRequired) shuts[place] = (shuts[place] ?? 0) | ending.shuts;
  }
}
