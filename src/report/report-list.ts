import { alignColumns } from './align.ts';
import { QUESTIONS } from './questions.ts';
import type { Report } from './report.ts';

const FLAGS = {
  time: '--since --until',
  rule: '--rule',
  client: '--client',
  project: '--project',
  provider: '--provider',
} as const;

const DIGEST =
  'What was filled, decided, spent, left open and overridden in a time, with drawings: one HTML page for mail, to --out or stdout.';

/** What `report` without a name says: each report with its sentence. */
export function reportNames(reports: readonly Report[]): string {
  const named = [...reports, { name: 'digest', summary: 'What happened, as one HTML page for mail.' }];
  const lines = alignColumns(
    named.map(({ name, summary }) => [name, summary]),
    ['left', 'left'],
  );
  return `${[...lines, '', 'Columns, flags, and which report answers which question: report --list'].join('\n')}\n`;
}

/** What `report --list` says: each report with its flags and columns, and which command answers which question. */
export function reportList(reports: readonly Report[]): string {
  const lines = [
    'Which answers what:',
    ...QUESTIONS.flatMap((question) => [
      `  ${String(question.n).padStart(2)}  ${question.text}`,
      `      ${answersOf(question, reports).join('; ')}`,
    ]),
    ...reports.flatMap(({ name, summary, filters, columns }) => {
      const longest = Math.max(...columns.map((column) => column.name.length));
      return [
        '',
        `${name}: ${summary}`,
        ...(filters.length === 0 ? [] : [`  narrowed by ${flagsOf(filters)}`]),
        ...columns.map((column) => `  ${column.name.padEnd(longest)}  ${column.doc}`),
      ];
    }),
  ];
  return `${lines.join('\n')}\n`;
}

/** The same as a page of the manual, in Markdown. */
export function reportsPage(reports: readonly Report[]): string {
  const sections = reports.map(({ name, summary, filters, remedy, columns }) =>
    [
      `## ${name}\n`,
      summary,
      ...(filters.length === 0 ? [] : [`Narrowed by ${flagsOf(filters)}.`]),
      ...(remedy === null ? [] : [remedy]),
      '',
      '| column | what it is |',
      '|---|---|',
      ...columns.map((column) => `| ${column.name} | ${column.doc.replaceAll('|', '\\|')} |`),
      '',
    ].join('\n'),
  );
  return [
    '# Reports\n',
    '`fieldmarshal report NAME`; made from `src/report/catalog.ts` by `npm run generate`.\n',
    `${questionTable(reports)}\n`,
    ...sections,
    `## digest\n\n${DIGEST}\nNarrowed by ${flagsOf(['time'])}.\n`,
  ].join('\n');
}

/** What people ask, and the commands that answer it, in Markdown. */
export function questionTable(reports: readonly Report[]): string {
  const rows = QUESTIONS.map((question) => {
    const commands = answersOf(question, reports).map((command) => `\`${command}\``);
    return `| ${question.n} | ${question.text} | ${commands.join(', ')} |`;
  });
  return ['| | question | answered by |', '|---|---|---|', ...rows].join('\n');
}

function flagsOf(filters: Report['filters']): string {
  return filters.map((filter) => FLAGS[filter]).join(' ');
}

function answersOf({ n, command }: (typeof QUESTIONS)[number], reports: readonly Report[]): readonly string[] {
  const own = reports.filter(({ answers }) => answers.includes(n)).map(({ name }) => `report ${name}`);
  return [...(command === null ? [] : [command]), ...own];
}
