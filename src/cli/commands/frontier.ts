import { defineCommand } from '../command.ts';
import { MOMENT_FORMS } from '../moment.ts';

const OPTIONS = {
  since: { kind: 'text', placeholder: 'WHEN', default: '30d', doc: `From here on: ${MOMENT_FORMS}.` },
  until: {
    kind: 'text',
    placeholder: 'WHEN',
    default: null,
    doc: 'Up to here, written in the same way. Default: now.',
  },
  format: {
    kind: 'choice',
    of: ['text', 'json', 'csv', 'markdown', 'html'],
    default: 'text',
    doc: 'html: one page that needs nothing else.',
  },
} as const;

export const frontierDefinition = defineCommand({
  name: 'frontier',
  summary: 'Shows what each required criterion costs: who would be eligible, and what filled, if it were preferred.',
  args: [{ name: 'RULE_FILE_ID', doc: 'Of one rule file. Default: all that decided.', isRequired: false }],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal frontier default --since 30d',
  exitCodes: [0, 3, 5],
  async run(input, io) {
    const { frontierCommand } = await import('../frontier.ts');
    return frontierCommand(input, io);
  },
});
