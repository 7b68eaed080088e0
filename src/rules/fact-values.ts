import { findFact } from '../criteria/catalog.ts';
import { type FactType, type FactUnit, toKeptNumber, UNITS } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';
import { ANY_WORD, bothOf, numbers, type Range, type ValueSet, without, words } from './value-set.ts';

export type Test = Extract<Condition, { readonly kind: 'test' }>;

/**
 * What a test asks, in terms of one variable. Of a list fact every element asked for is a variable of its own: is it in the
 * list or not. Tests of one variable can be compared; different ones know nothing of each other.
 */
export type Asked = {
  readonly variable: string;
  /** Every value it can have once it is known, and those that satisfy the test. */
  readonly possible: ValueSet;
  readonly accepted: ValueSet;
  /** False: the fact is known of every work order or candidate. */
  readonly mayBeUnknown: boolean;
};

export function whatIsAsked(test: Test): Asked {
  const { fact, operator, value } = test;
  const definition = findFact(fact.name);
  if (definition === null) throw new TypeError(`no such fact: ${fact.name}`);
  const mayBeUnknown = definition.isAlwaysKnown !== true;
  if (definition.type.kind === 'numbers' || definition.type.kind === 'texts') {
    const accepted = words(operator === 'contains' ? 'in' : 'out');
    return { variable: `${fact.key} ${JSON.stringify(value)}`, possible: words('in', 'out'), accepted, mayBeUnknown };
  }
  const possible = possibleValues(definition);
  return { variable: fact.key, possible, accepted: bothOf(possible, accepted(test, possible)), mayBeUnknown };
}

type ScalarFact = { readonly name: string; readonly type: FactType };

function possibleValues({ name, type }: ScalarFact): ValueSet {
  switch (type.kind) {
    case 'boolean':
      return words('true', 'false');
    case 'text':
      return type.values === null ? ANY_WORD : words(...type.values);
    default:
      return numbers(OWN_RANGES[name] ?? (type.kind === 'number' ? UNIT_RANGES[type.unit] : EVERY_NUMBER));
  }
}

const EVERY_NUMBER: Range = [-Infinity, Infinity];
const FROM_ZERO: Range = [0, Infinity];

/** In kept units. What rule files may write is narrower: pay has no upper end, though none may be written. */
const UNIT_RANGES: { readonly [unit in FactUnit]: Range } = {
  count: FROM_ZERO,
  points: FROM_ZERO,
  stars: [0, toKeptNumber(UNITS.stars.max, 'stars')],
  percent: [0, toKeptNumber(UNITS.percent.max, 'percent')],
  miles: FROM_ZERO,
  usd: FROM_ZERO,
  hours: FROM_ZERO,
  minutes: FROM_ZERO,
  id: [1, Infinity],
  timestamp: FROM_ZERO,
};

/** Of facts that leave the usual range of their unit: times that may be over, percentages over something. */
const OWN_RANGES: { readonly [fact: string]: Range } = {
  'provider.score': [0, 100],
  'request.counter_over_base': FROM_ZERO,
  'request.minutes_until_expiry': EVERY_NUMBER,
  'work_order.hours_over_estimate': FROM_ZERO,
  'work_order.hours_until_start': EVERY_NUMBER,
  'work_order.pay_over_offer': FROM_ZERO,
};

function accepted({ operator, value }: Test, possible: ValueSet): ValueSet {
  const listed = Array.isArray(value) ? value : [value];
  const same =
    possible.kind === 'numbers'
      ? numbers(...listed.map((each): Range => [Number(each), Number(each)]))
      : words(...listed.map(String));
  const limit = Number(value);
  switch (operator) {
    case 'equal':
    case 'in':
      return same;
    case 'notEqual':
    case 'notIn':
      return without(possible, same);
    case 'lessThan':
      return numbers([-Infinity, limit - 1]);
    case 'lessThanInclusive':
      return numbers([-Infinity, limit]);
    case 'greaterThan':
      return numbers([limit + 1, Infinity]);
    case 'greaterThanInclusive':
      return numbers([limit, Infinity]);
    default:
      throw new TypeError(`no such operator: ${operator}`);
  }
}
