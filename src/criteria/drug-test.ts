import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.drug_test',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'Whether the provider had a valid drug test when the profile was read. An imported file may say it too; the newer counts. Unknown when neither does.',
  example: true,
  read: (input) =>
    newestKnown(
      fromProfile(input, (profile) => profile.hasDrugTest, 'The profile does not show drug tests.'),
      fromImport(input, 'hasDrugTest', (value) => value),
    ),
};

export const drugTest: CriterionDefinition = {
  key: 'drug_test',
  label: 'Drug test',
  aliases: ['drug_screen'],
  codes: ['SC_DRUG_TEST'],
  fact,
  labelParam: null,
  canRemote: false,
  isProviderLevel: true,
  doc: 'Asks for a valid drug test. Does not apply to remote work, like the background check.',
};
