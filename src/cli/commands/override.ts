import { OVERRIDE_CODES } from '../../domain/override.ts';
import { defineCommand } from '../command.ts';

/** Each word with what it means. */
const CODES = Object.entries(OVERRIDE_CODES).map(([code, meaning]) => `${code} (${meaning})`);

export const overrideDefinition = defineCommand({
  name: 'override',
  summary: 'Takes a person’s reason for doing otherwise than was decided; alone, lists what waits for one.',
  args: [{ name: 'WORK_ORDER', doc: 'The work order’s id; left out: the list.', isRequired: false }],
  options: {
    because: { kind: 'text', placeholder: 'TEXT', default: null, doc: 'Why, in words. Needed with a work order.' },
    code: {
      kind: 'choice',
      of: Object.keys(OVERRIDE_CODES),
      default: 'other',
      doc: `The reason in one word, to be counted: ${CODES.join(', ')}.`,
    },
    decision: {
      kind: 'text',
      placeholder: 'ID',
      default: null,
      doc: 'The decision that it answers; left out: whatever was decided on the work order last.',
    },
    json: { kind: 'switch', doc: 'One JSON object; in the list one for each.' },
  },
  settings: 'person',
  example: 'fieldmarshal override 4047 --because "the client wants 612 again" --code client_request',
  exitCodes: [0, 5],
  async run(input, io) {
    const { overrideCommand } = await import('../override.ts');
    return overrideCommand(input, io);
  },
});
