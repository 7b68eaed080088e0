import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.drug_test',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile'],
  doc: 'Whether the provider had a valid drug test when the profile was read. Unknown when the profile does not show tests.',
  example: true,
  read: (input) => fromProfile(input, (profile) => profile.hasDrugTest, 'The profile does not show drug tests.'),
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
