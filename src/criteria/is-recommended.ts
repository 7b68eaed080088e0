import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromRow } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_recommended',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row'],
  doc: 'Whether Field Nation recommends the provider for this work order, as the pending list says. Unknown for providers not in the list.',
  example: true,
  read: (input) => fromRow(input, 'isRecommended'),
};

export const isRecommended: CriterionDefinition = {
  key: 'is_recommended',
  label: 'Recommended by Field Nation',
  aliases: ['recommended'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  doc: 'Asks for a provider whom Field Nation recommends for this work order.',
};
