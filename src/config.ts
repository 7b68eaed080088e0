import { existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { DEFAULT_LIMITS, type Limits } from './domain/limits.ts';
import type { Problem } from './domain/problem.ts';
import { type Hosts, resolveHosts } from './fieldnation/hosts.ts';
import { GENERAL_SETTINGS, type SettingDefinition, type SettingName } from './general-settings.ts';
import { type NotifySettings, readNotifySettings } from './notify-settings.ts';
import { packageRoot } from './package-root.ts';
import { nearestName } from './rules/nearest-name.ts';
import { type LogLevel, limitNames, limitSettingName, SETTINGS, settingFlag } from './settings.ts';
import { readWebhookSettings, type WebhookSettings, webhookSecrets } from './webhook-settings.ts';

/** Settings given as flags, by setting name. */
export type SettingOverrides = { readonly [name in SettingName]?: string };

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Address of and login at Field Nation. */
export type PlatformSettings = {
  /** As the operator wrote it. */
  readonly baseUrl: string;
  readonly hosts: Hosts;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly username: string;
  readonly password: string;
};

export type Config = {
  /** Absolute path of the ledger. */
  readonly databasePath: string;
  /** Absolute path of the folder with rule files. */
  readonly rulesPath: string;
  /** `production`: writing to production is allowed. */
  readonly arm: 'production' | null;
  /** What stops all acting from outside the ledger. */
  readonly pause: {
    /** Null: the setting does not pause. */
    readonly because: string | null;
    /** Absolute path of the file that pauses while it is there. */
    readonly path: string;
  };
  /** Who gives this command; null: nobody can tell. */
  readonly actor: string | null;
  readonly clock: 'system' | 'server';
  readonly logLevel: LogLevel;
  readonly limits: Limits;
  /** When the daemon makes a run: a cron expression, not looked at yet. */
  readonly cron: string;
  /** Where the daemon answers about its health; 0: nowhere. */
  readonly healthPort: number;
  /** Null: raw rows and facts are kept for ever. */
  readonly retentionDays: number | null;
  readonly notify: NotifySettings;
  readonly webhook: WebhookSettings;
};

export type PlatformConfig = Config & { readonly platform: PlatformSettings };

export type ConfigInput = {
  readonly env: EnvironmentVariables;
  readonly cwd: string;
  readonly overrides: SettingOverrides;
  /** What holds where nothing is given, if the command has another default than the others. */
  readonly defaults?: SettingOverrides;
};

export type ConfigResult<Value> =
  | { readonly kind: 'config'; readonly config: Value }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** The only place that touches the process's own environment. */
export function processEnvironment(): EnvironmentVariables {
  return process.env;
}

/** Everything but the login, for commands that do not talk to the platform. All problems at once. */
export function readConfig(input: ConfigInput): ConfigResult<Config> {
  const settings = readSettings(input);
  const config = toConfig(settings, input.cwd);
  return settings.problems.length > 0 ? { kind: 'problems', problems: settings.problems } : { kind: 'config', config };
}

/** The configuration of a command that talks to the platform: address and login must be there. All problems at once. */
export function readPlatformConfig(input: ConfigInput): ConfigResult<PlatformConfig> {
  const settings = readSettings(input);
  const platform = toPlatform(settings);
  const config = toConfig(settings, input.cwd);
  if (config.clock === 'server' && platform !== null && platform.hosts.environment !== 'loopback') {
    settings.problems.push({
      ...settings.place('FIELDMARSHAL_CLOCK'),
      code: 'FM-C105',
      what: 'server time is only for a sandbox on this machine',
      fix: 'Remove it, or point FIELDMARSHAL_BASE_URL at 127.0.0.1.',
    });
  }
  return platform === null || settings.problems.length > 0
    ? { kind: 'problems', problems: settings.problems }
    : { kind: 'config', config: { ...config, platform } };
}

/** What no log line and no message may show. Also works on settings that are otherwise wrong. */
export function readSecrets(input: Pick<ConfigInput, 'env' | 'cwd'>): readonly string[] {
  const settings = readSettings({ ...input, overrides: {} });
  const given = SETTINGS.filter(({ kind }) => kind === 'secret').flatMap(({ name }) => settings.text(name) ?? []);
  return [...given, ...webhookSecrets({ text: settings.text, cwd: input.cwd })];
}

type Place = Pick<Problem, 'where' | 'line' | 'column'>;

type Settings = {
  /** Null when not given anywhere, or empty. */
  readonly text: (name: SettingName) => string | null;
  readonly place: (name: SettingName) => Place;
  readonly problems: Problem[];
};

/** Flag before environment before `.env`; unknown names and impossible values become problems. */
function readSettings(input: ConfigInput): Settings {
  const problems: Problem[] = [];
  const dotenv = readDotenv(input.cwd, problems);
  const layers: readonly { readonly where: (name: SettingName) => string; readonly values: EnvironmentVariables }[] = [
    { where: (name) => flagOf(name) ?? name, values: input.overrides },
    { where: (name) => name, values: input.env },
    { where: (name) => `.env ${name}`, values: dotenv },
    { where: (name) => name, values: input.defaults ?? {} },
  ];
  const given = (name: SettingName) => layers.find(({ values }) => (values[name] ?? '').trim() !== '');
  const place = (name: SettingName) => ({ where: given(name)?.where(name) ?? name, line: null, column: null });
  const text = (name: SettingName) => given(name)?.values[name] ?? null;
  for (const name of new Set([...Object.keys(input.env), ...Object.keys(dotenv)])) {
    if (name.startsWith('FIELDMARSHAL_') && !SETTINGS.some((setting) => setting.name === name)) {
      problems.push(unknownSetting(name));
    }
  }
  for (const setting of SETTINGS) {
    const value = text(setting.name);
    const what = value === null ? null : whatIsWrong(setting, value.trim());
    if (what !== null) problems.push({ ...place(setting.name), code: 'FM-C103', ...what });
  }
  return { text, place, problems };
}

function readDotenv(cwd: string, problems: Problem[]): EnvironmentVariables {
  const path = join(cwd, '.env');
  if (!existsSync(path)) return {};
  try {
    return parseEnv(readFileSync(path, 'utf8'));
  } catch (cause) {
    problems.push({
      where: path,
      line: null,
      column: null,
      code: 'FM-C104',
      what: `cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
      fix: 'Make it a text file of NAME=value lines that this user may read, or remove it.',
    });
    return {};
  }
}

function unknownSetting(name: string): Problem {
  const nearest = nearestName(
    name,
    SETTINGS.map((setting) => setting.name),
  );
  return {
    where: name,
    line: null,
    column: null,
    code: 'FM-C101',
    what: 'is not a setting',
    fix: nearest === null ? 'Remove it; see the table of settings in the README.' : `Did you mean ${nearest}?`,
  };
}

function whatIsWrong(setting: SettingDefinition, value: string): Pick<Problem, 'what' | 'fix'> | null {
  if (setting.name === 'FIELDMARSHAL_PAUSE' && /^(0|false|no|off)$/i.test(value)) {
    return {
      what: `cannot be ${JSON.stringify(value)}`,
      fix: 'Remove it to let it act, or write why nothing may be sent.',
    };
  }
  if (setting.kind === 'choice' && !setting.values.includes(value)) {
    return { what: `cannot be ${JSON.stringify(value)}`, fix: `Write ${setting.values.join(' or ')}.` };
  }
  if (setting.kind === 'integer') {
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= setting.min && number <= setting.max)) {
      const range = `from ${setting.min} to ${setting.max}`;
      return { what: `cannot be ${JSON.stringify(value)}`, fix: `Write a whole number ${range}, without separators.` };
    }
  }
  return null;
}

function toConfig(settings: Settings, cwd: string): Config {
  const trimmed = (name: SettingName) => settings.text(name)?.trim() ?? null;
  const limits: { -readonly [name in keyof Limits]: number } = { ...DEFAULT_LIMITS };
  for (const name of limitNames()) limits[name] = Number(trimmed(limitSettingName(name)) ?? DEFAULT_LIMITS[name]);
  const { notify, problems } = readNotifySettings({ text: trimmed, place: settings.place });
  const { webhook, problems: ofWebhook } = readWebhookSettings({ text: trimmed, place: settings.place, cwd });
  settings.problems.push(...problems, ...ofWebhook);
  const days = trimmed('FIELDMARSHAL_RETENTION_DAYS');
  const databasePath = resolve(cwd, trimmed('FIELDMARSHAL_DB') ?? 'fieldmarshal.db');
  return {
    databasePath,
    rulesPath: resolve(cwd, trimmed('FIELDMARSHAL_RULES') ?? defaultRulesPath(cwd)),
    arm: trimmed('FIELDMARSHAL_ARM') === 'production' ? 'production' : null,
    pause: {
      because: trimmed('FIELDMARSHAL_PAUSE'),
      path: resolve(cwd, trimmed('FIELDMARSHAL_PAUSE_FILE') ?? `${databasePath}.pause`),
    },
    actor: trimmed('FIELDMARSHAL_ACTOR') ?? systemUser(),
    clock: trimmed('FIELDMARSHAL_CLOCK') === 'server' ? 'server' : 'system',
    logLevel: LOG_LEVELS.find((level) => level === trimmed('FIELDMARSHAL_LOG_LEVEL')) ?? 'warn',
    limits,
    cron: trimmed('FIELDMARSHAL_CRON') ?? DEFAULT_CRON,
    healthPort: Number(trimmed('FIELDMARSHAL_HEALTH_PORT') ?? DEFAULT_HEALTH_PORT),
    retentionDays: days === null ? null : Number(days),
    notify,
    webhook,
  };
}

/** A container may run under a number that has no name. */
function systemUser(): string | null {
  try {
    return userInfo().username || null;
  } catch {
    return null;
  }
}

const DEFAULT_CRON = '*/5 * * * *';

/** Where exporters of the OpenTelemetry kind are looked for. */
const DEFAULT_HEALTH_PORT = 9464;

const LOG_LEVELS = GENERAL_SETTINGS.flatMap((setting) =>
  setting.name === 'FIELDMARSHAL_LOG_LEVEL' ? setting.values : [],
);

function defaultRulesPath(cwd: string): string {
  const own = join(cwd, 'rules');
  return existsSync(own) && statSync(own).isDirectory() ? own : join(packageRoot(), 'rules');
}

/** Null when something is missing or wrong; the problems say what. */
function toPlatform(settings: Settings): PlatformSettings | null {
  const needed = (name: SettingName) => {
    const value = settings.text(name);
    if (value === null) settings.problems.push(missingSetting(name));
    return value ?? '';
  };
  const baseUrl = needed('FIELDMARSHAL_BASE_URL');
  const login = {
    clientId: needed('FIELDMARSHAL_CLIENT_ID').trim(),
    // White space at the ends of a secret may belong to it.
    clientSecret: needed('FIELDMARSHAL_CLIENT_SECRET'),
    username: needed('FIELDMARSHAL_USERNAME').trim(),
    password: needed('FIELDMARSHAL_PASSWORD'),
  };
  if (baseUrl === '') return null;
  const hosts = resolveHosts(baseUrl);
  if ('what' in hosts) {
    const meant = nearestName(baseUrl.trim(), ['production', 'sandbox']);
    const fix = meant === null ? hosts.fix : `Did you mean ${meant}? ${hosts.fix}`;
    settings.problems.push({ ...hosts, ...settings.place('FIELDMARSHAL_BASE_URL'), fix });
    return null;
  }
  return { baseUrl: baseUrl.trim(), hosts, ...login };
}

function missingSetting(name: SettingName): Problem {
  const flag = flagOf(name);
  const ways = flag === null ? 'in the environment or in .env' : `in the environment or in .env, or give ${flag}`;
  return {
    where: name,
    line: null,
    column: null,
    code: 'FM-C102',
    what: 'is not set',
    fix:
      name === 'FIELDMARSHAL_BASE_URL'
        ? `Set it ${ways}. No account at hand? Start "fieldmarshal sandbox": it prints an address to use, and any credentials log in.`
        : `Set it ${ways}.`,
  };
}

function flagOf(name: SettingName): string | null {
  const setting = SETTINGS.find((candidate) => candidate.name === name);
  return setting === undefined ? null : settingFlag(setting);
}
