import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.our_rating',
  scope: 'candidate',
  type: { kind: 'number', unit: 'stars' },
  params: null,
  sources: ['profile'],
  doc: 'Average stars, 0 to 5, given by your company alone, read from the provider profile. Unknown while your company has not rated the provider.',
  example: 4.8,
  read: (input) =>
    fromProfile(input, (profile) => profile.ourRatingHundredths, 'Your company has not rated this provider yet.'),
};

export const ourRating: CriterionDefinition = {
  key: 'our_rating',
  label: 'Rating by your company',
  aliases: ['company_rating'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'more',
  doc: 'Asks for a minimum of stars given by your own company. Unknown for everyone your company has never rated.',
};
