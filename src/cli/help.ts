import type { SettingDefinition } from '../general-settings.ts';
import { SETTINGS, settingFlag } from '../settings.ts';
import { COMMANDS } from './catalog.ts';
import type { ArgumentDefinition, CommandDefinition, OptionDefinition } from './command.ts';
import { EXIT_CODES, type ExitCode, exitMeaning } from './exit-codes.ts';

const WIDTH = 100;

/** Help of one command: a sentence, what it takes with defaults and units, a real example, exit codes. */
export function commandHelp(definition: CommandDefinition): string {
  const { args, options, settings, example } = definition;
  const usage = args.map((argument) => argumentUsage(argument, ''));
  const limits = takesAll(settings) ? LIMITS_NOTE : [];
  return sections([
    ['', [definition.summary]],
    ['Usage', [`  ${['fieldmarshal', definition.name, ...usage, '[options]'].join(' ')}`]],
    ['Arguments', twoColumns(args.map(({ name, doc }) => [name, doc]))],
    ['Options', twoColumns([...Object.entries(options).map(optionRow), ...EVERYWHERE])],
    ['Settings (flag, else environment, else .env)', twoColumns([...settingRows(settings), ...limits])],
    ['Example', [`  ${example}`]],
    ['Exit codes', exitCodeLines([...new Set<ExitCode>([...definition.exitCodes, 2, 70])].sort((a, b) => a - b))],
  ]);
}

/** What `fieldmarshal --help` shows. */
export function programHelp(): string {
  return sections([
    ['', ['Dispatches work orders on Field Nation by rule files, and says why.']],
    ['Usage', ['  fieldmarshal COMMAND [options]']],
    ['Commands', twoColumns(COMMANDS.map(({ name, summary }) => [name, summary]))],
    ['Options', twoColumns([['--version', 'Prints the version.'], ...EVERYWHERE])],
    ['Example', ['  fieldmarshal demo']],
    ['Exit codes', exitCodeLines(Object.values(EXIT_CODES).map(({ code }) => code))],
    ['', ['Help of one command: fieldmarshal COMMAND --help']],
  ]);
}

/** Help of a word that only begins commands: `rules`. */
export function groupHelp(word: string): string {
  const commands = COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
  return sections([
    ['Usage', [`  fieldmarshal ${word} COMMAND [options]`]],
    ['Commands', twoColumns(commands.map(({ name, summary }) => [name, summary]))],
  ]);
}

/** The README's table of commands, in Markdown. */
export function commandTable(): string {
  const rows = COMMANDS.map(({ name, args, summary, example }) => {
    const words = [name, ...args.map((argument) => argumentUsage(argument, ''))].join(' ');
    return `| \`${words}\` | ${summary} | \`${example}\` |`;
  });
  return ['| command | what it does | example |', '|---|---|---|', ...rows].join('\n');
}

/** `NAME`, `[NAME]` or `[NAME...]`; around a required one stands the given bracket, if any. */
export function argumentUsage({ name, isRequired, isRepeated }: ArgumentDefinition, bracket: '<' | ''): string {
  const words = isRepeated === true ? `${name}...` : name;
  if (!isRequired) return `[${words}]`;
  return bracket === '' ? words : `<${words}>`;
}

/** `dryRun` is `--dry-run`. */
export function optionFlag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The settings a command takes as flags. */
export function commandSettings(which: CommandDefinition['settings']): readonly SettingDefinition[] {
  return SETTINGS.filter((setting) => {
    if (settingFlag(setting) === null || which === 'none') return false;
    if (setting.group === 'general' || setting.group === which) return true;
    if (which === 'person' && setting.group === 'ledger') return true;
    if (which === 'rules+ledger' && (setting.group === 'rules' || setting.group === 'ledger')) return true;
    return takesAll(which) && setting.group !== 'daemon';
  });
}

function takesAll(which: CommandDefinition['settings']): boolean {
  return which === 'all' || which === 'daemon';
}

type Row = readonly [left: string, right: string];

const EVERYWHERE: readonly Row[] = [
  ['--debug', 'Shows where an unexpected error came from.'],
  ['--help', 'Shows this.'],
];

const LIMITS_NOTE: readonly Row[] = [
  ['--max-… N', 'Every limit of the README’s table is a flag too: --max-actions-per-run 10.'],
];

function optionRow([name, option]: readonly [string, OptionDefinition]): Row {
  const flag = optionFlag(name);
  switch (option.kind) {
    case 'switch':
      return [flag, option.doc];
    case 'integer': {
      const unit = option.unit === null ? '' : ` ${option.unit}`;
      return [`${flag} ${option.placeholder}`, `${option.doc}${defaultNote(option.default, unit)}`];
    }
    case 'integers':
    case 'texts':
      return [`${flag} ${option.placeholder}`, option.doc];
    case 'choice':
      return [`${flag} ${option.of.join('|')}`, `${option.doc}${defaultNote(option.default, '')}`];
    case 'text':
      return [`${flag} ${option.placeholder}`, `${option.doc}${defaultNote(option.default, '')}`];
  }
}

function defaultNote(value: string | number | null, unit: string): string {
  return value === null ? '' : ` Default: ${value}${unit}.`;
}

const PLACEHOLDERS = { text: 'TEXT', secret: 'TEXT', choice: 'TEXT', path: 'PATH', integer: 'N' } as const;

function settingRows(which: CommandDefinition['settings']): readonly Row[] {
  const secrets = takesAll(which) ? SETTINGS.filter(({ kind }) => kind === 'secret') : [];
  const shown = [...commandSettings(which), ...secrets].filter(({ group }) => group !== 'limit');
  return shown.map((setting) => {
    const value = setting.values.length > 0 ? setting.values.join('|') : PLACEHOLDERS[setting.kind];
    const flag = settingFlag(setting);
    const fallback = setting.defaultText === null ? '' : ` Default: ${setting.defaultText}.`;
    return [flag === null ? '(no flag)' : `${flag} ${value}`, `${setting.doc}${fallback} (${setting.name})`];
  });
}

function exitCodeLines(codes: readonly ExitCode[]): readonly string[] {
  return codes.map((code) => `  ${String(code).padStart(2)}  ${exitMeaning(code)}`);
}

function sections(parts: readonly (readonly [title: string, lines: readonly string[]])[]): string {
  return parts
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [...(title === '' ? [] : [`${title}:`]), ...lines].map((line) => `${line}\n`).join(''))
    .join('\n');
}

/** Left column as wide as its widest short entry; the right one wrapped. */
function twoColumns(rows: readonly Row[]): readonly string[] {
  const left = Math.min(28, Math.max(0, ...rows.map(([text]) => text.length)));
  const indent = ' '.repeat(left + 4);
  return rows.flatMap(([text, doc]) => {
    const [first = '', ...rest] = wrap(doc, WIDTH - indent.length);
    const head = text.length > left ? [`  ${text}`, `${indent}${first}`] : [`  ${text.padEnd(left)}  ${first}`];
    return [...head, ...rest.map((line) => `${indent}${line}`)];
  });
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
