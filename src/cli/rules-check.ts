import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { printable } from '../report/printable.ts';
import { checkRuleSet } from '../rules/lint/check-rule-set.ts';
import { checkedConfig } from './checked-config.ts';
import { formatSnippet, type Snippet, snippetAt } from './code-frame.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { type RuleFileText, readRulePaths } from './load-rules.ts';
import { readTestsBeside } from './tested-rules.ts';

type Severity = 'problem' | 'warning';
/** `snippet` null: the problem is about no line of a file. */
type Finding = { readonly severity: Severity; readonly problem: Problem; readonly snippet: Snippet | null };
type Report = { readonly files: readonly string[]; readonly findings: readonly Finding[] };

type Input = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: { readonly strict: boolean; readonly format: keyof typeof FORMATS };
};

export async function checkRules(input: Input, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const named = input.args.flatMap((path) => (path === null ? [] : [resolve(io.cwd, path)]));
  const paths = named.length === 0 ? [config.rulesPath] : named;
  const files = readRulePaths(paths, config.limits, io.cwd);
  const isWholeSet = paths.every((path) => statSync(path).isDirectory());
  const checked = checkRuleSet(files, { limits: config.limits, nowMs: Date.now(), isWholeSet });
  const beside = readTestsBeside(paths, files, { limits: config.limits, cwd: io.cwd });
  const problems = [...checked.problems, ...beside.problems];
  const lines = new Map([...files, ...beside.texts].map(({ path, text }) => [path, text.split('\n')]));
  const findings = [
    ...problems.map((problem) => toFinding('problem', problem, lines)),
    ...checked.warnings.map((warning) => toFinding('warning', warning, lines)),
  ];
  io.stdout.write(FORMATS[input.options.format]({ files: files.map(({ path }: RuleFileText) => path), findings }));
  const isFound = problems.length > 0 || (input.options.strict && findings.length > 0);
  return isFound ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

function toFinding(severity: Severity, problem: Problem, lines: ReadonlyMap<string, readonly string[]>): Finding {
  return { severity, problem, snippet: snippetAt(lines.get(problem.where) ?? [], problem) };
}

const FORMATS = { text: toText, json: toJson, github: toAnnotations } as const;

function toText({ files, findings }: Report): string {
  const [problems, warnings] = [ofSeverity(findings, 'problem'), ofSeverity(findings, 'warning')];
  const lines = [
    ...findings.flatMap(({ severity, problem, snippet }) => [
      printable(`${severity === 'warning' ? 'warning: ' : ''}${formatProblem(problem)}`),
      ...(snippet === null ? [] : formatSnippet(snippet, problem.line ?? 0)),
    ]),
    `${files.length} rule file(s), ${problems.length} problem(s), ${warnings.length} warning(s)`,
  ];
  return `${lines.join('\n')}\n`;
}

function toJson({ files, findings }: Report): string {
  const list = (severity: Severity) =>
    ofSeverity(findings, severity).map(({ problem, snippet }) => ({ ...problem, snippet }));
  return `${JSON.stringify({ files, problems: list('problem'), warnings: list('warning') }, null, 2)}\n`;
}

/** Workflow commands, which GitHub shows beside the lines of a pull request. */
function toAnnotations({ findings }: Report): string {
  return findings
    .map(({ severity, problem: { where, line, column, code, what, fix } }) => {
      const place = line === null ? [] : [`file=${inProperty(where)}`, `line=${line}`, `col=${column ?? 1}`];
      const words = `${line === null ? `${where}: ` : ''}${what} — ${fix}`;
      const level = severity === 'problem' ? 'error' : 'warning';
      return `::${level} ${[...place, `title=${inProperty(code)}`].join(',')}::${inMessage(words)}\n`;
    })
    .join('');
}

function inMessage(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

function inProperty(text: string): string {
  return inMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

function ofSeverity(findings: readonly Finding[], severity: Severity): readonly Finding[] {
  return findings.filter((finding) => finding.severity === severity);
}
