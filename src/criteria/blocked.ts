import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromImport, fromProfile, newestKnown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.is_blocked',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['import', 'profile'],
  doc: 'Whether your company has blocked the provider, from the profile, or because an imported file says so, which stands until another file takes it back. Unknown when neither says. Blocked providers are never on the bench.',
  example: false,
  read: (input) => {
    const imported = fromImport(input, 'isBlocked', (value) => value);
    // What an operator blocks in a file stays blocked: the platform not knowing of it says nothing against it.
    if (imported.kind === 'known' && imported.value === true) return imported;
    return newestKnown(
      fromProfile(input, (profile) => profile.isBlocked, 'The profile does not say whether the provider is blocked.'),
      imported,
    );
  },
};

export const blocked: CriterionDefinition = {
  key: 'blocked',
  label: 'Blocked by your company',
  aliases: ['is_blocked'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'less',
  doc: 'Asks whether your company has blocked the provider; write `= false` to keep blocked providers out.',
};
