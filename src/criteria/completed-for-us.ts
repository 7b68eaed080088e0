import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.completed_for_us',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['profile'],
  doc: 'How many work orders the provider has completed for your company, from the profile. Unknown when the profile does not show it.',
  example: 3,
  read: (input) =>
    fromProfile(
      input,
      (profile) => profile.completedForUs,
      'The profile does not show work completed for your company.',
    ),
};

export const completedForUs: CriterionDefinition = {
  key: 'completed_for_us',
  label: 'Work orders completed for your company',
  aliases: ['completed_for_my_company'],
  codes: ['SC_AMOUNT_COMPLETED_FOR_MY_COMPANY'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks for a minimum of work orders completed for your company.',
};
