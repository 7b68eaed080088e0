import type { FactRef } from './fact.ts';
import type { Condition } from './rule-file.ts';

/** Every fact a condition asks for, in its order, one that is asked twice twice. */
export function factsIn(condition: Condition): readonly FactRef[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(factsIn);
    case 'not':
      return factsIn(condition.of);
    case 'test':
      return [condition.fact];
  }
}
