import type { RecordedCandidate } from '../engine/ports.ts';
import { alignColumns } from './align.ts';
import { type RecordedReason, reasonText } from './reason-text.ts';

/** How a slate shrank: how many each reason stops, and how many it stops alone (who would be back without it). */
export function attritionTable(candidates: readonly RecordedCandidate[]): readonly string[] {
  const counts = new Map<string, { stops: number; alone: number }>();
  for (const { blockedBy } of candidates) {
    const names = new Set(blockedBy.map(reasonName));
    for (const name of names) {
      const before = counts.get(name) ?? { stops: 0, alone: 0 };
      counts.set(name, { stops: before.stops + 1, alone: before.alone + (names.size === 1 ? 1 : 0) });
    }
  }
  const kinds = ['request', 'routed', 'bench'].flatMap((kind) => {
    const count = candidates.filter((candidate) => candidate.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const matching = candidates.filter(({ isMatch }) => isMatch).length;
  const eligible = candidates.filter(({ isEligible }) => isEligible).length;
  const funnel = `${candidates.length} candidate(s) (${kinds.join(', ')}) → ${matching} meet every required criterion → ${eligible} eligible`;
  const rows = [...counts]
    .sort(([nameA, a], [nameB, b]) => b.stops - a.stops || (nameA < nameB ? -1 : 1))
    .map(([name, { stops, alone }]) => [String(stops), String(alone), name]);
  if (rows.length === 0) return [funnel];
  return [funnel, ...alignColumns([['stopped', 'by this alone', 'reason'], ...rows], ['right', 'right', 'left'])];
}

/** Criteria are told apart; figures of one candidate are not. */
function reasonName(reason: RecordedReason): string {
  const text = reasonText(reason);
  return `${reason.code} ${'criterion' in reason.detail ? text.sentence : text.title}`;
}
