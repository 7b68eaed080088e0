import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { firstKnown, fromDirectory, fromProfile, fromRow } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_marketplace',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row', 'profile', 'directory'],
  doc: 'Whether the provider is on the open marketplace, as the pending list says; for providers not in it, from the profile or the last list they were in. Unknown when none of them says.',
  example: true,
  read: (input) =>
    firstKnown(
      fromRow(input, 'isMarketplace'),
      fromProfile(input, (profile) => profile.isMarketplace, 'The profile does not say.'),
      fromDirectory(input, 'isMarketplace'),
    ),
};

export const marketplace: CriterionDefinition = {
  key: 'marketplace',
  label: 'Marketplace provider',
  aliases: ['is_marketplace'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks whether the provider is on the open marketplace, neither employee nor managed by a service company.',
};
