import { Engine } from 'json-rules-engine';

/** Whether a fact's value stands in the operator's relation to the rule's value. */
export type OperatorTest = (factValue: unknown, ruleValue: unknown) => boolean;

/** The operators and decorators that every engine of the library starts with; `engine.run` looks its own up in the same way. */
const operators: unknown = Reflect.get(new Engine(), 'operators');

/**
 * json-rules-engine's own operator of that name, decorators such as `not:` and `someFact:` included, to be called without
 * its asynchronous run. Throws for a name the library does not know: rule files with one are refused at load.
 */
export function findLibraryOperator(name: string): OperatorTest {
  const operator = hasMethod(operators, 'get') ? operators.get(name) : null;
  if (!hasMethod(operator, 'evaluate')) throw new TypeError(`json-rules-engine has no operator "${name}"`);
  return (factValue, ruleValue) => operator.evaluate(factValue, ruleValue) === true;
}

function hasMethod<Name extends string>(
  value: unknown,
  name: Name,
): value is { readonly [key in Name]: (...args: readonly unknown[]) => unknown } {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, name) === 'function';
}
