import { defineCommand } from '../command.ts';

export const ledgerVerifyDefinition = defineCommand({
  name: 'ledger verify',
  summary: 'Looks whether anything in the ledger was changed, taken out, put in or moved since it was written.',
  args: [],
  options: {
    head: {
      kind: 'text',
      placeholder: 'HASH',
      default: null,
      doc: 'A head that was kept elsewhere, or its first 12 digits: shows also whether the end was cut off or all of it written anew.',
    },
    file: {
      kind: 'text',
      placeholder: 'FILE',
      default: null,
      doc: 'A ledger other than the configured one, such as a backup.',
    },
    json: { kind: 'switch', doc: 'What was found as one JSON object.' },
  },
  settings: 'ledger',
  example: 'fieldmarshal ledger verify --head 5f0c1a9be2d4',
  exitCodes: [0, 1, 5],
  async run(input, io) {
    const { verifyCommand } = await import('../ledger-verify.ts');
    return verifyCommand(input, io);
  },
});
