import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { firstKnown, fromDirectory, fromRow } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_managed',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row', 'directory'],
  doc: 'Whether the provider works for a service company that manages providers, as the pending list says; for providers not in it, as the last list they were in said. Unknown for providers never seen in a list.',
  example: false,
  read: (input) => firstKnown(fromRow(input, 'isManaged'), fromDirectory(input, 'isManaged')),
};

export const managed: CriterionDefinition = {
  key: 'managed',
  label: 'Managed provider',
  aliases: ['is_managed'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks whether the provider works for a service company.',
};
