import { defineCommand } from '../command.ts';

const OPTIONS = {
  format: {
    kind: 'choice',
    of: ['text', 'markdown', 'json'],
    default: 'text',
    doc: 'markdown: for a pull request. json: every change with its place, before, after and whether it decides anything.',
  },
} as const;

const WHAT =
  'a rule file, a folder, "recorded", the hash of a recorded text (6 digits or more), git:COMMIT or git:COMMIT:PATH';

export const rulesDiffDefinition = defineCommand({
  name: 'rules diff',
  summary:
    'Says in words what differs between rule files, and what weights are worth; ends with 1 where a decision could differ.',
  args: [
    { name: 'A', doc: `Before: ${WHAT}.`, isRequired: true },
    { name: 'B', doc: 'After: one of the same. Files are matched by their id.', isRequired: true },
  ],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal rules diff git:HEAD ./rules',
  exitCodes: [0, 1, 5],
  async run(input, io) {
    const { diffRules } = await import('../rules-diff.ts');
    return diffRules(input, io);
  },
});
