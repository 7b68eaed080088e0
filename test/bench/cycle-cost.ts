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
export async function measureCycle({ url, ledger, rules }: CycleScene): Promise<CycleCost> {
  const path = `${ledger}.command.db`;
  copyFileSync(ledger, path);
  const before = statSync(path).size;
  try {
    const argv = ['run', '--once', '--json', '--db', path, '--rules', rules];
    const { stdout, ...cost } = await measureCommand(argv, cycleSettings(url));
    const lines = stdout.trimEnd().split('\n');
    const decisions = lines.filter((line) => line.startsWith('{"type":"decision"')).length;
    return { ...cost, decisions, ledgerBytes: statSync(path).size - before };
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  }
}
