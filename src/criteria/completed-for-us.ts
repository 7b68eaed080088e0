import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.completed_for_us',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'How many work orders the provider has completed for your company, from the profile or an imported file, whichever is newer. Unknown when neither shows it.',
  example: 3,
  read: (input) =>
    newestKnown(
      fromProfile(
        input,
        (profile) => profile.completedForUs,
        'The profile does not show work completed for your company.',
      ),
      fromImport(input, 'completedForUs', (value) => value),
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
  better: 'more',
  doc: 'Asks for a minimum of work orders completed for your company.',
};
