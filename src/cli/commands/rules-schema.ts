import { defineCommand } from '../command.ts';
import { EXIT_CODES } from '../exit-codes.ts';

const OPTIONS = {
  tests: { kind: 'switch', doc: 'The schema of test files (NAME.test.json) instead.' },
} as const;

export const rulesSchemaDefinition = defineCommand({
  name: 'rules schema',
  summary: 'Prints the JSON schema of rule files, which lets an editor check them and complete names.',
  args: [],
  options: OPTIONS,
  settings: 'none',
  example: 'fieldmarshal rules schema > rules/rule-file.schema.json',
  exitCodes: [0],
  async run({ options }, io) {
    const { ruleFileSchema } = await import('../../rules/rule-file-schema.ts');
    const { ruleTestSchema } = await import('../../rules/test-schema.ts');
    io.stdout.write(`${JSON.stringify(options.tests ? ruleTestSchema() : ruleFileSchema(), null, 2)}\n`);
    return EXIT_CODES.done.code;
  },
});
