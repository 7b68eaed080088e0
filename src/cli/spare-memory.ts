import { setFlagsFromString } from 'node:v8';
import type { CliIo } from './command.ts';

/**
 * For commands that read through a whole ledger: they run beside a daemon on a small machine. What they hold is some 35 MB, but
 * Node collects lazily where a machine has room and lets the process grow to more than ten times that. Sooner costs a
 * backtest a sixth more processor time (docs/speed.md). Nothing where the process is shared with others, as in tests.
 */
export function spareMemory({ ownsProcess }: Pick<CliIo, 'ownsProcess'>): void {
  if (ownsProcess !== true) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
