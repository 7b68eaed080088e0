import { Command, CommanderError, Option } from 'commander';
import type { SettingOverrides } from '../config.ts';
import { configurationProblem } from '../configuration-problems.ts';
import type { Problem } from '../domain/problem.ts';
import { packageVersion } from '../package-root.ts';
import { settingFlag } from '../settings.ts';
import { COMMANDS } from './catalog.ts';
import type { CommandDefinition, CommandInput, OptionDefinition } from './command.ts';
import { OperatorMistake } from './exit-codes.ts';
import { argumentUsage, commandHelp, commandSettings, groupHelp, optionFlag, programHelp } from './help.ts';

export type ParsedArgv =
  | { readonly kind: 'command'; readonly definition: CommandDefinition; readonly input: CommandInput }
  /** Help or version, asked for. */
  | { readonly kind: 'text'; readonly text: string }
  /** Nothing to do was named. */
  | { readonly kind: 'incomplete'; readonly help: string };

type Found = {
  readonly definition: CommandDefinition;
  readonly args: readonly (string | undefined)[];
  readonly values: { readonly [name: string]: unknown };
};

/** From the words after `fieldmarshal` to a command with checked input. Throws `OperatorMistake`. */
export function parseArgv(argv: readonly string[]): ParsedArgv {
  const found: Found[] = [];
  const written: string[] = [];
  const program = buildProgram(commandsNamed(argv), { written, onFound: (command) => found.push(command) });
  if (argv.length === 0) return { kind: 'incomplete', help: programHelp() };
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.help') return { kind: 'incomplete', help: written.join('') };
    if (error.exitCode === 0) return { kind: 'text', text: written.join('') };
    throw new OperatorMistake([toProblem(error, argv)]);
  }
  const [command] = found;
  if (command === undefined) return { kind: 'incomplete', help: programHelp() };
  return { kind: 'command', definition: command.definition, input: toInput(command) };
}

/** Those that begin with the first word, which are all that can be meant; where none does, all, to guess from. */
function commandsNamed(argv: readonly string[]): readonly CommandDefinition[] {
  const first = argv.find((word) => !word.startsWith('-'));
  const named = COMMANDS.filter(({ name }) => name === first || name.startsWith(`${first} `));
  return named.length > 0 ? named : COMMANDS;
}

type Listener = { readonly written: string[]; readonly onFound: (command: Found) => void };

function buildProgram(commands: readonly CommandDefinition[], { written, onFound }: Listener): Command {
  const program = quiet(new Command('fieldmarshal'), programHelp, written)
    .version(packageVersion(), '--version')
    .option('--debug');
  for (const definition of commands) {
    const words = definition.name.split(' ');
    const parent = words.slice(0, -1).reduce((above, word) => {
      const group = above.commands.find((known) => known.name() === word);
      return group ?? quiet(above.command(word), () => groupHelp(word), written);
    }, program);
    const command = quiet(parent.command(words.at(-1) ?? ''), () => commandHelp(definition), written);
    for (const argument of definition.args) command.argument(argumentUsage(argument, '<'));
    for (const [name, option] of Object.entries(definition.options)) command.addOption(toOption(name, option));
    for (const setting of commandSettings(definition.settings)) command.option(`${settingFlag(setting)} <value>`);
    command.action(() => onFound({ definition, args: command.args, values: command.opts() }));
  }
  return program;
}

/** No exit and no printing of its own: what it would print is kept. */
function quiet(command: Command, help: () => string, written: string[]): Command {
  const write = (text: string) => void written.push(text);
  return command
    .exitOverride()
    .helpCommand(false)
    .configureHelp({ formatHelp: help })
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => undefined });
}

function toOption(name: string, option: OptionDefinition): Option {
  const flag = optionFlag(name);
  if (option.kind === 'switch') return new Option(flag);
  const value = new Option(`${flag} <value>`);
  const collect = (text: string, before: readonly string[] | undefined) => [...(before ?? []), text];
  return option.kind === 'integers' || option.kind === 'texts' ? value.argParser(collect) : value;
}

/** Commander's message is kept: it names what it did not understand, and what was likely meant. */
function toProblem(error: CommanderError, argv: readonly string[]): Problem {
  const [what = '', guess] = error.message.replace(/^error: /, '').split('\n');
  const meant = /Did you mean (.*)\?/.exec(guess ?? '')?.[1];
  const command = COMMANDS.find(({ name }) => `${argv.join(' ')} `.startsWith(`${name} `))?.name;
  const help = ['fieldmarshal', ...(command === undefined ? [] : [command]), '--help'].join(' ');
  return configurationProblem('command line', 'FM-C201', {
    what: what.replace(/\.$/, ''),
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}See: ${help}`,
  });
}

function toInput({ definition, args, values }: Found): CommandInput {
  const problems: Problem[] = [];
  const options: { [name: string]: CommandInput['options'][string] } = {};
  for (const [name, option] of Object.entries(definition.options)) {
    const parsed = toValue(option, values[name]);
    if (parsed.kind === 'value') options[name] = parsed.value;
    else problems.push(configurationProblem(optionFlag(name), 'FM-C202', parsed));
  }
  if (problems.length > 0) throw new OperatorMistake(problems);
  const given = commandSettings(definition.settings).flatMap((setting) => {
    const value = values[attributeName(settingFlag(setting) ?? '')];
    return typeof value === 'string' ? [[setting.name, value] as const] : [];
  });
  const overrides: SettingOverrides = Object.fromEntries(given);
  return { args: toArgs(definition, args), options, overrides };
}

function toArgs({ args: defined }: CommandDefinition, given: readonly (string | undefined)[]): CommandInput['args'] {
  const isRepeated = defined.at(-1)?.isRepeated === true;
  const single = (isRepeated ? defined.slice(0, -1) : defined).map((_, index) => given[index] ?? null);
  return isRepeated ? [...single, ...given.slice(single.length).filter((word) => word !== undefined)] : single;
}

type Parsed =
  | { readonly kind: 'value'; readonly value: CommandInput['options'][string] }
  | { readonly kind: 'wrong'; readonly what: string; readonly fix: string };

function toValue(option: OptionDefinition, given: unknown): Parsed {
  switch (option.kind) {
    case 'switch':
      return { kind: 'value', value: given === true };
    case 'text':
      return { kind: 'value', value: typeof given === 'string' ? given : option.default };
    case 'choice': {
      const value = given ?? option.default;
      const choice = option.of.find((known) => known === value);
      if (choice !== undefined) return { kind: 'value', value: choice };
      return wrong(value, `Write ${option.of.join(' or ')}.`);
    }
    case 'integer': {
      if (given === undefined) return { kind: 'value', value: option.default };
      const value = toInteger(String(given));
      if (value !== null && value >= option.min && value <= option.max) return { kind: 'value', value };
      return wrong(given, `Write a whole number from ${option.min} to ${option.max}.`);
    }
    case 'texts':
      return { kind: 'value', value: Array.isArray(given) ? given.map(String) : [] };
    case 'integers': {
      const texts = Array.isArray(given) ? given.flatMap((text) => String(text).split(',')) : [];
      const numbers = texts.map((text) => toInteger(text.trim()));
      const isGood = (value: number | null) => value !== null && value >= option.min;
      const bad = texts.find((_, index) => !isGood(numbers[index] ?? null));
      if (bad !== undefined) return wrong(bad, `Write whole numbers from ${option.min} up, with commas between them.`);
      return { kind: 'value', value: numbers.filter((value) => value !== null) };
    }
  }
}

function wrong(given: unknown, fix: string): Parsed {
  return { kind: 'wrong', what: `cannot be ${JSON.stringify(given)}`, fix };
}

function toInteger(text: string): number | null {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : null;
  return value;
}

function attributeName(flag: string): string {
  return flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
