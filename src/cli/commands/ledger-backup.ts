import { defineCommand } from '../command.ts';

export const ledgerBackupDefinition = defineCommand({
  name: 'ledger backup',
  summary: 'Copies the ledger into a new file, also while a daemon runs on it, and checks the copy.',
  args: [{ name: 'FILE', doc: 'Where to; never replaces a file.', isRequired: true }],
  options: { json: { kind: 'switch', doc: 'What the copy holds as one JSON object.' } },
  settings: 'ledger',
  example: 'fieldmarshal ledger backup /backups/ledger-2026-11-22.db',
  exitCodes: [0, 5],
  async run(input, io) {
    const { backUp } = await import('../ledger-backup.ts');
    return backUp(input, io);
  },
});
