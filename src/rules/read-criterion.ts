import { type FoundCriterion, findCriterion } from '../criteria/catalog.ts';
import type { FactParams } from '../domain/fact.ts';
import type { Criterion } from '../domain/rule-file.ts';
import { type FileReading, type Mistake, quoted, refuse, refuseKey, warn } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { nearestName } from './nearest-name.ts';
import { textAt } from './read-comparison.ts';
import { type ConditionScope, readCondition } from './read-condition.ts';
import { readCredit } from './read-credit.ts';
import { readOnMissing } from './read-on-missing.ts';
import { readPart } from './read-part.ts';
import { type Asked, CRITERION_NAMES, readShortForm } from './read-short-form.ts';
import { CRITERION_SHAPE } from './shapes.ts';

/** A criterion, short or long, at its 1-based place; null when anything in it is wrong, and then all of it is reported. */
export function readCriterion(
  reading: FileReading,
  path: JsonPath,
  { position, scope }: { readonly position: number; readonly scope: ConditionScope },
): Criterion | null {
  const shape = readPart(reading, path, CRITERION_SHAPE);
  const name = textAt(reading, [...path, 'name']);
  const found = name === null ? null : findCriterion(name);
  const isLong = nodeAt(reading.document.root, [...path, 'when']) !== null;
  const asked = isLong ? readLong(reading, path, { found, scope }) : readShortForm(reading, path, found);
  const onMissing = readOnMissing(reading, [...path, 'on_missing']);
  const credit = readCredit(reading, [...path, 'credit'], asked?.when ?? null);
  if (shape === null || asked === null || onMissing === null || credit === null) return null;
  const key = shape.key ?? found?.definition.key ?? null;
  if (key === null) return refuseKeyless(reading, path, shape.name);
  const weight = shape.weight ?? 0;
  const isRequired = shape.is_required ?? true;
  if (weight === 0 && !isRequired) warn(reading, path, withoutEffect(key));
  return {
    position,
    key,
    label: found === null ? shape.name.trim() : labelOf(found, asked.params),
    weight,
    isRequired,
    canRemote: shape.can_remote ?? found?.definition.canRemote ?? true,
    when: asked.when,
    onMissing,
    credit: credit.given,
    because: shape.because ?? null,
  };
}

function readLong(
  reading: FileReading,
  path: JsonPath,
  { found, scope }: { readonly found: FoundCriterion | null; readonly scope: ConditionScope },
): Asked | null {
  const extra = ['operator', 'value', 'params'].filter((key) => nodeAt(reading.document.root, [...path, key]) !== null);
  for (const key of extra) {
    const what = `The criterion has "when" and also "${key}"`;
    const fix = `Delete "${key}", or delete "when" and write the short form.`;
    refuseKey(reading, [...path, key], { code: 'FM-R402', what, fix });
  }
  const name = textAt(reading, [...path, 'name']);
  if (found === null && name !== null) warnOfNearName(reading, [...path, 'name'], name);
  const read = readCondition(reading, [...path, 'when'], scope);
  return read === null || extra.length > 0 ? null : { when: read.condition, params: null };
}

/** The platform's label, with the parameter filled in when the name or the parameters give it. */
function labelOf({ definition, labelValue }: FoundCriterion, params: FactParams | null): string {
  const { label, labelParam } = definition;
  if (labelParam === null) return label;
  const value = labelValue ?? params?.[labelParam] ?? null;
  return value === null ? label : label.replace(`{${labelParam}}`, () => String(value));
}

/** The platform's verdicts are found by the label, so a slip in a name nobody knows would go unseen. */
function warnOfNearName(reading: FileReading, path: JsonPath, name: string): void {
  const nearest = nearestName(name, CRITERION_NAMES);
  if (nearest === null) return;
  const what = `${quoted(name)} is no criterion we know, so it stands for a criterion of its own`;
  warn(reading, path, { code: 'FM-R807', what, fix: `Did you mean "${nearest}"?` });
}

function refuseKeyless(reading: FileReading, path: JsonPath, name: string): null {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);
  const what = `${quoted(name)} is no criterion we know, and it has no key`;
  refuse(reading, path, { code: 'FM-R406', what, fix: `Add "key": "${slug === '' ? 'my_criterion' : slug}".` });
  return null;
}

function withoutEffect(key: string): Mistake {
  const what = `${key} weighs nothing and is not required, so it changes nothing`;
  return { code: 'FM-R802', what, fix: 'Give it a weight, or make it required, or delete it.' };
}
