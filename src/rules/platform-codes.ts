import type { CriterionDefinition } from '../criteria/definition.ts';
import type { FactType } from '../domain/fact.ts';
import type { JsonObject } from '../domain/json.ts';
import type { Criterion } from '../domain/rule-file.ts';
import type { NotExpressed } from './not-expressed.ts';
import type { OneComparison } from './one-comparison.ts';
import type { OperatorName } from './operators.ts';

/** Its value is the id of a group, where our criterion asks for any group. */
export const GROUP_CODE = 'SC_MY_TECHNICIAN_GROUP';

/** What the platform calls a comparison, by ours. Source: Field Nation SDK, `SelectionRuleCriteria.operation`. */
const OPERATIONS: { readonly [name in OperatorName]?: string } = {
  greaterThan: 'greater_than',
  lessThan: 'less_than',
  equal: 'equal_to',
  notEqual: 'not_equal_to',
  contains: 'equal_to',
  doesNotContain: 'not_equal_to',
};

/** `result` null: the platform has no code for it, or none that says it. */
export type CodeForm = { readonly result: JsonObject | null; readonly notExpressed: readonly NotExpressed[] };

/**
 * A criterion by the platform's code, as its API defines a rule: `{id, name: "SC_…", required, weight, operation, value, order}`,
 * the value a text. There is no "at least" and no "at most": whole numbers move by one, which is the same, others by a hundredth.
 */
export function toCodeForm(criterion: Criterion, compared: OneComparison): CodeForm {
  const code = codeOf(compared.definition);
  const operation = operationOf(compared);
  if (code === null || operation === null) return { result: null, notExpressed: [codeless(criterion)] };
  const result = {
    id: criterion.position,
    name: code,
    required: criterion.isRequired,
    weight: criterion.weight,
    operation: operation.name,
    value: operation.value,
    order: criterion.position,
  };
  return { result, notExpressed: operation.isExact ? [] : [inexact(criterion, compared, operation)] };
}

/** Null also where the code means something else than a comparison of our fact: a group's id, a kind of work and a count. */
function codeOf({ codes, labelParam }: CriterionDefinition): string | null {
  const [code] = codes;
  return code === undefined || code === GROUP_CODE || labelParam !== null ? null : code;
}

type Operation = { readonly name: string; readonly value: string; readonly isExact: boolean };

function operationOf({ definition, operator, value }: OneComparison): Operation | null {
  const name = OPERATIONS[operator.name];
  if (typeof value === 'object') return null;
  if (name !== undefined)
    return { name, value: value === true ? '1' : value === false ? '0' : String(value), isExact: true };
  if (typeof value !== 'number') return null;
  const step = isCounted(definition.fact.type) ? 1 : 0.01;
  const isAtLeast = operator.name === 'greaterThanInclusive';
  const moved = Math.round((isAtLeast ? value - step : value + step) * 100) / 100;
  return { name: isAtLeast ? 'greater_than' : 'less_than', value: String(moved), isExact: step === 1 };
}

function isCounted(type: FactType): boolean {
  return type.kind === 'number' && (type.unit === 'count' || type.unit === 'points');
}

function codeless({ key, label }: Criterion): NotExpressed {
  const what = 'The platform has no code that says it';
  const fix = 'It is shown by its label and sent inline where it can be; here it decides as before.';
  return { code: 'FM-R950', at: `definition, criterion "${key}"`, what, fix, value: label };
}

function inexact(
  { key }: Criterion,
  { operator, value }: OneComparison,
  { name, value: moved }: Operation,
): NotExpressed {
  const what = `The platform has no ${operator.sign}; ${operator.sign} ${value} is written as ${name} ${moved}`;
  const fix = 'Between the two the platform may judge otherwise; decide here where that matters.';
  return { code: 'FM-R949', at: `definition, criterion "${key}"`, what, fix, value: `${operator.sign} ${value}` };
}
