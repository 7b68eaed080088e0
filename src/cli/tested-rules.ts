import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { TestedRules } from '../analysis/run-rule-tests.ts';
import type { Limits } from '../domain/limits.ts';
import type { Problem } from '../domain/problem.ts';
import { parseRuleFile, parseTestFile } from '../rules/parse-rule-file.ts';
import { type RuleFileText, readRulePaths, readTestFileOf } from './load-rules.ts';

/** Rule files with their tests. */
export type TestedRulesOnDisk = {
  /** Those that say what they mean, whatever is wrong with tests of theirs. */
  readonly rules: readonly TestedRules[];
  /** For which none of the tests in a file can be run. Mistakes in one test are with that. */
  readonly problems: readonly Problem[];
  /** Every text read, for showing the place of a problem. */
  readonly texts: readonly RuleFileText[];
};

type Reading = { readonly limits: Limits; readonly cwd: string };

/**
 * The rule files of folders, or the ones named, each with the tests in it and beside it; a test file named itself stands for
 * its rule file. Throws `OperatorMistake` for what cannot be read.
 */
export function readTestedRules(paths: readonly string[], reading: Reading): TestedRulesOnDisk {
  const files = readRulePaths(paths.map(toRulePath), reading.limits, reading.cwd);
  const broken = files.flatMap((input) => {
    const read = parseRuleFile(input, reading.limits);
    return read.kind === 'problems' && read.behind === null ? read.problems : [];
  });
  const beside = readTestsBeside(paths, files, reading);
  return { ...beside, problems: [...broken, ...beside.problems], texts: [...files, ...beside.texts] };
}

/**
 * The rule files that are not broken, with their tests; problems of test files beside them, and of test files that belong to
 * no rule file, most likely since one of the two was renamed. `texts` of test files alone.
 */
export function readTestsBeside(
  paths: readonly string[],
  files: readonly RuleFileText[],
  { limits, cwd }: Reading,
): TestedRulesOnDisk {
  const rules: TestedRules[] = [];
  const problems: Problem[] = [];
  const texts: RuleFileText[] = [];
  for (const input of files) {
    const read = sayingIn(input, limits);
    if (read === null) continue;
    const file = read.kind === 'ok' ? read.file : read.review;
    const beside = readTestFileOf(input.path, limits, cwd);
    const more = beside === null ? NO_TESTS : parseTestFile(beside, file, limits);
    if (beside !== null) texts.push(beside);
    if (more.kind === 'problems') problems.push(...more.problems);
    const { tests, broken } = more.kind === 'ok' ? more : NO_TESTS;
    rules.push({ file, tests: [...read.tests, ...tests], broken: [...read.broken, ...broken] });
  }
  return { rules, problems: [...problems, ...paths.flatMap((path) => findOrphans(path, cwd))], texts };
}

const NO_TESTS = { kind: 'ok', tests: [], broken: [] } as const;

/** Null: the file itself is broken. */
function sayingIn(input: RuleFileText, limits: Limits) {
  const read = parseRuleFile(input, limits);
  return read.kind === 'problems' ? read.behind : { ...read, broken: [] };
}

const TEST_FILE = /\.test\.json$/;

/** `atm.test.json` means the tests of `atm.json`. */
function toRulePath(path: string): string {
  const rulePath = path.replace(TEST_FILE, '.json');
  return existsSync(path) && existsSync(rulePath) ? rulePath : path;
}

function findOrphans(path: string, cwd: string): readonly Problem[] {
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  const [folder, names] = isFolder ? [path, readdirSync(path)] : [dirname(path), [basename(path)]];
  const tests = names.filter((name) => TEST_FILE.test(name) && !name.startsWith('.'));
  const ruleFileOf = (name: string) => name.replace(TEST_FILE, '.json');
  const orphans = tests.filter((name) => !existsSync(join(folder, ruleFileOf(name)))).sort();
  return orphans.map((name) => {
    const short = relative(cwd, join(folder, name));
    const where = short.startsWith('..') ? join(folder, name) : short;
    const what = `There is no rule file ${ruleFileOf(name)} beside these tests`;
    const fix = 'Give both files the same name, or delete the tests.';
    return { where, line: null, column: null, code: 'FM-R916', what, fix };
  });
}
