import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.rating',
  scope: 'candidate',
  type: { kind: 'number', unit: 'stars' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'Average stars, 0 to 5, from all companies on the marketplace, from the provider profile or an imported file, whichever is newer. Unknown while nobody has rated the provider.',
  example: 4.5,
  read: (input) =>
    newestKnown(
      fromProfile(input, (profile) => profile.ratingHundredths, 'Nobody has rated this provider yet.'),
      fromImport(input, 'ratingHundredths', (value) => value),
    ),
};

export const rating: CriterionDefinition = {
  key: 'rating',
  label: 'Provider rating',
  aliases: ['provider_rating', 'star rating', 'stars'],
  codes: ['SC_STAR_BASED_RATING', 'SC_OVERALL_RATING'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'more',
  doc: 'Asks for a minimum of stars over all companies. A provider without ratings is unknown to us; Field Nation itself then says no match, which `on_missing: platform` follows.',
};
