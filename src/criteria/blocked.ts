import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_blocked',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile'],
  doc: 'Whether your company has blocked the provider, from the profile. Unknown when the profile does not say.',
  example: false,
  read: (input) =>
    fromProfile(input, (profile) => profile.isBlocked, 'The profile does not say whether the provider is blocked.'),
};

export const blocked: CriterionDefinition = {
  key: 'blocked',
  label: 'Blocked by your company',
  aliases: ['is_blocked'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks whether your company has blocked the provider; write `= false` to keep blocked providers out.',
};
