import type { Fact } from '../domain/fact.ts';
import type { ProviderProfile } from '../domain/provider.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { kindsNamed } from './kind-of-work.ts';
import { known, textParam, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.completed_of_type',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: {
    type_of_work: {
      kind: 'text',
      doc: 'The kind of work: its full name, the short form in its brackets (ATM), or its id.',
      example: 'ATM',
    },
  },
  sources: ['profile'],
  doc: 'How many work orders of a given kind of work the provider has completed for all companies, from the profile. Unknown when the profile does not count that kind.',
  example: 5,
  read: (input, params) => completedOf(input, textParam(params, 'type_of_work')),
};

/** Completed work orders of the kind called `written`, as the profile counts them. */
export function completedOf({ profile }: FactInput, written: string): Fact {
  if (profile === null) return unknown("The provider's profile has not been read yet.");
  if (profile.completedByType === null) return unknown('The profile does not count completed work by kind of work.');
  const kinds = kindsNamed(profile.completedByType, written);
  if (kinds.length > 1)
    return unknown(`The profile counts more than one kind of work called "${written}"; give its id.`);
  const count = kinds[0]?.count ?? (countsEveryKind(profile) ? 0 : null);
  if (count === null) return unknown(`The profile gives no count for "${written}".`);
  return known(count, 'profile', profile.observedAtMs);
}

/** A kind that is left out means none only where the kinds listed add up to everything the provider has completed. */
function countsEveryKind({ completedByType, completedOverall }: ProviderProfile): boolean {
  const listed = (completedByType ?? []).reduce((sum, kind) => sum + kind.count, 0);
  return completedOverall !== null && listed >= completedOverall;
}

export const completedOfType: CriterionDefinition = {
  key: 'completed_of_type',
  label: 'Work orders completed ({type_of_work})',
  aliases: [],
  codes: ['SC_TYPE_OF_WORK'],
  fact,
  labelParam: 'type_of_work',
  canRemote: false,
  isProviderLevel: false,
  better: 'more',
  doc: 'Asks for a minimum of completed work orders of one kind of work, named in the brackets of the label. Does not apply to remote work, as in the default ranking.',
};
