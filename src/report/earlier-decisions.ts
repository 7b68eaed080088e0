import type { DecisionAnswer } from '../domain/approval.ts';
import type { RecordedDecision } from '../domain/recorded-decision.ts';
import { alignColumns } from './align.ts';
import { effectsText, wasSentAgain } from './effects-text.ts';
import { reasonText } from './reason-text.ts';
import { writtenTime } from './report.ts';

/** What else was decided for the work order, after and before the decision shown; `decisions` oldest first. */
export function otherDecisions(
  shown: RecordedDecision,
  decisions: readonly RecordedDecision[],
  said: Said,
): readonly (readonly string[])[] {
  const place = ({ episode, seq }: RecordedDecision) => episode * 1_000_000 + seq;
  const later = decisions.filter((decision) => place(decision) > place(shown));
  const earlier = decisions.filter((decision) => place(decision) < place(shown));
  return [
    titled('Later decisions (times in UTC)', later, said),
    titled('Earlier decisions (times in UTC)', earlier, said),
  ];
}

type Said = { readonly answers: readonly DecisionAnswer[]; readonly width: number };

function titled(title: string, decisions: readonly RecordedDecision[], { answers, width }: Said): readonly string[] {
  if (decisions.length === 0) return [];
  const rows = decisions.map((decision) => [
    decision.id,
    writtenTime(decision.decidedAtMs),
    `${decision.outcome.replace('_', '-')}${decision.winner === null ? '' : ` ${decision.winner}`}`,
    `${effectsText(decision) ?? '–'}${decision.intents.some(wasSentAgain) ? ', sent twice' : ''}`,
    `${decision.reason.code} ${reasonText(decision.reason).title}${answerText(decision, answers)}`,
  ]);
  return [title, ...alignColumns(rows, ['left', 'left', 'left', 'left', 'left'], width)];
}

/** `; rejected by ana: left tools behind` */
function answerText({ id }: RecordedDecision, answers: readonly DecisionAnswer[]): string {
  const answer = answers.find(({ decisionId }) => decisionId === id);
  if (answer === undefined) return '';
  return `; ${answer.verdict} by ${answer.actor}${answer.because === null ? '' : `: ${answer.because}`}`;
}
