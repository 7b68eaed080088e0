import { findLibraryOperator } from './library-operator.ts';

/**
 * json-rules-engine's operator of that name, held to the value a rule file names. As data and not as a function: a slate asks
 * the same of every candidate in a row, and calling a function it does not know costs V8 more than the comparison.
 */
export type BoundOperator = {
  /** Its name, where it is written out here for a value of this type; null: the library is asked. */
  readonly writtenOut: string | null;
  readonly value: unknown;
  /** `value` if it is a number, else not used. */
  readonly limit: number;
  /** `value` if it is a list, else not used. */
  readonly list: readonly unknown[];
  /** The library's own, of the fact's value. */
  readonly asLibrary: (factValue: unknown) => boolean;
};

const OF_ORDER: readonly string[] = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];
const OF_LISTS: readonly string[] = ['in', 'notIn'];
const OF_ANY: readonly string[] = ['equal', 'notEqual', 'contains', 'doesNotContain'];

export function bindOperator(name: string, value: unknown): BoundOperator {
  const library = findLibraryOperator(name);
  const isWrittenOut =
    OF_ANY.includes(name) ||
    (OF_LISTS.includes(name) && Array.isArray(value)) ||
    (OF_ORDER.includes(name) && typeof value === 'number');
  return {
    writtenOut: isWrittenOut ? name : null,
    value,
    limit: typeof value === 'number' ? value : 0,
    list: Array.isArray(value) ? value : [],
    asLibrary: (actual) => library(actual, value),
  };
}

/**
 * Whether a fact's value stands in that relation. The ten plain operators are written out for the types of values that rule
 * files hold, because going through the library costs more than all the rest of a leaf; every other operator and every other
 * type of value is the library's own. Property tests hold both equal for any values at all.
 */
export function stands(actual: unknown, by: BoundOperator): boolean {
  switch (by.writtenOut) {
    case 'equal':
      return actual === by.value;
    case 'notEqual':
      return actual !== by.value;
    // Of two numbers; NaN stands in no order to anything, here as there.
    case 'greaterThanInclusive':
      return typeof actual === 'number' ? actual >= by.limit : by.asLibrary(actual);
    case 'lessThanInclusive':
      return typeof actual === 'number' ? actual <= by.limit : by.asLibrary(actual);
    case 'greaterThan':
      return typeof actual === 'number' ? actual > by.limit : by.asLibrary(actual);
    case 'lessThan':
      return typeof actual === 'number' ? actual < by.limit : by.asLibrary(actual);
    case 'in':
      return by.list.indexOf(actual) !== -1;
    case 'notIn':
      return by.list.indexOf(actual) === -1;
    case 'contains':
      return Array.isArray(actual) && actual.indexOf(by.value) !== -1;
    case 'doesNotContain':
      return Array.isArray(actual) && actual.indexOf(by.value) === -1;
    default:
      return by.asLibrary(actual);
  }
}
