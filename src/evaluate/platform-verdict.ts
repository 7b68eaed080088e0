import type { DatedVerdict } from '../domain/scored-slate.ts';

/**
 * Field Nation's own verdict of the criterion with that label, or null. The row's comes before the directory's, a newer one
 * before an older; one of the directory given before `oldestMs` does not count. Labels are compared without case and margins.
 */
export function findPlatformVerdict(
  verdicts: readonly DatedVerdict[],
  label: string,
  oldestMs: number,
): DatedVerdict | null {
  const wanted = toComparable(label);
  let best: DatedVerdict | null = null;
  for (const verdict of verdicts) {
    if (verdict.source === 'directory' && verdict.observedAtMs < oldestMs) continue;
    if (verdict.name !== label && toComparable(verdict.name) !== wanted) continue;
    if (best === null || isBetter(verdict, best)) best = verdict;
  }
  return best;
}

function isBetter(verdict: DatedVerdict, best: DatedVerdict): boolean {
  if (verdict.source !== best.source) return verdict.source === 'row';
  return verdict.observedAtMs > best.observedAtMs;
}

function toComparable(label: string): string {
  return label.trim().toLowerCase();
}
