import { defineCommand } from '../command.ts';
import { BEGIN_OPTIONS, END_OPTIONS } from '../directive-options.ts';

export const pauseDefinition = defineCommand({
  name: 'pause',
  summary: 'Stops all acting at once, by every process on this ledger; runs go on to decide and record.',
  args: [],
  options: BEGIN_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal pause --because "storm in the south" --for 2h',
  exitCodes: [0, 5],
  async run(input, io) {
    const { pauseActing } = await import('../pause.ts');
    return pauseActing(input, io);
  },
});

export const resumeDefinition = defineCommand({
  name: 'resume',
  summary: 'Ends the pause of this ledger. One by file or setting it only names.',
  args: [],
  options: END_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal resume --because "the storm is over"',
  exitCodes: [0, 3, 5],
  async run(input, io) {
    const { resumeActing } = await import('../pause.ts');
    return resumeActing(input, io);
  },
});
