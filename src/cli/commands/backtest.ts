import { defineCommand } from '../command.ts';
import { JOBS_OPTION } from '../jobs.ts';
import { MOMENT_FORMS } from '../moment.ts';

const OPTIONS = {
  rules: {
    kind: 'text',
    placeholder: 'NEW',
    default: null,
    doc: 'Folder of the rule files to try. Default: the configured folder (FIELDMARSHAL_RULES).',
  },
  against: {
    kind: 'text',
    placeholder: 'OLD',
    default: 'recorded',
    doc: 'What to compare with: another folder, or "recorded" for what was really decided.',
  },
  since: { kind: 'text', placeholder: 'WHEN', default: '30d', doc: `From here on: ${MOMENT_FORMS}.` },
  until: {
    kind: 'text',
    placeholder: 'WHEN',
    default: null,
    doc: 'Up to here, written in the same way. Default: now.',
  },
  failIf: {
    kind: 'text',
    placeholder: 'CONDITION',
    default: null,
    doc: 'Exits with 1 when it holds, or cannot be told: "changed>5% or pay>+2%". Metrics: docs/backtest.md.',
  },
  html: {
    kind: 'text',
    placeholder: 'FILE',
    default: null,
    doc: 'Writes the report as one page besides; replaces no file but such a page.',
  },
  top: {
    kind: 'integer',
    placeholder: 'N',
    min: 0,
    max: 100_000,
    unit: null,
    default: 20,
    doc: 'Changed decisions, and providers, shown one by one; the rest is counted.',
  },
  format: {
    kind: 'choice',
    of: ['text', 'json', 'markdown', 'csv'],
    default: 'text',
    doc: 'csv: the changed decisions alone.',
  },
  jobs: JOBS_OPTION,
} as const;

export const backtestDefinition = defineCommand({
  name: 'backtest',
  summary: 'Decides what is in the ledger again by other rule files, and shows what would have changed.',
  args: [],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal backtest --rules ./rules-next --since 30d --fail-if "changed>5% or pay>+2%"',
  exitCodes: [0, 1, 3, 5],
  async run(input, io) {
    const { backtestCommand } = await import('../backtest.ts');
    return backtestCommand(input, io);
  },
});
