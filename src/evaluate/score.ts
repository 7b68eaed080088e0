import type { Fact } from '../domain/fact.ts';
import type { Criterion, LinearCredit, OnMissing } from '../domain/rule-file.ts';
import type {
  Candidate,
  CriterionResult,
  CriterionStatus,
  Evidence,
  ScoredCandidate,
  Slate,
  Verdict,
} from '../domain/scored-slate.ts';
import { primaryTypeOfWork, type WorkOrder } from '../domain/work-order.ts';
import { findPlatformVerdict } from './platform-verdict.ts';

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

/** How a criterion ended, after `can_remote` and `on_missing`. */
type Settlement = Pick<CriterionResult, 'applies' | 'verdict' | 'decidedBy' | 'needsPerson'>;

const UNSETTLED: Settlement = { applies: true, verdict: 'unknown', decidedBy: 'facts', needsPerson: false };
const GIVES_NOTHING: Settlement = { applies: true, verdict: 'unknown', decidedBy: 'on_missing', needsPerson: false };
const COUNTS_AS_MATCHED: Settlement = { applies: true, verdict: 'match', decidedBy: 'on_missing', needsPerson: false };
const ASKS_A_PERSON: Settlement = { applies: true, verdict: 'unknown', decidedBy: 'on_missing', needsPerson: true };
const LEFT_OUT: Settlement = { applies: false, verdict: 'unknown', decidedBy: 'on_missing', needsPerson: false };

/** The criterion's label with the work order's own primary kind of work in place of `{type_of_work}`. */
export function fillLabel(label: string, workOrder: WorkOrder): string {
  return label.replaceAll('{type_of_work}', () => primaryTypeOfWork(workOrder)?.name ?? 'unknown type of work');
}

/** Points, gate and statuses of one candidate, by Field Nation's arithmetic; `judged` in file order. */
export function scoreCandidate(
  terms: ScoringTerms,
  candidate: Candidate,
  judged: readonly JudgedCriterion[],
): ScoredCandidate {
  const settled = judged.map((one) => ({ one, settlement: settle(terms, candidate, one) }));
  let maxPoints = 0;
  for (const { one, settlement } of settled) if (settlement.applies) maxPoints += one.criterion.weight;
  let pointsMilli = 0;
  let isMatch = true;
  let onlyPersonsMissing = true;
  const criteria = settled.map(({ one, settlement }) => {
    const points = pointsOf(terms.slate, candidate, { criterion: one.criterion, settlement });
    pointsMilli += points;
    if (one.criterion.isRequired && settlement.applies && settlement.verdict !== 'match') {
      isMatch = false;
      onlyPersonsMissing &&= settlement.needsPerson;
    }
    return toCriterionResult(one, settlement, { pointsMilli: points, maxPoints });
  });
  return { candidate, pointsMilli, maxPoints, isMatch, needsPerson: !isMatch && onlyPersonsMissing, criteria };
}

function settle(terms: ScoringTerms, candidate: Candidate, one: JudgedCriterion): Settlement {
  const { criterion, verdict } = one;
  if (!criterion.canRemote && terms.slate.workOrder.isRemote) {
    return { applies: false, verdict, decidedBy: 'facts', needsPerson: false };
  }
  if (verdict !== 'unknown') return { applies: true, verdict, decidedBy: 'facts', needsPerson: false };
  const onMissing = criterion.onMissing[candidate.kind];
  if (onMissing !== 'platform') return settleByFile(onMissing);
  const oldestMs = terms.slate.takenAtMs - terms.maxVerdictAgeDays * 86_400_000;
  const given = findPlatformVerdict(candidate.verdicts, one.label, oldestMs);
  if (given === null) return UNSETTLED;
  return { applies: true, verdict: given.isMatch ? 'match' : 'no_match', decidedBy: 'platform', needsPerson: false };
}

function settleByFile(onMissing: Exclude<OnMissing, 'platform'>): Settlement {
  switch (onMissing) {
    case 'no_match':
      return GIVES_NOTHING;
    case 'match':
      return COUNTS_AS_MATCHED;
    case 'hold':
      return ASKS_A_PERSON;
    case 'ignore':
      return LEFT_OUT;
  }
}

/**
 * Thousandths of a point. Graded credit needs the value it grades: where that is unknown a matched criterion gets its full
 * weight if the platform itself said so (it knows the value, and gives full points), and nothing otherwise.
 */
function pointsOf(
  slate: Slate,
  candidate: Candidate,
  { criterion, settlement }: { readonly criterion: Criterion; readonly settlement: Settlement },
): number {
  if (!settlement.applies || settlement.verdict !== 'match') return 0;
  const fullMilli = criterion.weight * 1000;
  if (criterion.credit === null) return fullMilli;
  const { key } = criterion.credit.fact;
  const graded = creditOf(fullMilli, criterion.credit, candidate.facts[key] ?? slate.facts[key]);
  if (graded !== null) return graded;
  return settlement.decidedBy === 'platform' ? fullMilli : 0;
}

/** Null where the graded value is not known. Either end may be the larger: near is good for miles, high is good for stars. */
function creditOf(fullMilli: number, credit: LinearCredit, fact: Fact | undefined): number | null {
  if (fact === undefined || fact.kind === 'unknown' || typeof fact.value !== 'number') return null;
  const direction = Math.sign(credit.zeroAt - credit.fullAt);
  const span = Math.abs(credit.zeroAt - credit.fullAt);
  const fromZero = (credit.zeroAt - fact.value) * direction;
  if (fromZero >= span) return fullMilli;
  if (fromZero <= 0) return 0;
  // Exact: weight times a difference of epoch milliseconds does not fit into 53 bits.
  return Number((BigInt(fullMilli) * BigInt(fromZero)) / BigInt(span));
}

function toCriterionResult(
  { criterion, label, verdict, evidence }: JudgedCriterion,
  settlement: Settlement,
  { pointsMilli, maxPoints }: { readonly pointsMilli: number; readonly maxPoints: number },
): CriterionResult {
  return {
    position: criterion.position,
    key: criterion.key,
    label,
    weight: criterion.weight,
    isRequired: criterion.isRequired,
    canRemote: criterion.canRemote,
    applies: settlement.applies,
    factVerdict: verdict,
    decidedBy: settlement.decidedBy,
    verdict: settlement.verdict,
    status: statusOf(settlement.verdict, criterion.isRequired),
    pointsMilli,
    order: settlement.verdict === 'match' ? 1 : criterion.isRequired ? 3 : 2,
    width: settlement.applies && maxPoints > 0 ? `${Math.floor((100 * criterion.weight) / maxPoints)}%` : '0%',
    needsPerson: settlement.needsPerson,
    evidence,
  };
}

function statusOf(verdict: Verdict, isRequired: boolean): CriterionStatus {
  switch (verdict) {
    case 'match':
      return 'match';
    case 'no_match':
      return isRequired ? 'no_match_required' : 'no_match_preferred';
    case 'unknown':
      return isRequired ? 'unknown_required' : 'unknown_preferred';
  }
}
