import { readFile } from 'node:fs/promises';
import type { Credentials } from '../sandbox/http/context.ts';
import { startSandbox } from '../sandbox/server.ts';
import type { CliIo } from './command.ts';
import { EXIT_CODES, type ExitCode } from './exit-codes.ts';

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
  /** Virtual start, ISO 8601; null or not given: now. */
  readonly start?: string | null;
};

/** Serves the sandbox until the process is asked to stop. One JSON line on stdout says where. */
export async function runSandbox(
  options: SandboxCommandOptions,
  io: Pick<CliIo, 'stdout' | 'signal'> & { readonly stderr: { write(text: string): unknown } },
): Promise<ExitCode> {
  const credentials = await readCredentials(options.credentials);
  const startAtMs = readStart(options.start ?? null);
  const problem = typeof credentials === 'string' ? credentials : typeof startAtMs === 'string' ? startAtMs : null;
  if (typeof credentials === 'string' || typeof startAtMs === 'string') {
    io.stderr.write(`${problem}\n`);
    return EXIT_CODES.usage.code;
  }
  const { port, seed, speed, workOrders, providers } = options;
  try {
    const sandbox = await startSandbox({
      port,
      seed,
      speed,
      credentials,
      ...(workOrders === null ? {} : { workOrders }),
      ...(providers === null ? {} : { providers }),
      ...(startAtMs === null ? {} : { startAtMs }),
    });
    const stopped = untilStopped(io.signal);
    io.stdout.write(`${JSON.stringify({ url: sandbox.url })}\n`);
    await stopped;
    await sandbox.close();
    return EXIT_CODES.done.code;
  } catch (error) {
    if (!isPortTrouble(error)) throw error;
    io.stderr.write(
      `Port ${port} on 127.0.0.1 cannot be used (${error.code}). Give another --port, or 0 for a free one.\n`,
    );
    return EXIT_CODES.usage.code;
  }
}

/** The credentials, null when no file is given, or the sentence that says what is wrong with the file. */
async function readCredentials(path: string | null): Promise<Credentials | string | null> {
  if (path === null) return null;
  const shape = 'It must be JSON: {"client_id":"…","client_secret":"…","username":"…","password":"…"}.';
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
    const why = error instanceof SyntaxError ? 'not JSON' : error instanceof Error ? error.message : String(error);
    return `Credentials file ${path} cannot be used: ${why}. ${shape}`;
  }
}

function readStart(text: string | null): number | string | null {
  if (text === null) return null;
  const startMs = Date.parse(text);
  return Number.isNaN(startMs) ? `--start ${text} is no time. Write it like 2026-01-05T14:00:00Z.` : startMs;
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
