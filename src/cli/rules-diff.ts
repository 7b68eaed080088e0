import { diffRuleSets, type EitherFile, type RuleFileDiff } from '../analysis/diff-rule-sets.ts';
import type { Config } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { diffAsMarkdown, diffAsText } from './diff-text.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { readRuleSource } from './rule-source.ts';

type Input = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: { readonly format: 'text' | 'markdown' | 'json' };
};

/** 0: nothing differs that decides anything, 1: something does. */
export async function diffRules(input: Input, io: CliIo): Promise<ExitCode> {
  const [before = '', after = ''] = input.args.map((name) => name ?? '');
  const config = checkedConfig(input, io);
  const old = await readSide(before, { config, input, io });
  const fresh = await readSide(after, { config, input, io });
  const diffs = diffRuleSets(
    fresh.isOne ? onlyThe(fresh.files, old.files, before) : old.files,
    old.isOne ? onlyThe(old.files, fresh.files, after) : fresh.files,
  );
  const { format } = input.options;
  const isFound = diffs.some(decidesOtherwise);
  if (format === 'json') io.stdout.write(`${JSON.stringify({ decidesOtherwise: isFound, files: diffs }, null, 2)}\n`);
  else io.stdout.write(format === 'text' ? diffAsText(diffs) : diffAsMarkdown(diffs));
  return isFound ? EXIT_CODES.findings.code : EXIT_CODES.done.code;
}

function decidesOtherwise({ kind, changes }: RuleFileDiff): boolean {
  return kind === 'added' || kind === 'removed' || changes.some(({ decides }) => decides);
}

type Side = { readonly files: readonly EitherFile[]; readonly isOne: boolean };
type Around = { readonly config: Config; readonly input: Input; readonly io: CliIo };

async function readSide(name: string, { config, input, io }: Around): Promise<Side> {
  const { texts, isOne } = await readRuleSource(name, { config, input, io });
  const read = texts.map((text) => parseRuleFile(text, config.limits));
  const problems = read.flatMap((reading) => (reading.kind === 'problems' ? reading.problems : []));
  if (problems.length > 0) throw new OperatorMistake(problems);
  const files = read.flatMap((reading): readonly EitherFile[] => {
    if (reading.kind === 'ok') return [{ kind: 'dispatch', file: reading.file }];
    return reading.kind === 'review' ? [{ kind: 'review', file: reading.review }] : [];
  });
  return { files, isOne };
}

/** Of many files the one that a single file is compared with; of one, that one. */
function onlyThe([asked]: readonly EitherFile[], among: readonly EitherFile[], where: string): readonly EitherFile[] {
  if (asked === undefined || among.length === 1) return among;
  const found = among.filter(({ file }) => file.id === asked.file.id);
  if (found.length > 0) return found;
  const what = `has no rule file with the id "${asked.file.id}" of ${asked.file.path}`;
  const fix = `Name a file, or one of: ${among.map(({ file }) => file.path).join(', ')}.`;
  throw new OperatorMistake([configurationProblem(where, 'FM-C217', { what, fix })]);
}
