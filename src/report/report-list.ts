import { QUESTIONS } from './questions.ts';
import type { Report } from './report.ts';

const FLAGS = {
  time: '--since --until',
  rule: '--rule',
  client: '--client',
  project: '--project',
  provider: '--provider',
} as const;

/** What `report --list` says: each report with its flags and columns, and which command answers which question. */
export function reportList(reports: readonly Report[]): string {
  const lines = [
    ...reports.flatMap(({ name, summary, filters, columns }) => [
      `${name}: ${summary}`,
      ...(filters.length === 0 ? [] : [`  narrowed by ${filters.map((filter) => FLAGS[filter]).join(' ')}`]),
      ...columns.map((column) => `  ${column.name.padEnd(16)}${column.doc}`),
    ]),
    '',
    'Which answers what:',
    ...QUESTIONS.flatMap(({ n, text, command }) => {
      const own = reports.filter(({ answers }) => answers.includes(n)).map(({ name }) => `report ${name}`);
      const commands = [...(command === null ? [] : [command]), ...own];
      return [`  ${String(n).padStart(2)} ${text}`, `     ${commands.join('; ')}`];
    }),
  ];
  return `${lines.join('\n')}\n`;
}
