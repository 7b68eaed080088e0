import type { Fact } from '../domain/fact.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { firstKnown, fromDirectory, fromImport, fromProfile, fromRow, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.worked_with',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row', 'profile', 'import', 'directory'],
  doc: 'Whether the provider has worked for your company before, as the pending list says; for providers not in the list, from completed work orders in the profile or an imported file, or the last list they were in. Unknown when none of them says.',
  example: true,
  read: (input) =>
    firstKnown(fromRow(input, 'hasWorkedWithUs'), fromCompleted(input), fromDirectory(input, 'hasWorkedWithUs')),
};

/** Completed work proves it; none completed proves nothing, for work may be under way. */
function fromCompleted(input: FactInput): Fact {
  return firstKnown(
    fromProfile(input, ({ completedForUs }) => (completedForUs ?? 0) > 0 || null, NO_WORK),
    fromImport(input, 'completedForUs', (count) => count > 0 || null),
    unknown(NO_WORK),
  );
}

const NO_WORK = 'The profile shows no work for your company.';

export const workedWith: CriterionDefinition = {
  key: 'worked_with',
  label: 'Worked with your company before',
  aliases: ['worked with us', 'worked_with_us', 'assigned_before'],
  codes: ['SC_ASSIGNED_BEFORE'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  doc: 'Asks whether the provider has worked for your company before. Always known for providers in the pending list.',
};
