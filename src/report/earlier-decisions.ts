import type { DecisionAnswer } from '../domain/approval.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { effectsText, wasSentAgain } from './effects-text.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';

/** What was decided for the work order before the decision shown; `decisions` oldest first. */
export function earlierDecisions(
  shown: RecordedDecision,
  decisions: readonly RecordedDecision[],
  { answers, width }: Said,
): readonly string[] {
  const rows = decisions
    .filter((decision) => isEarlier(decision, shown))
    .map((decision) => earlierRow(decision, answers));
  if (rows.length === 0) return [];
  return [
    'Earlier decisions (times in UTC)',
    ...alignColumns(
      rows,
      EARLIER_COLUMNS.map(() => 'left'),
      width,
    ),
  ];
}

/** Of the same work order. */
export function isEarlier(one: RecordedDecision, than: RecordedDecision): boolean {
  return one.episode === than.episode ? one.seq < than.seq : one.episode < than.episode;
}

export const EARLIER_COLUMNS = ['decision', 'time', 'outcome', 'effect', 'reason'] as const;

export function earlierRow(decision: RecordedDecision, answers: readonly DecisionAnswer[]): readonly string[] {
  return [
    decision.id,
    writtenTime(decision.decidedAtMs),
    `${decision.outcome.replace('_', '-')}${decision.winner === null ? '' : ` ${decision.winner}`}`,
    `${effectsText(decision) ?? '–'}${decision.intents.some(wasSentAgain) ? ', sent twice' : ''}`,
    `${decision.reason.code} ${reasonText(decision.reason).title}${answerText(decision, answers)}`,
  ];
}

type Said = { readonly answers: readonly DecisionAnswer[]; readonly width: number };

/** `; rejected by ana: left tools behind` */
function answerText({ id }: RecordedDecision, answers: readonly DecisionAnswer[]): string {
  const answer = answers.find(({ decisionId }) => decisionId === id);
  if (answer === undefined) return '';
  return `; ${answer.verdict} by ${answer.actor}${answer.because === null ? '' : `: ${answer.because}`}`;
}
