import type { TalentPools } from '../decide/input.ts';
import type { ProviderId } from '../domain/ids.ts';
import { type RuleFile, type RuleSet, talentPoolsOf } from '../domain/rule-file.ts';
import type { Quarantined } from '../domain/run.ts';
import { isOpen, type WorkOrder } from '../domain/work-order.ts';
import { compileRuleFile } from '../evaluate/compile.ts';
import { selectRuleFiles } from '../evaluate/select-rule-files.ts';
import { factsNeeded } from '../facts/facts-needed.ts';
import { workOrderFacts } from '../facts/work-order-facts.ts';
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

/** The files that name talent pools and decide, or shadow, at least one of the open work orders. */
export function filesWithPools({ files }: RuleSet, selected: readonly WorkOrder[], nowMs: number): readonly RuleFile[] {
  if (files.every((file) => talentPoolsOf(file).length === 0)) return [];
  const [compiled, refs] = [files.map(compileRuleFile), factsNeeded(files)];
  const chosen = selected.filter(isOpen).flatMap((workOrder) => {
    const { live, shadows } = selectRuleFiles(compiled, workOrderFacts(workOrder, refs, nowMs), workOrder.id);
    return [...(live === null ? [] : [live]), ...shadows].map(({ file }) => file);
  });
  return [...new Set(chosen)];
}
