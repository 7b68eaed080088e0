import type { Fact, FactValue } from '../domain/fact.ts';
import type { PoolMembership } from '../domain/provider.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { fromImport, fromProfile, known, newestKnown, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.in_preferred_group',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['profile', 'pool', 'import'],
  doc: 'Whether the provider is in at least one preferred group (talent pool) of your company, from the newest of profile, member lists of the groups, and imported file. Unknown when none of them says.',
  example: true,
  read: (input) => readIsMember(input),
};

/** For asking after certain groups: `{ "fact": "provider.groups", "operator": "contains", "value": 9921 }`. */
export const groupsFact: CandidateFact = {
  name: 'provider.groups',
  scope: 'candidate',
  type: { kind: 'numbers' },
  params: null,
  sources: ['profile', 'pool', 'import'],
  doc: 'Ids of the preferred groups (talent pools) of your company the provider is in, from the newest of profile, member lists of the groups, and imported file. Unknown when none of them says.',
  example: 9921,
  read: (input) => readGroups(input),
};

/** What each source says of all groups: the newest counts. */
function readGroups(input: FactInput): Fact {
  return newestKnown(
    fromProfile(
      input,
      (profile) => profile.preferredGroups?.map((group) => group.id) ?? null,
      'The profile does not show preferred groups.',
    ),
    fromPools(input, ({ ids, isWhole }) => (isWhole ? ids : null)),
    fromImport(input, 'groups', (ids) => ids),
  );
}

/** One group is enough, so that member lists read in part may prove it, and never disprove it. */
function readIsMember(input: FactInput): Fact {
  const groups = readGroups(input);
  const all: Fact =
    groups.kind === 'known' ? { ...groups, value: Array.isArray(groups.value) && groups.value.length > 0 } : groups;
  return newestKnown(
    all,
    fromPools(input, ({ ids }) => ids.length > 0 || null),
  );
}

function fromPools(
  { directory }: Pick<FactInput, 'directory'>,
  pick: (pools: PoolMembership) => FactValue | null,
): Fact {
  const pools = directory?.pools ?? null;
  const value = pools === null ? null : pick(pools);
  return pools === null || value === null
    ? unknown('The member lists of the groups have not been read.')
    : known(value, 'pool', pools.observedAtMs);
}

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
