import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { fromProfile } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.on_time',
  scope: 'candidate',
  type: { kind: 'number', unit: 'percent' },
  params: null,
  sources: ['profile'],
  doc: 'How often the provider arrives on time, in percent of rated work orders, from the profile. Unknown when the profile does not show it.',
  example: 95,
  read: (input) =>
    fromProfile(input, (profile) => profile.onTimeBasisPoints, 'The profile does not show an on-time rate.'),
};

export const onTime: CriterionDefinition = {
  key: 'on_time',
  label: 'On-time rate',
  aliases: ['on_time_percent', 'timeliness'],
  codes: [],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'more',
  doc: 'Asks for a minimum of work orders with arrival on time, in percent.',
};
