import { defineCommand } from '../command.ts';

const DRY_RUN = { kind: 'switch', doc: 'Says what would go, and erases nothing.' } as const;
const JSON_SWITCH = { kind: 'switch', doc: 'One JSON object.' } as const;

export const ledgerPruneDefinition = defineCommand({
  name: 'ledger prune',
  summary: 'Erases the raw rows and facts of old decisions for good; verdicts, points, outcomes and money stay.',
  args: [],
  options: {
    before: {
      kind: 'text',
      placeholder: 'TIME',
      default: null,
      doc: 'Decisions before it: 365d (ago), 2026-01-01 (midnight UTC). Needed.',
    },
    because: {
      kind: 'text',
      placeholder: 'TEXT',
      default: 'retention',
      doc: 'Why, in words: stays in the ledger.',
    },
    dryRun: DRY_RUN,
    json: JSON_SWITCH,
  },
  settings: 'person',
  example: 'fieldmarshal ledger prune --before 365d --dry-run',
  exitCodes: [0, 3, 5],
  async run(input, io) {
    const { pruneCommand } = await import('../ledger-erase.ts');
    return pruneCommand(input, io);
  },
});

export const ledgerEraseProviderDefinition = defineCommand({
  name: 'ledger erase-provider',
  summary: 'Erases the raw rows and facts of one provider for good, and their row of the directory.',
  args: [{ name: 'PROVIDER', doc: 'The number of the provider on the platform.', isRequired: true }],
  options: {
    because: {
      kind: 'text',
      placeholder: 'TEXT',
      default: null,
      doc: 'Why, in words: stays in the ledger, so name a case and no person. Needed.',
    },
    dryRun: DRY_RUN,
    json: JSON_SWITCH,
  },
  settings: 'person',
  example: 'fieldmarshal ledger erase-provider 557 --because "request DSR-12" --dry-run',
  exitCodes: [0, 3, 5],
  async run(input, io) {
    const { eraseProviderCommand } = await import('../ledger-erase.ts');
    return eraseProviderCommand(input, io);
  },
});
