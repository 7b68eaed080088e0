import type { Fact } from '../domain/fact.ts';
import { primaryTypeOfWork } from '../domain/work-order.ts';
import { completedOf } from './completed-of-type.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.completed_of_this_type',
  scope: 'candidate',
  type: { kind: 'number', unit: 'count' },
  params: null,
  sources: ['profile'],
  doc: "How many work orders of the work order's own (primary) kind of work the provider has completed for all companies, from the profile. Unknown when the profile does not count that kind.",
  example: 5,
  read: (input) => readCompleted(input),
};

function readCompleted(input: FactInput): Fact {
  const kind = primaryTypeOfWork(input.workOrder);
  if (kind === null) return unknown('The work order names no kind of work.');
  const isCountedById = input.profile?.completedByType?.some(({ id }) => id === kind.id) ?? false;
  return completedOf(input, isCountedById ? String(kind.id) : kind.name);
}

export const completedOfThisType: CriterionDefinition = {
  key: 'completed_of_this_type',
  label: 'Work orders completed ({type_of_work})',
  aliases: ['work orders completed', 'completed_of_type_of_work'],
  codes: ['SC_SERVICE_CATEGORY_OF_WORKORDER'],
  fact,
  labelParam: null,
  canRemote: false,
  isProviderLevel: false,
  better: 'more',
  doc: "Asks for a minimum of completed work orders of the work order's own kind of work; the one to use in a file that serves many kinds. Does not apply to remote work, as in the default ranking.",
};
