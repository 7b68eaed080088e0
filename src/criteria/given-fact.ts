import {
  type FactParams,
  type FactRef,
  type FactType,
  type FactUnit,
  type FactValue,
  factRef,
  toKeptNumber,
  UNITS,
} from '../domain/fact.ts';
import type { JsonValue } from '../domain/json.ts';
import { findCriterion, findFact } from './catalog.ts';
import type { FactDefinition } from './definition.ts';

/** `wrong`: there is no such fact, its parameters are missing or others, or its value is of another kind. */
export type GivenFactFlaw = {
  readonly wrong: 'name' | 'params' | 'value';
  readonly what: string;
  readonly fix: string;
};

export type GivenFact = Named & {
  /** In the fact's kept unit, lists as written; null: given as not known. */
  readonly value: FactValue | null;
};

/** One fact as people write it, in a rule test or a what-if: `"provider.rating": 4.5`, `"distance": 12.5`, `null` for not known. */
export function giveFact(key: string, written: JsonValue): GivenFact | GivenFactFlaw {
  const named = resolveName(key);
  if ('what' in named || written === null) return 'what' in named ? named : { ...named, value: null };
  const { definition } = named;
  const value = keptValue(definition.type, written);
  if (value !== null) return { ...named, value };
  return {
    wrong: 'value',
    what: `${key} is ${JSON.stringify(written)}, but takes ${describeType(definition.type)}`,
    fix: `Write for instance ${exampleOf(definition)}, or null for not known.`,
  };
}

type Named = { readonly ref: FactRef; readonly definition: FactDefinition };

/** Which fact a key names: by the fact's name, its full key with parameters, or any name of a criterion. */
function resolveName(key: string): GivenFactFlaw | Named {
  const withParams = /^([\w.]+)(\{.*\})$/s.exec(key);
  const name = withParams?.[1] ?? key;
  const criterion = findFact(name) === null ? findCriterion(name) : null;
  const definition = findFact(name) ?? criterion?.definition.fact ?? null;
  if (definition === null)
    return {
      wrong: 'name',
      what: `there is no fact named ${name}`,
      fix: 'Write the name of a fact or criterion: rules docs lists them.',
    };
  const param = criterion?.definition.labelParam ?? null;
  const fromLabel = param === null || criterion?.labelValue == null ? null : { [param]: criterion.labelValue };
  const params = withParams?.[2] === undefined ? fromLabel : parseParams(withParams[2]);
  if (fits(definition, params)) return { ref: factRef(definition.name, params), definition };
  const what = `${key} has not the parameters of ${definition.name}`;
  return { wrong: 'params', what, fix: `Write ${exampleKey(definition)}.` };
}

/** Null: not an object of texts and numbers. */
function parseParams(text: string): FactParams | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isParams(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function isParams(value: unknown): value is FactParams {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Object.values(value).every((item) => typeof item === 'string' || typeof item === 'number');
}

function fits(definition: FactDefinition, params: FactParams | null): boolean {
  const wanted = Object.entries(definition.params ?? {});
  const typeOf = { text: 'string', number: 'number' } as const;
  return (
    Object.keys(params ?? {}).length === wanted.length &&
    wanted.every(([name, { kind }]) => typeof params?.[name] === typeOf[kind])
  );
}

function exampleKey({ name, params }: FactDefinition): string {
  if (params === null) return `"${name}" without parameters`;
  const members = Object.entries(params).map(([param, { kind }]) => [param, kind === 'text' ? '…' : 1]);
  return `${name}${JSON.stringify(Object.fromEntries(members))}`;
}

/** Null: not a value of that type. */
function keptValue(type: FactType, written: JsonValue): FactValue | null {
  switch (type.kind) {
    case 'boolean':
      return typeof written === 'boolean' ? written : null;
    case 'number':
      return typeof written === 'number' ? keptNumber(written, type.unit) : null;
    case 'text':
      return typeof written === 'string' && (type.values?.includes(written) ?? true) ? written : null;
    case 'numbers':
      return listOf(written, (item) => (typeof item === 'number' && Number.isSafeInteger(item) ? item : null));
    case 'texts':
      return listOf(written, (item) => (typeof item === 'string' ? item : null));
  }
}

/** Units kept as they are written take whole numbers only. */
function keptNumber(written: number, unit: FactUnit): number | null {
  const { scale, min, max } = UNITS[unit];
  if (written < min || written > max || (scale === 1 && !Number.isInteger(written))) return null;
  return toKeptNumber(written, unit);
}

function listOf<Item>(written: JsonValue, pick: (item: JsonValue) => Item | null): readonly Item[] | null {
  const items: readonly JsonValue[] | null = Array.isArray(written) ? written : null;
  const picked = (items ?? []).map(pick).filter((item) => item !== null);
  return picked.length === items?.length ? picked : null;
}

function describeType(type: FactType): string {
  switch (type.kind) {
    case 'boolean':
      return 'true or false';
    case 'number':
      return `a number of ${type.unit} from ${UNITS[type.unit].min} to ${UNITS[type.unit].max}`;
    case 'text':
      return type.values === null ? 'a text' : `one of ${type.values.join(', ')}`;
    case 'numbers':
      return 'a list of whole numbers';
    case 'texts':
      return 'a list of texts';
  }
}

function exampleOf({ type, example }: FactDefinition): string {
  const isList = type.kind === 'numbers' || type.kind === 'texts';
  return JSON.stringify(isList ? [example] : example);
}
