import { OVERRIDE_CODES } from '../../domain/override.ts';
import { defineCommand } from '../command.ts';
import { DEFAULT_DELAY_SECONDS, WO_ACTIONS } from '../wo-actions.ts';

const MAX_ID = 4_294_967_295;

function idOption(doc: string) {
  return { kind: 'integer', placeholder: 'ID', min: 0, max: MAX_ID, unit: null, default: null, doc } as const;
}

export const woDefinition = defineCommand({
  name: 'wo',
  summary: 'Does one thing to one work order by hand, through the same checks, confirmation and ledger as a run.',
  args: [
    { name: 'ACTION', doc: `One of ${Object.keys(WO_ACTIONS).join(', ')}.`, isRequired: true },
    { name: 'WORK_ORDER', doc: 'The work order’s id.', isRequired: true },
  ],
  options: {
    provider: {
      kind: 'integers',
      placeholder: 'ID',
      min: 1,
      doc: 'The provider; for mass-route several, repeated or with commas.',
    },
    pool: idOption('Talent pool to mass-route to, instead of providers.'),
    request: idOption('Request to decline.'),
    reasonId: idOption('Reason of unassign or incomplete, by the platform’s number.'),
    reason: {
      kind: 'text',
      placeholder: 'TEXT',
      default: null,
      doc: 'Reason in words: for incomplete what is missing, for unassign a comment.',
    },
    delay: {
      kind: 'integer',
      placeholder: 'N',
      min: 300,
      max: 604_800,
      unit: 'seconds',
      default: DEFAULT_DELAY_SECONDS,
      doc: 'How long auto-dispatch collects requests.',
    },
    ruleId: idOption('Selection rule of auto-dispatch; 0 and none are the platform’s default ranking.'),
    shouldRoute: { kind: 'switch', doc: 'Auto-dispatch routes, and the first to accept is assigned.' },
    direct: { kind: 'switch', doc: 'Assign a provider who has not asked for the work order, at its own pay.' },
    payTerms: { kind: 'switch', doc: 'Assign says that the client’s pay terms are accepted.' },
    because: {
      kind: 'text',
      placeholder: 'TEXT',
      default: null,
      doc: 'Why by hand, in words: stands in report overrides where it differs from what was decided.',
    },
    code: {
      kind: 'choice',
      of: Object.keys(OVERRIDE_CODES),
      default: 'other',
      doc: 'The same in one word, as override --help explains them.',
    },
    dryRun: { kind: 'switch', doc: 'Check whether it would be done; send and record nothing.' },
    yes: { kind: 'switch', doc: 'Do not ask first.' },
    json: { kind: 'switch', doc: 'What came of it as one JSON object.' },
  },
  settings: 'all',
  example: 'fieldmarshal wo assign 4047 --provider 557 --dry-run',
  exitCodes: [0, 1, 3, 4, 5],
  async run(input, io) {
    const { woCommand } = await import('../wo.ts');
    return woCommand(input, io);
  },
});
