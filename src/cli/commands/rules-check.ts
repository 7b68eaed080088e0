import { resolve } from 'node:path';
import { formatProblem } from '../../domain/problem.ts';
import { printable } from '../../report/printable.ts';
import { type CliIo, type CommandInput, defineCommand } from '../command.ts';
import { EXIT_CODES, type ExitCode } from '../exit-codes.ts';

const OPTIONS = {
  format: {
    kind: 'choice',
    of: ['text', 'json'],
    default: 'text',
    doc: 'json: one object with files, problems and warnings.',
  },
} as const;

export const rulesCheckDefinition = defineCommand({
  name: 'rules check',
  summary: 'Reads rule files as a run would and lists everything that is wrong with them, with line and column.',
  args: [{ name: 'DIR', doc: 'Folder of rule files, instead of the configured one.', isRequired: false }],
  options: OPTIONS,
  settings: 'rules',
  example: 'fieldmarshal rules check ./rules',
  exitCodes: [0, 1],
  run: checkRules,
});

async function checkRules(input: CommandInput<typeof OPTIONS>, io: CliIo): Promise<ExitCode> {
  const { checkedConfig } = await import('../checked-config.ts');
  const { readRuleFiles } = await import('../load-rules.ts');
  const { parseRuleSet } = await import('../../rules/parse-rule-set.ts');
  const config = checkedConfig(input, io);
  const [folder] = input.args;
  const path = typeof folder === 'string' ? resolve(io.cwd, folder) : config.rulesPath;
  const files = readRuleFiles(path, config.limits, io.cwd);
  const parsed = parseRuleSet(files, config.limits);
  const problems = parsed.kind === 'problems' ? parsed.problems : [];
  const { warnings } = parsed;
  if (input.options.format === 'json') {
    const paths = files.map((file) => file.path);
    io.stdout.write(`${JSON.stringify({ files: paths, problems, warnings }, null, 2)}\n`);
  } else {
    const lines = [
      ...problems.map(formatProblem),
      ...warnings.map((warning) => `warning: ${formatProblem(warning)}`),
      `${files.length} rule file(s), ${problems.length} problem(s), ${warnings.length} warning(s)`,
    ];
    io.stdout.write(`${lines.map(printable).join('\n')}\n`);
  }
  return problems.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}
