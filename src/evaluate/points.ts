import type { Fact } from '../domain/fact.ts';
import type { LinearCredit } from '../domain/rule-file.ts';
import type { Ending } from './ending.ts';
import type { SlateTerms } from './slate-terms.ts';

/**
 * Thousandths of a point. Graded credit needs the value it grades: where that is unknown a matched criterion gets its full
 * weight if the platform itself said so (it knows the value, and gives full points), and nothing otherwise. `place`: the
 * candidate's.
 */
export function pointsOf({ fullMilli, credit, decidedBy }: Ending, terms: SlateTerms, place: number): number {
  if (credit === null) return fullMilli;
  const { key } = credit.fact;
  const graded = terms.candidates[place]?.facts[key] ?? terms.slate.facts[key];
  return creditOf(fullMilli, credit, graded) ?? (decidedBy === 'platform' ? fullMilli : 0);
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
