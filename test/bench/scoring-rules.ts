import type { FactValue } from '../../src/domain/fact.ts';
import type { RuleFile } from '../../src/domain/rule-file.ts';
import type { Slate } from '../../src/domain/scored-slate.ts';
import { draw, integerBetween } from '../../src/sandbox/random.ts';
import { aCandidate, aCriterion, aRuleFile, aSlate, aTest, knownFacts } from '../support/builders.ts';

/* One set of rules and candidates, in the form that each side of the bench takes. */

/** One criterion of the bench: a fact of the provider, held to a value. */
export type Asked = {
  /** Of the fact and of the criterion. */
  readonly name: string;
  readonly operator: 'equal' | 'greaterThanInclusive' | 'lessThanInclusive' | 'contains' | 'in';
  readonly value: FactValue;
  readonly weight: number;
  readonly isRequired: boolean;
};

/** What a side knows of a candidate. */
export type Values = { readonly [name: string]: FactValue };

/** As the shipped files ask; every operator that they use is among the first eight. */
const ASKED: readonly Asked[] = [
  { name: 'completed', operator: 'greaterThanInclusive', value: 5, weight: 150, isRequired: true },
  { name: 'worked_with', operator: 'equal', value: true, weight: 100, isRequired: false },
  { name: 'cancel_rate', operator: 'lessThanInclusive', value: 500, weight: 75, isRequired: true },
  { name: 'rating', operator: 'greaterThanInclusive', value: 450, weight: 45, isRequired: true },
  { name: 'group', operator: 'in', value: ['gold', 'silver'], weight: 50, isRequired: false },
  { name: 'background_check', operator: 'equal', value: true, weight: 40, isRequired: false },
  { name: 'distance', operator: 'lessThanInclusive', value: 80_467, weight: 25, isRequired: false },
  { name: 'certifications', operator: 'contains', value: 'CompTIA A+', weight: 45, isRequired: false },
  { name: 'block_rate', operator: 'lessThanInclusive', value: 300, weight: 30, isRequired: true },
  { name: 'assigned_7d', operator: 'lessThanInclusive', value: 9, weight: 20, isRequired: false },
  { name: 'drug_test', operator: 'equal', value: true, weight: 15, isRequired: false },
  { name: 'on_time', operator: 'greaterThanInclusive', value: 9_000, weight: 35, isRequired: false },
];

export const MOST_CRITERIA = ASKED.length;

export function askedOf(criteria: number): readonly Asked[] {
  return ASKED.slice(0, criteria);
}

/** Each criterion comes out either way; about one candidate in four meets all that is required. */
export function candidateValues(count: number): readonly Values[] {
  return Array.from({ length: count }, (_, id) => {
    const number = (name: string, from: number, to: number) => integerBetween(draw(5, id, name), from, to);
    const chance = (name: string, of: number) => draw(5, id, name) < of;
    return {
      completed: number('completed', 0, 20),
      worked_with: chance('worked_with', 0.5),
      cancel_rate: number('cancel_rate', 0, 700),
      rating: number('rating', 400, 500),
      group: ['gold', 'silver', 'bronze', 'none'][number('group', 0, 3)] ?? 'none',
      background_check: chance('background_check', 0.7),
      distance: number('distance', 0, 160_000),
      certifications: chance('certifications', 0.5) ? ['CompTIA A+', 'OSHA 10'] : ['OSHA 10'],
      block_rate: number('block_rate', 0, 400),
      assigned_7d: number('assigned_7d', 0, 12),
      drug_test: chance('drug_test', 0.8),
      on_time: number('on_time', 8_000, 10_000),
    };
  });
}

export function ruleFileOf(asked: readonly Asked[]): RuleFile {
  return aRuleFile({
    criteria: asked.map(({ name, operator, value, weight, isRequired }, index) =>
      aCriterion({
        ...{ position: index + 1, key: name, label: name, weight, isRequired, canRemote: true },
        when: aTest(`provider.${name}`, operator, value),
      }),
    ),
  });
}

export function slateOf(values: readonly Values[]): Slate {
  const candidates = values.map((own, index) => {
    const facts = Object.entries(own).map(([name, value]) => [`provider.${name}`, value] as const);
    return aCandidate({ providerId: index + 1, facts: knownFacts(Object.fromEntries(facts)) });
  });
  return aSlate({ candidates });
}
