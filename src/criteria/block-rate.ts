import type { CandidateFact, CriterionDefinition } from './definition.ts';
import { firstKnown, fromImport, unknown } from './reading.ts';

const fact: CandidateFact = {
  name: 'provider.block_rate',
  scope: 'candidate',
  type: { kind: 'number', unit: 'percent' },
  params: null,
  sources: ['import', 'given'],
  doc: 'How often the provider has been blocked by the companies they worked for, in percent. Field Nation never sends the figure, only whether its own limit is kept, so this is unknown until a file with it is imported.',
  example: 5,
  read: (input) =>
    firstKnown(
      fromImport(input, 'blockRateBasisPoints', (value) => value),
      unknown('Field Nation says whether its own limit for the block rate is kept, never the percentage.'),
    ),
};

export const blockRate: CriterionDefinition = {
  key: 'block_rate',
  label: 'Provider block rate',
  aliases: ['provider_block_rate', 'block ratio'],
  codes: ['SC_BLOCK_RATIO'],
  fact,
  labelParam: null,
  canRemote: true,
  isProviderLevel: true,
  better: 'less',
  doc: "Asks for at most so many percent. The platform sends its verdict but not the percentage: with `on_missing: platform` that verdict, against the platform's own limit, stands in for yours. An imported percentage is compared with your limit.",
};
