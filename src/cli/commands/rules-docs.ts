import { defineCommand } from '../command.ts';

const OPTIONS = {
  format: {
    kind: 'choice',
    of: ['text', 'markdown', 'json'],
    default: 'text',
    doc: 'json: a list of entries, each with everything known about it.',
  },
} as const;

export const rulesDocsDefinition = defineCommand({
  name: 'rules docs',
  summary:
    'Explains what rule files can say (facts, operators, criteria, stages, decision, guardrails), reasons and problems by code.',
  args: [
    {
      name: 'TOPIC_OR_NAME',
      doc: 'fact, operator, criterion, reason, problem, stage, guardrail or tie-break, alone for its list or with a name; or a name alone: our own, the label or SC_ code on Field Nation, or an FM- code.',
      isRequired: false,
      isRepeated: true,
    },
  ],
  options: OPTIONS,
  settings: 'none',
  example: 'fieldmarshal rules docs criterion cancel_rate',
  exitCodes: [0],
  async run(input, io) {
    const { explainRules } = await import('../rules-docs.ts');
    return explainRules(input, io);
  },
});
