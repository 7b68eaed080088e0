import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.rating_count',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['profile'],
  doc: 'How many ratings the stars come from, over all companies, from the profile. Unknown when the profile does not show it.',
  example: 10,
  read: (input) =>
    fromProfile(input, (profile) => profile.ratingCount, 'The profile does not show how many ratings there are.'),
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
  doc: 'Asks for a minimum of ratings, so that one lucky five does not count like fifty.',
};
