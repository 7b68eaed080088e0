import type { Criterion, Provider, RankingRule, WorkOrder } from '../world/nouns.ts';
import { milesToSite } from './reach.ts';

/*
 * A rule sent with a call. Two forms: `{"rules":[{"name":"rating","operator":">=","value":4.5}]}` and the platform's own
 * model, `{"results":[{"name":"SC_STAR_BASED_RATING","operation":"greater_than","value":"4","required":true}]}`. No source
 * says which call takes which; names and operators that are not known are ignored, as the platform ignores unknown keys.
 */

type Reading = (provider: Provider, workOrder: WorkOrder, nowMs: number) => number | null;

const READINGS: { readonly [name: string]: Reading } = {
  rating: (provider) => (provider.rating === null ? null : provider.rating.hundredths / 100),
  cancel_rate: (provider) => provider.cancelRate / 100,
  block_rate: (provider) => provider.blockRate / 100,
  distance: milesToSite,
  worked_with: (provider) => Number(provider.completedForUs > 0),
  completed_for_us: (provider) => provider.completedForUs,
  completed_overall: (provider) =>
    provider.completedElsewhere + [...provider.completed.values()].reduce((sum, count) => sum + count, 0),
  completed_of_type: (provider, workOrder) => provider.completed.get(workOrder.kind.id) ?? 0,
  preferred_group: (provider) => Number(provider.talentPools.length > 0),
  background_check: (provider, _workOrder, nowMs) => Number((provider.backgroundCheckExpiresMs ?? 0) > nowMs),
  drug_test: (provider, _workOrder, nowMs) => Number((provider.drugTestExpiresMs ?? 0) > nowMs),
};

/** Other words for the same. */
const ALIASES: { readonly [name: string]: string } = {
  provider_rating: 'rating',
  sc_star_based_rating: 'rating',
  provider_cancel_rate: 'cancel_rate',
  sc_cancel_ratio: 'cancel_rate',
  provider_block_rate: 'block_rate',
  sc_block_ratio: 'block_rate',
  distance_from_work_address: 'distance',
  sc_distance_from_work_order: 'distance',
  worked_with_your_company_before: 'worked_with',
  sc_assigned_before: 'worked_with',
  sc_amount_completed_for_my_company: 'completed_for_us',
  sc_amount_completed_for_all_companies: 'completed_overall',
  work_orders_completed: 'completed_of_type',
  sc_type_of_work: 'completed_of_type',
  member_of_a_preferred_group: 'preferred_group',
  sc_my_technician_group: 'preferred_group',
  sc_background_check: 'background_check',
  sc_drug_test: 'drug_test',
};

const OPERATORS: { readonly [name: string]: (actual: number, wanted: number) => boolean } = {
  '>=': (actual, wanted) => actual >= wanted,
  '<=': (actual, wanted) => actual <= wanted,
  '>': (actual, wanted) => actual > wanted,
  '<': (actual, wanted) => actual < wanted,
  '=': (actual, wanted) => actual === wanted,
  '!=': (actual, wanted) => actual !== wanted,
  greater_than: (actual, wanted) => actual > wanted,
  less_than: (actual, wanted) => actual < wanted,
  equal_to: (actual, wanted) => actual === wanted,
  not_equal_to: (actual, wanted) => actual !== wanted,
};

const USUAL_WEIGHT = 100;
const ON_SITE_ONLY: ReadonlySet<string> = new Set(['distance', 'completed_of_type', 'background_check']);

/** Null: nothing in it is understood. Its id is that of the default ranking; it replaces it. */
export function readInlineRule(given: unknown): RankingRule | null {
  const items = [listIn(given, 'rules'), listIn(given, 'results')].flat();
  const criteria = items.flatMap((item) => readCriterion(item) ?? []);
  return criteria.length === 0 ? null : { id: 0, criteria };
}

function readCriterion(item: unknown): Criterion | null {
  const label = textIn(item, 'name');
  const word = label
    .toLowerCase()
    .replace(/\(.*$/, '')
    .trim()
    .replace(/[^a-z]+/g, '_');
  const name = ALIASES[word] ?? word;
  const reading = Object.hasOwn(READINGS, name) ? READINGS[name] : undefined;
  const operator = [textIn(item, 'operator'), textIn(item, 'operation')].find((known) => known !== '') ?? '=';
  const compare = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  const wanted = numberIn(item, 'value');
  if (reading === undefined || compare === undefined || wanted === null) return null;
  return {
    weight: numberIn(item, 'weight') ?? USUAL_WEIGHT,
    name: () => label,
    isRequired: memberOf(item, 'required') !== false && memberOf(item, 'is_required') !== false,
    canRemote: !ON_SITE_ONLY.has(name),
    matches: (provider, workOrder, nowMs) => {
      const actual = reading(provider, workOrder, nowMs);
      return actual !== null && compare(actual, wanted);
    },
  };
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([name]) => name === key)?.[1] : null;
}

function listIn(value: unknown, key: string): readonly unknown[] {
  const list = memberOf(value, key);
  return Array.isArray(list) ? list : [];
}

function textIn(value: unknown, key: string): string {
  const text = memberOf(value, key);
  return typeof text === 'string' ? text : '';
}

function numberIn(value: unknown, key: string): number | null {
  const given = memberOf(value, key);
  if (typeof given === 'boolean') return Number(given);
  const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}
