import { defineCommand } from '../command.ts';

export const demoDefinition = defineCommand({
  name: 'demo',
  summary: 'Dispatches a simulated working day against the sandbox and shows what was decided and why.',
  args: [],
  options: {
    seed: {
      kind: 'integer',
      placeholder: 'N',
      min: 0,
      max: 4_294_967_295,
      unit: null,
      default: 2026,
      doc: 'The same seed gives the same day.',
    },
    workOrders: {
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      max: 500,
      unit: 'work orders',
      default: 40,
      doc: 'How many work orders the market has.',
    },
    providers: {
      kind: 'integer',
      placeholder: 'N',
      min: 2,
      max: 5000,
      unit: 'providers',
      default: 150,
      doc: 'How many providers the market has.',
    },
    dir: {
      kind: 'text',
      placeholder: 'DIR',
      default: './fieldmarshal-demo',
      doc: 'Where the ledger is left, as demo.db; one of an earlier demo is replaced, any other is refused.',
    },
  },
  settings: 'rules',
  example: 'fieldmarshal demo --seed 7',
  exitCodes: [0, 3, 4, 5],
  async run(input, io) {
    const { demoCommand } = await import('../demo.ts');
    return demoCommand({ ...input.options, overrides: input.overrides }, io);
  },
});
