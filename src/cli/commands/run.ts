import { defineCommand } from '../command.ts';

export const runDefinition = defineCommand({
  name: 'run',
  summary: 'Pulls open work orders, decides each of them, acts where the rule files say so, and records everything.',
  args: [],
  options: {
    once: { kind: 'switch', doc: 'Make one run and stop. Needed: runs on a schedule are `fieldmarshal daemon`.' },
    dryRun: { kind: 'switch', doc: 'Decide and show, but send nothing to Field Nation and record nothing.' },
    json: {
      kind: 'switch',
      doc: 'One JSON object a decision on stdout, and a summary object last, also when the run fails.',
    },
    only: {
      kind: 'integers',
      placeholder: 'ID',
      min: 1,
      doc: 'Only these work orders, as far as they are open. Repeat it, or use commas.',
    },
    full: {
      kind: 'switch',
      doc: 'Read every list of pending providers, also those that show no change since an earlier run.',
    },
  },
  settings: 'all',
  example: 'fieldmarshal run --once --dry-run --only 4047',
  exitCodes: [0, 1, 3, 4, 5],
  async run(input, io) {
    const { runOnceCommand } = await import('../run.ts');
    const { once, dryRun, json, only, full } = input.options;
    return runOnceCommand({ once, dryRun, json, only, full, overrides: input.overrides }, io);
  },
});
