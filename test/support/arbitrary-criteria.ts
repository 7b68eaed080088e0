import fc from 'fast-check';
import { CRITERIA, FACTS, findFact } from '../../src/criteria/catalog.ts';
import type { FactDefinition } from '../../src/criteria/definition.ts';
import {
  type Facts,
  type FactType,
  type FactUnit,
  type FactValue,
  toKeptNumber,
  UNITS,
} from '../../src/domain/fact.ts';
import type { JsonObject, JsonValue } from '../../src/domain/json.ts';
import { DEFAULT_LIMITS } from '../../src/domain/limits.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import { factsOf } from '../../src/evaluate/engine-conditions.ts';
import { operatorsFor } from '../../src/rules/operators.ts';
import { parseRuleFile } from '../../src/rules/parse-rule-file.ts';
import { knownFacts } from './builders.ts';

/**
 * Random criteria over every fact, unit and operator of the catalogue, as rule files have them, and facts to ask them of. Of few
 * values, unlike whole rule files in test/rules/arbitrary-rule-file.ts, so that what is asked for is often there.
 */

/** What people write, few enough values that conditions and facts meet. */
function written(unit: FactUnit): fc.Arbitrary<number> {
  if (unit === 'id') return fc.integer({ min: 1, max: 6 });
  if (unit === 'timestamp') return fc.integer({ min: 1_790_000_000_000, max: 1_790_000_000_009 });
  const { scale } = UNITS[unit];
  const whole = fc.integer({ min: 0, max: 5 });
  return scale === 1
    ? whole
    : fc.oneof(
        whole,
        fc.integer({ min: 0, max: 500 }).map((hundredths) => hundredths / 100),
      );
}

const TEXTS = ['ATM', 'A+', 'x "y" z', 'match', 'ß'];

function one(type: FactType): fc.Arbitrary<number | boolean | string> {
  switch (type.kind) {
    case 'boolean':
      return fc.boolean();
    case 'number':
      return written(type.unit);
    case 'numbers':
      return written('id');
    case 'text':
      return fc.constantFrom(...(type.values ?? TEXTS));
    case 'texts':
      return fc.constantFrom(...TEXTS);
  }
}

function paramsOf(fact: FactDefinition): fc.Arbitrary<JsonObject> {
  if (fact.params === null) return fc.constant({});
  const each = Object.entries(fact.params).map(([name, { kind }]) =>
    fc.tuple(fc.constant(name), kind === 'text' ? fc.constantFrom('ATM', 'x y') : fc.constantFrom(3, 4)),
  );
  return fc.tuple(...each).map((pairs) => ({ params: Object.fromEntries(pairs) }));
}

function comparison(type: FactType): fc.Arbitrary<JsonObject> {
  return fc.constantFrom(...operatorsFor(type)).chain(({ sign, takes }) =>
    (takes === 'one' ? one(type) : fc.array(one(type), { minLength: 1, maxLength: 3 })).map((value: JsonValue) => ({
      operator: sign,
      value,
    })),
  );
}

const leaves: fc.Arbitrary<JsonObject> = fc
  .constantFrom(...FACTS)
  .chain((fact) =>
    fc
      .tuple(paramsOf(fact), comparison(fact.type))
      .map(([params, compared]) => ({ fact: fact.name, ...params, ...compared })),
  );

function trees(depth: number): fc.Arbitrary<JsonObject> {
  if (depth === 0) return leaves;
  const parts = fc.array(trees(depth - 1), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    leaves,
    parts.map((all) => ({ all })),
    parts.map((any) => ({ any })),
    trees(depth - 1).map((not) => ({ not })),
  );
}

/** The short form of a criterion of the catalogue; a kind of work stands in the label. */
const shortForms: fc.Arbitrary<JsonObject> = fc.constantFrom(...CRITERIA).chain((definition) => {
  const name = definition.labelParam === null ? definition.key : definition.label.replace(/\{.*\}/, 'Alarm (AL)');
  return comparison(definition.fact.type).map((compared) => ({ name, ...compared }));
});

const longForms: fc.Arbitrary<JsonObject> = fc
  .tuple(fc.constantFrom('Our own', 'Provider rating', 'Work orders completed (ATM)', 'Zß {x}'), trees(3))
  .map(([name, when]) => ({ name, when }));

export function anyCriteria(form: 'short' | 'any'): fc.Arbitrary<readonly JsonObject[]> {
  const shape = fc.record({ weight: fc.integer({ min: 0, max: 200 }), is_required: fc.boolean() });
  const form_ = form === 'short' ? shortForms : fc.oneof(shortForms, longForms);
  return fc
    .array(fc.tuple(form_, shape, fc.boolean()), { minLength: 1, maxLength: 5 })
    .map((list) =>
      list.map(([asked, rest, canRemote], place) => ({ key: `c${place}`, ...asked, ...rest, can_remote: canRemote })),
    );
}

/** A whole file around some criteria. */
export function fileOf(rules: readonly JsonObject[], more: JsonObject = {}): RuleFile {
  const decision = { stages: [{ after_minutes: 0, do: 'assign' }] };
  const json = { version: 1, id: 'any', name: 'Any', mode: 'shadow', selection_rule: { rules }, decision, ...more };
  const read = parseRuleFile({ path: 'any.json', text: JSON.stringify(json) }, DEFAULT_LIMITS);
  if (read.kind === 'ok') return read.file;
  throw new Error(read.kind === 'problems' ? JSON.stringify(read.problems) : 'a review file');
}

/** A value for every fact that the file's criteria ask for, by key. */
export function anyFactsFor(file: RuleFile): fc.Arbitrary<Facts> {
  const refs = new Map(file.criteria.flatMap(({ when }) => [...factsOf(when)]));
  const entries = [...refs.values()].map(({ key, name }) => fc.tuple(fc.constant(key), kept(name)));
  return fc.tuple(...entries).map((pairs) => knownFacts(Object.fromEntries(pairs)));
}

function kept(name: string): fc.Arbitrary<FactValue> {
  const type = findFact(name)?.type ?? { kind: 'boolean' };
  if (type.kind === 'numbers') return fc.uniqueArray(written('id'), { maxLength: 4 }).map((ids) => ids.sort());
  if (type.kind === 'texts') return fc.subarray(TEXTS).map((texts) => texts.toSorted());
  if (type.kind !== 'number') return one(type);
  return written(type.unit).map((value) => toKeptNumber(value, type.unit));
}
