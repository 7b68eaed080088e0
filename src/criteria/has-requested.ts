import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { known, rowTime } from './reading.ts';

const fact: CandidateFact = {
  name: 'request.exists',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row'],
  doc: 'Whether the provider has asked for this work order and can be assigned at once. Always known.',
  isAlwaysKnown: true,
  example: true,
  read: (input) => known(input.kind === 'request', 'row', rowTime(input)),
};

export const hasRequested: CriterionDefinition = {
  key: 'has_requested',
  label: 'Has requested the work order',
  aliases: ['requested'],
  codes: ['SC_REQUESTED'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  doc: 'Asks whether the provider has requested the work order.',
};
