import { criteriaFor } from '../market/ranking.ts';
import type { Provider, WorkOrder } from '../world/nouns.ts';

/** One provider under the rule in force for the work order. */
export function toWireSelectionRule(provider: Provider, workOrder: WorkOrder, nowMs: number) {
  const { rule } = workOrder;
  const applying = criteriaFor(rule, workOrder);
  const maxPoints = applying.reduce((sum, criterion) => sum + criterion.weight, 0);
  const criterion = applying.map(({ weight, name, isRequired, canRemote, matches }, index) => {
    const isMatch = matches(provider, workOrder, nowMs);
    return {
      id: index + 1,
      weight,
      name: name(workOrder),
      is_required: isRequired,
      can_remote: canRemote,
      points: isMatch ? weight : 0,
      // The platform cuts the fraction off; shown widths need not add up to 100.
      width: `${Math.floor((100 * weight) / maxPoints)}%`,
      status: isMatch ? 'match' : isRequired ? 'no_match_required' : 'no_match_preferred',
      order: isMatch ? 1 : isRequired ? 3 : 2,
      is_match: isMatch,
    };
  });
  return {
    // Not 0 and not null: the default ranking is told by this JSON value.
    id: rule.id === 0 ? false : rule.id,
    is_match: criterion.every((item) => item.is_match || !item.is_required),
    points: criterion.reduce((sum, item) => sum + item.points, 0),
    is_default: rule.id === 0,
    criterion,
    max_points: maxPoints,
  };
}
