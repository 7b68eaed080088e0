import { defineCommand } from '../command.ts';

export const simulateDefinition = defineCommand({
  name: 'simulate',
  summary:
    'Shows what the rule files would decide now, or would have decided then, with facts supposed otherwise; writes nothing.',
  args: [
    {
      name: 'WORK_ORDER_OR_DECISION',
      doc: 'A work order id, as the platform has it now; or a decision id such as 4047.1.3, on the data recorded with it.',
      isRequired: true,
    },
  ],
  options: {
    set: {
      kind: 'texts',
      placeholder: 'FACT=VALUE',
      doc: 'Suppose a fact, in the units of rule files: provider.557.rating=4.4, request.557.pay_total=300, work_order.is_remote=true, provider.557.completed_of_type{"type_of_work":"ATM"}=12; the value unknown too. May be repeated.',
    },
    at: {
      kind: 'text',
      placeholder: 'TIME',
      default: null,
      doc: 'Decide at another time, for the stages due then: +90m, +2h, or 2026-11-22T14:00:00Z.',
    },
    recorded: { kind: 'switch', doc: 'On the data of the last recorded decision; asks nothing of the platform.' },
    together: {
      kind: 'switch',
      doc: 'Decide it together with all open work orders, as a run does; reads the lists of all of them.',
    },
    format: {
      kind: 'choice',
      of: ['text', 'json'],
      default: 'text',
      doc: 'json: one object, with the whole decision in it.',
    },
  },
  settings: 'all',
  example: 'fieldmarshal simulate 4047 --set provider.557.rating=4.4 --at +2h',
  exitCodes: [0, 4, 5],
  async run(input, io) {
    const { simulateCommand } = await import('../simulate.ts');
    return simulateCommand(input, io);
  },
});
