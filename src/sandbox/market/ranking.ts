import type { Criterion, Provider, RankingRule, WorkOrder } from '../world/nouns.ts';
import { milesToSite } from './reach.ts';

/*
 * The platform's default ranking: names, weights and flags as documented. Its thresholds are not published; these are
 * the sandbox's own. Someone without ratings misses the rating, as the documented sample does.
 */
const MIN_COMPLETED_OF_KIND = 5;
const MAX_CANCEL_RATE = 500;
const MAX_BLOCK_RATE = 200;
const MIN_RATING = 450;
const MAX_MILES = 50;
const CISCO = 9;

const RATING: Criterion = {
  weight: 45,
  name: () => 'Provider rating',
  isRequired: true,
  canRemote: true,
  matches: (provider) => (provider.rating?.hundredths ?? 0) >= MIN_RATING,
};

const DISTANCE: Criterion = {
  weight: 25,
  name: () => 'Distance from work address',
  isRequired: false,
  canRemote: false,
  matches: (provider, workOrder) => milesToSite(provider, workOrder) <= MAX_MILES,
};

export const DEFAULT_RANKING: RankingRule = {
  id: 0,
  criteria: [
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
    RATING,
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
    DISTANCE,
  ],
};

/** The company's own rules, as listed by `GET /company/selection_rules`; what they hold is the sandbox's choice. */
const COMPANY_RULES: readonly RankingRule[] = [
  {
    id: 254,
    criteria: [
      {
        weight: 100,
        name: () => 'Certification (Cisco CCNA)',
        isRequired: true,
        canRemote: true,
        matches: (provider) => provider.certifications.some(({ id }) => id === CISCO),
      },
      RATING,
      DISTANCE,
    ],
  },
];

/** Null: no such rule. */
export function findRule(id: number): RankingRule | null {
  return id === 0 ? DEFAULT_RANKING : (COMPANY_RULES.find((rule) => rule.id === id) ?? null);
}

/** Criteria that cannot be met from afar are left out of remote work orders. */
export function criteriaFor(rule: RankingRule, workOrder: WorkOrder): readonly Criterion[] {
  return rule.criteria.filter((criterion) => workOrder.place !== null || criterion.canRemote);
}

/** What the default ranking gives the provider at this moment, whatever rule the work order has: the same yardstick for all. */
export function pointsByDefault(
  provider: Provider,
  workOrder: WorkOrder,
  nowMs: number,
): { readonly points: number; readonly maxPoints: number } {
  const maxPoints = criteriaFor(DEFAULT_RANKING, workOrder).reduce((sum, { weight }) => sum + weight, 0);
  return { points: rank(provider, workOrder, { rule: DEFAULT_RANKING, nowMs }).points, maxPoints };
}

/** Points of a provider, and whether every required criterion is met. */
export function rank(
  provider: Provider,
  workOrder: WorkOrder,
  by: { readonly rule: RankingRule; readonly nowMs: number },
): { readonly points: number; readonly isMatch: boolean } {
  let points = 0;
  let isMatch = true;
  for (const criterion of criteriaFor(by.rule, workOrder)) {
    if (criterion.matches(provider, workOrder, by.nowMs)) points += criterion.weight;
    else if (criterion.isRequired) isMatch = false;
  }
  return { points, isMatch };
}
