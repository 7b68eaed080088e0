import { countAssigned } from './commitments.ts';
import type { CandidateFact, CriterionDefinition } from './definition.ts';

const fact: CandidateFact = {
  name: 'provider.assigned_now',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['ledger'],
  doc: 'How many other work orders of your company the provider is assigned to at present. Always known; work for other companies is not visible.',
  isAlwaysKnown: true,
  example: 2,
  read: countAssigned,
};

export const assignedNow: CriterionDefinition = {
  key: 'assigned_now',
  label: 'Assigned work orders',
  aliases: ['currently_assigned', 'load_now'],
  codes: ['SC_AMOUNT_CURRENTLY_ASSIGNED'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks for at most so many work orders of your company at a time.',
};
