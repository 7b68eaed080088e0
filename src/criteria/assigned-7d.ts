import { countAssignedInDays } from './commitments.ts';
import type { CandidateFact, CriterionDefinition } from './definition.ts';

const fact: CandidateFact = {
  name: 'provider.assigned_7d',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['ledger'],
  doc: 'How many other work orders of your company the provider is assigned to that start in the seven days ending with the day of this one, by local date. Unknown when this work order has no start date.',
  example: 5,
  read: (input) => countAssignedInDays(input, 7),
};

export const assigned7d: CriterionDefinition = {
  key: 'assigned_7d',
  label: 'Assigned in seven days',
  aliases: ['assignments_7d'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks for at most so many work orders in the seven days that end with the day of this one.',
};
