import { defineCommand } from '../command.ts';

const OPTIONS = {
  provider: {
    kind: 'integer',
    placeholder: 'ID',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    unit: null,
    default: null,
    doc: 'Why not this one: the facts of this candidate beside the winner’s. Without it: the runner-up.',
  },
  flip: {
    kind: 'switch',
    doc: 'Also the smallest change of facts, and of rules, with which --provider would have been chosen (without it: the runner-up), and how near the winner was to losing. Each is checked by deciding again.',
  },
  letter: {
    kind: 'switch',
    doc: 'Instead: a letter to --provider, with that provider’s own facts and nothing about anybody else.',
  },
  contact: {
    kind: 'text',
    placeholder: 'TEXT',
    default: null,
    doc: 'In the letter: whom to write to. Without it: a place to fill in.',
  },
  format: {
    kind: 'choice',
    of: ['text', 'json', 'html'],
    default: 'text',
    doc: 'json: the whole recorded decision as one object, with every candidate (or the one of --provider) in it; html: one page that needs nothing else.',
  },
  json: { kind: 'switch', doc: 'The same as --format json.' },
} as const;

export const explainDefinition = defineCommand({
  name: 'explain',
  summary:
    'Shows why a work order was decided as it was: every candidate, every criterion, what was sent and what came of it.',
  args: [
    {
      name: 'WORK_ORDER_OR_DECISION',
      doc: 'A work order id (the last decision of a live rule file; a shadow file’s where no live one decided), or a decision id such as 4047.1.3.',
      isRequired: true,
    },
  ],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal explain 4047 --provider 557',
  exitCodes: [0, 5],
  async run(input, io) {
    const { explainCommand } = await import('../explain.ts');
    return explainCommand(input, io);
  },
});
