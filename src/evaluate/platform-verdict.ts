import { plainName } from '../domain/plain-name.ts';
import type { DatedVerdict } from '../domain/scored-slate.ts';

/**
 * Field Nation's own verdict of the criterion with that label, or null. The row's comes before the directory's, a newer one
 * before an older; one of the directory given before `oldestMs` does not count. Labels are compared in their plain form.
 */
export function findPlatformVerdict(
  verdicts: readonly DatedVerdict[],
  label: string,
  oldestMs: number,
): DatedVerdict | null {
  const wanted = plainName(label);
  let best: DatedVerdict | null = null;
  for (const verdict of verdicts) {
    if (verdict.source === 'directory' && verdict.observedAtMs < oldestMs) continue;
    if (verdict.name !== label && plainName(verdict.name) !== wanted) continue;
    if (best === null || isBetter(verdict, best)) best = verdict;
  }
  return best;
}

function isBetter(verdict: DatedVerdict, best: DatedVerdict): boolean {
  if (verdict.source !== best.source) return verdict.source === 'row';
  return verdict.observedAtMs > best.observedAtMs;
}
