import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { firstKnown, fromImport, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.cancel_rate',
  scope: 'candidate',
  type: { kind: 'number', unit: 'percent' },
  params: null,
  sources: ['import', 'given'],
  doc: 'How often the provider has cancelled on work they had accepted, in percent. Field Nation never sends the figure, only whether its own limit is kept, so this is unknown until a file with it is imported.',
  example: 5,
  read: (input) =>
    firstKnown(
      fromImport(input, 'cancelRateBasisPoints', (value) => value),
      unknown('Field Nation says whether its own limit for the cancel rate is kept, never the percentage.'),
    ),
};

export const cancelRate: CriterionDefinition = {
  key: 'cancel_rate',
  label: 'Provider cancel rate',
  aliases: ['provider_cancel_rate', 'cancel ratio'],
  codes: ['SC_CANCEL_RATIO'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'less',
  doc: "Asks for at most so many percent. The platform sends its verdict but not the percentage: with `on_missing: platform` that verdict, against the platform's own limit, stands in for yours. An imported percentage is compared with your limit.",
};
