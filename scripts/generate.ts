import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandTable } from '../src/cli/help.ts';
import { providerColumnTable } from '../src/cli/provider-columns.ts';
import { configurationProblemsPage } from '../src/configuration-problems.ts';
import { REASONS } from '../src/domain/reason-codes.ts';
import { REPORTS } from '../src/report/catalog.ts';
import { questionTable, reportsPage } from '../src/report/report-list.ts';
import { rulesReadmeTables } from '../src/rules/readme-tables.ts';
import { ruleFileSchema } from '../src/rules/rule-file-schema.ts';
import { ruleTestSchema } from '../src/rules/test-schema.ts';
import { settingsTable } from '../src/settings.ts';
import { exitCodeTable, limitsTable, reasonCodesPage } from './tables.ts';

/**
 * Writes what is made from the code: the editor schema, the reason codes page, the tables of the README. With `--check`
 * it writes nothing and fails when something is stale.
 */
const root = join(import.meta.dirname, '..');
const isCheck = process.argv.includes('--check');

const generated: readonly { readonly path: string; readonly text: string }[] = [
  { path: 'rules/rule-file.schema.json', text: `${JSON.stringify(ruleFileSchema(), null, 2)}\n` },
  { path: 'rules/rule-test.schema.json', text: `${JSON.stringify(ruleTestSchema(), null, 2)}\n` },
  { path: 'docs/reason-codes.md', text: reasonCodesPage(REASONS) },
  { path: 'docs/configuration-problems.md', text: configurationProblemsPage() },
  { path: 'docs/reports.md', text: reportsPage(REPORTS) },
  { path: 'rules/README.md', text: putTables('rules/README.md', rulesReadmeTables()) },
  {
    path: 'docs/providers-import.md',
    text: putTables('docs/providers-import.md', { columns: providerColumnTable() }),
  },
  { path: 'README.md', text: readme() },
];

const stale = generated.filter(({ path, text }) => text !== read(path));
for (const { path, text } of stale) {
  if (isCheck) console.error(`${path} is stale: run npm run generate`);
  else {
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}
if (stale.length === 0) console.log(`${generated.length} generated files are up to date`);
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;

function readme(): string {
  const limits = limitsTable(read('src/domain/limits.ts'));
  const questions = questionTable(REPORTS);
  const tables = {
    settings: settingsTable(),
    limits,
    commands: commandTable(),
    'exit-codes': exitCodeTable(),
    questions,
  };
  return putTables('README.md', tables);
}

function putTables(path: string, tables: { readonly [name: string]: string }): string {
  return Object.entries(tables).reduce((text, [name, table]) => putTable(text, name, table), read(path));
}

/** Between `<!-- NAME:begin -->` and `<!-- NAME:end -->`; a README without the marks stays as it is. */
function putTable(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) return text;
  return `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;
}

function read(path: string): string {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
