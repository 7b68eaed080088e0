import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { firstKnown, fromDirectory, fromProfile, fromRow } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_routable',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row', 'profile', 'directory'],
  doc: 'Whether the platform lets you invite (route) the provider now, as the pending list says; for providers not in it, from the profile or the last list they were in. Unknown when none of them says.',
  example: true,
  read: (input) =>
    firstKnown(
      fromRow(input, 'isRoutable'),
      fromProfile(input, (profile) => profile.isRoutable, 'The profile does not say.'),
      fromDirectory(input, 'isRoutable'),
    ),
};

export const routable: CriterionDefinition = {
  key: 'routable',
  label: 'Can be routed',
  aliases: ['is_routable'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks whether the platform lets you invite the provider. Providers who are known not to be routable are left out of the bench anyway.',
};
