import type { Limits } from '../domain/limits.ts';
import type { Quarantined } from '../domain/run.ts';

/** What a run can do without. */
const HELPFUL_READS: readonly string[] = ['user', 'talent pool', 'talent pools'];

export type ReadRows = { readonly quarantined: readonly Quarantined[]; readonly understood: number };

/** Rows of lists: what cannot be read of profiles and talent pools leaves facts unknown, or one stage without members. */
export function countGarbled({ quarantined, understood }: ReadRows): {
  readonly count: number;
  readonly total: number;
} {
  const count = quarantined.filter(({ what }) => !HELPFUL_READS.includes(what)).length;
  return { count, total: understood + count };
}

/** Too many could not be understood: the API has changed under us. */
export function isGarbled(
  { count, total }: ReturnType<typeof countGarbled>,
  limits: Pick<Limits, 'quarantineCountsFrom' | 'maxQuarantinedPercent'>,
): boolean {
  return count >= limits.quarantineCountsFrom && count * 100 > total * limits.maxQuarantinedPercent;
}
