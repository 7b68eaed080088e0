import { defineCommand } from '../command.ts';

export const daemonDefinition = defineCommand({
  name: 'daemon',
  summary: 'Makes runs on a schedule until it is asked to stop, with health and metrics on this machine.',
  args: [],
  options: {
    dryRun: { kind: 'switch', doc: 'Decide and log, but send nothing to Field Nation and record nothing.' },
  },
  settings: 'daemon',
  example: 'fieldmarshal daemon --health-port 9464',
  exitCodes: [0, 1, 3, 5],
  async run(input, io) {
    const { runDaemon } = await import('../daemon.ts');
    return runDaemon({ dryRun: input.options.dryRun, overrides: input.overrides }, io);
  },
});
