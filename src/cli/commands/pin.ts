import { defineCommand } from '../command.ts';
import { BEGIN_OPTIONS, END_OPTIONS, LIST_OPTIONS } from '../directive-options.ts';

const WORK_ORDER = { name: 'WORK_ORDER', doc: 'The work order’s id.', isRequired: true };

export const pinAddDefinition = defineCommand({
  name: 'pin add',
  summary: 'Keeps a work order for one provider and nobody else, as soon as that one can have it.',
  args: [WORK_ORDER, { name: 'PROVIDER', doc: 'The provider’s id.', isRequired: true }],
  options: BEGIN_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal pin add 4047 557 --because "the client asks for her" --for 3d',
  exitCodes: [0, 5],
  async run(input, io) {
    const { addPin } = await import('../pin.ts');
    return addPin(input, io);
  },
});

export const pinListDefinition = defineCommand({
  name: 'pin list',
  summary: 'Shows which work orders are kept for whom, by whom, why and how long.',
  args: [],
  options: LIST_OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal pin list',
  exitCodes: [0, 5],
  async run(input, io) {
    const { listPins } = await import('../pin.ts');
    return listPins(input, io);
  },
});

export const pinExpireDefinition = defineCommand({
  name: 'pin expire',
  summary: 'Ends the pin of a work order; it stays on record.',
  args: [WORK_ORDER],
  options: END_OPTIONS,
  settings: 'person',
  example: 'fieldmarshal pin expire 4047 --because "she cannot come"',
  exitCodes: [0, 5],
  async run(input, io) {
    const { expirePin } = await import('../pin.ts');
    return expirePin(input, io);
  },
});
