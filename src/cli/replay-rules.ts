import { prepareReplayRules, type ReplayRules } from '../analysis/replay-rules.ts';
import type { Sha256 } from '../domain/ids.ts';
import type { Limits } from '../domain/limits.ts';
import type { ReplayReader } from '../engine/replay-reader.ts';

/** A ledger has far fewer rule sets than runs, and each is read once. */
export function recordedRulesOf(
  reader: Pick<ReplayReader, 'recordedRules'>,
  limits: Limits,
): (hash: Sha256) => Promise<ReplayRules> {
  const known = new Map<Sha256, Promise<ReplayRules>>();
  const read = async (hash: Sha256) => prepareReplayRules(hash, await reader.recordedRules(hash), limits);
  return (hash) => {
    const rules = known.get(hash) ?? read(hash);
    known.set(hash, rules);
    return rules;
  };
}
