import { defineCommand } from '../command.ts';

const OPTIONS = {
  check: {
    kind: 'switch',
    doc: 'Writes nothing: lists the files that would change with the first line that would, and exits with 1.',
  },
  format: {
    kind: 'choice',
    of: ['text', 'json'],
    default: 'text',
    doc: 'json: one object with all files and the changed ones.',
  },
} as const;

export const rulesFmtDefinition = defineCommand({
  name: 'rules fmt',
  summary: 'Puts the keys of rule files and their tests in the order of the format, one way for everybody.',
  args: [
    {
      name: 'DIR_OR_FILE',
      doc: 'Folders of rule files or single files, instead of the configured folder. "-" reads one file from stdin and writes it to stdout.',
      isRequired: false,
      isRepeated: true,
    },
  ],
  options: OPTIONS,
  settings: 'rules',
  example: 'fieldmarshal rules fmt --check ./rules',
  exitCodes: [0, 1, 5],
  async run(input, io) {
    const { formatRules } = await import('../rules-fmt.ts');
    return formatRules(input, io);
  },
});
