import { findCriterion } from '../criteria/catalog.ts';
import type { CriterionDefinition } from '../criteria/definition.ts';
import type { Criterion } from '../domain/rule-file.ts';
import type { InlineSelectionRule, SentCriterion } from '../domain/write-call.ts';
import { type FileReading, quoted, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt, toJsonValue } from './json-document.ts';
import { findOperator } from './operators.ts';
import { textAt } from './read-comparison.ts';

type InlineCriterion = InlineSelectionRule['rules'][number];

const RULES = ['selection_rule', 'rules'];

/**
 * The required criteria in Field Nation's inline form, as the short form has them: name, operator and value in the unit people
 * use. The platform filters by them and the form has no word for what is only preferred, so that stays here with its weight.
 * Null: some cannot be written so, or none is required; each is reported. Source: first founding document.
 */
export function exportSelectionRule(
  reading: FileReading,
  criteria: readonly Criterion[],
): readonly SentCriterion[] | null {
  const required = criteria.filter(({ isRequired }) => isRequired);
  if (required.length === 0) refuseNoneRequired(reading);
  const sent = required.flatMap((criterion) => {
    const exported = exportCriterion(reading, criterion);
    if (exported === null) refuseCriterion(reading, criterion);
    return exported === null ? [] : [{ ...exported, canRemote: criterion.canRemote }];
  });
  return sent.length === 0 || sent.length < required.length ? null : sent;
}

function refuseNoneRequired(reading: FileReading): void {
  const what =
    'A stage sends the selection rule along, and no criterion is required: the platform would filter by nothing';
  const fix = 'Require at least one criterion, or delete "send_selection_rule".';
  refuse(reading, RULES, { code: 'FM-R220', what, fix });
}

function exportCriterion(reading: FileReading, criterion: Criterion): InlineCriterion | null {
  const found = findCriterion(criterion.label);
  const path = [...RULES, criterion.position - 1];
  const isLong = nodeAt(reading.document.root, [...path, 'when']) !== null;
  const at = isLong ? onlyComparison(reading, [...path, 'when'], new Set()) : path;
  if (found === null || at === null) return null;
  if (isLong && textAt(reading, [...at, 'fact']) !== found.definition.fact.name) return null;
  const name = nameOnPlatform(found.definition, criterion);
  const compared = readCompared(reading, at);
  return name === null || compared === null ? null : { name, ...compared };
}

/** Where the one comparison stands that a condition comes to; null when it is more than one, or turned around by a `not`. */
function onlyComparison(reading: FileReading, path: JsonPath, seen: Set<string>): JsonPath | null {
  const { root } = reading.document;
  const named = textAt(reading, [...path, 'condition']);
  if (named !== null) {
    if (seen.has(named)) return null;
    return onlyComparison(reading, ['conditions', named], new Set([...seen, named]));
  }
  for (const form of ['all', 'any']) {
    const list = nodeAt(root, [...path, form]);
    if (list?.kind === 'array')
      return list.items.length === 1 ? onlyComparison(reading, [...path, form, 0], seen) : null;
  }
  return nodeAt(root, [...path, 'fact']) === null ? null : path;
}

/** Nothing written means that a yes is asked for. Null: a list, which the form has no room for. */
function readCompared(reading: FileReading, path: JsonPath): Pick<InlineCriterion, 'operator' | 'value'> | null {
  const spelling = textAt(reading, [...path, 'operator']);
  const node = nodeAt(reading.document.root, [...path, 'value']);
  if (spelling === null || node === null) return { operator: '=', value: true };
  const value = toJsonValue(node);
  const isPlain = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
  return isPlain ? { operator: findOperator(spelling)?.sign ?? spelling, value } : null;
}

/** Our key, or the label with what stands in its brackets; of the work order's own kind of work the label alone. */
export function nameOnPlatform({ key, label, labelParam }: CriterionDefinition, criterion: Criterion): string | null {
  const isFilled = !criterion.label.includes('{');
  if (labelParam !== null) return isFilled ? criterion.label : null;
  return isFilled ? key : label.replace(/ *\(\{.*$/, '');
}

function refuseCriterion(reading: FileReading, { key, position }: Criterion): void {
  const what = `A stage sends the selection rule along, and ${quoted(key)} is not one comparison of a criterion we know`;
  const fix = 'Write the criterion in the short form (name, operator, one value), or delete "send_selection_rule".';
  refuse(reading, [...RULES, position - 1], { code: 'FM-R220', what, fix });
}
