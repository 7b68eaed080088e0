import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Environment } from '../e2e/scene.ts';

export type Traced = {
  /** Null when a signal ended it. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Ends the process that is traced, not its tracer. */
  readonly kill: () => void;
};

/** Runs a Node program under strace, which watches it or makes its system calls fail. */
export function startTraced(
  flags: readonly string[],
  words: readonly string[],
  where: { readonly cwd: string; readonly env: Environment },
): Traced {
  const child = spawn('strace', [...flags, process.execPath, ...words], {
    cwd: where.cwd,
    env: { PATH: process.env['PATH'], ...where.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return {
    ended: new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stderr }));
    }),
    kill: () => {
      const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
      process.kill(Number(children), 'SIGKILL');
    },
  };
}

/** Throws, in words, where it is not there or may not trace. */
export function requireStrace(): void {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'pipe' });
  } catch (cause) {
    throw new Error('strace is needed, and must be allowed to trace: apt-get install strace', { cause });
  }
}
