import type { Swap, SwapProof } from '../analysis/swap-proof.ts';
import { formatCents } from '../domain/money.ts';
import { counted } from './counted.ts';
import { roundedPoints } from './fact-text.ts';
import type { Section } from './section.ts';

/** Why this provider and no better one, where work orders share providers. Null: nothing would have been different alone. */
export function swapSection(proof: SwapProof | null): Section | null {
  if (proof === null || proof.swaps.length === 0) return null;
  const more =
    proof.others === 0 ? [] : [`${counted(proof.others, 'more work order')} would have the same first choice.`];
  return {
    title: 'Decided together',
    sentences: [...proof.swaps.map((swap) => swapSentence(swap, proof)), ...more, howSolved(proof)],
    table: null,
  };
}

function swapSentence(swap: Swap, { told }: SwapProof): string {
  const { kind, workOrderId, providerId } = swap;
  const consequence = `${consequenceOf(swap, told)}${swap.isProven ? '' : ', as far as was searched'}.`;
  switch (kind) {
    case 'own':
      return `Giving ${workOrderId} its better choice, provider ${providerId}, ${consequence}`;
    case 'nobody':
      return `Nobody is left for ${workOrderId}, though provider ${providerId} could take it: that ${consequence}`;
    case 'other':
      return `Provider ${providerId} is the first choice of ${workOrderId} too; giving it there ${consequence}`;
  }
}

/** The first objective that tells the two apart; a loss that is made up for in part says so. */
function consequenceOf({ leavesUnfilled, fills, difference }: Swap, told: SwapProof['told']): string {
  const { fill, pointsMilli, costCents, spread, rank } = difference;
  if (leavesUnfilled.length > 0) {
    const instead = fills.length === 0 ? '' : ` and fills ${fills.join(', ')} instead`;
    const isWeighed = fill < 0 && fills.length >= leavesUnfilled.length;
    const why = isWeighed ? ', which fill_weight counts for less' : fill === 0 ? tail(difference) : '';
    return `leaves ${leavesUnfilled.join(', ')} unfilled${instead}${why}`;
  }
  if (pointsMilli !== 0) return `makes ${pointsText(pointsMilli)} over all`;
  if (costCents !== 0) return `${costText(costCents)} over all${told >= 1 ? ', with as many points' : ''}`;
  const asGood = told >= 2 ? ', with as many points and dollars' : '';
  if (spread !== 0) return `gives more to providers who have much already${asGood}`;
  if (rank !== 0) return `gives others somebody further down their lists${asGood}`;
  return 'comes to the same over all';
}

/** What tells apart two ways that fill as many. */
function tail({ pointsMilli, costCents }: Swap['difference']): string {
  if (pointsMilli !== 0) return `, and makes ${pointsText(pointsMilli)} over all`;
  return costCents === 0 ? '' : `, and ${costText(costCents)} over all`;
}

function pointsText(milli: number): string {
  return `${roundedPoints(Math.abs(milli))} points ${milli < 0 ? 'fewer' : 'more'}`;
}

function costText(cents: number | null): string {
  if (cents === null) return 'comes to another cost, which is not known,';
  return `costs ${formatCents(Math.abs(cents))} ${cents < 0 ? 'less' : 'more'}`;
}

function howSolved({ workOrders, providers, status, lessBids }: SwapProof): string {
  const whom = `${counted(workOrders, 'work order')} and ${counted(providers, 'provider')}`;
  const proof =
    status === 'optimal' ? 'nothing better exists' : 'a limit came before the proof that nothing better exists';
  const without =
    lessBids === 0
      ? ''
      : ` That is without bids of ${counted(lessBids, 'work order')} that came to no assignment beside what others got: too small a lead, or a person must look.`;
  return `${whom} that hang together were decided as one; ${proof}.${without}`;
}
