import { defineCommand } from '../command.ts';

export const rulesExportDefinition = defineCommand({
  name: 'rules export',
  summary:
    'Writes a rule file’s criteria for json-rules-engine or in Field Nation’s own shapes, and lists what these cannot say.',
  args: [{ name: 'FILE_OR_ID', doc: 'A rule file, or the id of one in the configured folder.', isRequired: true }],
  options: {
    format: {
      kind: 'choice',
      of: ['json-rules-engine', 'fieldnation'],
      default: 'json-rules-engine',
      doc: 'json-rules-engine: rules that its Engine takes unchanged. fieldnation: the rule as shown, inline, and by SC_ codes.',
    },
    out: {
      kind: 'text',
      placeholder: 'FILE',
      default: null,
      doc: 'Where to write it; never over a file that is there. Without it: to stdout.',
    },
  },
  settings: 'rules',
  example: 'fieldmarshal rules export rules/default.json --format json-rules-engine --out default.engine.json',
  exitCodes: [0],
  async run(input, io) {
    const { exportRules } = await import('../rules-export.ts');
    return exportRules(input, io);
  },
});
