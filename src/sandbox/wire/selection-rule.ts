import { milesToSite } from '../market/habits.ts';
import type { Provider, WorkOrder } from '../world/nouns.ts';

/*
 * The platform's default ranking: names, weights and flags as documented. Its thresholds are not published; these are
 * the sandbox's own. Someone without ratings misses the rating, as the documented sample does.
 */
const MIN_COMPLETED_OF_KIND = 5;
const MAX_CANCEL_RATE = 500;
const MAX_BLOCK_RATE = 200;
const MIN_RATING = 450;
const MAX_MILES = 50;

type Criterion = {
  readonly weight: number;
  readonly name: (workOrder: WorkOrder) => string;
  readonly isRequired: boolean;
  readonly canRemote: boolean;
  readonly matches: (provider: Provider, workOrder: WorkOrder, nowMs: number) => boolean;
};

const CRITERIA: readonly Criterion[] = [
  {
    weight: 150,
    name: (workOrder) => `Work orders completed (${workOrder.kind.name})`,
    isRequired: true,
    canRemote: false,
    matches: (provider, workOrder) => (provider.completed.get(workOrder.kind.id) ?? 0) >= MIN_COMPLETED_OF_KIND,
  },
  {
    weight: 100,
    name: () => 'Worked with your company before',
    isRequired: false,
    canRemote: true,
    matches: (provider) => provider.completedForUs > 0,
  },
  {
    weight: 75,
    name: () => 'Provider cancel rate',
    isRequired: true,
    canRemote: true,
    matches: (provider) => provider.cancelRate <= MAX_CANCEL_RATE,
  },
  {
    weight: 60,
    name: () => 'Provider block rate',
    isRequired: true,
    canRemote: true,
    matches: (provider) => provider.blockRate <= MAX_BLOCK_RATE,
  },
  {
    weight: 45,
    name: () => 'Provider rating',
    isRequired: true,
    canRemote: true,
    matches: (provider) => (provider.rating?.hundredths ?? 0) >= MIN_RATING,
  },
  {
    weight: 40,
    name: () => 'Member of a preferred group',
    isRequired: false,
    canRemote: true,
    matches: (provider) => provider.talentPools.length > 0,
  },
  {
    weight: 35,
    name: () => 'Background check',
    isRequired: false,
    canRemote: false,
    matches: (provider, _workOrder, nowMs) => (provider.backgroundCheckExpiresMs ?? 0) > nowMs,
  },
  {
    weight: 25,
    name: () => 'Distance from work address',
    isRequired: false,
    canRemote: false,
    matches: (provider, workOrder) => milesToSite(provider, workOrder) <= MAX_MILES,
  },
];

/** One provider under the default ranking. Criteria that cannot be met from afar are left out of remote work orders. */
export function toWireSelectionRule(provider: Provider, workOrder: WorkOrder, nowMs: number) {
  const applying = CRITERIA.filter((criterion) => workOrder.place !== null || criterion.canRemote);
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
    id: false,
    is_match: criterion.every((item) => item.is_match || !item.is_required),
    points: criterion.reduce((sum, item) => sum + item.points, 0),
    is_default: true,
    criterion,
    max_points: maxPoints,
  };
}
