import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown, partsOf } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.licenses',
  scope: 'candidate',
  type: { kind: 'numbers' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'Ids of the licenses the provider holds, from the profile or an imported file, whichever is newer. Unknown when neither shows licenses.',
  example: 7,
  read: (input) =>
    newestKnown(
      fromProfile(
        input,
        (profile) => profile.licenses?.map(({ id }) => id) ?? null,
        'The profile does not show licenses.',
      ),
      fromImport(input, 'licenses', (held) => partsOf(held, 'id')),
    ),
};

export const licenseNamesFact: CandidateFact = {
  name: 'provider.license_names',
  scope: 'candidate',
  type: { kind: 'texts' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'Names of the licenses the provider holds, as the platform writes them, from the profile or an imported file, whichever is newer. Unknown when neither shows licenses.',
  example: 'Low voltage',
  read: (input) =>
    newestKnown(
      fromProfile(
        input,
        (profile) => profile.licenses?.map(({ name }) => name) ?? null,
        'The profile does not show licenses.',
      ),
      fromImport(input, 'licenses', (held) => partsOf(held, 'name')),
    ),
};

export const license: CriterionDefinition = {
  key: 'license',
  label: 'License',
  aliases: ['licenses', 'licence'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks for a license by its id, with the operator `contains`. By name: the fact `provider.license_names` in the long form.',
};
