import { resolve } from 'node:path';
import { configurationProblem } from '../configuration-problems.ts';
import type { Limits } from '../domain/limits.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { printable } from '../report/printable.ts';
import { firstDifference, formatRuleFile } from '../rules/format.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { type RuleFileText, readEditedPaths } from './load-rules.ts';
import { replaceFile } from './replace-file.ts';

type Input = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: { readonly check: boolean; readonly format: 'text' | 'json' };
};

type Rewritten = RuleFileText & { readonly after: string };

/** Every file is formatted before the first is written: one that is no JSON, and nothing is. */
export async function formatRules(input: Input, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const named = input.args.flatMap((path) => path ?? []);
  const { check, format } = input.options;
  if (named.includes('-')) return formatStdin({ named, isCheck: check, limits: config.limits }, io);
  const paths = named.length === 0 ? [config.rulesPath] : named.map((path) => resolve(io.cwd, path));
  const files = rewrite(readEditedPaths(paths, config.limits, io.cwd), config.limits);
  const changed = files.filter(({ text, after }) => text !== after);
  if (!check) for (const { path, after } of changed) replaceFile(resolve(io.cwd, path), after);
  const all = files.map(({ path }) => path);
  if (format === 'json') {
    const found = { files: all, changed: changed.map(({ path }) => path) };
    io.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  } else {
    const lines = changed.flatMap((file) => (check ? differenceLines(file) : [`formatted ${file.path}`]));
    const summary = `${all.length} file(s), ${changed.length} ${check ? 'to format' : 'formatted'}`;
    io.stdout.write(`${[...lines, summary].map(printable).join('\n')}\n`);
  }
  return check && changed.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

type StdinInput = { readonly named: readonly string[]; readonly isCheck: boolean; readonly limits: Limits };

async function formatStdin({ named, isCheck, limits }: StdinInput, io: CliIo): Promise<ExitCode> {
  if (named.length > 1 || io.readStdin === undefined) {
    const what = 'stands for stdin, and other files are named too';
    const fix = 'Give "-" alone, or the files in a call of their own.';
    throw new OperatorMistake([configurationProblem('-', 'FM-C215', { what, fix })]);
  }
  const [file] = rewrite([{ path: 'stdin', text: await io.readStdin() }], limits);
  if (file === undefined) return EXIT_CODES.done.code;
  if (!isCheck) io.stdout.write(file.after);
  if (!isCheck || file.text === file.after) return EXIT_CODES.done.code;
  io.stdout.write(`${differenceLines(file).map(printable).join('\n')}\n`);
  return EXIT_CODES.findings.code;
}

function rewrite(files: readonly RuleFileText[], limits: Limits): readonly Rewritten[] {
  const problems: Problem[] = [];
  const rewritten = files.flatMap((file) => {
    const result = formatRuleFile(file, limits);
    if (result.kind === 'formatted') return [{ ...file, after: result.text }];
    problems.push(...result.problems);
    return [];
  });
  if (problems.length > 0) throw new OperatorMistake(problems);
  return rewritten;
}

function differenceLines({ path, text, after }: Rewritten): readonly string[] {
  const difference = firstDifference(text, after);
  if (difference === null) return [];
  const fix = path === 'stdin' ? 'Take what "rules fmt -" writes.' : `Run: fieldmarshal rules fmt ${path}`;
  const what = 'is not written in the order and spacing of the format';
  const problem = { where: path, line: difference.line, column: 1, code: 'FM-R930', what, fix };
  return [formatProblem(problem), `  - ${difference.before}`, `  + ${difference.after}`];
}
