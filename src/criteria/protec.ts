import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_protec',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile'],
  doc: 'Whether the provider is in the ProTec programme, from the profile. Unknown when the profile does not say.',
  example: true,
  read: (input) =>
    fromProfile(input, (profile) => profile.isProtec, 'The profile does not say whether the provider is in ProTec.'),
};

export const protec: CriterionDefinition = {
  key: 'protec',
  label: 'ProTec provider',
  aliases: ['protec_provider', 'is_protec'],
  codes: ['SC_PROTEC_PROVIDER'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks for a member of the ProTec programme.',
};
