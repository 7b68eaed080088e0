import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import type { Problem } from './domain/problem.ts';
import type { SettingName } from './general-settings.ts';

/** Where the platform's events are received, and by what they are believed. */
export type WebhookSettings = {
  /** 0: nowhere. */
  readonly port: number;
  /** An IP address of this machine. */
  readonly host: string;
  readonly secrets: readonly string[];
  readonly allowsMd5: boolean;
};

type Given = {
  /** Without white space at its ends; null: not given. */
  readonly text: (name: SettingName) => string | null;
  readonly place: (name: SettingName) => Pick<Problem, 'where' | 'line' | 'column'>;
  /** What a relative path is relative to. */
  readonly cwd: string;
};

const DEFAULT_HOST = '127.0.0.1';

/** Shorter ones can be found by trying: whoever sees one delivery can try as fast as their machine goes. */
const MIN_SECRET_CHARACTERS = 16;

/** What is wrong names no secret. */
export function readWebhookSettings({ text, place, cwd }: Given): {
  readonly webhook: WebhookSettings;
  readonly problems: readonly Problem[];
} {
  const problems: Problem[] = [];
  const wrong = (name: SettingName, code: string, { what, fix }: Pick<Problem, 'what' | 'fix'>) => {
    problems.push({ ...place(name), code, what, fix });
  };
  const port = Number(text('FIELDMARSHAL_WEBHOOK_PORT') ?? 0);
  const host = text('FIELDMARSHAL_WEBHOOK_HOST') ?? DEFAULT_HOST;
  if (isIP(host) === 0)
    wrong('FIELDMARSHAL_WEBHOOK_HOST', 'FM-C109', {
      what: `is no IP address: ${JSON.stringify(host)}`,
      fix: 'Write 127.0.0.1 where the proxy runs on this machine, or the address it reaches this one by.',
    });
  const inFile = readSecretFile({ text, cwd });
  if (typeof inFile === 'string')
    wrong('FIELDMARSHAL_WEBHOOK_SECRET_FILE', 'FM-C109', {
      what: `cannot be read (${inFile})`,
      fix: 'Make it a text file with one secret in each line, readable by this user.',
    });
  const listed = splitSecrets(text('FIELDMARSHAL_WEBHOOK_SECRET'), ',');
  const secrets = [...listed, ...(typeof inFile === 'string' ? [] : inFile)];
  for (const [name, given] of [
    ['FIELDMARSHAL_WEBHOOK_SECRET', listed],
    ['FIELDMARSHAL_WEBHOOK_SECRET_FILE', inFile],
  ] as const) {
    if (typeof given !== 'string' && given.some((secret) => secret.length < MIN_SECRET_CHARACTERS))
      wrong(name, 'FM-C109', {
        what: `has a secret of fewer than ${MIN_SECRET_CHARACTERS} characters`,
        fix: 'Make one with "openssl rand -hex 32", and give the same to the webhook at Field Nation.',
      });
  }
  if (port !== 0 && secrets.length === 0 && typeof inFile !== 'string')
    wrong('FIELDMARSHAL_WEBHOOK_PORT', 'FM-C108', {
      what: 'is given, and no secret to know deliveries by',
      fix: 'Set FIELDMARSHAL_WEBHOOK_SECRET or FIELDMARSHAL_WEBHOOK_SECRET_FILE, or 0 for no receiver.',
    });
  const allowsMd5 = text('FIELDMARSHAL_WEBHOOK_MD5') === 'allowed';
  return { webhook: { port, host, secrets, allowsMd5 }, problems };
}

/** Every one by itself, as no message may show it. */
export function webhookSecrets(given: Pick<Given, 'text' | 'cwd'>): readonly string[] {
  const inFile = readSecretFile(given);
  return [
    ...splitSecrets(given.text('FIELDMARSHAL_WEBHOOK_SECRET'), ','),
    ...(typeof inFile === 'string' ? [] : inFile),
  ];
}

/** A text: why it cannot be read. */
function readSecretFile({ text, cwd }: Pick<Given, 'text' | 'cwd'>): readonly string[] | string {
  const path = text('FIELDMARSHAL_WEBHOOK_SECRET_FILE');
  if (path === null) return [];
  try {
    return splitSecrets(readFileSync(resolve(cwd, path.trim()), 'utf8'), '\n');
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
  }
}

function splitSecrets(text: string | null, by: string): readonly string[] {
  return (text ?? '')
    .split(by)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}
