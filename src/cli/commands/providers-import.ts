import { defineCommand } from '../command.ts';

export const providersImportDefinition = defineCommand({
  name: 'providers import',
  summary: 'Adds what a CSV or JSON file says of providers to the directory that the bench comes from.',
  args: [
    { name: 'FILE', doc: 'CSV with a head line, or a JSON array; see docs/providers-import.md.', isRequired: true },
  ],
  options: {
    dryRun: { kind: 'switch', doc: 'Check the file and show what would be imported; store nothing.' },
    json: { kind: 'switch', doc: 'What came of it as one JSON object.' },
  },
  settings: 'ledger',
  example: 'fieldmarshal providers import providers.csv --dry-run',
  exitCodes: [0, 1, 5],
  async run(input, io) {
    const { importProviders } = await import('../providers-import.ts');
    return importProviders(input, io);
  },
});
