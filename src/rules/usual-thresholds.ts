import type { CriterionDefinition } from '../criteria/definition.ts';
import type { JsonObject } from '../domain/json.ts';

/** Where Field Nation tells that a criterion is asked and not what for: the thresholds of the rule files that ship. */
const SHIPPED: { readonly [key: string]: Threshold } = {
  completed_of_this_type: { operator: '>=', value: 5 },
  completed_of_type: { operator: '>=', value: 5 },
  cancel_rate: { operator: '<=', value: 5 },
  block_rate: { operator: '<=', value: 2 },
  rating: { operator: '>=', value: 4.5 },
  distance: { operator: '<=', value: 50 },
};

type Threshold = { readonly operator: '>=' | '<=' | '='; readonly value: number | boolean };

export type UsualThreshold = {
  /** `operator` and `value`, as the short form of a rule file has them. */
  readonly asks: JsonObject;
  /** `only`: a yes or no, so that nothing is guessed. `example`: no file that ships has one, so it is the catalogue's example. */
  readonly from: 'only' | 'shipped' | 'example';
};

/** What is asked where nobody says; null: a list, of which anything might be asked. */
export function usualThreshold({ key, fact, better }: CriterionDefinition): UsualThreshold | null {
  const isUnwanted = better === 'less';
  if (fact.type.kind === 'boolean') return { asks: { operator: '=', value: !isUnwanted }, from: 'only' };
  if (fact.type.kind !== 'number') return null;
  const shipped = SHIPPED[key];
  if (shipped !== undefined) return { asks: shipped, from: 'shipped' };
  return { asks: { operator: isUnwanted ? '<=' : '>=', value: fact.example }, from: 'example' };
}
