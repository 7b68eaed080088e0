import { FACTS, findFact } from '../criteria/catalog.ts';
import { type FactUnit, UNITS } from '../domain/fact.ts';
import type { JsonObject, JsonValue } from '../domain/json.ts';
import { quoted } from './file-reading.ts';
import { listIn, objectIn, othersIn, textIn } from './json-parts.ts';
import { writtenAs } from './written-number.ts';

/** A condition of json-rules-engine as a rule file writes it, with what could not be taken over. */
export type EngineReading = {
  /** Conditions by name, which are put in place; our files have names of their own. */
  readonly named: JsonObject;
  /** Members that were left out, `priority` among them; each once. */
  readonly left: Set<string>;
  /** Units of the numbers compared, which the source need not have told. */
  readonly units: Set<FactUnit>;
  /** How many parts may still be read: names within names grow fast. */
  budget: number;
};

/** The condition cannot be said here; the message is why, without a full stop. */
export class NotSayable extends Error {
  override readonly name = 'NotSayable';
}

/** Throws `NotSayable`. Facts and operators that we do not have stay as they are: the parser of rule files refuses them better. */
export function readEngineCondition(
  value: JsonValue | undefined,
  reading: EngineReading,
  within: readonly string[] = [],
): JsonObject {
  reading.budget -= 1;
  if (reading.budget < 0) throw new NotSayable('with its named conditions put in place, the condition is too large');
  const node = objectIn(value);
  if (node === null) throw new NotSayable(`a condition is expected where ${quoted(value)} stands`);
  if (node['all'] !== undefined) return { all: readParts(node, 'all', { reading, within }) };
  if (node['any'] !== undefined) return { any: readParts(node, 'any', { reading, within }) };
  if (node['not'] !== undefined) {
    noteOthers(node, ['not'], reading);
    return { not: readEngineCondition(node['not'], reading, within) };
  }
  return node['condition'] === undefined ? readLeaf(node, reading) : readNamed(node, reading, within);
}

type Inside = { readonly reading: EngineReading; readonly within: readonly string[] };

function readParts(node: JsonObject, form: 'all' | 'any', { reading, within }: Inside): readonly JsonValue[] {
  noteOthers(node, [form], reading);
  const parts = listIn(node[form]) ?? [];
  if (parts.length === 0) throw new NotSayable(`"${form}" is empty, which the library takes for true`);
  return parts.map((part) => readEngineCondition(part, reading, within));
}

function readNamed(node: JsonObject, reading: EngineReading, within: readonly string[]): JsonObject {
  noteOthers(node, ['condition'], reading);
  const name = textIn(node['condition']) ?? '';
  if (within.includes(name)) throw new NotSayable(`the condition ${quoted(name)} contains itself`);
  if (!Object.hasOwn(reading.named, name)) throw new NotSayable(`there is no condition ${quoted(name)} in the source`);
  return readEngineCondition(reading.named[name], reading, [...within, name]);
}

const DECORATED = 'not:';

function readLeaf(node: JsonObject, reading: EngineReading): JsonObject {
  if (node['path'] !== undefined) throw new NotSayable('it looks into a fact with a path, which would run code');
  noteOthers(node, ['fact', 'params', 'operator', 'value'], reading);
  const { name, params } = readFactName(node);
  if (name === '') throw new NotSayable('it asks for no fact');
  const operator = textIn(node['operator']) ?? '';
  if (operator.startsWith(DECORATED)) {
    return { not: readLeaf({ ...node, operator: operator.slice(DECORATED.length) }, reading) };
  }
  const given: JsonObject = params === null ? {} : { params };
  return { fact: name, ...given, operator, value: toWrittenValue(node['value'], name, reading) };
}

/** Of constant facts the parameters stand in the name, as our own export writes them. */
function readFactName(node: JsonObject): { readonly name: string; readonly params: JsonObject | null } {
  const name = textIn(node['fact']) ?? '';
  const at = name.indexOf('{');
  if (at === -1 || !FACTS.some((fact) => fact.name === name.slice(0, at)))
    return { name, params: objectIn(node['params']) };
  try {
    return { name: name.slice(0, at), params: objectIn(JSON.parse(name.slice(at))) };
  } catch {
    return { name, params: null };
  }
}

/** From the whole number a fact is kept as to what people write. */
function toWrittenValue(value: JsonValue | undefined, name: string, reading: EngineReading): JsonValue {
  const type = findFact(name)?.type;
  if (value === undefined) throw new NotSayable(`${name} is compared with nothing`);
  if (type?.kind !== 'number') return value;
  const { unit } = type;
  if (typeof value === 'number') return toWrittenNumber(value, { name, unit, reading });
  const list = listIn(value);
  if (list === null) return value;
  return list.map((each) => (typeof each === 'number' ? toWrittenNumber(each, { name, unit, reading }) : each));
}

type Compared = { readonly name: string; readonly unit: FactUnit; readonly reading: EngineReading };

function toWrittenNumber(kept: number, { name, unit, reading }: Compared): number {
  if (!Number.isSafeInteger(kept))
    throw new NotSayable(`${name} is compared with ${kept}, and is kept as a whole number of ${UNITS[unit].keptAs}`);
  if (UNITS[unit].scale !== 1) reading.units.add(unit);
  return writtenAs(kept, unit);
}

const FORMS: readonly string[] = ['all', 'any', 'not', 'condition', 'fact'];

function noteOthers(node: JsonObject, known: readonly string[], { left }: EngineReading): void {
  for (const key of othersIn(node, known)) {
    if (FORMS.includes(key)) throw new NotSayable(`a condition has "${known[0]}" and "${key}" at once`);
    left.add(key);
  }
}
