import { backgroundCheck } from './background-check.ts';
import { blockRate } from './block-rate.ts';
import { cancelRate } from './cancel-rate.ts';
import { completedOfThisType } from './completed-of-this-type.ts';
import { completedOfType } from './completed-of-type.ts';
import type { CriterionDefinition, FactDefinition } from './definition.ts';
import { distance } from './distance.ts';
import { plainName } from './kind-of-work.ts';
import { ourRating } from './our-rating.ts';
import { platformVerdictFact } from './platform-verdict.ts';
import { groupsFact, preferredGroup } from './preferred-group.ts';
import { rating } from './rating.ts';
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
];

/** Every fact a condition can name, sorted by name. */
export const FACTS: readonly FactDefinition[] = [
  ...CRITERIA.map((criterion) => criterion.fact),
  groupsFact,
  platformVerdictFact((name) => findCriterion(name)?.definition.label ?? name),
  ...WORK_ORDER_FACTS,
].sort((a, b) => (a.name < b.name ? -1 : 1));

const factByName: ReadonlyMap<string, FactDefinition> = new Map(FACTS.map((fact) => [fact.name, fact]));

/** Null: there is no such fact. Names are exact. */
export function findFact(name: string): FactDefinition | null {
  return factByName.get(name) ?? null;
}

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
