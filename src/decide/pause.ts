import type { PlannedDecision } from '../domain/decision.ts';
import { directiveDetail, type Pause } from '../domain/directive.ts';
import { wantedOfDecision } from './approved.ts';
import { toHold } from './to-hold.ts';

/** What an acting decision becomes while acting is paused; the detail keeps what it wanted. Others stay as they are. */
export function pauseAction(decision: PlannedDecision, pause: Pause): PlannedDecision {
  if (decision.intents.length === 0) return decision;
  const detail = { ...directiveDetail(pause), wanted: wantedOfDecision(decision), source: pause.source };
  return toHold(decision, { code: 'FM-3030', detail });
}
