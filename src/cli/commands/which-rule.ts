import { defineCommand } from '../command.ts';

export const whichRuleDefinition = defineCommand({
  name: 'which-rule',
  summary: 'Shows which rule file decides a work order, and why the others do not.',
  args: [
    {
      name: 'WORK_ORDER_OR_DECISION',
      doc: 'A work order id, as the platform has it now; or a decision id such as 4047.1.3, as it was recorded then.',
      isRequired: true,
    },
  ],
  options: {
    tree: { kind: 'switch', doc: 'Every condition of every applies_to, with what it came to and the actual value.' },
    recorded: {
      kind: 'switch',
      doc: 'The work order as its last recorded decision saw it; asks nothing of the platform.',
    },
    format: { kind: 'choice', of: ['text', 'json'], default: 'text', doc: 'json: one object, with every file in it.' },
  },
  settings: 'all',
  example: 'fieldmarshal which-rule 4047 --tree',
  exitCodes: [0, 4, 5],
  async run(input, io) {
    const { whichRuleCommand } = await import('../which-rule.ts');
    return whichRuleCommand(input, io);
  },
});
