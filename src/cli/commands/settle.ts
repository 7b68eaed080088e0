import { defineCommand } from '../command.ts';
import { END_OPTIONS } from '../directive-options.ts';

export const settleDefinition = defineCommand({
  name: 'settle',
  summary: 'Says what has become of a write that can no longer be read, so that its work order goes on; sends nothing.',
  args: [{ name: 'DECISION', doc: 'The decision it belongs to, as report open-intents shows it.', isRequired: true }],
  options: {
    as: {
      kind: 'text',
      placeholder: 'END',
      default: null,
      doc: 'confirmed: it took effect. refused: it did not; not before the quiet time is over. Needed.',
    },
    because: { ...END_OPTIONS.because, doc: 'How you know, in words; recorded with your name. Needed.' },
    intent: {
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      max: 1_000_000,
      unit: null,
      default: null,
      doc: 'Which write of the decision, where several are open.',
    },
    yes: { kind: 'switch', doc: 'Do not ask first.' },
    json: { kind: 'switch', doc: 'What came of it as one JSON object.' },
  },
  settings: 'all',
  example: 'fieldmarshal settle 4047.1.2 --as refused --because "the platform\'s page shows nobody assigned"',
  exitCodes: [0, 1, 3, 4, 5],
  async run(input, io) {
    const { settleCommand } = await import('../settle.ts');
    return settleCommand(input, io);
  },
});
