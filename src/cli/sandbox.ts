import { readFile } from 'node:fs/promises';
import { configurationProblem } from '../configuration-problems.ts';
import type { Problem } from '../domain/problem.ts';
import { parseFault } from '../sandbox/faults/fault.ts';
import { asBody, type Body, type Credentials } from '../sandbox/http/context.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { WebhookOptions } from '../sandbox/webhooks/sender.ts';
import type { CliIo } from './command.ts';
import { EXIT_CODES, type ExitCode, OperatorMistake } from './exit-codes.ts';
import { MOMENT_FORMS, parseMoment } from './moment.ts';

export type SandboxCommandOptions = {
  readonly port: number;
  readonly seed: number;
  /** Null: as many as the sandbox has by default. */
  readonly workOrders: number | null;
  readonly providers: number | null;
  /** Virtual seconds a second; 0 stands still. */
  readonly speed: number;
  /** JSON file with client_id, client_secret, username and password; null: any non-empty ones log in. */
  readonly credentials: string | null;
  /** JSON file with a list of faults; null or not given: none. */
  readonly faults?: string | null;
  /** Virtual start, ISO 8601; null or not given: now. */
  readonly start?: string | null;
  /** Whom to tell of what happens; null or not given: nobody. */
  readonly webhookUrl?: string | null;
  readonly webhookSecret?: string | null;
  readonly webhookForm?: string;
};

/** Serves the sandbox until the process is asked to stop. One JSON line on stdout says where; how to use it, on stderr. */
export async function runSandbox(
  options: SandboxCommandOptions,
  io: Pick<CliIo, 'stdout' | 'signal'> & { readonly stderr: { write(text: string): unknown } },
): Promise<ExitCode> {
  const { port, seed, speed, workOrders, providers } = options;
  const { credentials, startAtMs, faults, webhook } = await readInputs(options);
  const sandbox = await startSandbox({
    port,
    seed,
    speed,
    credentials,
    faults,
    ...(workOrders === null ? {} : { workOrders }),
    ...(providers === null ? {} : { providers }),
    ...(startAtMs === null ? {} : { startAtMs }),
    ...(webhook === null ? {} : { webhook }),
  }).catch((error: unknown) => {
    throw isPortTrouble(error) ? new OperatorMistake([portProblem(port, error.code ?? '')]) : error;
  });
  const stopped = untilStopped(io.signal);
  io.stdout.write(`${JSON.stringify({ url: sandbox.url })}\n`);
  io.stderr.write(settingsToUse(sandbox.url, options));
  await stopped;
  await sandbox.close();
  return EXIT_CODES.done.code;
}

/** Lines for a .env file. Time that is not the wall's must be taken from the answers. */
function settingsToUse(url: string, { credentials, speed, start }: SandboxCommandOptions): string {
  const login =
    credentials === null
      ? ['CLIENT_ID=any', 'CLIENT_SECRET=any', 'USERNAME=any', 'PASSWORD=any']
      : ['CLIENT_ID', 'CLIENT_SECRET', 'USERNAME', 'PASSWORD'].map((name) => `${name}=… # as in ${credentials}`);
  const isVirtual = speed !== 1 || (start ?? null) !== null;
  const lines = [`BASE_URL=${url}`, ...login, 'DB=./sandbox.db', ...(isVirtual ? ['CLOCK=server'] : [])];
  const settings = lines.map((line) => `FIELDMARSHAL_${line}\n`).join('');
  return `To use it, put these lines into .env, then: fieldmarshal run --once\n${settings}`;
}

type Inputs = {
  readonly credentials: Credentials | null;
  readonly startAtMs: number | null;
  readonly faults: readonly Body[];
  readonly webhook: WebhookOptions | null;
};

/** Throws `OperatorMistake` with everything that is wrong with them. */
async function readInputs(options: SandboxCommandOptions): Promise<Inputs> {
  const credentials = options.credentials === null ? null : await readCredentials(options.credentials);
  const faults = (options.faults ?? null) === null ? [] : await readFaults(options.faults ?? '');
  const start = options.start ?? null;
  const startAtMs = start === null ? null : parseMoment(start, Date.now());
  const webhook = readWebhook(options);
  const problems = [
    ...(isProblem(webhook) ? [webhook] : []),
    ...(isProblem(credentials) ? [credentials] : []),
    ...(isProblem(faults) ? [faults] : []),
    ...(start !== null && startAtMs === null ? [startProblem(start)] : []),
  ];
  if (isProblem(credentials) || isProblem(faults) || isProblem(webhook) || problems.length > 0)
    throw new OperatorMistake(problems);
  return { credentials, startAtMs, faults, webhook };
}

function isProblem(given: object | null): given is Problem {
  return given !== null && 'code' in given;
}

/** Nothing is sent to anybody else's machine. */
function readWebhook({ webhookUrl = null, webhookSecret = null, webhookForm }: SandboxCommandOptions) {
  if (webhookUrl === null && webhookSecret === null) return null;
  const url = webhookUrl !== null && URL.canParse(webhookUrl) ? new URL(webhookUrl) : null;
  const isHere = url !== null && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname);
  if (url === null || !isHere || url.protocol !== 'http:')
    return configurationProblem('--webhook-url', 'FM-C202', {
      what: 'is no http address on this machine',
      fix: 'Write http://127.0.0.1:PORT/webhook, with the port of the daemon’s receiver.',
    });
  if (webhookSecret === null)
    return configurationProblem('--webhook-secret', 'FM-C202', {
      what: 'is missing',
      fix: 'Give the secret of the daemon’s receiver, of 16 characters or more.',
    });
  const form = webhookForm === 'v2' ? ('v2' as const) : ('v3' as const);
  return { url: url.href, secret: webhookSecret, form };
}

async function readFaults(path: string): Promise<readonly Body[] | Problem> {
  try {
    const given: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (!Array.isArray(given)) throw new TypeError('it is not a list');
    const bodies = given.map(asBody);
    const wrong = bodies.map((body, at) => parseFault(body, at + 1)).find((fault) => typeof fault === 'string');
    if (wrong !== undefined) throw new TypeError(wrong);
    return bodies;
  } catch (error) {
    return configurationProblem('--faults', 'FM-C202', {
      what: `cannot be used: ${path} (${whyNot(error)})`,
      fix: 'Write a JSON list, such as [{"match": {"method": "POST", "path": "/assignee$", "nth": 2}, "fault": "lost_response"}].',
    });
  }
}

function whyNot(error: unknown): string {
  return error instanceof SyntaxError ? 'not JSON' : error instanceof Error ? error.message : String(error);
}

function startProblem(text: string): Problem {
  return configurationProblem('--start', 'FM-C202', {
    what: `is not a moment: ${JSON.stringify(text)}`,
    fix: `Write ${MOMENT_FORMS}.`,
  });
}

function portProblem(port: number, code: string): Problem {
  return configurationProblem('--port', 'FM-C107', {
    what: `cannot be used: port ${port} of 127.0.0.1 (${code})`,
    fix: 'Give another --port, or 0 for a free one.',
  });
}

async function readCredentials(path: string): Promise<Credentials | Problem> {
  const fix =
    'Make it a JSON object with "client_id", "client_secret", "username" and "password", readable by this user.';
  try {
    const given: unknown = JSON.parse(await readFile(path, 'utf8'));
    const field = (name: string): string => {
      const value =
        typeof given === 'object' && given !== null ? Object.entries(given).find(([key]) => key === name)?.[1] : null;
      if (typeof value !== 'string' || value === '') throw new TypeError(`${name} is missing`);
      return value;
    };
    return {
      clientId: field('client_id'),
      clientSecret: field('client_secret'),
      username: field('username'),
      password: field('password'),
    };
  } catch (error) {
    const what = `cannot be used: ${path} (${whyNot(error)})`;
    return configurationProblem('--credentials', 'FM-C143', { what, fix });
  }
}

/** Resolves on SIGTERM, SIGINT or the caller's signal. */
function untilStopped(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    signal?.addEventListener('abort', stop);
    if (signal?.aborted === true) stop();
  });
}

function isPortTrouble(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES');
}
