import { defineCommand } from '../command.ts';

export const initDefinition = defineCommand({
  name: 'init',
  summary: 'Writes a commented .env and a first rule file that sends nothing yet, and says what to do next.',
  args: [{ name: 'DIR', doc: 'Folder to write to, made when it is not there. Default: this one.', isRequired: false }],
  options: {},
  settings: 'none',
  example: 'fieldmarshal init dispatch',
  exitCodes: [0],
  async run(input, io) {
    const { runInit } = await import('../init.ts');
    return runInit(input.args[0] ?? '.', io);
  },
});
