import { setFlagsFromString } from 'node:v8';
import type { CliIo } from './command.ts';

/**
 * For commands that go through very much, beside a daemon on a small machine, and for runs. What they hold is some 35 MB, or 60, but
 * Node collects lazily where a machine has room and lets the process grow to more than ten times that. Sooner costs a
 * backtest a sixth more processor time (docs/speed.md). Nothing where the process is shared with others, as in tests.
 * `growing`: by how many percent the heap may grow before it is collected.
 */
export function spareMemory({ ownsProcess }: Pick<CliIo, 'ownsProcess'>, growing: 50 | 100 = 100): void {
  if (ownsProcess !== true) return;
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString(`--heap-growing-percent=${growing}`);
}

/** Before threads begin that keep all processors busy: each then collects its own garbage alone, which takes a twentieth less in all. */
export function collectAlone({ ownsProcess }: Pick<CliIo, 'ownsProcess'>): void {
  if (ownsProcess === true) setFlagsFromString('--no-parallel-scavenge');
}
