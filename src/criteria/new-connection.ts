import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromRow } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_new_connection',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row'],
  doc: 'Whether Field Nation marks the provider as new to your company, as the pending list says. Unknown for providers not in the list.',
  example: false,
  read: (input) => fromRow(input, 'isNewConnection'),
};

export const newConnection: CriterionDefinition = {
  key: 'new_connection',
  label: 'New connection',
  aliases: ['is_new_connection'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  doc: 'Asks whether Field Nation marks the provider as new to your company.',
};
