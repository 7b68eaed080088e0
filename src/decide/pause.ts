import type { PlannedDecision } from '../domain/decision.ts';
import { directiveDetail, type Pause } from '../domain/directive.ts';
import { toHold } from './to-hold.ts';

/** What an acting decision becomes while acting is paused; the detail keeps what it wanted. Others stay as they are. */
export function pauseAction(decision: PlannedDecision, pause: Pause): PlannedDecision {
  if (decision.intents.length === 0) return decision;
  const action = decision.outcome.replaceAll('_', '-');
  const wanted = decision.winner === null ? action : `${action} provider ${decision.winner}`;
  return toHold(decision, { code: 'FM-3030', detail: { ...directiveDetail(pause), wanted, source: pause.source } });
}
