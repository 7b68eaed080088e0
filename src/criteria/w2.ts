import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { firstKnown, fromDirectory, fromImport, fromProfile, fromRow, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_w2',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row', 'profile', 'import', 'directory'],
  doc: 'Whether the provider is a W-2 employee, as the pending list says; for providers not in it, from the profile, an imported file or the last list they were in. Unknown when none of them says.',
  example: true,
  read: (input) =>
    firstKnown(
      fromRow(input, 'isW2'),
      newestKnown(
        fromProfile(input, (profile) => profile.isW2, 'The profile does not say.'),
        fromImport(input, 'isW2', (value) => value),
      ),
      fromDirectory(input, 'isW2'),
    ),
};

export const w2: CriterionDefinition = {
  key: 'w2',
  label: 'W-2 employee',
  aliases: ['is_w2', 'w-2'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks whether the provider is a W-2 employee rather than a contractor.',
};
