import { defineCommand } from '../command.ts';

export const rulesImportDefinition = defineCommand({
  name: 'rules import',
  summary:
    'Makes a rule file in shadow of rules from json-rules-engine or Field Nation, and lists what could not be taken over.',
  args: [{ name: 'FILE', doc: 'A JSON file; - reads stdin. Not with --work-order.', isRequired: false }],
  options: {
    from: {
      kind: 'choice',
      of: ['auto', 'json-rules-engine', 'fieldnation'],
      default: 'auto',
      doc: 'What the file is. fieldnation: a selection rule as the platform shows, sends or defines it.',
    },
    workOrder: {
      kind: 'integer',
      placeholder: 'ID',
      min: 1,
      max: 4_294_967_295,
      unit: null,
      default: null,
      doc: 'Read the selection rule that the platform shows for this work order, instead of a file.',
    },
    id: {
      kind: 'text',
      placeholder: 'ID',
      default: null,
      doc: 'The id of the new rule file. Without it: made from the source.',
    },
    name: {
      kind: 'text',
      placeholder: 'TEXT',
      default: null,
      doc: 'What people call it. Without it: as the source says.',
    },
    out: {
      kind: 'text',
      placeholder: 'FILE',
      default: null,
      doc: 'Where to write it; never over a file that is there. Without it: to stdout.',
    },
    format: {
      kind: 'choice',
      of: ['text', 'json'],
      default: 'text',
      doc: 'text: the rule file itself. json: one object with the rule file, its counts and all that could not be taken over.',
    },
  },
  settings: 'all',
  example: 'fieldmarshal rules import default.engine.json --id imported --out rules/imported.json',
  exitCodes: [0, 1, 4],
  async run(input, io) {
    const { importRulesCommand } = await import('../rules-import.ts');
    return importRulesCommand(input, io);
  },
});
