import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot } from '../../src/package-root.ts';
import { type SandboxChild, toSandboxChild } from './sandbox-child.ts';

const MAIN = join(packageRoot(), 'src', 'main.ts');

/** Spares a child a third of its start. */
const COMPILE_CACHE = join(packageRoot(), 'node_modules', '.cache', 'fieldmarshal-e2e');

/** Long enough for a machine that is busy with everything else; nothing waits for it when all is well. */
export const PATIENCE_MS = 30_000;

/** A seeded world has the same work orders, providers and habits whatever day the tests run. */
const WORLD_START = '2026-01-05T14:00:00Z';

/** No output of any child may show them. */
export const SECRETS = ['client-secret-Zx81', 'password-Qv27'] as const;

export type Environment = Readonly<Record<string, string>>;

export type Ended = {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Child = {
  readonly pid: number;
  readonly process: ChildProcessByStdio<null, Readable, Readable>;
  /** Rejects when the output shows a secret or a stack trace. */
  readonly ended: Promise<Ended>;
  /** What it has written so far. */
  stdout(): string;
  stderr(): string;
};

/** A folder of its own, and the children started in it. */
export type Scene = {
  readonly folder: string;
  /** Writes a file below the folder and gives its path. */
  write(name: string, text: string): string;
  /** In the folder, or in one below it. */
  start(args: readonly string[], env?: Environment, below?: string): Child;
  run(args: readonly string[], env?: Environment, below?: string): Promise<Ended>;
  sandbox(...flags: readonly string[]): Promise<SandboxChild>;
  /** Ends what it started, and removes the folder. */
  close(): Promise<void>;
};

/** `main`: the sources, or the built bin. */
export function openScene(main = MAIN): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'fieldmarshal-e2e-'));
  const children: Child[] = [];
  const start = (args: readonly string[], env: Environment = {}, below = '.'): Child => {
    const child = startChild([main, ...args], { cwd: join(folder, below), env });
    children.push(child);
    return child;
  };
  return {
    folder,
    write(name, text) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      return path;
    },
    start,
    run: (args, env, below) => start(args, env, below).ended,
    sandbox: async (...flags) => {
      const child = start(['sandbox', '--port', '0', '--speed', '1', '--start', WORLD_START, ...flags]);
      await until(
        'the sandbox says where it is',
        () => child.stdout().endsWith('\n') || child.process.exitCode !== null,
      );
      return toSandboxChild(child, JSON.parse(child.stdout()).url);
    },
    async close() {
      for (const { process } of children) if (process.exitCode === null) process.kill('SIGKILL');
      await Promise.allSettled(children.map(({ ended }) => ended));
      rmSync(folder, { recursive: true });
    },
  };
}

function startChild(words: readonly string[], where: { readonly cwd: string; readonly env: Environment }): Child {
  const process = spawn(globalThis.process.execPath, words, {
    cwd: where.cwd,
    env: { PATH: globalThis.process.env['PATH'], NODE_COMPILE_CACHE: COMPILE_CACHE, ...where.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  process.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  process.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    process.once('error', reject);
    process.once('close', (code, signal) => {
      const leak = findLeak(`${stdout}\n${stderr}`);
      if (leak === null) resolve({ code, signal, stdout, stderr });
      else reject(new Error(`${words.join(' ')} shows ${leak}:\n${stdout}\n${stderr}`));
    });
  });
  // Whoever never awaits it, as of a sandbox, is told by `close` and not by an unhandled rejection.
  ended.catch(() => undefined);
  return { pid: process.pid ?? 0, process, ended, stdout: () => stdout, stderr: () => stderr };
}

function findLeak(output: string): string | null {
  if (SECRETS.some((secret) => output.includes(secret))) return 'a secret';
  if (/access_token=(?!\[)/.test(output)) return 'an access token';
  return /^\s+at .*:\d+:\d+\)?$/m.test(output) ? 'a stack trace' : null;
}

/** Asks again and again until the answer is yes. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>, pauseMs = 40): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (performance.now() > deadlineMs) throw new Error(`waited ${PATIENCE_MS} ms in vain until ${what}`);
    await pause(pauseMs);
  }
}
