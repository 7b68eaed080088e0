import { CRITERIA, type FoundCriterion, namesOf } from '../criteria/catalog.ts';
import { type FactParams, factRef } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';
import { type FileReading, quoted, refuse } from './file-reading.ts';
import { type JsonPath, nodeAt } from './json-document.ts';
import { chooseFrom, nearestName } from './nearest-name.ts';
import { operatorsFor } from './operators.ts';
import { readComparison, readOperator, readParams, textAt } from './read-comparison.ts';

/** What a criterion asks. `params` null: its fact takes none, or the long form gives them. */
export type Asked = { readonly when: Condition; readonly params: FactParams | null };

/** Every name a criterion has, label patterns as they are. */
export const CRITERION_NAMES: readonly string[] = CRITERIA.flatMap((each) => [...namesOf(each), each.label]);

/** `{"name": "rating", "operator": ">=", "value": 4.5}`; `found` null: the name is unknown, missing or no text. */
export function readShortForm(reading: FileReading, path: JsonPath, found: FoundCriterion | null): Asked | null {
  if (found === null) return refuseName(reading, path);
  const { fact } = found.definition;
  const params = readShortParams(reading, path, found);
  const missing = (['operator', 'value'] as const).filter(
    (key) => nodeAt(reading.document.root, [...path, key]) === null,
  );
  if (missing.length === 2 && fact.type.kind === 'boolean') {
    return params === null ? null : { when: isTrue(fact.name, params.given), params: params.given };
  }
  const operator = missing.includes('operator') ? null : readOperator(reading, [...path, 'operator'], fact);
  if (missing.length > 0) {
    const what = `${found.definition.key} has no ${missing.join(' and no ')}`;
    const signs = operatorsFor(fact.type).map((each) => each.sign);
    const asked = {
      operator: `"operator" (${signs.join(' ')})`,
      value: `"value" (for example ${quoted(fact.example)})`,
    };
    const fix = `Add ${missing.map((key) => asked[key]).join(' and ')}.`;
    refuse(reading, path, { code: 'FM-R403', what, fix });
    return null;
  }
  if (operator === null || params === null) return null;
  const when = readComparison(reading, [...path, 'value'], { fact, operator, params: params.given });
  return when === null ? null : { when, params: params.given };
}

/** What stands in the brackets of a label is the parameter, unless the file gives it as `params`. */
function readShortParams(
  reading: FileReading,
  path: JsonPath,
  { definition, labelValue }: FoundCriterion,
): { readonly given: FactParams | null } | null {
  const { fact, labelParam } = definition;
  const at = [...path, 'params'];
  const isWritten = nodeAt(reading.document.root, at) !== null;
  if (!isWritten && labelParam !== null && labelValue !== null) return { given: { [labelParam]: labelValue } };
  return readParams(reading, at, fact);
}

function isTrue(name: string, params: FactParams | null): Condition {
  return { kind: 'test', fact: factRef(name, params), operator: 'equal', value: true, written: '= true' };
}

/** A missing name, or one that is no text, has been reported with the shape. */
function refuseName(reading: FileReading, path: JsonPath): null {
  const at = [...path, 'name'];
  const name = textAt(reading, at);
  if (name === null || name === '') return null;
  const nearest = nearestName(name, CRITERION_NAMES);
  const choice = chooseFrom(CRITERIA.map((each) => each.key));
  const fix = nearest === null ? `${choice} Or ask with "when".` : `Did you mean "${nearest}"?`;
  refuse(reading, at, { code: 'FM-R301', what: `There is no criterion ${quoted(name)}`, fix });
  return null;
}
