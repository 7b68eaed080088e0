import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown, partsOf } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.certifications',
  scope: 'candidate',
  type: { kind: 'numbers' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'Ids of the certifications the provider holds, from the profile or an imported file, whichever is newer. Unknown when neither shows certifications.',
  example: 12,
  read: (input) =>
    newestKnown(
      fromProfile(
        input,
        (profile) => profile.certifications?.map(({ id }) => id) ?? null,
        'The profile does not show certifications.',
      ),
      fromImport(input, 'certifications', (held) => partsOf(held, 'id')),
    ),
};

export const certificationNamesFact: CandidateFact = {
  name: 'provider.certification_names',
  scope: 'candidate',
  type: { kind: 'texts' },
  params: null,
  sources: ['profile', 'import'],
  doc: 'Names of the certifications the provider holds, as the platform writes them, from the profile or an imported file, whichever is newer. Unknown when neither shows certifications.',
  example: 'CompTIA A+',
  read: (input) =>
    newestKnown(
      fromProfile(
        input,
        (profile) => profile.certifications?.map(({ name }) => name) ?? null,
        'The profile does not show certifications.',
      ),
      fromImport(input, 'certifications', (held) => partsOf(held, 'name')),
    ),
};

export const certification: CriterionDefinition = {
  key: 'certification',
  label: 'Certification',
  aliases: ['certifications'],
  codes: ['SC_CERTIFICATION'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks for a certification by its id, with the operator `contains`. By name: the fact `provider.certification_names` in the long form.',
};
