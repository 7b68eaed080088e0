import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { CycleScene } from './cycle-scene.ts';

/** What one cycle cost a process that did nothing else, its start left out of the times. */
export type CycleCost = {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly decisions: number;
  readonly ledgerBytes: number;
};

export function measureCycle({ url, ledger }: Pick<CycleScene, 'url' | 'ledger'>): Promise<CycleCost> {
  const child = fork(join(import.meta.dirname, 'cycle-process.ts'), [url, ledger]);
  return new Promise((done, failed) => {
    child.once('message', (cost: CycleCost) => done(cost));
    child.once('exit', (code) => failed(new Error(`the cycle's process ended with ${code}`)));
  });
}
