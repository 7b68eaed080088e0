import type { TalentPools } from '../decide/input.ts';
import type { ProviderId } from '../domain/ids.ts';
import { type RuleFile, talentPoolsOf } from '../domain/rule-file.ts';
import type { Quarantined } from '../domain/run.ts';
import type { CompanySource } from './ports.ts';
import { isLocalFailure } from './pull-inputs.ts';

/** The members of every talent pool that the files name, each pool read once. */
export async function pullTalentPools(
  source: CompanySource,
  files: readonly RuleFile[],
): Promise<{ readonly talentPools: TalentPools; readonly quarantined: readonly Quarantined[] }> {
  const named = new Set(files.flatMap(talentPoolsOf));
  const talentPools = new Map<number, readonly ProviderId[] | null>();
  const quarantined: Quarantined[] = [];
  for (const id of [...named].toSorted((a, b) => a - b)) {
    try {
      talentPools.set(id, await source.pullTalentPoolMembers(id));
    } catch (error) {
      if (!isLocalFailure(error)) throw error;
      talentPools.set(id, null);
      quarantined.push({ what: 'talent pool', id, workOrderId: null, reason: error.message });
    }
  }
  return { talentPools, quarantined };
}
