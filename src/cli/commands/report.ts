import { configurationProblem } from '../../configuration-problems.ts';
import { providerId } from '../../domain/ids.ts';
import type { Problem } from '../../domain/problem.ts';
import type { Report, ReportFilter } from '../../report/report.ts';
import { nearestName } from '../../rules/nearest-name.ts';
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
    doc: `From here on: ${MOMENT_FORMS}. Default: the beginning; of the digest 24h.`,
  },
  until: {
    kind: 'text',
    placeholder: 'WHEN',
    default: null,
    doc: 'Up to here, written in the same way. Default: now.',
  },
  rule: { kind: 'text', placeholder: 'ID', default: null, doc: 'Only this rule file.' },
  client: idOption('Only work orders of this client, by the platform’s number of it.'),
  project: idOption('Only work orders of this project, by the platform’s number of it.'),
  provider: idOption('Only this provider; --list says what that means for which report.'),
  format: {
    kind: 'choice',
    of: ['table', 'csv', 'json', 'markdown', 'html'],
    default: 'table',
    doc: 'The table is cut to the terminal, with … where something is left out; csv and json have every column, in full; markdown and html have those of the table.',
  },
  out: {
    kind: 'text',
    placeholder: 'FILE',
    default: null,
    doc: 'Of the digest: writes the page there, in place of nothing but such a page. Default: to stdout.',
  },
} as const;

function idOption(doc: string) {
  const range = { min: 1, max: Number.MAX_SAFE_INTEGER, unit: null } as const;
  return { kind: 'integer', placeholder: 'ID', ...range, default: null, doc } as const;
}

export const reportDefinition = defineCommand({
  name: 'report',
  summary: 'Shows what is in the ledger; --list says which report answers which question.',
  args: [
    {
      name: 'REPORT',
      doc: 'The report’s name; left out: names them all. digest: what happened, as one HTML page for mail.',
      isRequired: false,
    },
  ],
  options: OPTIONS,
  settings: 'ledger',
  example: 'fieldmarshal report decisions --since 24h --format csv',
  exitCodes: [0, 1, 5],
  run: showReport,
});

async function showReport(input: CommandInput<typeof OPTIONS>, io: CliIo): Promise<ExitCode> {
  const { REPORTS } = await import('../../report/catalog.ts');
  if (input.options.list) {
    const { reportList } = await import('../../report/report-list.ts');
    io.stdout.write(reportList(REPORTS));
    return EXIT_CODES.done.code;
  }
  if (input.args[0] === DIGEST.name) {
    const { reportDigestCommand } = await import('../report-digest.ts');
    return reportDigestCommand(input, io, [
      ...misplacedFilters(DIGEST, input.options),
      ...misplacedFormat(input.options),
    ]);
  }
  const [name = null] = input.args;
  if (name === null) {
    const { reportNames } = await import('../../report/report-list.ts');
    io.stdout.write(reportNames(REPORTS));
    return EXIT_CODES.done.code;
  }
  const nowMs = Date.now();
  const { range, problems: timeProblems } = readTimeRange(input.options, nowMs);
  const report = REPORTS.find((known) => known.name === name);
  const problems = [
    ...timeProblems,
    ...(report === undefined ? [] : misplacedFilters(report, input.options)),
    ...misplacedOut(input.options),
  ];
  if (report === undefined || problems.length > 0) {
    const near = nearestName(
      name,
      [...REPORTS, DIGEST].map((known) => known.name),
    );
    const fix = `${near === null ? '' : `Did you mean ${near}? `}\`report\` alone names them all.`;
    throw new OperatorMistake(
      report === undefined ? [mistake('REPORT', `is not a report: ${name}`, fix), ...problems] : problems,
    );
  }
  const { formatReport } = await import('../../report/formats.ts');
  const { withLedgerReader } = await import('../open-reader.ts');
  const query = { ...range, ...filtersOf(input.options) };
  const rows = await withLedgerReader(input, io, (reader) => report.load(reader, { ...query, nowMs }));
  const { format } = input.options;
  io.stdout.write(formatReport(report, rows, { format, columns: io.stdout.columns ?? null }));
  if (rows.length > 0 && format === 'table' && report.remedy !== null) io.stderr.write(`${report.remedy}\n`);
  const isNarrowed = Object.values(query).some((value) => value !== null);
  if (rows.length === 0) {
    const none = report.mustBeEmpty ? 'Nothing that must never happen' : `No ${report.name}`;
    io.stderr.write(`${none} in this ledger${isNarrowed ? ' for what you ask' : ''}.\n`);
  }
  return report.mustBeEmpty && rows.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** No table like the others: a page of several. */
const DIGEST = { name: 'digest', filters: ['time'] } as const;

function misplacedFormat({ format }: Options): readonly Problem[] {
  if (format === 'table' || format === 'html') return [];
  const fix = 'Leave it out: a digest is an HTML page. The reports in it have that format.';
  return [configurationProblem(`--format ${format}`, 'FM-C266', { what: 'is not for the digest', fix })];
}

function misplacedOut({ out }: Options): readonly Problem[] {
  if (out === null) return [];
  return [configurationProblem('--out', 'FM-C266', { what: 'is for the digest alone', fix: 'Write > FILE instead.' })];
}

type Options = CommandInput<typeof OPTIONS>['options'];

function filtersOf({ rule, client, project, provider }: Options) {
  return {
    ruleFileId: rule,
    clientId: client,
    projectId: project,
    providerId: provider === null ? null : providerId(provider),
  };
}

/** A report that heeds no such flag would look as if there were nothing else. */
function misplacedFilters({ name, filters }: Pick<Report, 'name' | 'filters'>, options: Options): readonly Problem[] {
  const flags: readonly (readonly [string, ReportFilter, string | number | null])[] = [
    ['--since', 'time', options.since],
    ['--until', 'time', options.until],
    ['--rule', 'rule', options.rule],
    ['--client', 'client', options.client],
    ['--project', 'project', options.project],
    ['--provider', 'provider', options.provider],
  ];
  const fix = 'Leave it out; --list says which reports take it.';
  return flags
    .filter(([, filter, value]) => value !== null && !filters.includes(filter))
    .map(([flag]) => configurationProblem(flag, 'FM-C250', { what: `is not for report ${name}`, fix }));
}

function mistake(where: string, what: string, fix: string): Problem {
  return configurationProblem(where, 'FM-C202', { what, fix });
}
