import type { OverrideReason } from '../domain/override.ts';

/** Where people's reasons are written down. Needs no process lock: whoever overrides must not wait for a run. */
export interface OverrideBook {
  /** Adds to those that are there. `unknown`: the decision named is not in the ledger, and nothing was written. */
  recordOverrideReason(reason: OverrideReason): Promise<'recorded' | 'unknown'>;
}
