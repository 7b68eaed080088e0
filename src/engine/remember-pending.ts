import type { PendingMemory } from './pending-memory.ts';
import type { RunPlan } from './plan-run.ts';
import type { PulledLists } from './pull-inputs.ts';

/**
 * After the directory, in which rows of remembered lists must be; and before anything is recorded, so that what this run is
 * about to write is later than what it remembers.
 */
export async function rememberPending(
  memory: PendingMemory | null,
  { remembered }: Pick<RunPlan, 'remembered'>,
  { open }: Pick<PulledLists, 'open'>,
): Promise<void> {
  if (memory === null) return;
  await memory.keepOnly(open.map(({ id }) => id));
  if (remembered.length > 0) await memory.remember(remembered);
}
