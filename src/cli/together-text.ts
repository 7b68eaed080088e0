import { formatCents } from '../domain/money.ts';
import type { RunSummary } from '../domain/run.ts';
import { counted } from '../report/counted.ts';
import { roundedPoints } from '../report/fact-text.ts';

/** Nothing to say where one work order after the other would have come to the same, and that is proven. */
export function togetherText(together: RunSummary['together']): readonly string[] {
  if (together === undefined) return [];
  const { filledMore, isWeighted, pointsMoreMilli, costMoreCents, unproven } = together;
  const gains = [
    ...(filledMore === 0 ? [] : [`${filledMore} more filled${isWeighted === true ? ' by fill_weight' : ''}`]),
    ...(pointsMoreMilli === 0
      ? []
      : [`${roundedPoints(Math.abs(pointsMoreMilli))} ${pointsMoreMilli > 0 ? 'more' : 'fewer'} points`]),
    ...(costMoreCents === null || costMoreCents === 0
      ? []
      : [`${formatCents(Math.abs(costMoreCents))} ${costMoreCents > 0 ? 'more' : 'less'} to pay`]),
  ];
  if (gains.length + unproven === 0) return [];
  const shared = `Decided together, ${counted(together.workOrders, 'work order')} that share providers`;
  const gain =
    gains.length === 0 ? 'no better than one after the other' : `${gains.join(', ')} than one after the other`;
  const proof = unproven === 0 ? '' : `; ${counted(unproven, 'group')} without proof that nothing is better`;
  return [`${shared}: ${gain}${proof}.`];
}
