import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { DEFAULT_LIMITS } from '../domain/limits.ts';
import { GENERAL_SETTINGS, type SettingDefinition } from '../general-settings.ts';
import { packageRoot } from '../package-root.ts';
import { formatRuleFile } from '../rules/format.ts';
import { ruleFileSchema } from '../rules/rule-file-schema.ts';
import type { CliIo } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';

type NewFile = { readonly path: string; readonly text: string; readonly mode: number };

/** Holds the password: for its owner alone. */
const PRIVATE = 0o600;
const PUBLIC = 0o644;

/** `init`: what a first run needs. Never writes over a file: all of them or none. */
export async function runInit(folder: string, io: Pick<CliIo, 'cwd' | 'stdout'>): Promise<ExitCode> {
  const root = resolve(io.cwd, folder);
  const shown = (path: string) => relative(io.cwd, join(root, path)) || path;
  const files = [
    { path: '.env', text: dotenvText(), mode: PRIVATE },
    { path: 'rules/first.json', text: firstRuleFile(), mode: PUBLIC },
    ...schemaFile(root),
  ];
  refuseExisting(
    files
      .map(({ path }) => path)
      .filter((path) => existsSync(join(root, path)))
      .map(shown),
  );
  mkdirSync(join(root, 'rules'), { recursive: true });
  // `wx`: somebody may have made one since.
  for (const { path, text, mode } of files) writeFileSync(join(root, path), text, { mode, flag: 'wx' });
  io.stdout.write(
    nextSteps(
      files.map(({ path }) => shown(path)),
      relative(io.cwd, root),
    ),
  );
  return EXIT_CODES.done.code;
}

/** The same in every folder and made by us, so one that is there may stay. */
function schemaFile(root: string): readonly NewFile[] {
  const path = 'rules/rule-file.schema.json';
  return existsSync(join(root, path))
    ? []
    : [{ path, text: `${JSON.stringify(ruleFileSchema(), null, 2)}\n`, mode: PUBLIC }];
}

function refuseExisting(paths: readonly string[]): void {
  if (paths.length === 0) return;
  const fix = 'Move it away, or name another folder: fieldmarshal init DIR. Nothing was written.';
  throw new OperatorMistake(
    paths.map((where) => ({ where, line: null, column: null, code: 'FM-C160', what: 'is there already', fix })),
  );
}

/** Every general setting with what it is; what a run cannot do without stands ready to be filled in. */
function dotenvText(): string {
  const head = [
    '# Settings of fieldmarshal, read from the folder it is started in. A flag or the environment wins over this file.',
    '# Values with spaces or # go between double quotes. Keep this file to yourself: it holds a password.',
  ];
  const settings: readonly SettingDefinition[] = GENERAL_SETTINGS;
  const parts = settings.map((setting) => {
    const isNeeded = setting.group === 'platform' && setting.defaultText === null;
    const fallback = isNeeded ? '' : ` Default: ${setting.defaultText ?? 'none'}.`;
    const choices = setting.values.length === 0 ? '' : ` One of ${setting.values.join(', ')}.`;
    const value = setting.name === 'FIELDMARSHAL_BASE_URL' ? 'sandbox' : '';
    return [
      `# ${setting.doc.replaceAll('`', '')}${choices}${fallback}`,
      `${isNeeded ? '' : '#'}${setting.name}=${value}`,
    ];
  });
  return `${[head, ...parts].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The catch-all that ships, in shadow: it decides and records, and sends nothing. */
function firstRuleFile(): string {
  const shipped: Record<string, unknown> = JSON.parse(readFileSync(join(packageRoot(), 'rules/default.json'), 'utf8'));
  const first = {
    ...shipped,
    id: 'first',
    name: 'Our first rules',
    because:
      'A copy of the rules that ship, in shadow: every decision is recorded and nothing is sent. When the decisions are the ones you would make, set "mode" to "recommend", which sends what a person approves; then "canary" for a share; then "enforce".',
    mode: 'shadow',
  };
  const text = `${JSON.stringify(first, null, 2)}\n`;
  const formatted = formatRuleFile({ path: 'rules/first.json', text }, DEFAULT_LIMITS);
  return formatted.kind === 'formatted' ? formatted.text : text;
}

function nextSteps(written: readonly string[], folder: string): string {
  const away = folder === '' ? [] : [`  cd ${folder}`];
  return [
    ...written.map((path) => `wrote ${path}`),
    '',
    'Fill in the address and the login in .env, then:',
    ...away,
    '  fieldmarshal doctor',
    '  fieldmarshal run --once --dry-run',
    '  fieldmarshal daemon',
    'In mode shadow nothing is sent. Step by step: shadow → recommend (sends what a person approves) → canary (sends for its',
    'share of the work orders) → enforce (sends). docs/promotion.md of the package has the steps, rules/README.md the format.',
    '',
  ].join('\n');
}
