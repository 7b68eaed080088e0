import type { Fact } from '../domain/fact.ts';
import type { Criterion, LinearCredit } from '../domain/rule-file.ts';
import type { Candidate, Slate } from '../domain/scored-slate.ts';
import type { Settlement } from './settle.ts';

/**
 * Thousandths of a point. Graded credit needs the value it grades: where that is unknown a matched criterion gets its full
 * weight if the platform itself said so (it knows the value, and gives full points), and nothing otherwise.
 * `graded`: see `gradedFact`.
 */
export function pointsOf(criterion: Criterion, settlement: Settlement, graded: Fact | undefined): number {
  if (!settlement.applies || settlement.verdict !== 'match') return 0;
  const fullMilli = criterion.weight * 1000;
  if (criterion.credit === null) return fullMilli;
  return creditOf(fullMilli, criterion.credit, graded) ?? (settlement.decidedBy === 'platform' ? fullMilli : 0);
}

/** What a criterion's credit is graded by, of this candidate; undefined: nothing, or it is not there. */
export function gradedFact({ credit }: Criterion, slate: Slate, candidate: Candidate): Fact | undefined {
  if (credit === null) return undefined;
  const { key } = credit.fact;
  return candidate.facts[key] ?? slate.facts[key];
}

/** Null where the graded value is not known. Either end may be the larger: near is good for miles, high is good for stars. */
function creditOf(fullMilli: number, credit: LinearCredit, fact: Fact | undefined): number | null {
  if (fact === undefined || fact.kind === 'unknown' || typeof fact.value !== 'number') return null;
  const direction = Math.sign(credit.zeroAt - credit.fullAt);
  const span = Math.abs(credit.zeroAt - credit.fullAt);
  const fromZero = (credit.zeroAt - fact.value) * direction;
  if (fromZero >= span) return fullMilli;
  if (fromZero <= 0) return 0;
  const product = fullMilli * fromZero;
  if (product <= Number.MAX_SAFE_INTEGER) return (product - (product % span)) / span;
  // Exact: weight times a difference of epoch milliseconds does not fit into 53 bits.
  return Number((BigInt(fullMilli) * BigInt(fromZero)) / BigInt(span));
}
