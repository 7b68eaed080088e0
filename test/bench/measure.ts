import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** What one command line cost, measured by the process itself at its end. */
export type Measured = {
  readonly wallSeconds: number;
  /** Of all its threads: what it would take alone on a machine, however busy this one is. */
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly stdout: string;
};

/** Runs one command of ours in a process of its own; `flags` are node's. Throws when it ends otherwise than with 0. */
export function measureCommand(argv: readonly string[], flags: readonly string[] = []): Promise<Measured> {
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'measured-command.ts'), ...argv], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let stdout = '';
  let usage: Omit<Measured, 'stdout'> | null = null;
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.on('message', (message: Omit<Measured, 'stdout'>) => {
    usage = message;
  });
  return new Promise((done, failed) => {
    child.on('close', (code) => {
      if (code === 0 && usage !== null) done({ ...usage, stdout });
      else failed(new Error(`${argv.join(' ')} ended with ${code}`));
    });
  });
}
