import type { CriterionResult, VerdictMasks } from './scored-slate.ts';

/** A number has so many exact bits. */
export const MAX_MASK_BITS = 53;

/** Masks while they are put together. */
export type GrowingMasks = { -readonly [name in keyof VerdictMasks]: number };

export function emptyMasks(): GrowingMasks {
  return { matched: 0, missed: 0, unknown: 0, notApplying: 0, byPlatform: 0, byOnMissing: 0, needsPerson: 0 };
}

/** `bit`: 2 to the power of n. */
export function addToMasks(
  masks: GrowingMasks,
  bit: number,
  {
    verdict,
    applies,
    decidedBy,
    needsPerson,
  }: Pick<CriterionResult, 'verdict' | 'applies' | 'decidedBy' | 'needsPerson'>,
): void {
  if (verdict === 'match') masks.matched += bit;
  else if (verdict === 'no_match') masks.missed += bit;
  else masks.unknown += bit;
  if (!applies) masks.notApplying += bit;
  if (decidedBy === 'platform') masks.byPlatform += bit;
  else if (decidedBy === 'on_missing') masks.byOnMissing += bit;
  if (needsPerson) masks.needsPerson += bit;
}
