import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openDoor } from '../../e2e/rule-files.ts';
import { openScene } from '../../e2e/scene.ts';
import { isWrite, openMarket } from '../market.ts';
import { makeRandom } from '../simulation/random.ts';
import { requireStrace, startTraced } from '../strace.ts';
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
      const child = startTraced([...STRACE_FLAGS, '-o', join(traces, 'trace')], words, {
        cwd: scene.folder,
        env: market.settings,
      });
      let writes = 0;
      market.setWay(async (arrived, handle) => {
        if (isWrite(arrived)) writes += 1;
        if (name === 'killed' && writes === 3) child.kill();
        return handle();
      });
      const { code, stderr } = await child.ended;
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
