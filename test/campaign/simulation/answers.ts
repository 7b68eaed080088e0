import { readRecommendations } from '../../../src/cli/recommendations.ts';
import type { ApprovedDecision } from '../../../src/domain/approval.ts';
import { DEFAULT_LIMITS } from '../../../src/domain/limits.ts';
import type { Random } from './random.ts';
import type { OpenLedger } from './sim-ledger.ts';

/** Somebody looks at what is recommended, says yes to most of it, no to a little, and leaves the rest. What was approved. */
export async function answerQueue(
  { store, reader }: OpenLedger,
  random: Random,
  nowMs: number,
): Promise<readonly ApprovedDecision[]> {
  const approved: ApprovedDecision[] = [];
  for (const { decision, action, answer } of await readRecommendations(reader, { limits: DEFAULT_LIMITS, nowMs })) {
    const verdict = random.pick(['approved', 'approved', 'approved', 'rejected', null] as const);
    if (answer !== null || verdict === null) continue;
    const { outcome, winner } = action;
    const given = { decisionId: decision.id, verdict, actor: 'ana', because: null, atMs: nowMs, outcome, winner };
    const answered = await store.recordAnswers([given]);
    if (verdict === 'approved' && answered.length === 0) approved.push({ decisionId: decision.id, action });
  }
  return approved;
}
