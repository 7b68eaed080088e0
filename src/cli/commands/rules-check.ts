import { defineCommand } from '../command.ts';

const OPTIONS = {
  strict: { kind: 'switch', doc: 'Exits with 1 for warnings too.' },
  db: {
    kind: 'text',
    placeholder: 'FILE',
    default: null,
    doc: 'Also hold the files against what this ledger has recorded: who met each criterion, and what it decided.',
  },
  since: {
    kind: 'text',
    placeholder: 'WHEN',
    default: '30d',
    doc: 'With --db: recorded from here on; 24h, 7d, 2w (ago) or 2026-11-22.',
  },
  format: {
    kind: 'choice',
    of: ['text', 'json', 'github'],
    default: 'text',
    doc: 'json: one object with files, problems and warnings. github: annotations of a workflow on GitHub.',
  },
} as const;

export const rulesCheckDefinition = defineCommand({
  name: 'rules check',
  summary: 'Reads rule files as a run would and lists everything that is wrong with them, with line and column.',
  args: [
    {
      name: 'DIR_OR_FILE',
      doc: 'Folders of rule files or single files, instead of the configured folder.',
      isRequired: false,
      isRepeated: true,
    },
  ],
  options: OPTIONS,
  settings: 'rules',
  example: 'fieldmarshal rules check ./rules --strict',
  exitCodes: [0, 1, 5],
  async run(input, io) {
    const { checkRules } = await import('../rules-check.ts');
    return checkRules(input, io);
  },
});
