import { findCriterion } from '../criteria/catalog.ts';
import type { CriterionDefinition } from '../criteria/definition.ts';
import type { FactParams, FactType, FactValue } from '../domain/fact.ts';
import type { Condition, Criterion } from '../domain/rule-file.ts';
import { findOperator, type Operator } from './operators.ts';
import { writtenAs } from './written-number.ts';

/** A criterion that is what its name says: one comparison of that criterion's own fact. */
export type OneComparison = {
  readonly definition: CriterionDefinition;
  readonly operator: Operator;
  /** As the condition has them, which may be shorter than what the label says: `ATM`. */
  readonly params: FactParams | null;
  /** In the unit people write. */
  readonly value: FactValue;
};

type Test = Extract<Condition, { readonly kind: 'test' }>;

/** Null: the condition is more than one comparison, is turned around by a `not`, or asks for another fact than the name says. */
export function oneComparison(criterion: Criterion): OneComparison | null {
  const found = findCriterion(criterion.label);
  const test = onlyTest(criterion.when);
  const operator = test === null ? null : findOperator(test.operator);
  if (found === null || test === null || operator === null) return null;
  const { definition } = found;
  if (test.fact.name !== definition.fact.name) return null;
  return { definition, operator, params: test.fact.params, value: toWritten(test.value, definition.fact.type) };
}

/** The one test a tree comes to; null when it is more, or turned around. */
export function onlyTest(condition: Condition): Test | null {
  if (condition.kind === 'test') return condition;
  if (condition.kind === 'not') return null;
  const [only] = condition.of;
  return only !== undefined && condition.of.length === 1 ? onlyTest(only) : null;
}

/** From the kept unit to what people write, without loss. */
export function toWritten(kept: FactValue, type: FactType): FactValue {
  if (type.kind !== 'number') return kept;
  const { unit } = type;
  if (typeof kept === 'number') return writtenAs(kept, unit);
  return typeof kept === 'object'
    ? kept.flatMap((each) => (typeof each === 'number' ? [writtenAs(each, unit)] : []))
    : kept;
}
