import { defineCommand } from '../command.ts';
import { EXIT_CODES } from '../exit-codes.ts';

export const rulesSchemaDefinition = defineCommand({
  name: 'rules schema',
  summary: 'Prints the JSON schema of rule files, which lets an editor check them and complete names.',
  args: [],
  options: {},
  settings: 'none',
  example: 'fieldmarshal rules schema > rules/rule-file.schema.json',
  exitCodes: [0],
  async run(_input, io) {
    const { ruleFileSchema } = await import('../../rules/rule-file-schema.ts');
    io.stdout.write(`${JSON.stringify(ruleFileSchema(), null, 2)}\n`);
    return EXIT_CODES.done.code;
  },
});
