import { configurationProblem } from '../../configuration-problems.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Report } from '../../report/report.ts';
import { type CliIo, type CommandInput, defineCommand } from '../command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from '../exit-codes.ts';
import { MOMENT_FORMS } from '../moment.ts';
import { readTimeRange } from '../time-range.ts';

const OPTIONS = {
  list: { kind: 'switch', doc: 'Lists the reports and their columns.' },
  since: {
    kind: 'text',
    placeholder: 'WHEN',
    default: null,
    doc: `From here on: ${MOMENT_FORMS}. Default: the beginning.`,
  },
  until: {
    kind: 'text',
    placeholder: 'WHEN',
    default: null,
    doc: 'Up to here, written in the same way. Default: now.',
  },
  rule: { kind: 'text', placeholder: 'ID', default: null, doc: 'Only this rule file; for report agreement.' },
  format: {
    kind: 'choice',
    of: ['table', 'csv', 'json', 'markdown'],
    default: 'table',
    doc: 'The table is cut to the terminal, with … where something is left out; csv and json have every column, in full; markdown has those of the table.',
  },
} as const;

export const reportDefinition = defineCommand({
  name: 'report',
  summary:
    'Shows what is in the ledger: runs, decisions, open intents, the history of rule files, agreement with people.',
  args: [
    {
      name: 'REPORT',
      doc: 'runs, decisions, open-intents, rules or agreement; needed unless --list is given.',
      isRequired: false,
    },
  ],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal report decisions --since 24h --format csv',
  exitCodes: [0, 5],
  run: showReport,
});

async function showReport(input: CommandInput<typeof OPTIONS>, io: CliIo): Promise<ExitCode> {
  const { REPORTS } = await import('../../report/catalog.ts');
  if (input.options.list) {
    const lines = REPORTS.flatMap(({ name, summary, columns }) => [
      `${name}: ${summary}`,
      ...columns.map((column) => `  ${column.name.padEnd(16)}${column.doc}`),
    ]);
    io.stdout.write(`${lines.join('\n')}\n`);
    return EXIT_CODES.done.code;
  }
  const { range, problems: timeProblems } = readTimeRange(input.options, Date.now());
  const [name] = input.args;
  const { rule } = input.options;
  const report = REPORTS.find((known) => known.name === name);
  const problems = [...timeProblems, ...(rule === null || report?.takesRule !== false ? [] : [misplacedRule(report)])];
  if (report === undefined || problems.length > 0) {
    const names = REPORTS.map((known) => known.name).join(' or ');
    const what = name === null || name === undefined ? 'is missing' : `is not a report: ${name}`;
    const wrongName = mistake('REPORT', what, `Write ${names}; --list says what they show.`);
    throw new OperatorMistake(report === undefined ? [wrongName, ...problems] : problems);
  }
  const { formatReport } = await import('../../report/formats.ts');
  const { withLedgerReader } = await import('../open-reader.ts');
  const rows = await withLedgerReader(input, io, (reader) => report.load(reader, { ...range, ruleFileId: rule }));
  const { format } = input.options;
  io.stdout.write(formatReport(report, rows, { format, columns: io.stdout.columns ?? null }));
  if (rows.length > 0 && format === 'table' && report.remedy !== null) io.stderr.write(`${report.remedy}\n`);
  const isRanged = range.sinceMs !== null || range.untilMs !== null;
  if (rows.length === 0) io.stderr.write(`No ${report.name} in this ledger${isRanged ? ' in that time' : ''}.\n`);
  return EXIT_CODES.done.code;
}

/** A report that heeds no rule file would look as if there were nothing else. */
function misplacedRule({ name }: Report): Problem {
  const what = `is not for report ${name}`;
  return configurationProblem('--rule', 'FM-C250', { what, fix: 'Leave it out, or ask for report agreement.' });
}

function mistake(where: string, what: string, fix: string): Problem {
  return configurationProblem(where, 'FM-C202', { what, fix });
}
