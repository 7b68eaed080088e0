import { defineCommand } from '../command.ts';

const OPTIONS = {
  coverage: {
    kind: 'switch',
    doc: 'Shows for each rule file what its tests have seen: criteria matched, missed and unknown, stages acting.',
  },
  minCoverage: {
    kind: 'integer',
    doc: 'Exits with 1 when a rule file is covered less; implies --coverage.',
    placeholder: 'PERCENT',
    min: 0,
    max: 100,
    unit: '%',
    default: null,
  },
  requireTests: { kind: 'switch', doc: 'Exits with 1 when a rule file has no tests.' },
  format: {
    kind: 'choice',
    of: ['text', 'junit', 'json'],
    default: 'text',
    doc: 'junit: XML for build servers. json: one object with files and totals.',
  },
} as const;

export const rulesTestDefinition = defineCommand({
  name: 'rules test',
  summary: 'Runs the tests that rule files carry, and says of each that fails what was wanted, what came out, and why.',
  args: [
    {
      name: 'DIR_OR_FILE',
      doc: 'Folders of rule files or single files, instead of the configured folder.',
      isRequired: false,
      isRepeated: true,
    },
  ],
  options: OPTIONS,
  settings: 'rules+ledger',
  example: 'fieldmarshal rules test ./rules --coverage',
  exitCodes: [0, 1, 5],
  async run(input, io) {
    const { testRules } = await import('../rules-test.ts');
    return testRules(input, io);
  },
});
