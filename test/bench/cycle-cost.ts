import { copyFileSync, rmSync, statSync } from 'node:fs';
import { type CycleScene, cycleSettings } from './cycle-scene.ts';
import { measureCommand } from './measure.ts';

/** What one cycle cost the built command, its start and its printing included. */
export type CycleCost = {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakRssMb: number;
  readonly decisions: number;
  readonly ledgerBytes: number;
};

/** `run --once` as people install it, on a copy of the ledger. */
export async function measureCycle(scene: CycleScene): Promise<CycleCost> {
  const [cost] = await measureCycles(scene, 1);
  if (cost === undefined) throw new Error('nothing was measured');
  return cost;
}

/** So many runs after each other on one copy: from the second on nothing has changed. */
export async function measureCycles({ url, ledger, rules }: CycleScene, runs: number): Promise<readonly CycleCost[]> {
  const path = `${ledger}.command.db`;
  copyFileSync(ledger, path);
  const argv = ['run', '--once', '--json', '--db', path, '--rules', rules];
  const costs: CycleCost[] = [];
  try {
    for (let run = 0; run < runs; run += 1) {
      const before = statSync(path).size;
      const { stdout, ...cost } = await measureCommand(argv, cycleSettings(url));
      const lines = stdout.trimEnd().split('\n');
      const decisions = lines.filter((line) => line.startsWith('{"type":"decision"')).length;
      costs.push({ ...cost, decisions, ledgerBytes: statSync(path).size - before });
    }
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  }
  return costs;
}
