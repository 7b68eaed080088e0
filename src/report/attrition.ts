import type { RecordedCandidate } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { counted } from './counted.ts';
import { type RecordedReason, reasonText } from './reason-text.ts';
import { wrapText } from './wrap.ts';

/** How a slate shrank: how many each reason stops, and how many it stops alone (who would be back without it). */
export function attritionTable(candidates: readonly RecordedCandidate[], width: number): readonly string[] {
  const counts = new Map<string, { stops: number; alone: number }>();
  for (const { blockedBy } of candidates) {
    const names = new Set(blockedBy.map(reasonName));
    for (const name of names) {
      const before = counts.get(name) ?? { stops: 0, alone: 0 };
      counts.set(name, { stops: before.stops + 1, alone: before.alone + (names.size === 1 ? 1 : 0) });
    }
  }
  const funnel = wrapText(funnelText(candidates), width);
  const rows = [...counts]
    .sort(([nameA, a], [nameB, b]) => b.stops - a.stops || (nameA < nameB ? -1 : 1))
    .map(([name, { stops, alone }]) => [String(stops), String(alone), name]);
  if (rows.length === 0) return funnel;
  const heads = ['stopped', 'by this alone', 'reason'];
  return [...funnel, ...alignColumns([heads, ...rows], ['right', 'right', 'left'], width)];
}

function funnelText(candidates: readonly RecordedCandidate[]): string {
  const count = (kind: string) => candidates.filter((candidate) => candidate.kind === kind).length;
  const kinds = [
    ...(count('request') > 0 ? [counted(count('request'), 'request')] : []),
    ...(count('routed') > 0 ? [`${count('routed')} routed`] : []),
    ...(count('bench') > 0 ? [`${count('bench')} on the bench`] : []),
  ];
  const matching = candidates.filter(({ isMatch }) => isMatch).length;
  const eligible = candidates.filter(({ isEligible }) => isEligible).length;
  const meets = `${matching} ${matching === 1 ? 'meets' : 'meet'} every required criterion`;
  return `${counted(candidates.length, 'candidate')} (${kinds.join(', ')}) → ${meets} → ${eligible} eligible`;
}

/** Criteria are told apart; figures of one candidate are not. */
function reasonName(reason: RecordedReason): string {
  const text = reasonText(reason);
  return `${reason.code} ${'criterion' in reason.detail ? text.sentence : text.title}`;
}
