import { defineCommand } from '../command.ts';

export const doctorDefinition = defineCommand({
  name: 'doctor',
  summary: 'Looks at settings, rule files, ledger, clock and platform, changes nothing, and says what to do.',
  args: [],
  options: {
    json: { kind: 'switch', doc: 'One JSON object with every check.' },
  },
  settings: 'daemon',
  example: 'fieldmarshal doctor --json',
  exitCodes: [0, 1, 4, 5],
  async run(input, io) {
    const { runDoctor } = await import('../doctor.ts');
    return runDoctor({ json: input.options.json, overrides: input.overrides }, io);
  },
});
