import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.background_check',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'Whether the provider had a valid background check when the profile was read. An imported file may say it too; the newer counts. Unknown when neither does.',
  example: true,
  read: (input) =>
    newestKnown(
      fromProfile(input, (profile) => profile.hasBackgroundCheck, 'The profile does not show background checks.'),
      fromImport(input, 'hasBackgroundCheck', (value) => value),
    ),
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
