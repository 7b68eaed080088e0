import { closeSync, existsSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { configurationProblem } from '../configuration-problems.ts';
import type { RulesOnDisk } from '../daemon/rule-reload.ts';
import type { Limits } from '../domain/limits.ts';
import { formatProblem, type Problem } from '../domain/problem.ts';
import { hashRuleTexts } from '../domain/rule-event.ts';
import type { RuleSet } from '../domain/rule-file.ts';
import { parseRuleSet } from '../rules/parse-rule-set.ts';
import type { CliIo } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';

export type RuleFileText = { readonly path: string; readonly text: string };

/**
 * Every `*.json` of a folder but the editor's schema, test files and hidden files, by name: editors keep locks and copies
 * of open files under names that begin with a dot. Paths are shown relative to `cwd` where that is shorter. Throws
 * `OperatorMistake` for a folder that is not there or empty, and for what cannot be read.
 */
export function readRuleFiles(folder: string, limits: Limits, cwd: string): readonly RuleFileText[] {
  if (!existsSync(folder))
    throw missing(folder, 'does not exist', 'Name the folder of your rule files with --rules or FIELDMARSHAL_RULES.');
  if (!statSync(folder).isDirectory()) throw missing(folder, 'is not a folder', 'Name the folder that the file is in.');
  const names = readdirSync(folder).filter(isRuleFile).sort();
  if (names.length === 0)
    throw missing(
      folder,
      'has no rule files',
      'Put a *.json rule file there; rules/default.json is one to start from.',
    );
  if (names.length > limits.maxRuleFiles) {
    throw missing(
      folder,
      `has ${names.length} rule files, more than ${limits.maxRuleFiles}`,
      'Raise FIELDMARSHAL_MAX_RULE_FILES, or name another folder.',
    );
  }
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) refusePipe(path);
  return paths.map((path) => readOne(path, limits, cwd));
}

/**
 * The files of the folders named, and the files named themselves, each once. The editor's schema and test files are left
 * out, so that a shell's `*.json` can be given.
 */
export function readRulePaths(paths: readonly string[], limits: Limits, cwd: string): readonly RuleFileText[] {
  const read = paths.flatMap((path) => {
    if (!existsSync(path) || statSync(path).isDirectory()) return readRuleFiles(path, limits, cwd);
    return isRuleFile(basename(path)) ? [readOne(path, limits, cwd)] : [];
  });
  const [first = ''] = paths;
  if (read.length === 0) throw missing(first, 'is no rule file', 'Name a rule file, or the folder that it is in.');
  return [...new Map(read.map((file) => [file.path, file])).values()];
}

/**
 * What people write by hand, in the same way: rule files and the test files beside them. A file named itself may have any
 * name.
 */
export function readEditedPaths(paths: readonly string[], limits: Limits, cwd: string): readonly RuleFileText[] {
  const files = paths.flatMap((path) => {
    if (!existsSync(path)) throw missing(path, 'does not exist', 'Name a rule file, or the folder that it is in.');
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => /^[^.].*\.json$/.test(name) && !name.endsWith('.schema.json'));
    if (names.length === 0) throw missing(path, 'has no rule files', 'Name the folder that they are in.');
    return names.sort().map((name) => join(path, name));
  });
  return [...new Set(files)].map((file) => readOne(file, limits, cwd));
}

/** The test file beside a rule file, `NAME.test.json` for `NAME.json`; null: there is none. */
export function readTestFileOf(rulePath: string, limits: Limits, cwd: string): RuleFileText | null {
  const path = resolve(cwd, rulePath.replace(/\.json$/, '.test.json'));
  return existsSync(path) ? readOne(path, limits, cwd) : null;
}

function isRuleFile(name: string): boolean {
  return name.endsWith('.json') && !/^\.|\.(schema|test)\.json$/.test(name);
}

/** Of a file over the size limit the first bytes stand in, by which the parser refuses it. */
function readOne(path: string, limits: Limits, cwd: string): RuleFileText {
  const text = readBytes(path, limits.maxRuleFileBytes + 1).toString('utf8');
  const short = relative(cwd, path);
  return { path: short.startsWith('..') ? path : short, text };
}

/** Before it is opened, which waits for somebody to write to it. A pipe that is named itself is meant. */
function refusePipe(path: string): void {
  if (isPipe(path)) throw missing(path, 'is a pipe', 'Put a file there, or move it to another folder.');
}

function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch {
    // Reading it says what is wrong.
    return false;
  }
}

function readBytes(path: string, maxBytes: number): Buffer {
  try {
    return readBeginning(path, maxBytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw missing(path, `cannot be read (${why})`, 'Let this user read it, or move it to another folder.');
  }
}

/** No more than that is ever in memory, however long the file, or a device that has no end. */
function readBeginning(path: string, maxBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(maxBytes);
    let length = 0;
    for (;;) {
      const read = readSync(file, bytes, length, maxBytes - length, null);
      length += read;
      if (read === 0 || length === maxBytes) return bytes.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

function missing(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C140', { what, fix })]);
}

/**
 * The whole set or nothing. Warnings go to stderr; problems are thrown together. As long as no file acts, a catch-all is not
 * missed at every command: `rules check` and `doctor` say it.
 */
export function loadRuleSet(folder: string, limits: Limits, io: Pick<CliIo, 'cwd' | 'stderr'>): RuleSet {
  const parsed = parseRuleSet(readRuleFiles(folder, limits, io.cwd), limits);
  if (parsed.kind === 'problems') throw new OperatorMistake(parsed.problems);
  const acts = parsed.set.files.some(({ mode }) => mode === 'enforce' || mode === 'canary');
  warn(acts ? parsed.warnings : parsed.warnings.filter(({ code }) => code !== 'FM-R801'), io);
  return parsed.set;
}

/**
 * The same for who goes on with an earlier set: what is wrong comes back as lines. A folder or file that cannot be read just
 * now, as while an editor puts another in its place, is wrong too. Files are named from the folder's own name on, whatever
 * folder the process runs in: these lines stay in the ledger, and the same mistake from elsewhere is the same.
 */
export function readRulesOnDisk(folder: string, limits: Limits): RulesOnDisk {
  try {
    const texts = readRuleFiles(folder, limits, dirname(resolve(folder)));
    const parsed = parseRuleSet(texts, limits);
    if (parsed.kind === 'problems') {
      const textHash = hashRuleTexts(texts.map(({ text }) => text));
      return { kind: 'refused', textHash, problems: parsed.problems.map(formatProblem) };
    }
    return { kind: 'set', set: parsed.set, warnings: parsed.warnings.map(formatProblem) };
  } catch (error) {
    const textHash = hashRuleTexts([]);
    if (error instanceof OperatorMistake)
      return { kind: 'refused', textHash, problems: error.problems.map(formatProblem) };
    if (error instanceof Error && 'syscall' in error) return { kind: 'refused', textHash, problems: [error.message] };
    throw error;
  }
}

function warn(warnings: readonly Problem[], io: Pick<CliIo, 'stderr'>): void {
  for (const warning of warnings) io.stderr.write(`warning: ${formatProblem(warning)}\n`);
}
