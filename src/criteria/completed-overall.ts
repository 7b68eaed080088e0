import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.completed_overall',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'How many work orders the provider has completed for all companies, from the profile or an imported file, whichever is newer. Unknown when neither shows it.',
  example: 50,
  read: (input) =>
    newestKnown(
      fromProfile(input, (profile) => profile.completedOverall, 'The profile does not show completed work orders.'),
      fromImport(input, 'completedOverall', (value) => value),
    ),
};

export const completedOverall: CriterionDefinition = {
  key: 'completed_overall',
  label: 'Work orders completed overall',
  aliases: ['completed'],
  codes: ['SC_AMOUNT_COMPLETED_FOR_ALL_COMPANIES'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'more',
  doc: 'Asks for a minimum of completed work orders over all companies and kinds of work.',
};
