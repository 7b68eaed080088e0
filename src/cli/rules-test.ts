import { resolve } from 'node:path';
import { runRuleTests, type TestedRules, type TestedRulesResult } from '../analysis/run-rule-tests.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { printable } from '../report/printable.ts';
import { ruleTestsJunit } from '../report/rule-tests-junit.ts';
import { coverageLines, missingParts, ruleTestLines } from '../report/rule-tests-text.ts';
import { checkedConfig } from './checked-config.ts';
import { formatSnippet, snippetAt } from './code-frame.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';
import { readRecordedCases } from './recorded-tests.ts';
import { readTestedRules, type TestedRulesOnDisk } from './tested-rules.ts';

type Input = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: {
    readonly coverage: boolean;
    readonly minCoverage: number | null;
    readonly requireTests: boolean;
    readonly format: 'text' | 'junit' | 'json';
  };
};

/** Findings besides tests that failed. */
type Short = { readonly path: string; readonly what: string };

/** Runs every test of the rule files named. Writes nothing but its report. */
export async function testRules(input: Input, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const named = input.args.flatMap((path) => (path === null ? [] : [resolve(io.cwd, path)]));
  const onDisk = readTestedRules(named.length === 0 ? [config.rulesPath] : named, {
    limits: config.limits,
    cwd: io.cwd,
  });
  const { problems } = onDisk;
  showBroken(onDisk, io);
  const decideRecorded = await readRecordedCases(onDisk.rules, input, io);
  const files = onDisk.rules.map((rules: TestedRules) => runRuleTests(rules, decideRecorded));
  const short = shortcomings(files, input);
  io.stdout.write(FORMATS[input.options.format]({ files, problems, short, withCoverage: isWithCoverage(input) }));
  const hasFailed = files.some(({ results }) => results.some(({ kind }) => kind !== 'passed'));
  // Neither XML nor JSON has a place of its own for what no test says.
  if (input.options.format === 'junit') for (const one of short) io.stderr.write(`${shortLine(one)}\n`);
  return hasFailed || short.length > 0 || problems.length > 0 ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

/** As rules check shows them. */
function showBroken({ problems, texts }: TestedRulesOnDisk, io: CliIo): void {
  const byPath = new Map(texts.map(({ path, text }) => [path, text.split('\n')]));
  for (const problem of problems) {
    const snippet = snippetAt(byPath.get(problem.where) ?? [], problem);
    const shown = snippet === null ? [] : formatSnippet(snippet, problem.line ?? 0);
    io.stderr.write(`${[printable(formatProblem(problem)), ...shown].join('\n')}\n`);
  }
  if (problems.length === 0) return;
  const files = new Set(problems.map(({ where }) => where));
  io.stderr.write(`${problems.length} problem(s): no test of ${files.size} file(s) was run\n`);
}

function isWithCoverage({ options }: Input): boolean {
  return options.coverage || options.minCoverage !== null;
}

function shortcomings(files: readonly TestedRulesResult[], { options }: Input): readonly Short[] {
  const without = options.requireTests ? files.filter(({ results }) => results.length === 0) : [];
  const wanted = options.minCoverage ?? 0;
  const uncovered = files.filter(({ coverage }) => coverage.percent < wanted);
  return [
    ...without.map(({ path }) => ({ path, what: 'No tests found' })),
    ...uncovered.map(({ path, coverage }) => {
      const missing = missingParts(coverage).join('; ');
      return { path, what: `Covered by ${coverage.percent} %, less than ${wanted} %: ${missing}` };
    }),
  ];
}

type Outcome = {
  readonly files: readonly TestedRulesResult[];
  readonly problems: readonly Problem[];
  readonly short: readonly Short[];
  readonly withCoverage: boolean;
};

const FORMATS = {
  text: toText,
  json: toJson,
  junit: ({ files, problems }: Outcome) => ruleTestsJunit(files, problems),
} as const;

function toText({ files, short, withCoverage }: Outcome): string {
  const results = files.flatMap((file) => file.results);
  const passed = results.filter(({ kind }) => kind === 'passed').length;
  const lines = [
    ...files.flatMap(ruleTestLines),
    ...(withCoverage ? files.flatMap((file) => ['', ...coverageLines(file)]) : []),
    ...(short.length === 0 ? [] : ['', ...short.map(shortLine)]),
    '',
    `${files.length} rule file(s), ${results.length} test(s): ${passed} passed, ${results.length - passed} failed`,
  ];
  return `${lines.join('\n')}\n`;
}

function shortLine({ path, what }: Short): string {
  return printable(`${path}: ${what}`);
}

function toJson({ files, problems, short, withCoverage }: Outcome): string {
  const results = files.flatMap((file) => file.results);
  const passed = results.filter(({ kind }) => kind === 'passed').length;
  const shown = files.map(({ coverage, ...file }) => (withCoverage ? { ...file, coverage } : file));
  const totals = { tests: results.length, passed, failed: results.length - passed };
  return `${JSON.stringify({ files: shown, problems, shortcomings: short, ...totals }, null, 2)}\n`;
}
