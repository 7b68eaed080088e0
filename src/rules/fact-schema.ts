import type { FactDefinition } from '../criteria/definition.ts';
import { UNITS } from '../domain/fact.ts';
import type { JsonObject } from '../domain/json.ts';

/** One value of a fact as people write it; of a list, one of its items. */
export function valueSchema({ type }: FactDefinition): JsonObject {
  switch (type.kind) {
    case 'boolean':
      return { type: 'boolean' };
    case 'number': {
      const { min, max } = UNITS[type.unit];
      return { type: 'number', minimum: min, maximum: max, description: `Unit: ${type.unit}.` };
    }
    case 'numbers':
      return { type: 'number' };
    case 'texts':
      return { type: 'string' };
    case 'text':
      return type.values === null ? { type: 'string' } : { enum: [...type.values] };
  }
}
