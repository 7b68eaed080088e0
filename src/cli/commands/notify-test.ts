import { defineCommand } from '../command.ts';

export const notifyTestDefinition = defineCommand({
  name: 'notify test',
  summary: 'Sends a message by every channel that is set up for what needs a person, and says what came of it.',
  args: [],
  options: { json: { kind: 'switch', doc: 'What came of it as one JSON object.' } },
  settings: 'all',
  example: 'fieldmarshal notify test',
  exitCodes: [0, 1],
  async run(input, io) {
    const { notifyTest } = await import('../notify-test.ts');
    return notifyTest(input, io);
  },
});
