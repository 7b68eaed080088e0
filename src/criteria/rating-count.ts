import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.rating_count',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'How many ratings the stars come from, over all companies, from the profile or an imported file. Unknown when neither shows it.',
  example: 10,
  read: (input) =>
    newestKnown(
      fromProfile(input, (profile) => profile.ratingCount, 'The profile does not show how many ratings there are.'),
      fromImport(input, 'ratingCount', (value) => value),
    ),
};

export const ratingCount: CriterionDefinition = {
  key: 'rating_count',
  label: 'Number of ratings',
  aliases: ['ratings', 'total_ratings'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'more',
  doc: 'Asks for a minimum of ratings, so that one lucky five does not count like fifty.',
};
