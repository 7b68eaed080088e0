import { countAssignedInDays } from './commitments.ts';
import type { CandidateFact, CriterionDefinition } from './definition.ts';

const fact: CandidateFact = {
  name: 'provider.assigned_today',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['ledger'],
  doc: 'How many other work orders of your company the provider is assigned to that start on the same local day as this one. Unknown when this work order has no start date.',
  example: 1,
  read: (input) => countAssignedInDays(input, 1),
};

export const assignedToday: CriterionDefinition = {
  key: 'assigned_today',
  label: 'Assigned the same day',
  aliases: ['assigned_same_day'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks for at most so many other work orders on the day of this one.',
};
