import { amend } from '../domain/amend.ts';
import type { PlannedDecision, Reason } from '../domain/decision.ts';

/**
 * The same decision handed to a person: it chooses nobody, sends nothing and commits us to nothing. Where it came from
 * (stage, due stages, candidates) stays.
 */
export function toHold(planned: PlannedDecision, reason: Reason): PlannedDecision {
  return amend(planned, {
    outcome: 'hold',
    reason,
    winner: null,
    runnerUp: null,
    marginMilli: null,
    costCents: null,
    intents: [],
  });
}
