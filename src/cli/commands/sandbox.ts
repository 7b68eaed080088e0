import { defineCommand } from '../command.ts';

export const sandboxDefinition = defineCommand({
  name: 'sandbox',
  summary: 'Serves an imitation of the Field Nation API with a simulated market on this machine, until stopped.',
  args: [],
  options: {
    port: {
      kind: 'integer',
      placeholder: 'N',
      min: 0,
      max: 65_535,
      unit: null,
      default: 0,
      doc: 'Port on 127.0.0.1; 0 takes a free one.',
    },
    seed: {
      kind: 'integer',
      placeholder: 'N',
      min: 0,
      max: 4_294_967_295,
      unit: null,
      default: 2026,
      doc: 'The same seed gives the same market.',
    },
    workOrders: {
      kind: 'integer',
      placeholder: 'N',
      min: 1,
      max: 5000,
      unit: 'work orders',
      default: null,
      doc: 'How many work orders the market has; left out: 60.',
    },
    providers: {
      kind: 'integer',
      placeholder: 'N',
      min: 2,
      max: 20_000,
      unit: 'providers',
      default: null,
      doc: 'How many providers the market has; left out: 150.',
    },
    speed: {
      kind: 'integer',
      placeholder: 'N',
      min: 0,
      max: 100_000,
      unit: 'virtual seconds a second',
      default: 1,
      doc: 'How fast the market’s clock goes; 0 stands still.',
    },
    start: {
      kind: 'text',
      placeholder: 'TIME',
      default: null,
      doc: 'When the market begins, such as 2026-01-05T14:00:00Z. Default: now.',
    },
    credentials: {
      kind: 'text',
      placeholder: 'FILE',
      default: null,
      doc: 'JSON file with the only credentials that log in; without it any do.',
    },
    faults: {
      kind: 'text',
      placeholder: 'FILE',
      default: null,
      doc: 'JSON list of faults to begin with, each as POST /_sandbox/faults takes it.',
    },
    webhookUrl: {
      kind: 'text',
      placeholder: 'URL',
      default: null,
      doc: 'http address on this machine that is told of what happens in the market, such as http://127.0.0.1:8465/webhook.',
    },
    webhookSecret: {
      kind: 'text',
      placeholder: 'TEXT',
      default: null,
      doc: 'Secret that signs these deliveries; for nothing but a sandbox, since a command line is no secret.',
    },
    webhookForm: {
      kind: 'choice',
      of: ['v3', 'v2'],
      default: 'v3',
      doc: 'Form of these deliveries: HMAC and the event, or MD5 and the whole work order.',
    },
  },
  settings: 'none',
  example: 'fieldmarshal sandbox --port 8787 --seed 7',
  exitCodes: [0],
  async run(input, io) {
    const { runSandbox } = await import('../sandbox.ts');
    return runSandbox(input.options, io);
  },
});
