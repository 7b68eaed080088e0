import { attritionOf } from '../analysis/attrition.ts';
import type { DecisionAnswer } from '../domain/approval.ts';
import type { ProviderId } from '../domain/ids.ts';
import { afterwards } from './afterwards.ts';
import { effectsText } from './effects-text.ts';
import type { ExplainInput } from './explain-input.ts';
import { type RecordedReason, reasonText } from './reason-text.ts';
import { workOrderNow } from './work-order-now.ts';

/** What `explainCard` shows, for programs: the decision as recorded, every reason with its sentence and remedy. */
export function explainJson(
  {
    decision,
    history,
    assigned,
    answers = [],
    seen = [],
  }: Pick<ExplainInput, 'decision' | 'history' | 'assigned' | 'answers' | 'seen'>,
  asked: ProviderId | null,
) {
  const candidates = decision.candidates.filter(({ providerId }) => asked === null || providerId === asked);
  return {
    ...decision,
    reason: reasonJson(decision.reason),
    candidates: candidates.map((candidate) => ({ ...candidate, blockedBy: candidate.blockedBy.map(reasonJson) })),
    intents: decision.intents.map((intent) => ({
      ...intent,
      effects: intent.effects.map((effect) => ({ ...effect, reason: reasonJson(effect.reason) })),
    })),
    ...(decision.recommends === undefined ? {} : { answer: answerTo(decision, answers) }),
    now: workOrderNow(history, assigned),
    attrition: attritionOf(decision.candidates),
    afterwards: afterwards({ decision, history, answers, seen }),
    decisionsOfWorkOrder: history.map((one) => ({
      id: one.id,
      decidedAtMs: one.decidedAtMs,
      outcome: one.outcome,
      winner: one.winner,
      reason: reasonJson(one.reason),
      effect: effectsText(one),
      answer: answerTo(one, answers),
    })),
  };
}

function answerTo({ id }: ExplainInput['decision'], answers: readonly DecisionAnswer[]): DecisionAnswer | null {
  return answers.find(({ decisionId }) => decisionId === id) ?? null;
}

function reasonJson(reason: RecordedReason) {
  const { sentence, remedy } = reasonText(reason);
  return { code: reason.code, sentence, remedy, detail: reason.detail };
}
