import { defineCommand } from '../command.ts';
import { JOBS_OPTION } from '../jobs.ts';
import { MOMENT_FORMS } from '../moment.ts';

const OPTIONS = {
  all: { kind: 'switch', doc: 'Every decision of the ledger, or of the time given.' },
  since: { kind: 'text', placeholder: 'WHEN', default: null, doc: `With --all, from here on: ${MOMENT_FORMS}.` },
  until: {
    kind: 'text',
    placeholder: 'WHEN',
    default: null,
    doc: 'With --all, up to here, written in the same way. Default: now.',
  },
  json: { kind: 'switch', doc: 'Counts and findings as one JSON object.' },
  jobs: JOBS_OPTION,
} as const;

export const replayDefinition = defineCommand({
  name: 'replay',
  summary: 'Takes past decisions again from the ledger alone, and compares them byte for byte.',
  args: [
    {
      name: 'WORK_ORDER_OR_DECISION',
      doc: 'A decision (4047.1.3), or a work order for all of its decisions. Or --all.',
      isRequired: false,
    },
  ],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal replay --all --since 7d',
  exitCodes: [0, 1, 3, 5],
  async run(input, io) {
    const { replayCommand } = await import('../replay.ts');
    return replayCommand(input, io);
  },
});
