import type { FactValue } from '../domain/fact.ts';
import type { Condition } from '../domain/rule-file.ts';

type Test = Extract<Condition, { kind: 'test' }>;

/** Beyond this many pairs of tests nothing is proven; a person then gives the files different priorities. */
const MOST_PAIRS = 10_000;

/**
 * True only when it is certain that no work order satisfies both: somewhere the two ask one fact for things that exclude
 * each other. False means "perhaps both".
 */
export function areExclusive(a: Condition, b: Condition): boolean {
  return testCount(a) * testCount(b) <= MOST_PAIRS && exclude(positive(a, false), positive(b, false));
}

function exclude(a: Condition, b: Condition): boolean {
  if (a.kind === 'any') return a.of.every((each) => exclude(each, b));
  if (b.kind === 'any') return b.of.every((each) => exclude(a, each));
  if (a.kind === 'all') return a.of.some((each) => exclude(each, b));
  if (b.kind === 'all') return b.of.some((each) => exclude(a, each));
  return a.kind === 'test' && b.kind === 'test' && a.fact.key === b.fact.key && testsExclude(a, b);
}

/** The same condition without `not`: it is pushed down to the tests, and turns their operators round. */
function positive(condition: Condition, isNegated: boolean): Condition {
  switch (condition.kind) {
    case 'not':
      return positive(condition.of, !isNegated);
    case 'test':
      return isNegated ? { ...condition, operator: OPPOSITE[condition.operator] ?? condition.operator } : condition;
    case 'all':
    case 'any': {
      const kind = (condition.kind === 'all') === isNegated ? 'any' : 'all';
      return { kind, of: condition.of.map((each) => positive(each, isNegated)) };
    }
  }
}

const OPPOSITE: { readonly [operator: string]: string } = {
  equal: 'notEqual',
  notEqual: 'equal',
  in: 'notIn',
  notIn: 'in',
  contains: 'doesNotContain',
  doesNotContain: 'contains',
  lessThan: 'greaterThanInclusive',
  greaterThanInclusive: 'lessThan',
  greaterThan: 'lessThanInclusive',
  lessThanInclusive: 'greaterThan',
};

function testsExclude(a: Test, b: Test): boolean {
  const [ofA, ofB] = [onlyValues(a), onlyValues(b)];
  if (ofA !== null) return ofA.every((value) => !accepts(b, value));
  if (ofB !== null) return ofB.every((value) => !accepts(a, value));
  if (OPPOSITE[a.operator] === b.operator && a.value === b.value) return true;
  return rangesExclude(a, b) || rangesExclude(b, a);
}

/** The few values that satisfy the test; null: more than can be listed. */
function onlyValues({ operator, value }: Test): readonly FactValue[] | null {
  if (operator === 'equal') return [value];
  return operator === 'in' && Array.isArray(value) ? value : null;
}

/** Whether a value satisfies a test; true also where that cannot be told. */
function accepts({ operator, value }: Test, actual: FactValue): boolean {
  const listed: readonly FactValue[] = Array.isArray(value) ? value : [value];
  if (operator === 'equal' || operator === 'in') return listed.includes(actual);
  if (operator === 'notEqual' || operator === 'notIn') return !listed.includes(actual);
  if (typeof value !== 'number' || typeof actual !== 'number') return true;
  if (operator === 'lessThan') return actual < value;
  if (operator === 'lessThanInclusive') return actual <= value;
  return operator === 'greaterThan' ? actual > value : actual >= value;
}

/** `below` asks for less than `above` leaves. */
function rangesExclude(below: Test, above: Test): boolean {
  if (!below.operator.startsWith('lessThan') || !above.operator.startsWith('greaterThan')) return false;
  if (typeof below.value !== 'number' || typeof above.value !== 'number') return false;
  const bothTouch = below.operator === 'lessThanInclusive' && above.operator === 'greaterThanInclusive';
  return bothTouch ? below.value < above.value : below.value <= above.value;
}

function testCount(condition: Condition): number {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.reduce((sum, each) => sum + testCount(each), 0);
    case 'not':
      return testCount(condition.of);
    case 'test':
      return 1;
  }
}
