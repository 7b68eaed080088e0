import { unitOfFact } from '../criteria/catalog.ts';
import type { FactRef, FactUnit, FactValue } from '../domain/fact.ts';
import { toWrittenNumber } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';

type Test = Extract<Condition, { readonly kind: 'test' }>;

/** As it is said; what follows is the value. Operators not here are said by their name. */
const SAID: { readonly [operator: string]: string } = {
  equal: 'is',
  notEqual: 'is not',
  greaterThanInclusive: 'at least',
  greaterThan: 'more than',
  lessThanInclusive: 'at most',
  lessThan: 'less than',
  in: 'is one of',
  notIn: 'is none of',
  contains: 'has',
  doesNotContain: 'lacks',
};

/** `provider.rating at least 4.5 stars`; parts of an `all` or `any` in brackets where they have parts of their own. */
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'test':
      return `${describeFact(condition.fact)} ${describeTest(condition)}`;
    case 'not':
      return `not (${describeCondition(condition.of)})`;
    case 'all':
    case 'any': {
      const [only, ...others] = condition.of;
      if (only !== undefined && others.length === 0) return describeCondition(only);
      return condition.of.map(inBrackets).join(condition.kind === 'all' ? ' and ' : ' or ');
    }
  }
}

function inBrackets(condition: Condition): string {
  const words = describeCondition(condition);
  return condition.kind === 'all' || condition.kind === 'any' ? `(${words})` : words;
}

/** Only what is asked of the fact: `at least 4.5 stars`. */
export function describeTest(test: Test): string {
  return `${saidAs(test)} ${valueWords(test.value, unitOf(test))}`;
}

/**
 * What differs between two conditions that are built alike, piece by piece: `provider.rating at least 4.5 → 4.7 stars`. Null:
 * they are built differently.
 */
export function conditionPieces(before: Condition, after: Condition): readonly string[] | null {
  if (before.kind === 'test' && after.kind === 'test') {
    if (before.fact.key !== after.fact.key || before.operator !== after.operator) return null;
    const unit = unitOf(before);
    const [from, to] = [valueWords(before.value, unit), valueWords(after.value, unit)];
    if (from === to) return [];
    return [`${describeFact(before.fact)} ${saidAs(before)} ${arrow(from, to, unit)}`];
  }
  if (before.kind === 'not' && after.kind === 'not') {
    return conditionPieces(before.of, after.of)?.map((piece) => `not ${piece}`) ?? null;
  }
  if (!('of' in before) || !('of' in after) || before.kind !== after.kind) return null;
  if (before.kind === 'not' || after.kind === 'not' || before.of.length !== after.of.length) return null;
  const pieces = before.of.map((part, place) => {
    const other = after.of[place];
    return other === undefined ? null : conditionPieces(part, other);
  });
  const whole = pieces.filter((each) => each !== null);
  return whole.length < pieces.length ? null : whole.flat();
}

/** The unit is said once. */
function arrow(from: string, to: string, unit: FactUnit | null): string {
  const word = unit === null ? '' : (UNIT_WORDS[unit] ?? '');
  const isShared = word !== '' && from.endsWith(word) && to.endsWith(word);
  return `${isShared ? from.slice(0, -word.length) : from} → ${to}`;
}

function saidAs({ operator }: Test): string {
  return SAID[operator] ?? operator;
}

function unitOf({ fact }: Test): FactUnit | null {
  return unitOfFact(fact.name);
}

function describeFact({ name, params }: FactRef): string {
  const given = Object.values(params ?? {}).map(String);
  return given.length === 0 ? name : `${name} (${given.join(', ')})`;
}

const UNIT_WORDS: { readonly [unit in FactUnit]?: string } = {
  stars: ' stars',
  percent: ' %',
  miles: ' miles',
  hours: ' hours',
  minutes: ' minutes',
  points: ' points',
};

function valueWords(value: FactValue, unit: FactUnit | null): string {
  if (typeof value === 'number') return unit === null ? String(value) : inUnit(value, unit);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return JSON.stringify(value);
  return value.map((each) => valueWords(each, unit)).join(', ');
}

/** A kept number as people say it. */
export function inUnit(kept: number, unit: FactUnit): string {
  if (unit === 'usd') return `$${toWrittenNumber(kept, unit)}`;
  if (unit === 'timestamp') return new Date(kept).toISOString();
  return `${toWrittenNumber(kept, unit)}${UNIT_WORDS[unit] ?? ''}`;
}
