import { defineCommand } from '../command.ts';

export const ledgerExportDefinition = defineCommand({
  name: 'ledger export',
  summary: 'Writes the ledger as JSON Lines that anybody can check without fieldmarshal.',
  args: [],
  options: {
    since: {
      kind: 'text',
      placeholder: 'TIME',
      default: null,
      doc: 'From the first row of this moment on: 24h, 7d (ago), 2026-11-22 (midnight UTC). Default: from the beginning.',
    },
    until: {
      kind: 'text',
      placeholder: 'TIME',
      default: null,
      doc: 'To the last row before this moment, in the same forms. Default: to the end.',
    },
    out: {
      kind: 'text',
      placeholder: 'FILE',
      default: null,
      doc: 'A new file, or a folder to make one in. Default: stdout.',
    },
  },
  settings: 'ledger',
  example: 'fieldmarshal ledger export --out ledger.jsonl',
  exitCodes: [0, 5],
  async run(input, io) {
    const { exportCommand } = await import('../ledger-export.ts');
    return exportCommand(input, io);
  },
});
