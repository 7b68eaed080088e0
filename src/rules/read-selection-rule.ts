import { type Criterion, MAX_CRITERIA } from '../domain/rule-file.ts';
import { type FileReading, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import type { NamedConditions } from './named-conditions.ts';
import { readCriterion } from './read-criterion.ts';
import { readInnerPart } from './read-part.ts';
import { SELECTION_RULE_SHAPE } from './shapes.ts';

/** The platform's id of the rule, and the criteria in file order; null: something is wrong, and all of it is reported. */
export function readSelectionRule(
  reading: FileReading,
  named: NamedConditions,
): { readonly id: number; readonly criteria: readonly Criterion[] } | null {
  const path = ['selection_rule'];
  if (nodeAt(reading.document.root, path) === null) return null;
  const shape = readInnerPart(reading, path, SELECTION_RULE_SHAPE);
  const list = nodeAt(reading.document.root, [...path, 'rules']);
  const places = list?.kind === 'array' ? list.items.map((_, place) => place) : [];
  refuseTooMany(reading, places.length);
  const scope = { facts: 'any', resolve: named.resolve } as const;
  const read = places.map((place) => readCriterion(reading, [...path, 'rules', place], { position: place + 1, scope }));
  const criteria = read.filter((criterion) => criterion !== null);
  refuseRepeatedKeys(reading, [...path, 'rules'], criteria);
  return shape === null || criteria.length < read.length ? null : { id: shape.id ?? 0, criteria };
}

/** The ledger keeps the verdicts of a candidate as bits of one number. */
function refuseTooMany(reading: FileReading, count: number): void {
  if (count <= MAX_CRITERIA) return;
  const what = `The file has ${count} criteria, more than ${MAX_CRITERIA}`;
  const fix = 'Join criteria that belong together with "any" or "all", or split the file by applies_to.';
  refuse(reading, ['selection_rule', 'rules', MAX_CRITERIA], { code: 'FM-R407', what, fix });
}

export function refuseRepeatedKeys(
  reading: FileReading,
  list: JsonPath,
  criteria: readonly Pick<Criterion, 'key' | 'position'>[],
): void {
  const first = new Map<string, number>();
  for (const { key, position } of criteria) {
    const earlier = first.get(key);
    first.set(key, earlier ?? position);
    if (earlier === undefined) continue;
    const path = [...list, position - 1, 'key'];
    const what = `Criterion ${position} has the key "${key}", and so has criterion ${earlier}`;
    refuse(reading, path, { code: 'FM-R401', what, fix: `Give it a key of its own, for example "${key}_2".` });
  }
}
