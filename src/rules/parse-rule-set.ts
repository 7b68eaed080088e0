import { dirname } from 'node:path';
import type { Sha256 } from '../domain/ids.ts';
import { hashJson } from '../domain/json.ts';
import type { Problem } from '../domain/problem.ts';
import type { ReviewFile, RuleFile, RuleSet } from '../domain/rule-file.ts';
import { contradict, findCase } from './condition-logic.ts';
import { describeCase } from './describe-case.ts';
import type { Mistake } from './file-reading.ts';
import { type JsonPath, offsetAt, positionOf } from './json-document.ts';
import { parseRuleFile, type RuleFileText } from './parse-rule-file.ts';
import { readJson } from './read-json.ts';
import type { RuleFileLimits } from './scan-limits.ts';
import { takesAll } from './takes-all.ts';

/** `warnings`: worth a look, and no reason to refuse the set. */
export type RuleSetReading = { readonly warnings: readonly Problem[] } & (
  | { readonly kind: 'ok'; readonly set: RuleSet }
  /** `readable`: the files that are without problems by themselves, but for those in their tests. */
  | { readonly kind: 'problems'; readonly problems: readonly Problem[]; readonly readable: ReadFiles }
);

export type ReadFiles = Pick<RuleSet, 'files' | 'reviews'>;
const NONE: ReadFiles = { files: [], reviews: [] };

/**
 * All rule files together, sorted by path. A set with one broken file is no set: every problem of every file is reported, and
 * what the files do to each other as far as they could be read.
 */
export function parseRuleSet(inputs: readonly RuleFileText[], limits: RuleFileLimits): RuleSetReading {
  if (inputs.length === 0) return { kind: 'problems', problems: [NO_FILES], warnings: [], readable: NONE };
  if (inputs.length > limits.maxRuleFiles)
    return { kind: 'problems', problems: [tooMany(inputs, limits)], warnings: [], readable: NONE };
  const sorted = [...inputs].sort((a, b) => (a.path < b.path ? -1 : 1));
  const read = sorted.map((input) => parseRuleFile(input, limits));
  // Mistakes in its tests say nothing against what a file says itself.
  const said = read.map((reading) => (reading.kind === 'problems' ? reading.behind : reading));
  const files = said.flatMap((one) => (one?.kind === 'ok' ? [one.file] : []));
  const reviews = said.flatMap((one) => (one?.kind === 'review' ? [one.review] : []));
  const problems = [
    ...read.flatMap((reading) => (reading.kind === 'problems' ? reading.problems : [])),
    ...repeatedIds([...files, ...reviews]),
    ...contestedPriorities(files),
    ...contestedPriorities(reviews),
  ];
  const isAllSaid = !said.includes(null);
  const warnings = [
    ...read.flatMap((reading) => reading.warnings),
    ...(isAllSaid ? missingCatchAll(sorted, files) : []),
  ];
  if (problems.length > 0) return { kind: 'problems', problems, warnings, readable: { files, reviews } };
  const set = { hash: hashRuleSet([...files, ...reviews]), files, reviews };
  return { kind: 'ok', set, warnings };
}

/** What both kinds of rule file have. */
type AnyFile = Pick<RuleFile | ReviewFile, 'id' | 'hash' | 'mode' | 'priority' | 'appliesTo' | 'path' | 'text'>;

/** Of the files' ids and texts, whatever order they come in. */
export function hashRuleSet(files: readonly Pick<AnyFile, 'id' | 'hash'>[]): Sha256 {
  const pairs = files.map(({ id, hash }) => [id, hash]);
  return hashJson(pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

function repeatedIds(files: readonly AnyFile[]): readonly Problem[] {
  return files.flatMap((file, place) => {
    const earlier = files.slice(0, place).find((other) => other.id === file.id);
    if (earlier === undefined) return [];
    const what = `The id "${file.id}" is also that of ${earlier.path}`;
    return [placed(file, ['id'], { code: 'FM-R701', what, fix: 'Give one of the two another id.' })];
  });
}

/** Two live files of one kind and one priority that can both apply leave open which decides; a canary's share does so too. */
function contestedPriorities(files: readonly AnyFile[]): readonly Problem[] {
  const live = files.filter((file) => file.mode !== 'off' && file.mode !== 'shadow');
  return live.flatMap((file, place) => {
    const rivals = live
      .slice(0, place)
      .filter((other) => other.priority === file.priority && canBothApply(file, other));
    return rivals.map((rival) => {
      const what = `Priority ${file.priority} is also that of ${rival.path}, and both can apply to one work order`;
      const fix = 'Give the more special file the higher priority, or make their applies_to exclude each other.';
      return placed(file, ['priority'], { code: 'FM-R702', what, fix });
    });
  });
}

function canBothApply(a: AnyFile, b: AnyFile): boolean {
  return a.appliesTo === null || b.appliesTo === null || !contradict(a.appliesTo, b.appliesTo);
}

/** Files that leave nothing out together, such as one for remote work and one for the rest, are a catch-all too. */
function missingCatchAll(inputs: readonly RuleFileText[], files: readonly RuleFile[]): readonly Problem[] {
  const taking = files.filter(takesAll);
  const conditions = taking.flatMap(({ appliesTo }) => appliesTo ?? []);
  if (conditions.length < taking.length) return [];
  const leftOut = findCase(conditions.map((condition) => ({ condition, is: 'not_match' })));
  if (leftOut.kind === 'none') return [];
  const example = leftOut.kind === 'case' ? describeCase(leftOut.of) : null;
  const such = example === null ? '' : `, for instance those with ${example}`;
  const what = `No rule file that enforces or recommends applies to every work order; those that none applies to are skipped${such}`;
  const fix =
    'Add a file with mode "enforce", without applies_to and with the lowest priority, such as the rules/default.json of the package.';
  const where = dirname(inputs[0]?.path ?? '');
  return [{ where, line: null, column: null, code: 'FM-R801', what, fix }];
}

/** The file was read without problems, so it is read again only to find a place. */
function placed(file: AnyFile, path: JsonPath, mistake: Mistake): Problem {
  const { document } = readJson(file.text);
  const place =
    document === null
      ? { line: 1, column: 1 }
      : positionOf(offsetAt(document.root, path, 'value'), document.lineStarts);
  return { where: file.path, ...place, ...mistake };
}

function tooMany(inputs: readonly RuleFileText[], { maxRuleFiles }: RuleFileLimits): Problem {
  const what = `There are ${inputs.length} rule files; the limit is ${maxRuleFiles}`;
  const where = dirname(inputs[0]?.path ?? '');
  return { where, line: null, column: null, code: 'FM-R703', what, fix: 'Delete the ones no longer needed.' };
}

const NO_FILES: Problem = {
  where: 'rules',
  line: null,
  column: null,
  code: 'FM-R704',
  what: 'There are no rule files',
  fix: 'Start from a copy of rules/default.json.',
};
