import type { FactUnit } from '../domain/fact.ts';
import { plainName } from '../domain/plain-name.ts';
import { assigned7d } from './assigned-7d.ts';
import { assignedNow } from './assigned-now.ts';
import { assignedToday } from './assigned-today.ts';
import { backgroundCheck } from './background-check.ts';
import { blockRate } from './block-rate.ts';
import { blocked } from './blocked.ts';
import { cancelRate } from './cancel-rate.ts';
import { cancelledOnUs } from './cancelled-on-us.ts';
import { CANDIDATE_FACTS } from './candidate-facts.ts';
import { certification, certificationNamesFact } from './certification.ts';
import { completedForUs } from './completed-for-us.ts';
import { completedOfThisType } from './completed-of-this-type.ts';
import { completedOfType } from './completed-of-type.ts';
import { completedOverall } from './completed-overall.ts';
import { counterOverBase } from './counter-over-base.ts';
import type { CriterionDefinition, FactDefinition } from './definition.ts';
import { distance } from './distance.ts';
import { drugTest } from './drug-test.ts';
import { FINISHED_WORK_FACTS } from './finished-work-facts.ts';
import { hasRequested } from './has-requested.ts';
import { insurance, insuranceCoverageFact } from './insurance.ts';
import { isCounter } from './is-counter.ts';
import { isRecommended } from './is-recommended.ts';
import { license, licenseNamesFact } from './license.ts';
import { managed } from './managed.ts';
import { marketplace } from './marketplace.ts';
import { newConnection } from './new-connection.ts';
import { onTime } from './on-time.ts';
import { ourRating } from './our-rating.ts';
import { overlap } from './overlap.ts';
import { payTotal } from './pay-total.ts';
import { platformVerdictFact } from './platform-verdict.ts';
import { groupsFact, preferredGroup } from './preferred-group.ts';
import { protec } from './protec.ts';
import { providerScore } from './provider-score.ts';
import { rating } from './rating.ts';
import { ratingCount } from './rating-count.ts';
import { routable } from './routable.ts';
import { w2 } from './w2.ts';
import { WORK_ORDER_FACTS } from './work-order-facts.ts';
import { workedWith } from './worked-with.ts';

/** Every criterion a rule file can name: the default ranking's in its order, then ours. Add one: a file, and a line here. */
export const CRITERIA: readonly CriterionDefinition[] = [
  completedOfThisType,
  completedOfType,
  workedWith,
  cancelRate,
  blockRate,
  rating,
  preferredGroup,
  backgroundCheck,
  distance,
  ourRating,
  ratingCount,
  onTime,
  completedOverall,
  completedForUs,
  certification,
  license,
  insurance,
  drugTest,
  protec,
  blocked,
  w2,
  marketplace,
  managed,
  routable,
  isRecommended,
  newConnection,
  providerScore,
  hasRequested,
  isCounter,
  payTotal,
  counterOverBase,
  assignedNow,
  assignedToday,
  assigned7d,
  overlap,
  cancelledOnUs,
];

/** Every fact a condition can name, sorted by name. */
export const FACTS: readonly FactDefinition[] = [
  ...CRITERIA.map((criterion) => criterion.fact),
  groupsFact,
  certificationNamesFact,
  licenseNamesFact,
  insuranceCoverageFact,
  ...CANDIDATE_FACTS,
  platformVerdictFact((name) => findCriterion(name)?.definition.label ?? name),
  ...WORK_ORDER_FACTS,
  ...FINISHED_WORK_FACTS,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const factByName: ReadonlyMap<string, FactDefinition> = new Map(FACTS.map((fact) => [fact.name, fact]));

/** Null: there is no such fact. Names are exact. */
export function findFact(name: string): FactDefinition | null {
  return factByName.get(name) ?? null;
}

/** The unit in which people write a fact, by its name; null: it has none. */
export function unitOfFact(name: string): FactUnit | null {
  const type = findFact(name)?.type;
  return type?.kind === 'number' ? type.unit : null;
}

/** Names of the facts whose values change by the mere passing of time. */
export const AGEING_FACTS: readonly string[] = FACTS.filter((fact) => fact.isAgeing).map((fact) => fact.name);

export type FoundCriterion = {
  readonly definition: CriterionDefinition;
  /** The text a label carried in its brackets, for the definition's `labelParam`; null when the name carried none. */
  readonly labelValue: string | null;
};

/**
 * By key, label, alias or `SC_*` code, without regard to case. `Work orders completed (Automated Teller Machine (ATM))`
 * is `completed_of_type` with the kind of work; with `{type_of_work}` in the brackets it is `completed_of_this_type`.
 */
export function findCriterion(name: string): FoundCriterion | null {
  const definition = criterionByName.get(plainName(name));
  if (definition !== undefined) return { definition, labelValue: null };
  const trimmed = name.trim().replace(/\s+/g, ' ');
  for (const candidate of CRITERIA) {
    const labelValue = candidate.labelParam === null ? null : valueInLabel(candidate.label, trimmed);
    if (labelValue !== null) return { definition: candidate, labelValue };
  }
  return null;
}

const criterionByName: ReadonlyMap<string, CriterionDefinition> = new Map(
  CRITERIA.flatMap((criterion) => namesOf(criterion).map((name) => [plainName(name), criterion] as const)),
);

/** All fixed names; a label with a parameter of its own is a pattern and no fixed name. */
export function namesOf(criterion: CriterionDefinition): readonly string[] {
  const label = criterion.labelParam === null ? [criterion.label] : [];
  return [criterion.key, ...label, ...criterion.aliases, ...criterion.codes];
}

/** What stands in `name` where `label` has its placeholder; null when the rest differs or nothing stands there. */
function valueInLabel(label: string, name: string): string | null {
  const [before = '', after = ''] = label.toLowerCase().split(/\{\w+\}/);
  const plain = name.toLowerCase();
  if (!plain.startsWith(before) || !plain.endsWith(after)) return null;
  const value = name.slice(before.length, name.length - after.length).trim();
  return value === '' ? null : value;
}

/**
 * Field Nation's criterion codes that no criterion of ours answers, each with the reason as a sentence for the operator.
 * Together with the criteria's own codes these are all 28 of the platform.
 */
export const UNSUPPORTED_CODES: { readonly [code: string]: string } = {
  SC_SERVICE_CATEGORY: 'The service categories of a profile are not sent by the API; use completed_of_type.',
  SC_CUSTOM_PROVIDER_FIELDS: 'Custom provider fields are not sent by the API; use fn.criterion to follow Field Nation.',
  SC_PROVIDER_AND_WORK_ORDER: 'What it compares is not documented; use fn.criterion to follow Field Nation.',
  SC_ASSIGNED_NEARBY: 'Where a provider works at present is not kept with commitments; use assigned_today or overlap.',
  SC_RECENTLY_MATCHED_WO: 'Recent matches are not sent by the API; use fn.criterion to follow Field Nation.',
  SC_VERIFICATION: 'Verifications are not sent by the API; use fn.criterion to follow Field Nation.',
  SC_EQUIPMENT: 'The equipment of a provider is not sent by the API; use fn.criterion to follow Field Nation.',
  SC_PHONE_INTERVIEW: 'Phone interviews are not sent by the API; use fn.criterion to follow Field Nation.',
  SC_PHONE_CALL_BUYER: 'Phone calls are not sent by the API; use fn.criterion to follow Field Nation.',
  SC_DISCLOSE_ADDRESS:
    'Whether an address is disclosed is not sent by the API; use fn.criterion to follow Field Nation.',
};
