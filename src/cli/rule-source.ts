import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { Config } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Sha256 } from '../domain/ids.ts';
import type { RuleFileText } from '../rules/parse-rule-file.ts';
import type { CliIo, CommandInput } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';
import { readRulePaths } from './load-rules.ts';

/** `isOne`: a single file was named, to be compared with the one of its id on the other side. */
export type RuleSource = { readonly texts: readonly RuleFileText[]; readonly isOne: boolean };

type Around = { readonly config: Config; readonly input: Pick<CommandInput, 'overrides'>; readonly io: CliIo };

/** Rule files by whatever somebody named: on the disk, in the ledger, in a commit. Throws `OperatorMistake`. */
export async function readRuleSource(name: string, around: Around): Promise<RuleSource> {
  const { config, io } = around;
  if (name.startsWith('git:')) return readCommit(name, config, io);
  const path = resolve(io.cwd, name);
  if (existsSync(path)) {
    return { texts: readRulePaths([path], config.limits, io.cwd), isOne: !statSync(path).isDirectory() };
  }
  if (name === 'recorded') return { texts: await readRecorded('', around), isOne: false };
  if (!/^[0-9a-f]{6,64}$/.test(name)) {
    const fix = 'Name a rule file, a folder, "recorded", the hash of a recorded text, or git:COMMIT.';
    throw notFound(name, 'is not there', fix);
  }
  const texts = await readRecorded(name, around);
  if (texts.length === 1) return { texts, isOne: true };
  const what =
    texts.length === 0
      ? 'is neither a path nor the hash of a recorded rule file'
      : 'is the beginning of several hashes';
  const fix =
    texts.length === 0
      ? 'Name the right ledger with --db, or take a hash that explain shows.'
      : `Write more of it: ${texts.map(({ path: each }) => each).join(', ')}.`;
  throw notFound(name, what, fix);
}

/** The texts that decisions were made with: all whose hash begins so; without a beginning, each file's last. */
async function readRecorded(prefix: string, { input, io }: Around): Promise<readonly RuleFileText[]> {
  const { withLedgerReader } = await import('./open-reader.ts');
  return withLedgerReader(input, io, async (reader) => {
    const everything = { sinceMs: null, untilMs: null, workOrderId: null, withCandidates: false };
    const byHash = new Map<Sha256, string>();
    const lastOf = new Map<string, Sha256>();
    for (const { ruleFileId, ruleFileHash } of await reader.decisions(everything)) {
      if (ruleFileId === null || ruleFileHash === null) continue;
      byHash.set(ruleFileHash, ruleFileId);
      lastOf.set(ruleFileId, ruleFileHash);
    }
    const wanted = prefix === '' ? [...lastOf.values()] : [...byHash.keys()].filter((hash) => hash.startsWith(prefix));
    const texts: RuleFileText[] = [];
    for (const hash of wanted) {
      const text = await reader.ruleFileText(hash);
      if (text !== null) texts.push({ path: `recorded ${hash.slice(0, 12)} (${byHash.get(hash) ?? ''})`, text });
    }
    if (texts.length === 0 && prefix === '') {
      throw notFound('recorded', 'holds no rule file: nothing was decided yet', 'Name the right ledger with --db.');
    }
    return texts;
  });
}

/** `git:HEAD`: the configured folder as it was there; `git:HEAD:rules/atm.json`: that file or folder, seen from here. */
function readCommit(name: string, { rulesPath }: Config, { cwd }: CliIo): RuleSource {
  const [, commit = '', asked = ''] = /^git:([^:]*):?(.*)$/s.exec(name) ?? [];
  const path = asked === '' ? rulesPath : resolve(cwd, asked);
  const [folder, file] = path.endsWith('.json') ? [dirname(path), basename(path)] : [path, null];
  if (commit === '' || commit.startsWith('-')) {
    throw notFound(name, 'names no commit', 'Write for example git:HEAD or git:main:rules/default.json.');
  }
  const git = (...words: readonly string[]) => runGit(name, ['-C', nearestFolder(folder), ...words]);
  const prefix = git('rev-parse', '--show-prefix').trim();
  const inside = `${prefix}${folder.slice(nearestFolder(folder).length).replace(/^\//, '')}`.replace(/([^/])$/, '$1/');
  const names = git('ls-tree', '--name-only', '--full-tree', commit, inside === '' ? '.' : inside)
    .split('\n')
    .map((each) => each.slice(inside.length))
    .filter((each) =>
      file === null ? /^[^./][^/]*\.json$/.test(each) && !/\.(schema|test)\.json$/.test(each) : each === file,
    );
  if (names.length === 0)
    throw notFound(name, `has no rule files in ${inside === '' ? '.' : inside}`, 'Name the path: git:COMMIT:PATH.');
  const texts = names.map((each) => ({
    path: `${commit}:${inside}${each}`,
    text: git('show', `${commit}:${inside}${each}`),
  }));
  return { texts, isOne: file !== null };
}

/** The folder may have been there only in that commit. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

function runGit(name: string, words: readonly string[]): string {
  try {
    return execFileSync('git', words, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
  } catch (cause) {
    const said = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n')[0] : '';
    const why = said === '' || said === undefined ? 'git cannot be run' : said.replace(/^fatal: /, '');
    throw notFound(name, `cannot be read: ${why}`, 'Name a commit of the checkout that the folder is in.');
  }
}

function notFound(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C217', { what, fix })]);
}
