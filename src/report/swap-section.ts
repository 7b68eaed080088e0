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
    sentences: [...proof.swaps.map(swapSentence), ...more, howSolved(proof)],
    table: null,
  };
}

function swapSentence(swap: Swap): string {
  const { kind, workOrderId, providerId } = swap;
  const consequence = `${consequenceOf(swap)}${swap.isProven ? '' : ', as far as was searched'}.`;
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
function consequenceOf({ leavesUnfilled, fills, difference }: Swap): string {
  const { fill, pointsMilli, costCents, spread, rank } = difference;
  if (leavesUnfilled.length > 0) {
    const instead = fills.length === 0 ? '' : ` and fills ${fills.join(', ')} instead`;
    const weighed = fill === 0 ? tail(difference) : '';
    return `leaves ${leavesUnfilled.join(', ')} unfilled${instead}${weighed}`;
  }
  if (pointsMilli !== 0) return `makes ${pointsText(pointsMilli)} over all`;
  if (costCents !== 0) return `costs ${moneyText(costCents)} over all, with as many points`;
  if (spread !== 0) return 'gives more to providers who have much already, with as many points and dollars';
  if (rank !== 0) return 'gives others somebody further down their lists, with as many points and dollars';
  return 'comes to the same over all';
}

/** What tells apart two ways that fill as many. */
function tail({ pointsMilli, costCents }: Swap['difference']): string {
  if (pointsMilli !== 0) return `, and makes ${pointsText(pointsMilli)} over all`;
  return costCents === 0 ? '' : `, and costs ${moneyText(costCents)} over all`;
}

function pointsText(milli: number): string {
  return `${roundedPoints(Math.abs(milli))} points ${milli < 0 ? 'fewer' : 'more'}`;
}

function moneyText(cents: number): string {
  return `${formatCents(Math.abs(cents))} ${cents < 0 ? 'less' : 'more'}`;
}

function howSolved({ workOrders, providers, status }: SwapProof): string {
  const whom = `${counted(workOrders, 'work order')} and ${counted(providers, 'provider')}`;
  return status === 'optimal'
    ? `${whom} that hang together were decided as one; nothing better exists.`
    : `${whom} that hang together were decided as one; a limit came before the proof that nothing better exists.`;
}
