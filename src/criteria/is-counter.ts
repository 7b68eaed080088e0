import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { known, rowTime } from './reading.ts';

const fact: CandidateFact = {
  name: 'request.is_counter',
  scope: 'candidate',
  type: { kind: 'boolean' },
  params: null,
  sources: ['row'],
  doc: "Whether the provider's request is a counter-offer: asks other pay than the work order offers. Always known; no for providers without a request.",
  isAlwaysKnown: true,
  example: false,
  read: (input) => known(input.row?.request?.isCounter ?? false, 'row', rowTime(input)),
};

export const isCounter: CriterionDefinition = {
  key: 'is_counter',
  label: 'Counter-offer',
  aliases: ['counter', 'counter_offer'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: false,
  better: 'less',
  doc: 'Asks whether the request is a counter-offer. Counter-offers are only taken where the guardrails accept them.',
};
