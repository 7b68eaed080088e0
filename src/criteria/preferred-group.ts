import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.in_preferred_group',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile'],
  doc: 'Whether the provider is in at least one preferred group (talent pool) of your company, from the profile. Unknown when the profile does not show groups.',
  example: true,
  read: (input) =>
    fromProfile(
      input,
      (profile) => (profile.preferredGroups === null ? null : profile.preferredGroups.length > 0),
      'The profile does not show preferred groups.',
    ),
};

/** For asking after certain groups: `{ "fact": "provider.groups", "operator": "contains", "value": 9921 }`. */
export const groupsFact: CandidateFact = {
  name: 'provider.groups',
  scope: 'candidate',
  type: { kind: 'numbers' },
  params: null,
  sources: ['profile'],
  doc: 'Ids of the preferred groups (talent pools) of your company the provider is in, from the profile. Unknown when the profile does not show groups.',
  example: 9921,
  read: (input) =>
    fromProfile(
      input,
      (profile) => profile.preferredGroups?.map((group) => group.id) ?? null,
      'The profile does not show preferred groups.',
    ),
};

export const preferredGroup: CriterionDefinition = {
  key: 'preferred_group',
  label: 'Member of a preferred group',
  aliases: ['in_preferred_group', 'talent_pool'],
  codes: ['SC_MY_TECHNICIAN_GROUP'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks whether the provider is in any preferred group of your company. To ask for certain groups, use the long form with the fact `provider.groups` and the operator `contains`.',
};
