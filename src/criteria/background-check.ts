import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.background_check',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile'],
  doc: 'Whether the provider had a valid background check when the profile was read. Unknown when the profile does not show checks.',
  example: true,
  read: (input) =>
    fromProfile(input, (profile) => profile.hasBackgroundCheck, 'The profile does not show background checks.'),
};

export const backgroundCheck: CriterionDefinition = {
  key: 'background_check',
  label: 'Background check',
  aliases: ['background'],
  codes: ['SC_BACKGROUND_CHECK'],
  fact,
  labelParam: null,
  canRemote: false,
  isProviderLevel: true,
  doc: 'Asks for a valid background check. Does not apply to remote work, as in the default ranking.',
};
