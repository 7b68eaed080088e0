import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDoor } from '../../e2e/rule-files.ts';
import { openScene } from '../../e2e/scene.ts';
import { isWrite, openMarket } from '../market.ts';
import { makeRandom } from '../simulation/random.ts';
import type { Files } from './disk.ts';
import { type Operation, readTrace, STRACE_FLAGS } from './trace.ts';

/** One process from its start to its end, and the disk it found. */
export type Recording = {
  readonly base: Files;
  readonly operations: readonly Operation[];
  /** By processes before this one. */
  readonly sentBefore: readonly string[];
};

/**
 * Three real processes that act, one after the other on one ledger: the first makes it, the second is killed after its
 * third write, the third finds what that left.
 */
export async function recordProcesses(main: string, seed: number): Promise<readonly Recording[]> {
  requireStrace();
  const random = makeRandom('power-cuts', seed);
  const market = await openMarket({ seed: random.between(1, 1_000_000), workOrders: 16, providers: 40 });
  const scene = openScene(main);
  try {
    market.advance(180);
    scene.write('rules/open-door.json', openDoor());
    const ledger = join(scene.folder, 'ledger.db');
    const recordings: Recording[] = [];
    for (const name of ['first', 'killed', 'last']) {
      const base = readLedger(ledger);
      const sentBefore = recordings.flatMap(({ operations }) => sentOf(operations));
      const traces = join(scene.folder, name);
      mkdirSync(traces);
      const words = [main, 'run', '--once', '--db', ledger];
      const child = spawn('strace', [...STRACE_FLAGS, '-o', join(traces, 'trace'), process.execPath, ...words], {
        cwd: scene.folder,
        env: { PATH: process.env['PATH'], ...market.settings },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (text) => {
        stderr += text;
      });
      let writes = 0;
      market.setWay(async (arrived, handle) => {
        if (isWrite(arrived)) writes += 1;
        // The child of strace, which is the process itself.
        if (name === 'killed' && writes === 3) killChildOf(child.pid);
        return handle();
      });
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      if (name !== 'killed' && code !== 0) throw new Error(`the ${name} process ended with ${code}: ${stderr}`);
      recordings.push({ base, operations: readTrace(traces, 'trace', ledger), sentBefore });
      // New requests come in, and what may have been lost is believed lost.
      market.advance(60);
    }
    return recordings;
  } finally {
    await scene.close();
    await market.close();
  }
}

export function sentOf(operations: readonly Operation[]): readonly string[] {
  return operations.flatMap((operation) => (operation.kind === 'sent' ? [operation.call] : []));
}

function readLedger(path: string): Files {
  const files = ['', '-wal', '-journal'].map((end) => `${path}${end}`).filter((file) => existsSync(file));
  return new Map(files.map((file) => [basename(file), readFileSync(file)]));
}

function killChildOf(pid: number | undefined): void {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  process.kill(Number(children), 'SIGKILL');
}

function requireStrace(): void {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'pipe' });
  } catch (cause) {
    throw new Error('strace is needed, and must be allowed to trace: apt-get install strace', { cause });
  }
}
