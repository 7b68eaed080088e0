import { findLibraryOperator } from './library-operator.ts';

/** Whether a fact's value stands in a condition's relation to the value the condition names. */
export type BoundOperator = (factValue: unknown) => boolean;

/**
 * json-rules-engine's operator of that name, held to the value a rule file names. The ten plain ones are written out here for
 * the types of values that rule files hold, because going through the library costs more than all the rest of a leaf;
 * every other operator and every other type of value is the library's own. Property tests hold both equal for any values at all.
 */
export function bindOperator(name: string, value: unknown): BoundOperator {
  const library = findLibraryOperator(name);
  const byLibrary: BoundOperator = (actual) => library(actual, value);
  switch (name) {
    case 'equal':
      return (actual) => actual === value;
    case 'notEqual':
      return (actual) => actual !== value;
    case 'in':
      return Array.isArray(value) ? (actual) => value.indexOf(actual) !== -1 : byLibrary;
    case 'notIn':
      return Array.isArray(value) ? (actual) => value.indexOf(actual) === -1 : byLibrary;
    case 'contains':
      return (actual) => Array.isArray(actual) && actual.indexOf(value) !== -1;
    case 'doesNotContain':
      return (actual) => Array.isArray(actual) && actual.indexOf(value) === -1;
    default:
      return typeof value === 'number' ? (bindOrder(name, value, byLibrary) ?? byLibrary) : byLibrary;
  }
}

/** Of two numbers; NaN stands in no order to anything, here as there. Null: no operator of order. */
function bindOrder(name: string, value: number, byLibrary: BoundOperator): BoundOperator | null {
  switch (name) {
    case 'lessThan':
      return (actual) => (typeof actual === 'number' ? actual < value : byLibrary(actual));
    case 'lessThanInclusive':
      return (actual) => (typeof actual === 'number' ? actual <= value : byLibrary(actual));
    case 'greaterThan':
      return (actual) => (typeof actual === 'number' ? actual > value : byLibrary(actual));
    case 'greaterThanInclusive':
      return (actual) => (typeof actual === 'number' ? actual >= value : byLibrary(actual));
    default:
      return null;
  }
}
