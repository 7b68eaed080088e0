import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Config } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { RuleFile } from '../domain/rule-file.ts';
import { printable } from '../report/printable.ts';
import { exportFieldNation } from '../rules/export-field-nation.ts';
import { exportJsonRulesEngine } from '../rules/export-json-rules-engine.ts';
import { formatNotExpressed } from '../rules/not-expressed.ts';
import { parseRuleFile } from '../rules/parse-rule-file.ts';
import { checkedConfig } from './checked-config.ts';
import type { CliIo, CommandInput } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { type RuleFileText, readEditedPaths, readRuleFiles } from './load-rules.ts';
import { writeNewFile } from './new-file.ts';

type ExportInput = Pick<CommandInput, 'args' | 'overrides'> & {
  readonly options: { readonly format: 'json-rules-engine' | 'fieldnation'; readonly out: string | null };
};

/** `rules export`: the document on stdout or in a file, what it cannot say on stderr and in it. */
export async function exportRules(input: ExportInput, io: CliIo): Promise<ExitCode> {
  const config = checkedConfig(input, io);
  const { format, out } = input.options;
  const file = findFile(input.args[0] ?? '', config, io);
  const exported = format === 'fieldnation' ? exportFieldNation(file) : exportJsonRulesEngine(file);
  const text = `${JSON.stringify(exported.document, null, 2)}\n`;
  if (out === null) io.stdout.write(text);
  else {
    writeNewFile(out, text, io);
    io.stdout.write(`wrote ${printable(out)}\n`);
  }
  for (const item of exported.notExpressed) io.stderr.write(`not expressed: ${printable(formatNotExpressed(item))}\n`);
  return EXIT_CODES.done.code;
}

/** A path wins over an id; a file with problems is refused with all of them. */
function findFile(asked: string, { rulesPath, limits }: Config, io: CliIo): RuleFile {
  const text = findText(asked, { rulesPath, limits }, io);
  const parsed = parseRuleFile(text, limits);
  if (parsed.kind === 'problems') throw new OperatorMistake(parsed.problems);
  if (parsed.kind === 'ok') return parsed.file;
  throw cannot(text.path, 'is a review file', 'Only files that choose a provider have a form elsewhere.');
}

function findText(asked: string, { rulesPath, limits }: Pick<Config, 'rulesPath' | 'limits'>, io: CliIo): RuleFileText {
  const path = resolve(io.cwd, asked);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const texts = isFile ? readEditedPaths([path], limits, io.cwd) : readRuleFiles(rulesPath, limits, io.cwd);
  const found = texts.find((text) => isFile || idOf(text) === asked);
  if (found !== undefined) return found;
  const known = texts.flatMap((text) => idOf(text) ?? []);
  throw cannot(asked, 'is neither a file nor the id of one', `In ${rulesPath} are ${known.join(', ')}.`);
}

/** Also of a file that has other problems, so that these are told and not that there is no such file. */
function idOf({ text }: RuleFileText): string | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const id = typeof parsed === 'object' && parsed !== null && 'id' in parsed ? parsed.id : null;
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}

function cannot(where: string, what: string, fix: string): OperatorMistake {
  return new OperatorMistake([configurationProblem(where, 'FM-C220', { what, fix })]);
}
