import type { Fact } from '../domain/fact.ts';
import type { CandidateFact, CriterionDefinition, FactInput } from './definition.ts';
import { known, rowTime, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.score',
  scope: 'candidate',
  type: { kind: 'number', unit: 'points' },
  params: null,
  sources: ['row'],
  doc: "Field Nation's own score of the provider for this work order, 0 to 100, from the pending list. Unknown for providers not in the list, and while scoring is switched off for your company.",
  example: 80,
  read: (input) => readScore(input),
};

function readScore({ row, ...times }: FactInput): Fact {
  if (row === null) return unknown('The provider is not in the pending list of this work order.');
  if (row.providerScore === null) return unknown('Field Nation sends no provider score; scoring is switched off.');
  return known(Math.round(row.providerScore), 'row', rowTime(times));
}

export const providerScore: CriterionDefinition = {
  key: 'provider_score',
  label: 'Provider score',
  aliases: ['score', 'provider_scoring'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'more',
  doc: "Asks for a minimum of Field Nation's own provider score. Only companies with scoring switched on have one.",
};
