import { defineCommand } from '../command.ts';
import { END_OPTIONS, LIST_OPTIONS } from '../directive-options.ts';

const RUN = { name: 'RUN', doc: 'The run’s id, or its beginning.', isRequired: true };

export const approveListDefinition = defineCommand({
  name: 'approve list',
  summary: 'Shows runs that a trip-wire stopped and that wait for a yes or no, with what they wanted.',
  args: [],
  options: { json: LIST_OPTIONS.json },
  settings: 'ledger',
  example: 'fieldmarshal approve list',
  exitCodes: [0, 5],
  async run(input, io) {
    const { listApprovals } = await import('../approve.ts');
    return listApprovals(input, io);
  },
});

export const approveRunDefinition = defineCommand({
  name: 'approve run',
  summary: 'Does what a tripped run wanted, as far as it is still decided the same, and nothing else.',
  args: [RUN],
  options: {
    because: { ...END_OPTIONS.because, doc: 'Why, in words.' },
    dryRun: { kind: 'switch', doc: 'Show what would be done; send nothing, and do not use the approval up.' },
    json: { kind: 'switch', doc: 'As run --json, with one object for each action that is not done.' },
  },
  settings: 'all',
  example: 'fieldmarshal approve run 4f1c2a3b --because "Monday backlog"',
  exitCodes: [0, 1, 3, 4, 5],
  async run(input, io) {
    const { approveRun } = await import('../approve.ts');
    return approveRun(input, io);
  },
});

export const rejectRunDefinition = defineCommand({
  name: 'reject run',
  summary: 'Says no to what a tripped run wanted.',
  args: [RUN],
  options: END_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal reject run 4f1c2a3b --because "wrong rule file"',
  exitCodes: [0, 5],
  async run(input, io) {
    const { rejectRun } = await import('../approve.ts');
    return rejectRun(input, io);
  },
});
