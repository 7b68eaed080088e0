import { findReviewCriterion, REVIEW_CRITERIA, type ReviewCriterionDefinition } from '../criteria/review-criteria.ts';
import { factRef } from '../domain/fact.ts';
import type { Condition, ReviewCriterion } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse, refuseKey } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { chooseFrom, nearestName } from './nearest-name.ts';
import { readComparison, readOperator, textAt } from './read-comparison.ts';
import { type ConditionScope, readCondition } from './read-condition.ts';
import { readPart } from './read-part.ts';
import { REVIEW_CRITERION_SHAPE } from './review-shapes.ts';

/** A criterion of a review file, short or long; null when anything in it is wrong, and then all of it is reported. */
export function readReviewCriterion(
  reading: FileReading,
  path: JsonPath,
  { position, scope }: { readonly position: number; readonly scope: ConditionScope },
): ReviewCriterion | null {
  const shape = readPart(reading, path, REVIEW_CRITERION_SHAPE);
  const name = textAt(reading, [...path, 'name']);
  const found = name === null ? null : findReviewCriterion(name);
  const isLong = has(reading, path, 'when');
  const when = isLong ? readLong(reading, path, scope) : readShort(reading, path, found);
  if (shape === null || when === null) return null;
  const isRequired = shape.is_required ?? true;
  if (isRequired && shape.on_missing === 'ignore') {
    const what = 'A required criterion would be left out when it is unknown';
    const fix = 'Delete on_missing: a person then looks. Or set "is_required": false.';
    refuse(reading, [...path, 'on_missing'], { code: 'FM-R232', what, fix });
    return null;
  }
  const key = shape.key ?? found?.key ?? null;
  if (key === null) {
    const what = `${quoted(shape.name)} is no criterion we know, and it has no key`;
    refuse(reading, path, { code: 'FM-R406', what, fix: 'Add "key": "my_criterion", in your own words.' });
    return null;
  }
  return {
    position,
    key,
    label: found?.label ?? shape.name.trim(),
    weight: shape.weight ?? 0,
    isRequired,
    when,
    onMissing: shape.on_missing ?? (isRequired ? 'hold' : 'ignore'),
    because: shape.because ?? null,
  };
}

function readLong(reading: FileReading, path: JsonPath, scope: ConditionScope): Condition | null {
  const extra = ['operator', 'value'].filter((key) => has(reading, path, key));
  for (const key of extra) {
    const what = `The criterion has "when" and also "${key}"`;
    const fix = `Delete "${key}", or delete "when" and write the short form.`;
    refuseKey(reading, [...path, key], { code: 'FM-R402', what, fix });
  }
  const read = readCondition(reading, [...path, 'when'], scope);
  return read === null || extra.length > 0 ? null : read.condition;
}

/** `{"name": "problems_open", "operator": "=", "value": 0}`; a yes or no may be named alone. */
function readShort(reading: FileReading, path: JsonPath, found: ReviewCriterionDefinition | null): Condition | null {
  if (found === null) return refuseName(reading, path);
  const { fact } = found;
  const missing = ['operator', 'value'].filter((key) => !has(reading, path, key));
  if (missing.length === 2 && fact.type.kind === 'boolean') {
    return { kind: 'test', fact: factRef(fact.name, null), operator: 'equal', value: true, written: '= true' };
  }
  const operator = missing.includes('operator') ? null : readOperator(reading, [...path, 'operator'], fact);
  if (missing.length > 0) {
    const what = `${found.key} has no ${missing.join(' and no ')}`;
    const fix = `Add ${missing.map((key) => `"${key}"`).join(' and ')}, for example "<=" and ${quoted(fact.example)}.`;
    refuse(reading, path, { code: 'FM-R403', what, fix });
    return null;
  }
  return operator === null ? null : readComparison(reading, [...path, 'value'], { fact, operator, params: null });
}

/** A missing name, or one that is no text, has been reported with the shape. */
function refuseName(reading: FileReading, path: JsonPath): null {
  const at = [...path, 'name'];
  const name = textAt(reading, at);
  if (name === null || name === '') return null;
  const nearest = nearestName(
    name,
    REVIEW_CRITERIA.flatMap(({ key, label }) => [key, label]),
  );
  const choice = chooseFrom(REVIEW_CRITERIA.map(({ key }) => key));
  const fix = nearest === null ? `${choice} Or ask with "when".` : `Did you mean "${nearest}"?`;
  refuse(reading, at, { code: 'FM-R301', what: `There is no review criterion ${quoted(name)}`, fix });
  return null;
}

function has(reading: FileReading, path: JsonPath, key: string): boolean {
  return nodeAt(reading.document.root, [...path, key]) !== null;
}
