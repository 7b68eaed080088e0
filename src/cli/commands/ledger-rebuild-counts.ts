import { defineCommand } from '../command.ts';

export const ledgerRebuildCountsDefinition = defineCommand({
  name: 'ledger rebuild-counts',
  summary:
    'Counts all decisions for reports anew, where `ledger verify` says that the counts are wrong; changes nothing else.',
  args: [],
  options: { json: { kind: 'switch', doc: 'One JSON object.' } },
  settings: 'ledger',
  example: 'fieldmarshal ledger rebuild-counts',
  exitCodes: [0, 5],
  async run(input, io) {
    const { rebuildCounts } = await import('../ledger-rebuild-counts.ts');
    return rebuildCounts(input, io);
  },
});
