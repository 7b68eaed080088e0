import type { RecordedDecision } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { effectsText, wasSentAgain } from './effects-text.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';

/** What else was decided for the work order, after and before the decision shown; `decisions` oldest first. */
export function otherDecisions(
  shown: RecordedDecision,
  decisions: readonly RecordedDecision[],
  width: number,
): readonly (readonly string[])[] {
  const place = ({ episode, seq }: RecordedDecision) => episode * 1_000_000 + seq;
  const later = decisions.filter((decision) => place(decision) > place(shown));
  const earlier = decisions.filter((decision) => place(decision) < place(shown));
  return [
    titled('Later decisions (times in UTC)', later, width),
    titled('Earlier decisions (times in UTC)', earlier, width),
  ];
}

function titled(title: string, decisions: readonly RecordedDecision[], width: number): readonly string[] {
  if (decisions.length === 0) return [];
  const rows = decisions.map((decision) => [
    decision.id,
    writtenTime(decision.decidedAtMs),
    `${decision.outcome.replace('_', '-')}${decision.winner === null ? '' : ` ${decision.winner}`}`,
    `${effectsText(decision) ?? '–'}${decision.intents.some(wasSentAgain) ? ', sent twice' : ''}`,
    `${decision.reason.code} ${reasonText(decision.reason).title}`,
  ]);
  return [title, ...alignColumns(rows, ['left', 'left', 'left', 'left', 'left'], width)];
}
