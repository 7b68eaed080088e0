import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** What one command line cost, as the process itself says at its end. */
export type Measured = {
  readonly wallSeconds: number;
  /** Of all its threads: what it would take alone on a machine, however busy this one is. */
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly stdout: string;
};

const ROOT = join(import.meta.dirname, '../..');

/** Not from a file: a TypeScript one would load the compiler into the process that is measured. */
const TELL_USAGE = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const usage = {
      wallSeconds: performance.now() / 1000,
      cpuSeconds: (user + system) / 1e6,
      peakRssMb: process.resourceUsage().maxRSS / 1024,
    };
    writeSync(3, JSON.stringify(usage));
  });
`)}`;

/** What people install: the sources as they are in a checkout would have their types stripped while they load. */
export function buildCommand(): void {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.ts')], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs one command of the built program in a process of its own. Throws unless it ends with 0, or with 1 for what it found. */
export function measureCommand(argv: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<Measured> {
  const command = ['--import', TELL_USAGE, join(ROOT, 'dist/bin/fieldmarshal.js'), ...argv];
  const child = spawn(process.execPath, command, { env, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
  const outputs = [child.stdio[1], child.stdio[3]].map((stream) => read(stream as Readable));
  return new Promise((done, failed) => {
    child.on('close', async (code) => {
      const [stdout = '', usage = ''] = await Promise.all(outputs);
      if (code === 0 || code === 1) done({ ...(JSON.parse(usage) as Omit<Measured, 'stdout'>), stdout });
      else failed(new Error(`${argv.join(' ')} ended with ${code}`));
    });
  });
}

async function read(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
