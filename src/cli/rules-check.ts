import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DataTally } from '../analysis/data-lint.ts';
import type { Limits } from '../domain/limits.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { dataLintJson, dataLintText } from '../report/data-lint-table.ts';
import { printable } from '../report/printable.ts';
import { textWidth } from '../report/wrap.ts';
import { checkRuleSet } from '../rules/lint/check-rule-set.ts';
import { checkedConfig } from './checked-config.ts';
import { formatSnippet, type Snippet, snippetAt } from './code-frame.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { type RuleFileText, readRulePaths } from './load-rules.ts';
import type { RecordedCheck } from './rules-check-recorded.ts';
import { readTestsBeside } from './tested-rules.ts';

type Severity = 'problem' | 'warning';
/** `snippet` null: the problem is about no line of a file. */
type Finding = { readonly severity: Severity; readonly problem: Problem; readonly snippet: Snippet | null };
/** `recorded` null: not asked for, or no set that could decide. */
type Report = {
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
  readonly recorded: RecordedData | null;
};
type RecordedData = { readonly tally: DataTally; readonly since: string; readonly width: number };

type Input = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly strict: boolean;
    readonly format: keyof typeof FORMATS;
    readonly db: string | null;
    readonly since: string;
  };
};

export async function checkRules(input: Input, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const named = input.args.flatMap((path) => (path === null ? [] : [resolve(io.cwd, path)]));
  const paths = named.length === 0 ? [config.rulesPath] : named;
  const files = readRulePaths(paths, config.limits, io.cwd);
  const isWholeSet = paths.every((path) => statSync(path).isDirectory());
  const checked = checkRuleSet(files, { limits: config.limits, nowMs: Date.now(), isWholeSet });
  const beside = readTestsBeside(paths, files, { limits: config.limits, cwd: io.cwd });
  const inTests = beside.rules.flatMap(({ file, broken }) => broken.filter(({ place }) => place.path !== file.path));
  const problems = [...checked.problems, ...beside.problems, ...inTests.flatMap((test) => test.problems)];
  const lines = new Map([...files, ...beside.texts].map(({ path, text }) => [path, text.split('\n')]));
  const onRecord = await checkRecorded(input, { files, limits: config.limits }, io);
  const findings = [
    ...problems.map((problem) => toFinding('problem', problem, lines)),
    ...[...checked.warnings, ...(onRecord?.warnings ?? [])].map((warning) => toFinding('warning', warning, lines)),
  ];
  const recorded =
    onRecord === null
      ? null
      : { tally: onRecord.tally, since: input.options.since, width: textWidth(io.stdout.columns) };
  io.stdout.write(
    FORMATS[input.options.format]({ files: files.map(({ path }: RuleFileText) => path), findings, recorded }),
  );
  const isFound = problems.length > 0 || (input.options.strict && findings.length > 0);
  return isFound ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** Null unless a ledger is named and the files are a set. */
async function checkRecorded(
  { options: { db, since } }: Input,
  { files, limits }: { readonly files: readonly RuleFileText[]; readonly limits: Limits },
  io: CliIo,
): Promise<RecordedCheck | null> {
  if (db === null) return null;
  const { checkOnRecord } = await import('./rules-check-recorded.ts');
  const found = await checkOnRecord(files, { db, since, limits }, io);
  if (found === null) io.stderr.write('Recorded data were not looked at: mend the problems first.\n');
  return found;
}

function toFinding(severity: Severity, problem: Problem, lines: ReadonlyMap<string, readonly string[]>): Finding {
  return { severity, problem, snippet: snippetAt(lines.get(problem.where) ?? [], problem) };
}

const FORMATS = { text: toText, json: toJson, github: toAnnotations } as const;

function toText({ files, findings, recorded }: Report): string {
  const [problems, warnings] = [ofSeverity(findings, 'problem'), ofSeverity(findings, 'warning')];
  const lines = [
    ...findings.flatMap(({ severity, problem, snippet }) => [
      printable(`${severity === 'warning' ? 'warning: ' : ''}${formatProblem(problem)}`),
      ...(snippet === null ? [] : formatSnippet(snippet, problem.line ?? 0)),
    ]),
    `${files.length} rule file(s), ${problems.length} problem(s), ${warnings.length} warning(s)`,
  ];
  return `${lines.join('\n')}\n${recorded === null ? '' : `\n${dataLintText(recorded.tally, recorded)}`}`;
}

function toJson({ files, findings, recorded }: Report): string {
  const list = (severity: Severity) =>
    ofSeverity(findings, severity).map(({ problem, snippet }) => ({ ...problem, snippet }));
  const whole = {
    ...{ files, problems: list('problem'), warnings: list('warning') },
    ...(recorded === null ? {} : { recorded: { since: recorded.since, ...dataLintJson(recorded.tally) } }),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
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
